"""Counters of the guards: each is moved by one statement that says under which condition."""

from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, bindparam, delete, func, select

from gateway.store.inserting import COUNTED, Insert, insert_or_replace, inserting, of_dialect
from gateway.store.schema.guarding import RANGE_SENDER, REPLY_COUNT
from gateway.store.schema.sending import SPEND
from gateway.store.transaction import Repository

WHOLE_DAY = "all"  # lanes share one purse, so that one update can guard it
_OLDER_DAYS = delete(REPLY_COUNT).where(REPLY_COUNT.c.day < bindparam("before"))
_FORGET = delete(RANGE_SENDER).where(RANGE_SENDER.c.seen_at < bindparam("before"))
_SENDERS = select(func.count()).where(
    RANGE_SENDER.c.number_range == bindparam("of_range"), RANGE_SENDER.c.seen_at >= bindparam("since")
)
_SPENT = select(SPEND.c.spent).where(SPEND.c.day == bindparam("of_day"), SPEND.c.lane == WHOLE_DAY)


@cache
def _counting(dialect: str, most: int) -> Insert:
    """Return the statement that counts, made once: it is part of nearly every message."""
    return of_dialect(dialect, REPLY_COUNT).on_conflict_do_update(
        index_elements=["day", "contact_id"],
        set_={"replies": REPLY_COUNT.c.replies + 1},
        where=REPLY_COUNT.c.replies < most,
    )


class SqlGuards(Repository):
    """What the guards remember (gateway.ports.guards)."""

    __slots__ = ()

    def count_reply(self, contact_id: str, day: date, most: int) -> bool:
        """Count a reply to a number; False, and nothing counted, when it had ``most`` that day."""
        if most < 1:
            return False
        row = {"day": day, "contact_id": contact_id, "replies": 1}
        counted = _counting(self.tx.connection.dialect.name, most)
        return self.tx.connection.execute(counted, row, execution_options=COUNTED).rowcount > 0

    def forget_days(self, before: date) -> None:
        """Drop the counts of earlier days."""
        self.tx.connection.execute(_OLDER_DAYS, {"before": before})

    def senders_of_range(self, number_range: str, contact_id: str, now: datetime, within: timedelta) -> int:
        """Note that a number of this range wrote, and return how many of the range did ``within`` the last time."""
        row = {"number_range": number_range, "contact_id": contact_id, "seen_at": now}
        insert_or_replace(self.tx.connection, RANGE_SENDER, row, ("number_range", "contact_id"))
        self.tx.connection.execute(_FORGET, {"before": now - within})
        known = {"of_range": number_range, "since": now - within}
        return int(self.tx.connection.execute(_SENDERS, known).scalar_one())

    def spend(self, day: date, kip: int, most: int | None) -> bool:
        """Add to the day's spending; False, and nothing added, when it would pass ``most``. Negative gives back."""
        if most is not None and kip > most:
            return False
        room: ColumnElement[bool] | None = None if most is None else SPEND.c.spent + kip <= most
        added = inserting(self.tx.connection, SPEND).on_conflict_do_update(
            index_elements=["day", "lane"], set_={"spent": SPEND.c.spent + kip}, where=room
        )
        row = {"day": day, "lane": WHOLE_DAY, "reserved": 0, "spent": max(kip, 0)}
        return self.tx.connection.execute(added, row, execution_options=COUNTED).rowcount > 0

    def spent(self, day: date) -> int:
        """Return the kip spent on a day."""
        return int(self.tx.connection.execute(_SPENT, {"of_day": day}).scalar() or 0)

"""Holding the unsent texts of a database that comes from a backup, and letting them go."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, update

from gateway.delivery.life import RANK, after
from gateway.store.schema.sending import OUTBOX
from gateway.store.transaction import Repository

REASON = "restored"
BROADCASTS = OUTBOX.c.lane == "broadcasts"
_MAY_HAVE_LEFT = ("claimed", "ambiguous")


class SqlRestored(Repository):
    """Unsent texts after a restore (gateway.ports.restored)."""

    __slots__ = ()

    def hold(self, now: datetime) -> int:
        """Hold every text that has not left for certain; return how many."""
        for state in _MAY_HAVE_LEFT:
            doubtful = OUTBOX.c.state == state
            self._move(after("claimed", "give_up"), "unsettled_send", now, doubtful, BROADCASTS, settled=True)
        held = 0
        for state in ("queued", "wait_retry", "ambiguous"):
            held += self._move(after(state, "hold"), REASON, now, OUTBOX.c.state == state)
        return held + self._move(after(after("claimed", "doubt"), "hold"), REASON, now, OUTBOX.c.state == "claimed")

    def release(self, now: datetime) -> Mapping[str, int]:
        """Let go what was held, by lane; broadcasts are cancelled."""
        held = OUTBOX.c.state == "held", OUTBOX.c.reason == REASON
        done = {"broadcasts": self._move(after("held", "cancel"), REASON, now, *held, BROADCASTS, settled=True)}
        for lane in ("alerts", "replies"):
            done[lane] = self._move(after("held", "release"), None, now, *held, OUTBOX.c.lane == lane)
        return done

    def _move(
        self, state: str, reason: str | None, now: datetime, *which: ColumnElement[bool], settled: bool = False
    ) -> int:
        values = {"state": state, "rank": RANK[state], "reason": reason, "moved_at": now}
        values |= {"claim_owner": None, "claim_until": None} | ({"settled_at": now} if settled else {})
        return self.tx.connection.execute(update(OUTBOX).where(*which).values(**values)).rowcount

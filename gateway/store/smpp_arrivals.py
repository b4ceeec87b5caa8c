"""Deliveries of binds: parts gathered in any order, repeats known by number or, after a new bind, by content."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from gateway.ports.arrivals import Arrival, Gathered
from gateway.store.encryption import Keyring
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.talk import SMPP_ARRIVAL
from gateway.store.unit_of_work import SqlStore, SqlUnitOfWork

AT_RISK = timedelta(seconds=60)
"""Before a bind was lost: what came in this time may have been taken without its acknowledgement getting through."""
REPEATED_WITHIN = timedelta(minutes=10)
PARTS_WAIT = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)

_ROW = SMPP_ARRIVAL.c
_OF_CHANNEL = _ROW.channel == bindparam("of_channel")
_SAME_CONTENT = (
    select(SMPP_ARRIVAL)
    .where(_OF_CHANNEL, _ROW.content == bindparam("of_content"), _ROW.at >= bindparam("since"))
    .order_by(_ROW.at)
)
_LAST_OF_BIND = select(func.max(_ROW.at)).where(_OF_CHANNEL, _ROW.bind == bindparam("of_bind"))
_OPEN_GROUPS = (
    select(SMPP_ARRIVAL)
    .where(_OF_CHANNEL, _ROW.origin == bindparam("of_origin"), _ROW.at >= bindparam("since"), ~_ROW.settled)
    .where(_ROW.reference == bindparam("of_reference"), _ROW.total == bindparam("of_total"))
    .order_by(_ROW.at.desc())
)
_GROUP = select(SMPP_ARRIVAL).where(_OF_CHANNEL, _ROW.group_key == bindparam("of_group")).order_by(_ROW.number)
_OVERDUE = (
    select(_ROW.group_key)
    .where(_OF_CHANNEL, ~_ROW.settled, _ROW.total > 1)
    .group_by(_ROW.group_key)
    .having(func.min(_ROW.at) < bindparam("before"))
)
_REPEATED = update(SMPP_ARRIVAL).where(
    _OF_CHANNEL, _ROW.bind == bindparam("of_bind"), _ROW.sequence == bindparam("of_sequence")
)
_SETTLED = update(SMPP_ARRIVAL).where(_OF_CHANNEL, _ROW.group_key == bindparam("of_group")).values(settled=True)
_FORGET = delete(SMPP_ARRIVAL).where(_ROW.at < bindparam("before"))


class StoredArrivals:
    """Deliveries in the database (gateway.ports.arrivals); each call is its own short transaction."""

    def __init__(self, store: SqlStore, keyring: Keyring) -> None:
        self._store, self._keyring = store, keyring

    def take(self, arrival: Arrival) -> Gathered:
        """Keep a delivery, and return the text that it belongs to; a repeated one leads to the same key."""
        content = self._keyring.fingerprint("smpp", arrival.content)
        with self._store.writing() as work:
            known = self._heard_before(work, arrival, content)
            if known is None:
                key = self._open_group(work, arrival) if arrival.total > 1 else None
                key = key or f"{arrival.bind}:{arrival.sequence}:{content[:8]}"
                self._add(work, arrival, content, key, settled=arrival.total == 1)
                return self._gathered(work, arrival, key)
            if known.bind != arrival.bind:  # kept as well: this bind, too, may be lost before it has acknowledged
                self._add(work, arrival, content, known.group_key, settled=known.settled)
            return self._gathered(work, arrival, known.group_key, weak=known.bind != arrival.bind)

    def overdue(self, channel: str, before: datetime) -> tuple[Gathered, ...]:
        """Return texts that began before ``before`` and still miss parts; forget what is a day old."""
        with self._store.writing() as work:
            work.tx.connection.execute(_FORGET, {"before": before - FORGOTTEN_AFTER})
            keys = work.tx.connection.execute(_OVERDUE, {"of_channel": channel, "before": before}).scalars().all()
            return tuple(self._parts(work, channel, key) for key in keys)

    def settle(self, channel: str, key: str) -> None:
        """Note that a text was heard, so that it is overdue no more."""
        with self._store.writing() as work:
            work.tx.connection.execute(_SETTLED, {"of_channel": channel, "of_group": key})

    def _heard_before(self, work: SqlUnitOfWork, arrival: Arrival, content: str) -> Row[Any] | None:
        """Return the delivery that this one repeats: under its number, or that of a bind just lost by its content."""
        same = {"of_channel": arrival.channel, "of_content": content, "since": arrival.at - REPEATED_WITHIN}
        for row in work.tx.connection.execute(_SAME_CONTENT, same).all():
            if row.bind == arrival.bind:
                if row.sequence == arrival.sequence or arrival.total > 1:
                    return row
                continue  # a text of one piece may well be written twice
            lost = {"of_channel": arrival.channel, "of_bind": row.bind}
            last = work.tx.connection.execute(_LAST_OF_BIND, lost).scalar_one()
            if not row.repeated and row.at >= last - AT_RISK:
                work.tx.connection.execute(_REPEATED, {**lost, "of_sequence": row.sequence, "repeated": True})
                return row
        return None

    def _open_group(self, work: SqlUnitOfWork, arrival: Arrival) -> str | None:
        """Return the newest text that still lacks this part; a reference soon used again begins another text."""
        origin = self._keyring.fingerprint("smpp", arrival.origin)
        known = {
            "of_channel": arrival.channel,
            "of_origin": origin,
            "of_reference": arrival.reference,
            "of_total": arrival.total,
            "since": arrival.at - PARTS_WAIT,
        }
        groups: dict[str, set[int]] = {}
        for row in work.tx.connection.execute(_OPEN_GROUPS, known):
            groups.setdefault(row.group_key, set()).add(row.number)
        return next((key for key, numbers in groups.items() if arrival.number not in numbers), None)

    def _add(self, work: SqlUnitOfWork, arrival: Arrival, content: str, key: str, *, settled: bool) -> None:
        place = f"{arrival.bind}:{arrival.sequence}"
        row = {
            "channel": arrival.channel,
            "bind": arrival.bind,
            "sequence": arrival.sequence,
            "group_key": key,
            "origin": self._keyring.fingerprint("smpp", arrival.origin),
            "content": content,
            "reference": arrival.reference,
            "total": arrival.total,
            "number": arrival.number,
            "body_ct": self._keyring.seal(arrival.body, "smpp_arrival", place, "body") if arrival.total > 1 else None,
            "at": arrival.at,
            "repeated": False,
            "settled": settled,
        }
        # A message centre that counts its requests anew within one bind: the older row has done its duty.
        insert_or_replace(work.tx.connection, SMPP_ARRIVAL, row, ("channel", "bind", "sequence"))

    def _gathered(self, work: SqlUnitOfWork, arrival: Arrival, key: str, *, weak: bool = False) -> Gathered:
        if arrival.total == 1:
            return Gathered(key, (arrival.body,), weak)
        found = self._parts(work, arrival.channel, key)
        return Gathered(key, found.parts, weak)

    def _parts(self, work: SqlUnitOfWork, channel: str, key: str) -> Gathered:
        rows = work.tx.connection.execute(_GROUP, {"of_channel": channel, "of_group": key}).all()
        parts: list[str | None] = [None] * rows[0].total
        for row in rows:
            place = f"{row.bind}:{row.sequence}"
            parts[row.number - 1] = self._keyring.open(row.body_ct, "smpp_arrival", place, "body")
        return Gathered(key, tuple(parts))

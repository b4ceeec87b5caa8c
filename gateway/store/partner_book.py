"""What other systems are told, tried by conditional update; each body is sealed while it waits."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from gateway.ports.partners import CaseHappening, Push, PushState, PushTry
from gateway.store.inserting import insert_new
from gateway.store.schema.casework import CASE_EVENT
from gateway.store.schema.columns import word
from gateway.store.schema.partners import PUSH, PUSH_TRY
from gateway.store.transaction import Repository

_PUSH, _EVENT = PUSH.c, CASE_EVENT.c
_WAITS = _PUSH.state == word("waiting")
_DUE = (
    select(PUSH)
    .where(_WAITS, _PUSH.due_at <= bindparam("now"))
    .order_by(_PUSH.due_at, _PUSH.created_at, _PUSH.id)
    .limit(bindparam("most"))
)
_CLAIM = update(PUSH).where(_PUSH.id == bindparam("push_id"), _PUSH.tries == bindparam("known"), _WAITS)
_THIS = update(PUSH).where(_PUSH.id == bindparam("push_id"))
_NEWEST = select(PUSH).order_by(_PUSH.created_at.desc(), _PUSH.id.desc()).limit(bindparam("most"))
_PARKED = select(func.count()).where(_PUSH.state == word("parked"))
_TRY = tuple(PushTry.__dataclass_fields__)


class SqlPartnerBook(Repository):
    """The tables of pushes (gateway.ports.partners)."""

    __slots__ = ()

    def happenings(self, kinds: tuple[str, ...], since: datetime) -> tuple[CaseHappening, ...]:
        """Return events of cases of these kinds from a moment on, oldest first."""
        query = select(_EVENT.id, _EVENT.case_id, _EVENT.kind, _EVENT.at).where(
            _EVENT.kind.in_(kinds), _EVENT.at >= since
        )
        return tuple(CaseHappening(*row) for row in self.tx.connection.execute(query.order_by(_EVENT.at, _EVENT.id)))

    def add(self, push: Push) -> bool:
        """Store a row; False when this partner already has one of this event."""
        row = {name: getattr(push, name) for name in Push.__dataclass_fields__ if name != "body"}
        sealed = self.tx.keyring.seal(push.body, "push", push.id, "body")
        return insert_new(self.tx.connection, PUSH, {**row, "body_ct": sealed}) == 1

    def due(self, now: datetime, limit: int) -> tuple[Push, ...]:
        """Return rows whose next try is due, oldest first."""
        return tuple(map(self._push, self.tx.connection.execute(_DUE, {"now": now, "most": limit})))

    def claim(self, push: Push, until: datetime) -> bool:
        """Take a row for one try; False when somebody else was faster."""
        claimed = _CLAIM.values(tries=push.tries + 1, due_at=until)
        return self.tx.connection.execute(claimed, {"push_id": push.id, "known": push.tries}).rowcount == 1

    def settle(self, tried: PushTry, state: PushState, due_at: datetime) -> None:
        """Keep the try, and what becomes of its row; the body of one that was taken is forgotten."""
        self.tx.connection.execute(insert(PUSH_TRY), {name: getattr(tried, name) for name in _TRY})
        values: dict[str, Any] = {"state": state, "due_at": due_at}
        if state == "taken":
            values["body_ct"] = None
        self.tx.connection.execute(_THIS.values(**values), {"push_id": tried.push_id})

    def listed(self, limit: int) -> tuple[tuple[Push, tuple[PushTry, ...]], ...]:
        """Return the newest rows with their tries."""
        pushes = [self._push(row) for row in self.tx.connection.execute(_NEWEST, {"most": limit})]
        return tuple((push, self._tries(push.id)) for push in pushes)

    def again(self, push_id: str, at: datetime) -> bool:
        """Let a row that waits or is parked be tried anew; False for one that is not there or was taken."""
        fresh = _THIS.where(_PUSH.state != word("taken")).values(state="waiting", tries=0, due_at=at)
        return self.tx.connection.execute(fresh, {"push_id": push_id}).rowcount == 1

    def parked(self) -> int:
        """Count the rows that nobody took."""
        return self.tx.connection.execute(_PARKED).scalar_one()

    def _tries(self, push_id: str) -> tuple[PushTry, ...]:
        query = select(*(PUSH_TRY.c[name] for name in _TRY)).where(PUSH_TRY.c.push_id == push_id)
        return tuple(PushTry(*row) for row in self.tx.connection.execute(query.order_by(PUSH_TRY.c.id)))

    def _push(self, row: Row[Any]) -> Push:
        body = self.tx.keyring.open(row.body_ct, "push", row.id, "body") if row.body_ct else ""
        return Push(
            row.id, row.partner, row.event_id, row.kind, row.case_id, body, row.created_at, row.due_at, row.state,
            row.tries,
        )  # fmt: skip

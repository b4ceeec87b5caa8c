"""Hand-overs of posts, moved by conditional updates."""

from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from gateway.directory.hand_over import PENDING, State
from gateway.ports.hand_overs import HandOverRow
from gateway.store.schema.desk import HAND_OVER
from gateway.store.transaction import Repository

_NAMES = tuple(name for name in HandOverRow.__dataclass_fields__ if name != "name")
_PENDING = select(HAND_OVER).where(HAND_OVER.c.state.in_(PENDING)).order_by(HAND_OVER.c.asked_at, HAND_OVER.c.id)
_BY_CODE = select(HAND_OVER).where(HAND_OVER.c.code == bindparam("known"))
_SAVE = update(HAND_OVER).where(HAND_OVER.c.id == bindparam("which"), HAND_OVER.c.state == bindparam("expected"))


class SqlHandOvers(Repository):
    """Stored hand-overs (gateway.ports.hand_overs)."""

    __slots__ = ()

    def add(self, row: HandOverRow) -> None:
        """Store a new one; Conflict when its code is taken."""
        self.tx.connection.execute(insert(HAND_OVER), self._values(row))

    def save(self, row: HandOverRow, expected: State) -> bool:
        """Store a changed one by conditional update; False when it was no longer in the expected state."""
        known = {"which": row.id, "expected": expected}
        return self.tx.connection.execute(_SAVE, {**self._values(row), **known}).rowcount == 1

    def pending(self) -> tuple[HandOverRow, ...]:
        """Return those that are asked, approved or enrolled, oldest first."""
        return tuple(map(self._row, self.tx.connection.execute(_PENDING)))

    def by_code(self, code: str) -> HandOverRow | None:
        """Return one by its code, whatever its state."""
        row = self.tx.connection.execute(_BY_CODE, {"known": code}).first()
        return self._row(row) if row is not None else None

    def _values(self, row: HandOverRow) -> dict[str, Any]:
        values = {name: getattr(row, name) for name in _NAMES}
        sealed = self.tx.keyring.seal(row.name, "hand_over", row.id, "name")
        return {**values, "posts": list(row.posts), "name_ct": sealed}

    def _row(self, row: Row[Any]) -> HandOverRow:
        values = {name: getattr(row, name) for name in _NAMES}
        name = self.tx.keyring.open(row.name_ct, "hand_over", row.id, "name")
        return HandOverRow(**{**values, "posts": tuple(row.posts)}, name=name)

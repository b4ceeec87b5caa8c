"""Swaps of turns (gateway.ports.swap_book), settled by conditional update."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from gateway.directory.swap import State, Swap
from gateway.directory.turn import turn_of
from gateway.errors import Damaged
from gateway.store.schema.desk import SWAP
from gateway.store.transaction import Repository

_NAMES = tuple(Swap.__dataclass_fields__)
_BY_CODE = select(SWAP).where(SWAP.c.code == bindparam("known"))
_WAITING = (
    select(SWAP).where(SWAP.c.state == "asked", SWAP.c.until > bindparam("now")).order_by(SWAP.c.gives, SWAP.c.id)
)
_SETTLE = update(SWAP).where(SWAP.c.id == bindparam("of"), SWAP.c.state == "asked")


class SqlSwapBook(Repository):
    """The stored swaps."""

    __slots__ = ()

    def add(self, swap: Swap) -> None:
        """Store a new one."""
        values = {name: getattr(swap, name) for name in _NAMES}
        turns = {"gives": str(swap.gives), "gets": str(swap.gets) if swap.gets else None}
        self.tx.connection.execute(insert(SWAP), {**values, **turns, "until": swap.until})

    def by_code(self, code: str) -> Swap | None:
        """Return one by its code, whatever its state."""
        row = self.tx.connection.execute(_BY_CODE, {"known": code}).first()
        return _swap(row) if row is not None else None

    def waiting(self, now: datetime) -> tuple[Swap, ...]:
        """Return those that can still be answered, by the turn that is given."""
        return tuple(map(_swap, self.tx.connection.execute(_WAITING, {"now": now})))

    def settle(self, swap_id: str, state: State) -> bool:
        """Keep how it ended; False when it had ended before."""
        return self.tx.connection.execute(_SETTLE.values(state=state), {"of": swap_id}).rowcount == 1


def _swap(row: Row[Any]) -> Swap:
    gives = turn_of(row.gives)
    if gives is None:
        raise Damaged("a stored swap names no turn")
    values = {name: getattr(row, name) for name in _NAMES}
    return Swap(**{**values, "gives": gives, "gets": turn_of(row.gets) if row.gets else None})

"""The escalation steps of cases: moved by conditional updates, so that two clocks share them."""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, bindparam, exists, select, update
from sqlalchemy import case as sql_case

from gateway.ports.caseload import Step, StepState
from gateway.store.inserting import COUNTED, Insert, of_dialect
from gateway.store.schema.casework import CASES, ESCALATION
from gateway.store.schema.columns import word
from gateway.store.transaction import Repository

_OF_CASE = (
    select(ESCALATION)
    .where(ESCALATION.c.case_id == bindparam("for_case"))
    .order_by(ESCALATION.c.due_at, ESCALATION.c.round, ESCALATION.c.name)
)
_DUE = (
    select(ESCALATION)
    .where(ESCALATION.c.state == word("due"), ESCALATION.c.due_at <= bindparam("now"))
    .order_by(ESCALATION.c.due_at, ESCALATION.c.id)
    .limit(bindparam("most"))
)
_MARK = (
    update(ESCALATION)
    .where(ESCALATION.c.id == bindparam("step_id"), ESCALATION.c.state == bindparam("expected"))
    .values(state=bindparam("new_state"), claim_no=ESCALATION.c.claim_no + 1)
)
_CANCEL = update(ESCALATION).where(ESCALATION.c.case_id == bindparam("for_case"), ESCALATION.c.state == "due")
_WITHOUT_NEXT = (
    select(CASES.c.id)
    .where(
        CASES.c.state != word("closed"),
        CASES.c.acknowledged_at.is_(None),
        CASES.c.acted_at.is_(None),
        sql_case((CASES.c.level == "P0", CASES.c.danger_at), else_=CASES.c.routed_at).is_not(None),
        ~exists().where(ESCALATION.c.case_id == CASES.c.id, ESCALATION.c.state == word("due")),
    )
    .order_by(CASES.c.id)
)


@cache
def _schedule(dialect: str) -> Insert:
    insert = of_dialect(dialect, ESCALATION)
    return insert.on_conflict_do_update(
        index_elements=["case_id", "name", "round"],
        set_={"due_at": insert.excluded.due_at, "state": insert.excluded.state},
        where=ESCALATION.c.state.in_(("due", "cancelled")),
    )


class SqlCaseSteps(Repository):
    """The steps of the alert order (gateway.ports.caseload)."""

    __slots__ = ()

    def schedule(self, step: Step) -> bool:
        """Store a step; when (case, name, round) exists, a due one moves and a cancelled one stands due again.

        False if it was sent.
        """
        row = {
            "id": step.id,
            "case_id": step.case_id,
            "name": step.name,
            "round": step.round,
            "due_at": step.due_at,
            "state": step.state,
            "claim_no": 0,
        }
        upsert = _schedule(self.tx.connection.dialect.name)
        return self.tx.connection.execute(upsert, row, execution_options=COUNTED).rowcount > 0

    def steps(self, case_id: str) -> tuple[Step, ...]:
        """Return every step of a case, in order of due time."""
        return tuple(_step(row) for row in self.tx.connection.execute(_OF_CASE, {"for_case": case_id}))

    def due_steps(self, now: datetime, limit: int) -> tuple[Step, ...]:
        """Return steps in state due whose time has come, oldest first."""
        return tuple(_step(row) for row in self.tx.connection.execute(_DUE, {"now": now, "most": limit}))

    def mark_step(self, step_id: str, expected: StepState, state: StepState) -> bool:
        """Move a step by conditional update; False when another clock was faster."""
        known = {"step_id": step_id, "expected": expected, "new_state": state}
        return self.tx.connection.execute(_MARK, known).rowcount == 1

    def cancel_steps(self, case_id: str, names: tuple[str, ...] = ()) -> int:
        """Cancel the due steps of a case (all, or the named ones); return how many."""
        cancel = _CANCEL.where(ESCALATION.c.name.in_(names)) if names else _CANCEL
        return self.tx.connection.execute(cancel.values(state="cancelled"), {"for_case": case_id}).rowcount

    def without_next_step(self) -> tuple[str, ...]:
        """Ids of open, unacknowledged, routed cases with no due step: always empty, or the clock repairs it."""
        return tuple(self.tx.connection.execute(_WITHOUT_NEXT).scalars())


def _step(row: Row[Any]) -> Step:
    return Step(row.id, row.case_id, row.name, row.round, row.due_at, row.state)

"""A stored case and the pure view of it: answers, route and ladder, built from its row and its steps."""

import json
from dataclasses import replace
from datetime import datetime
from typing import get_args

from gateway.cases.case import Event, State, after
from gateway.cases.escalation import Ladder, Step, from_steps
from gateway.cases.report import Answers
from gateway.cases.routing import Route, route
from gateway.cases.triage import LEVELS, Level
from gateway.errors import Defect
from gateway.ports import caseload as port
from gateway.ports.chance import Chance
from gateway.ports.unit_of_work import UnitOfWork

SENT = frozenset({"sent", "acknowledged", "climbed"})
RELEASE, ABANDONED = "release", "abandoned"
GATES = (RELEASE, ABANDONED)
JUDGED = "judged"
"""The rule of a level that an officer gave."""
STATES: dict[str, State] = {state: state for state in get_args(State)}


def answers_of(case: port.CaseRow) -> Answers:
    """Return what the person has said so far."""
    values = json.loads(case.answers)
    return Answers().merged({name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})


def with_answers(case: port.CaseRow, answers: Answers) -> port.CaseRow:
    """Return the case with these answers, and with the few of them that stay readable for triage and lists."""
    return replace(
        case,
        answers=json.dumps(answers.as_values(), ensure_ascii=False),
        what=answers.what,
        country=answers.country,
        province=answers.province or case.province,
        district=answers.district or case.district,
    )


def level_of(case: port.CaseRow) -> Level:
    """Return the case's level."""
    for level in LEVELS:
        if level == case.level:
            return level
    raise Defect(f"a case of level {case.level!r}")


def route_of(case: port.CaseRow, known_place: str | None) -> Route:
    """Return where the case goes now; ``known_place`` is the contact's own district or province."""
    excluded = frozenset({"local"}) if case.local_excluded else frozenset[str]()
    return route(answers_of(case), level_of(case), known_place=known_place, excluded=excluded)


def ladder_of(work: UnitOfWork, case: port.CaseRow, known_place: str | None) -> Ladder:
    """Return where the case stands on its ladder."""
    anchor = case.danger_at if case.level == "P0" else case.routed_at
    ladder = Ladder(
        level_of(case),
        route_of(case, known_place),
        anchor or case.opened_at,
        case.released_at,
        case.ladder_round,
        paused_until=case.paused_until,
    )
    sent = [(step.name, step.round, step.due_at) for step in work.caseload.steps(case.id) if step.state in SENT]
    return from_steps(ladder, sent)


def store_steps(work: UnitOfWork, chance: Chance, case: port.CaseRow, steps: tuple[Step, ...]) -> None:
    """Make exactly these ladder steps stand due; gates and follow-ups of the case stay."""
    wanted = {(step.name, step.round) for step in steps}
    for standing in work.caseload.steps(case.id):
        if standing.state == "due" and (standing.name.isdecimal() or standing.name in ("0d", "0c")):
            if (standing.name, standing.round) not in wanted:
                work.caseload.mark_step(standing.id, "due", "cancelled")
    for step in steps:
        work.caseload.schedule(port.Step(chance.new_id(), case.id, step.name, step.round, step.due_at))


def gate(work: UnitOfWork, chance: Chance, case: port.CaseRow, name: str, due_at: datetime) -> None:
    """Set or move the moment at which silence releases or routes the case."""
    work.caseload.schedule(port.Step(chance.new_id(), case.id, name, 0, due_at))


def known_place_of(work: UnitOfWork, case: port.CaseRow) -> str | None:
    """Return the district or province known of the person's phone, if any."""
    contact = work.people.get(case.contact_id) if case.contact_id else None
    return (contact.district or contact.province) if contact else None


def moved(case: port.CaseRow, event: Event) -> State:
    """Return the state of a stored case after ``event``; Conflict when its life has no such line."""
    return after(STATES[case.state], event)

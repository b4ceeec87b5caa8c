"""What a page says of a case: facts as codes in words, what happened, what comes next, who is who."""

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from gateway.ports.caseload import Step
from gateway.services.case_desk import CaseView
from gateway.web.running import gateway
from gateway.web.words import Words

FACTS = (
    "danger",
    "who",
    "under_18",
    "what",
    "country",
    "place",
    "tell",
    "signals",
    "papers_held",
    "missing_over_30_days",
    "names_official",
    "asks_person",
    "question",
    "silent_plea",
)
CONTACT = ("contact", "hours", "phone_only_mine", "duress")
DONE = frozenset({"sent", "acknowledged", "climbed"})


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: done, or still to come."""

    at: datetime
    said: Markup
    ahead: bool = False


def facts(words: Words, view: CaseView, names: tuple[str, ...]) -> list[tuple[Markup, Markup]]:
    """Return what was answered as (question, answer) in words."""
    found = []
    for name in names:
        value = view.answers.get(name)
        if value is not None:
            values = (value,) if isinstance(value, str) else value
            found.append((words(f"fact.{name}"), Markup(", ").join(answer(words, name, code) for code in values)))
    return found


def answer(words: Words, name: str, code: str) -> Markup:
    """Return one answer in words."""
    if name == "place" and code != "skipped":
        return Markup.escape(words.place(code))
    group = "yes_no" if code in ("yes", "no", "not_sure", "skipped") else f"answer_{name}"
    return words.code(group, code)


def timeline(words: Words, view: CaseView) -> list[Moment]:
    """Return events and steps in order of time; cancelled steps are left out, the next ones stand last."""
    moments = [
        Moment(
            event.at,
            words(
                f"event.{event.kind}" if words.has(f"event.{event.kind}") else "event.other",
                kind=event.kind,
                who=post(words, event.actor),
                detail=event.detail,
            ),
        )
        for event in view.events
    ]
    for step in view.steps:
        if step.state in DONE:
            moments.append(Moment(step.due_at, words("step.done", step=rung(words, step))))
        elif step.state == "due":
            moments.append(Moment(step.due_at, words("step.due", step=rung(words, step)), ahead=True))
    return sorted(moments, key=lambda moment: (moment.ahead, moment.at))


def rung(words: Words, step: Step) -> Markup:
    """Return whom a step tells; every number after the ladder's last is the national desk again."""
    known = words.has(f"rung.{step.name}")
    return words(f"rung.{step.name}" if known else "rung.again")


def in_charge(words: Words, view: CaseView) -> Markup | None:
    """Return who accepted the case."""
    return post(words, view.case.acknowledged_by) if view.case.acknowledged_by else None


def post(words: Words, actor: str) -> Markup:
    """Return a post as agency and place; an account by its name, the gateway as such."""
    if words.has(f"actor.{actor}"):
        return words(f"actor.{actor}")
    with gateway().outside.store.reading() as work:
        seat = work.directory.seat(actor)
    if seat is None:
        return Markup.escape(actor)
    where = words.place(seat.post.place) if seat.post.place else words("place.country")
    return words("actor.post", agency=words.agency(seat.post.agency), place=where)

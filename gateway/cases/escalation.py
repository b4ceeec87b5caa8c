"""The ladder of a case: who is alerted next, and when, until a person answers (domain.md section 6)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.cases.clocks import EscalationSettings
from gateway.cases.routing import Office, Route
from gateway.cases.triage import Level

LOCAL, CAUGHT_UP, REFERRED = "0d", "0c", "referral"
"""Names beside the numbered steps: the district on release, offices that a later answer added, a referral."""

RUNGS: dict[int, str] = {0: "start", 1: "start", 2: "second", 3: "province", 4: "national"}
"""Numbered steps to whom they alert; every later number is the national desk again, for ever."""


@dataclass(frozen=True, slots=True)
class Step:
    """One planned step; unique by case, ``name`` and ``round``.

    ``only_without_receipt``: skip posts whose earlier alert has a delivery receipt; ``second_channel``: not the
    channel of the first alert; ``every_phone``: all phones and channels of the post; ``banner``: also shown on the
    supervisor's console; ``silent``: moves the inbox, sends no alert. No offices and a banner: only the banner.
    """

    name: str
    round: int
    due_at: datetime
    offices: tuple[Office, ...]
    only_without_receipt: bool = False
    second_channel: bool = False
    every_phone: bool = False
    banner: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Ladder:
    """Where a case stands on its ladder.

    ``anchor``: the danger answer, or whichever made it P0; else the routing. ``released_at``: when local posts of a P0
    were, or by what is known will be, released. ``round`` counts ladders of a case: a raised level begins a new one.
    ``last`` and ``last_due_at``: the highest numbered step sent in this round and when it was due. ``local_told``:
    step 0d was sent. ``paused_until``: an OK holds the ladder up to then.
    """

    level: Level
    route: Route
    anchor: datetime
    released_at: datetime | None = None
    round: int = 1
    last: int | None = None
    last_due_at: datetime | None = None
    local_told: bool = False
    paused_until: datetime | None = None

    def after(self, step: Step) -> "Ladder":
        """Return the ladder once ``step`` was sent, or found nobody."""
        if step.name == LOCAL:
            return replace(self, local_told=True)
        if step.name == CAUGHT_UP:
            return self
        return replace(self, last=int(step.name), last_due_at=step.due_at)


def raised(ladder: Ladder, level: Level, route: Route, now: datetime) -> Ladder:
    """Return the new ladder of a case that became more urgent: it begins again from step 0, ``now``.

    A district that was alerted already stays released.
    """
    knows = ladder.level != "P0" and ladder.last is not None and ladder.route.local_allowed
    released_at = ladder.released_at or (now if knows or route.released else None)
    return Ladder(level, route, now, released_at, ladder.round + 1)


def from_steps(ladder: Ladder, sent: Iterable[tuple[str, int, datetime]]) -> Ladder:
    """Return ``ladder`` with its position read from stored steps that went out (not due, not cancelled).

    Each is (name, round, due time).
    """
    for name, round_, due_at in sorted(sent, key=lambda row: (row[1], row[2])):
        if name == LOCAL and round_ == ladder.round:
            ladder = replace(ladder, local_told=True)
        elif name.isdecimal() and round_ == ladder.round and int(name) >= (ladder.last or 0):
            ladder = replace(ladder, last=int(name), last_due_at=due_at)
    return ladder


def planned(ladder: Ladder, now: datetime, settings: EscalationSettings) -> tuple[Step, ...]:
    """Return every step that must stand due now, earliest first: the next numbered one, and a P0's 0d.

    Never empty. A due time that has passed becomes ``now``. An OK moves all of it to ``paused_until``.
    """
    local = _local(ladder, now)
    steps = (*((local,) if local else ()), _numbered(ladder, now, settings, hurried=_is_paused(ladder)))
    return tuple(sorted(steps, key=lambda step: step.due_at))


def next_step(ladder: Ladder, now: datetime, settings: EscalationSettings) -> Step:
    """Return the earliest planned step."""
    return planned(ladder, now, settings)[0]


def step_named(ladder: Ladder, name: str, due_at: datetime) -> Step | None:
    """Return a stored due step with its offices of today; None for a name that this module does not plan (0c)."""
    if name == LOCAL:
        return _local(ladder, due_at)
    return _rung(ladder, int(name), due_at) if name.isdecimal() else None


def at_once(ladder: Ladder, now: datetime, settings: EscalationSettings) -> tuple[Step, ...]:
    """Return the plan after PASS, UNDO or "nobody there": the next step that alerts somebody is due now."""
    free = replace(ladder, paused_until=None)
    local = _local(free, now)
    return (*((local,) if local else ()), _numbered(free, now, settings, hurried=True))


def paused(ladder: Ladder, ok_at: datetime, settings: EscalationSettings) -> Ladder:
    """Return the ladder after an OK: what stood due comes 30 min (P0) or 60 min (others) after it."""
    minutes = settings.resume_after_ok_p0 if ladder.level == "P0" else settings.resume_after_ok_other
    return replace(ladder, paused_until=ok_at + timedelta(minutes=minutes))


def catch_up(ladder: Ladder, old: Route, now: datetime, round_: int) -> Step | None:
    """Return step 0c for offices that steps already sent would have told under the new route, None when there are none.

    Example: the province becomes known a minute after the danger answer. ``round_`` numbers such steps of a case.
    """
    if ladder.last is None:
        return None
    new = _reached(ladder, ladder.route, now) - _reached(ladder, old, now)
    return Step(CAUGHT_UP, round_, now, tuple(sorted(new, key=str)), silent=ladder.level == "P3") if new else None


def follow_ups(accepted_at: datetime, acted: bool, route: Route, settings: EscalationSettings) -> tuple[Step, ...]:
    """Return what an accepted case owes: "action" to the province after 24 h, "outcome" to the desk after 72 h."""
    outcome = Step("outcome", 1, accepted_at + settings.no_outcome, (route.national,), banner=True)
    if acted:
        return (outcome,)
    province = route.province or route.national
    return Step("action", 1, accepted_at + settings.no_action, (province,), banner=True), outcome


def unanswered(number: int, now: datetime, route: Route) -> Step:
    """Return what follows when a referral was not answered in time: the province, else the desk, must know."""
    return Step(REFERRED, number, now, (route.province or route.national,), banner=True)


def _is_paused(ladder: Ladder) -> bool:
    """Whether an OK still holds the ladder: no numbered step went out since."""
    return ladder.paused_until is not None and (ladder.last_due_at is None or ladder.last_due_at < ladder.paused_until)


def _local(ladder: Ladder, now: datetime) -> Step | None:
    """Return step 0d of a released P0; released after step 2, the second post is alerted with the first."""
    if ladder.level != "P0" or ladder.released_at is None or ladder.local_told or not ladder.route.local_allowed:
        return None
    late = ladder.last is not None and ladder.last >= 2
    offices = ladder.route.first + (ladder.route.then if late else ())
    return Step(LOCAL, ladder.round, max(ladder.released_at, ladder.paused_until or now, now), offices)


def _numbered(ladder: Ladder, now: datetime, settings: EscalationSettings, *, hurried: bool) -> Step:
    """Return the next numbered step; hurried, the next that alerts somebody, due at once or when the pause ends."""
    minutes, repeat = settings.minutes(ladder.level)
    since, base, number = ladder.anchor, 0, 0
    if ladder.last is not None and ladder.last_due_at is not None:
        since, base, number = ladder.last_due_at, _minute(minutes, repeat, ladder.last), ladder.last + 1
    while True:  # ends at step 4 at the latest: the national desk is always there
        if number in minutes or number > 4:
            ahead = _minute(minutes, repeat, number) - base
            due = now if hurried else _later(since, ahead, ladder.level, settings)
            step = _rung(ladder, number, max(due, ladder.paused_until or now, now))
            if _worth_sending(step, ladder, hurried):
                return step
        number += 1


def _worth_sending(step: Step, ladder: Ladder, hurried: bool) -> bool:
    """Whether a step does anything: alerts somebody, or at least lights the banner; hurried, alerts somebody new."""
    if hurried:
        return bool(step.offices) and not step.only_without_receipt
    return bool(step.offices) or (step.banner and ladder.route.local_allowed)


def _rung(ladder: Ladder, number: int, due_at: datetime) -> Step:
    """Return the step of a number with its offices; empty where the district's steps fall away or wait for release."""
    whom = RUNGS.get(number, "national")
    return Step(
        name=str(number),
        round=ladder.round,
        due_at=due_at,
        offices=_offices(ladder, whom, due_at),
        only_without_receipt=number == 1,
        second_channel=number == 1,
        every_phone=whom == "national",
        banner=whom == "second",
        silent=ladder.level == "P3",
    )


def _offices(ladder: Ladder, whom: str, at: datetime) -> tuple[Office, ...]:
    route, province = ladder.route, (ladder.route.province,) if ladder.route.province else ()
    released = ladder.level != "P0" or (ladder.released_at is not None and ladder.released_at <= at)
    local = route.local_allowed and released
    return {
        "start": (route.national, *province) if ladder.level == "P0" else route.first,
        "second": route.then if local else (),
        "province": province,
        "national": (route.national,),
    }[whom]


def _reached(ladder: Ladder, route: Route, now: datetime) -> set[Office]:
    """Return the offices that the steps sent so far tell under ``route``."""
    there = replace(ladder, route=route)
    numbers = range(0 if ladder.last is None else min(ladder.last, 4) + 1)
    whom = {RUNGS[number] for number in numbers}
    if ladder.level == "P0" and not ladder.local_told:
        whom.discard("second")  # step 0d, still to come, tells it together with the first
    told = {office for kind in whom for office in _offices(there, kind, now)}
    return told | set(route.first) if ladder.local_told and route.local_allowed else told


def _minute(minutes: dict[int, int], repeat: int, number: int) -> int:
    return minutes[number] if number <= 4 else minutes[4] + (number - 4) * repeat


def _later(since: datetime, minutes: int, level: Level, settings: EscalationSettings) -> datetime:
    if level in ("P2", "P3"):
        return settings.working_time.plus(since, minutes)
    return since + timedelta(minutes=minutes)

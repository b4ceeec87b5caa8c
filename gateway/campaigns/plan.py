"""How a broadcast goes on beside its first hour: how often, until when, by whose date, for how much, to which flow."""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal, get_args

from gateway.errors import Conflict, Defect

Repeats = Literal["once", "weekly", "monthly"]
REPEATS: tuple[Repeats, ...] = get_args(Repeats)
DateOf = Literal["departure", "return"]
DATES: tuple[DateOf, ...] = get_args(DateOf)
"""Dates that a contact may have: the planned day of leaving for work, and the day of coming home."""

EMERGENCY_LASTS = timedelta(days=1)
"""After it was asked for; whoever still needs it then asks again."""
AROUND = 366
"""Days before or after a person's date within which a message may stand."""
SERIES_ENDS = timedelta(days=366)
"""After its first round: no later one begins."""

TOO_FAR = "It lies more than a year ahead: choose a day within a year."

LATE = 1
"""Days: a message that missed its day, as by a night without power, leaves on the next."""


@dataclass(frozen=True, slots=True)
class Drip:
    """A message to each person ``days`` after her own date; before it when negative.

    ``late``: how many days later it may still leave, for whoever tells her date, or is reached, too late for the day.
    """

    of: DateOf
    days: int
    late: int = LATE

    def as_facts(self) -> list[str | int]:
        """Return it as plain values; the usual lateness is absent, so that earlier hashes still fit."""
        return [self.of, self.days, *([self.late] if self.late != LATE else [])]


@dataclass(frozen=True, slots=True)
class Dated:
    """People whose own date of a kind lies in a span of days, both ends included."""

    of: DateOf
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Plan:
    """``not_after``: nothing leaves from then on. ``budget`` in kip. ``reply_flow``: where answers go.

    ``facts_until``: the last local day on which what the text says is true. ``emergency``: before every other
    broadcast, and at night where a declared disaster lifts the quiet hours.
    """

    repeats: Repeats = "once"
    not_after: datetime | None = None
    drip: Drip | None = None
    budget: int | None = None
    reply_flow: str | None = None
    facts_until: date | None = None
    emergency: bool = False

    def as_facts(self) -> dict[str, Any]:
        """Return the plan as plain JSON values; what it does not use is absent. ``from_facts`` reads it back."""
        facts = {
            "repeats": self.repeats if self.repeats != "once" else None,
            "not_after": self.not_after.astimezone(UTC).isoformat(timespec="seconds") if self.not_after else None,
            "drip": self.drip.as_facts() if self.drip else None,
            "budget": self.budget,
            "reply_flow": self.reply_flow,
            "facts_until": self.facts_until.isoformat() if self.facts_until else None,
            "emergency": self.emergency or None,
        }
        return {name: value for name, value in facts.items() if value is not None}


ONCE = Plan()


def drip_from(facts: Sequence[Any]) -> Drip:
    """Return the drip of ``Drip.as_facts``; StopIteration, TypeError or ValueError for another one."""
    of, days, *late = facts
    return Drip(next(name for name in DATES if name == of), int(days), *map(int, late))


def from_facts(facts: Mapping[str, Any]) -> Plan:
    """Return the plan of ``as_facts``; Defect for one that this version did not write."""
    try:
        return Plan(
            repeats=next(name for name in REPEATS if name == facts.get("repeats", "once")),
            not_after=datetime.fromisoformat(facts["not_after"]) if "not_after" in facts else None,
            drip=drip_from(facts["drip"]) if "drip" in facts else None,
            budget=facts.get("budget"),
            reply_flow=facts.get("reply_flow"),
            facts_until=date.fromisoformat(facts["facts_until"]) if "facts_until" in facts else None,
            emergency=bool(facts.get("emergency", False)),
        )
    except (StopIteration, ValueError, TypeError) as error:
        raise Defect("a plan that cannot be read") from error


def check(plan: Plan, starts_at: datetime | None, now: datetime, zone: tzinfo) -> None:
    """Refuse, with a Conflict, a plan that contradicts itself or the calendar."""
    _check_emergency(plan, now)
    begins = max(starts_at or now, now)
    if plan.not_after is not None and plan.not_after <= begins:
        raise Conflict("Its last moment lies before its first.")
    if plan.not_after is not None and plan.not_after > now + timedelta(days=AROUND):
        raise Conflict(TOO_FAR)
    if plan.repeats != "once" and starts_at is None:
        raise Conflict("What repeats needs its first day and hour.")
    if plan.repeats != "once" and plan.drip is not None:
        raise Conflict("A message by each person's date does not repeat.")
    if plan.drip is not None and plan.not_after is None:
        raise Conflict("A message by each person's date needs a last day.")
    if plan.drip is not None and not (abs(plan.drip.days) <= AROUND and 0 <= plan.drip.late <= AROUND):
        raise Conflict("A message stands at most a year from a person's date.")
    last = plan.not_after or begins
    if plan.facts_until is not None and last.astimezone(zone).date() > plan.facts_until:
        raise Conflict("What it says is out of date before it has left.")
    if plan.budget is not None and plan.budget < 1:
        raise Conflict("A budget is at least one kip.")


def next_start(first: datetime, repeats: Repeats, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the next start after ``now`` of what began at ``first``, at the same local hour; None when it is once.

    A month without that day has it on its last.
    """
    if repeats == "once":
        return None
    here, number = first.astimezone(zone), 0
    at = here
    while at <= now:
        number += 1
        at = here + timedelta(weeks=number) if repeats == "weekly" else _months_on(here, number)
    return at.astimezone(UTC)


def next_round(first: datetime, this: datetime, repeats: Repeats, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the start of the round after ``this``; a round that was moved goes on from its own day."""
    planned = next_start(first, repeats, this - timedelta(seconds=1), zone)
    return next_start(first if planned == this else this, repeats, now, zone)


def is_over(plan: Plan, now: datetime, zone: tzinfo) -> bool:
    """Whether its last moment has come, or what it says is out of date."""
    late = plan.not_after is not None and now >= plan.not_after
    return late or (plan.facts_until is not None and now.astimezone(zone).date() > plan.facts_until)


def round_after(plan: Plan, first: datetime, this: datetime, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the start of the round that follows when ``this`` ends ``now``; None when the series is at its end."""
    at = next_round(first, this, plan.repeats, now, zone)
    return None if at is None or is_over(plan, at, zone) or at > first + SERIES_ENDS else at


def rounds_after(plan: Plan, first: datetime, this: datetime, now: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Yield the starts to come after ``this`` and ``now``, to the end of the series: 53 at most."""
    after = max(this, now)
    while at := round_after(plan, first, this, after, zone):
        yield at
        this = after = at


def dates_due(drip: Drip, now: datetime, zone: tzinfo) -> Dated:
    """Return the people who are written to today, those who are late among them.

    A message before a date is never so late that it leaves after that date.
    """
    today = now.astimezone(zone).date()
    on = today - timedelta(days=drip.days)
    late = on - timedelta(days=drip.late)
    return Dated(drip.of, max(late, today) if drip.days < 0 else late, on)


def dates_ahead(plan: Plan, now: datetime, zone: tzinfo) -> Dated | None:
    """Return the people who are written to from ``now`` to its end; None for a broadcast that goes by no dates."""
    if plan.drip is None:
        return None
    return replace(dates_due(plan.drip, now, zone), last=dates_due(plan.drip, plan.not_after or now, zone).last)


def hour_has_come(first: datetime | None, now: datetime, zone: tzinfo) -> bool:
    """Whether the local hour of the first start has come today; without one, the day's first open hour will do."""
    return first is None or now.astimezone(zone).time() >= first.astimezone(zone).time()


def _check_emergency(plan: Plan, now: datetime) -> None:
    """What leaves before everything else, and at night, does so once and soon."""
    late = plan.not_after is not None and plan.not_after > now + EMERGENCY_LASTS
    if plan.emergency and (plan.repeats != "once" or plan.drip is not None or late):
        raise Conflict("An emergency text is sent once, and within a day.")


def _months_on(at: datetime, months: int) -> datetime:
    year, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + year, month + 1
    return at.replace(year=year, month=month, day=min(at.day, monthrange(year, month)[1]))

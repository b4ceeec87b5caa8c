"""When broadcasts leave, as an iCalendar file (RFC 5545): names and hours, no person and no text."""

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any, Final

from icalendar import Calendar, Event

from gateway.services.campaign_calendar import Entry

PRODUCT: Final = "-//Saiduan//broadcasts//EN"
LASTS: Final = timedelta(hours=1)
SHORTEST_MONTH: Final = 28


def as_icalendar(entries: Iterable[Entry], host: str) -> str:
    """Return the file; ``host`` makes the ids of its events the gateway's own."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    for entry in entries:
        calendar.add_component(_event(entry, host))
    file: bytes = calendar.to_ical()
    return file.decode()


def _event(entry: Entry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.id}@{host}")
    event.add("dtstamp", entry.made_at)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.starts_at + LASTS)
    event.add("summary", entry.name)
    event.add("status", "CONFIRMED" if entry.is_certain else "TENTATIVE")
    if entry.goes_on:
        event.add("rrule", _rule(entry))
    return event


def _rule(entry: Entry) -> dict[str, Any]:
    """Return how it repeats; a month without its day has it on its last, as the gateway does."""
    rule: dict[str, Any] = {"freq": entry.repeats, "until": entry.until.astimezone(UTC)}
    if entry.repeats == "monthly" and (day := entry.starts_at.day) > SHORTEST_MONTH:
        rule |= {"bymonthday": list(range(SHORTEST_MONTH, day + 1)), "bysetpos": -1}
    return rule

"""When broadcasts leave, as an iCalendar file (RFC 5545): names and hours, no person and no text."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from gateway.services.campaign_calendar import Entry

PRODUCT: Final = "-//Saiduan//broadcasts//EN"
LASTS: Final = timedelta(hours=1)


def as_icalendar(entries: Iterable[Entry], host: str) -> str:
    """Return the file; ``host`` makes the ids of its events the gateway's own.

    Each round to come is an event of its own: a rule would take a short month's last day, and an early hour whose
    day is another one in UTC, otherwise than the gateway.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    for entry in entries:
        for at, leaves_at in ((entry.starts_at, entry.leaves_at), *entry.rounds.items()):
            calendar.add_component(_event(entry, at, leaves_at, host))
    file: bytes = calendar.to_ical()
    return file.decode()


def _event(entry: Entry, at: datetime, leaves_at: datetime, host: str) -> Event:
    event = Event()
    event.add("uid", f"{_name(entry, at)}@{host}")
    event.add("dtstamp", entry.made_at)
    event.add("dtstart", leaves_at)
    event.add("dtend", leaves_at + LASTS)
    event.add("summary", entry.name)
    event.add("status", "CONFIRMED" if entry.is_certain else "TENTATIVE")
    return event


def _name(entry: Entry, at: datetime) -> str:
    """Return what names an event for good: a round that was foretold is the same one when its turn has come."""
    return entry.id if entry.repeats == "once" else f"{entry.series}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"

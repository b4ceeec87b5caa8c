"""Alarms of carriers: what somebody who runs the gateway has to mend, told once an hour for each channel."""

from datetime import datetime, timedelta
from typing import Final

from gateway.ports.alarms import Alarm, Kind
from gateway.ports.chance import Chance
from gateway.ports.channel import SendResult
from gateway.ports.unit_of_work import UnitOfWork

AGAIN: Final = timedelta(hours=1)


def kind_of(result: SendResult) -> Kind | None:
    """Return what a verdict says of its channel: it refuses us, it refuses such texts, or nothing."""
    if result.outcome == "broken":
        return "channel_broken"
    return "texts_refused" if result.alarm else None


def sound(work: UnitOfWork, chance: Chance, kind: Kind, channel: str, now: datetime) -> None:
    """Put an alarm on the console, unless this one was there within the hour."""
    work.alarms.sound(Alarm(chance.new_id(), kind, channel, now), now - AGAIN)

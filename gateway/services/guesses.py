"""Wrong passphrases and codes: each makes a name and a network wait longer, many sound an alarm."""

from datetime import datetime, timedelta

from gateway.ports.alarms import Alarm
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork

KEPT = timedelta(minutes=15)
FREE = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=2)
MANY = 10  # with the growing wait, one name cannot be tried much more often in the time that failures are kept


def subjects_of(name: str, network: str) -> tuple[str, str]:
    """Return what wrong tries are counted by."""
    return f"name:{name[:80]}", f"network:{network}"


def must_wait(work: UnitOfWork, subject: str, now: datetime) -> bool:
    """Whether a name or network must wait after its last failure: twice as long with each, never for good."""
    over = work.accounts.failed(subject, now - KEPT) - FREE
    return over >= 0 and work.accounts.failed(subject, now - min(FIRST_WAIT * 2**over, LONGEST_WAIT)) > 0


def note_wrong(outside: Outside, work: UnitOfWork, subjects: tuple[str, ...], now: datetime) -> None:
    """Count a wrong try; at many within a quarter of an hour, those who watch are told."""
    for subject in subjects:
        work.accounts.note_failed(subject, now)
        if work.accounts.failed(subject, now - KEPT) >= MANY:
            alarm = Alarm(outside.chance.new_id(), "guessing", subject.partition(":")[2], now)
            if work.alarms.sound(alarm, now - KEPT):
                outside.meter.event("sign_in_guessed", by=subject.partition(":")[0])

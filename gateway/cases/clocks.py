"""The clocks of cases: every interval that partners confirm, and the waits before anybody is alerted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.cases.triage import Level
from gateway.cases.working_time import WorkingTime
from gateway.errors import ConfigurationError

_NUMBERS = {6: (0, 1, 2, 3, 4), 5: (0, 2, 3, 4)}


@dataclass(frozen=True, slots=True)
class EscalationSettings:
    """The clocks. ``p0``, ``p1``: minutes of steps 0-4, then the repeat interval; ``p2``: working minutes, no step 1.

    Partners confirm the figures; ``copies_*`` bound copies, ``surge_*`` the alerts to one phone, beyond which a digest
    tells of cases without danger.
    """

    p0: tuple[int, ...] = (0, 2, 5, 10, 15, 20)
    p1: tuple[int, ...] = (0, 5, 15, 30, 60, 60)
    p2: tuple[int, ...] = (0, 240, 480, 960, 960)
    p3_working_day: int = 480
    resume_after_ok_p0: int = 30
    resume_after_ok_other: int = 60
    undo_minutes: int = 15
    danger_wait: timedelta = timedelta(minutes=3)
    abandoned_ussd: timedelta = timedelta(minutes=10)
    abandoned_sms: timedelta = timedelta(minutes=30)
    no_action: timedelta = timedelta(hours=24)
    no_outcome: timedelta = timedelta(hours=72)
    copies_per_post: int = 2
    copies_window: timedelta = timedelta(minutes=15)
    surge_alerts: int = 10
    surge_window: timedelta = timedelta(minutes=10)
    digest_every: timedelta = timedelta(minutes=5)
    working_time: WorkingTime = field(default_factory=WorkingTime)

    def __post_init__(self) -> None:
        """Refuse minutes that are not one per step, fall back, or repeat without pause."""
        for name, row in (("P0", self.p0), ("P1", self.p1), ("P2", self.p2)):
            steps = row[:-1]
            if len(row) not in _NUMBERS or list(steps) != sorted(steps) or steps[0] != 0 or row[-1] < 1:
                cure = "Give the minutes of steps 0 to 4 (P2: without step 1), rising from 0, then the repeat interval."
                raise ConfigurationError(f"escalation.{name}", "is no ladder", cure)

    def minutes(self, level: Level) -> tuple[dict[int, int], int]:
        """Return ({step number: minute}, repeat interval); P2 and P3 count working minutes."""
        if level == "P3":
            return {0: 0, 3: self.p3_working_day, 4: 2 * self.p3_working_day}, self.p3_working_day
        row = {"P0": self.p0, "P1": self.p1, "P2": self.p2}[level]
        return dict(zip(_NUMBERS[len(row)], row[:-1], strict=True)), row[-1]


def may_undo(said_at: datetime, now: datetime, settings: EscalationSettings) -> bool:
    """Whether an officer's word can still be taken back."""
    return now <= said_at + timedelta(minutes=settings.undo_minutes)


def release_due(danger_at: datetime, last_answer_at: datetime, channel: str, settings: EscalationSettings) -> datetime:
    """Return when a P0's local posts are released although step 7 is unanswered.

    3 min after the danger answer if nothing followed it, else when the report counts as abandoned.
    """
    if last_answer_at <= danger_at:
        return danger_at + settings.danger_wait
    return abandoned_due(last_answer_at, channel, settings)


def abandoned_due(last_answer_at: datetime, channel: str, settings: EscalationSettings) -> datetime:
    """Return when a report without a further answer is routed as it stands; ``channel`` is ``ussd`` or ``sms``."""
    return last_answer_at + (settings.abandoned_ussd if channel == "ussd" else settings.abandoned_sms)

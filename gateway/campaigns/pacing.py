"""When a broadcast may leave: quiet hours and holidays, the first fifty alone, never faster than its rate."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from gateway.errors import Defect

VIENTIANE = timezone(timedelta(hours=7), "Asia/Vientiane")
MARGIN: Final = timedelta(minutes=10)
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours without broadcasts, from ``start`` up to ``end``, over midnight or not; equal means none.

    Broadcasts stop ``margin`` earlier, so that no handset rings after ``start``. A holiday is quiet from midnight to
    midnight. Hours that leave no broadcast any moment of a day are a Defect.
    """

    start: time = time(21)
    end: time = time(7)
    zone: tzinfo = VIENTIANE
    margin: timedelta = MARGIN
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if never_open(self.start, self.end, self.margin):
            raise Defect("quiet hours that never end")

    def open_at(self, now: datetime) -> bool:
        """Whether a broadcast may leave at ``now``."""
        return self.next_open(now) == now.astimezone(UTC)

    def next_open(self, now: datetime) -> datetime:
        """Return ``now`` when broadcasts may leave, else the end of the quiet hours; UTC."""
        at = now.astimezone(UTC)
        # This ends: holidays are counted, and no two nights meet.
        while waits := [opens for closes, opens in self._closed(at) if closes <= at < opens]:
            at = max(waits)
        return at

    def closes_at(self, now: datetime) -> datetime | None:
        """Return when broadcasts stop next, ``margin`` before the quiet hours; None when there are none."""
        return min((closes for closes, _ in self._closed(now) if closes > now), default=None)

    def worthless_after(self, now: datetime) -> datetime | None:
        """Return the not_after of a text released at ``now``: the quiet hours' next start; None when there are none."""
        closes = self.closes_at(now)
        return closes + self.margin if closes else None

    def _closed(self, now: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the closed nights around ``now`` and the holidays, in UTC, each begun ``margin`` early."""
        for day in self.holidays:
            midnight = datetime.combine(day, time(), self.zone).astimezone(UTC)
            yield midnight - self.margin, midnight + timedelta(days=1)
        if self.start == self.end:
            return
        today = now.astimezone(self.zone).date()
        for ahead in (-1, 0, 1):
            day = today + timedelta(days=ahead)
            wakes = day + timedelta(days=1) if self.end < self.start else day
            begin = datetime.combine(day, self.start, self.zone).astimezone(UTC)
            yield begin - self.margin, datetime.combine(wakes, self.end, self.zone).astimezone(UTC)


def never_open(start: time, end: time, margin: timedelta = MARGIN) -> bool:
    """Whether quiet hours begun ``margin`` early leave no moment of a day."""
    return start != end and (_into_day(start) - _into_day(end)) % A_DAY <= margin


def _into_day(hour: time) -> timedelta:
    return datetime.combine(date.min, hour) - datetime.combine(date.min, time())


NEVER_QUIET = QuietHours(time(0), time(0))
"""For the texts of a declared disaster."""


@dataclass(frozen=True, slots=True)
class PacingSettings:
    """``first`` people go alone; the rest follow when they are settled, or ``first_wait`` after the last of them left.

    More than ``failing_share`` failures, among them or of all later, pause the campaign.
    """

    quiet: QuietHours = field(default_factory=QuietHours)
    first: int = 50
    first_wait: timedelta = timedelta(minutes=5)
    failing_share: float = 0.2


def not_before(start: datetime, index: int, rate: float, settings: PacingSettings) -> datetime:
    """Return when the person at ``index`` (from 0) may be written to, at ``rate`` texts a second from ``start`` on.

    Time runs only outside the closed hours: what does not fit before them goes on when they end.
    """
    left = timedelta(seconds=index / _positive(rate))
    at = settings.quiet.next_open(start)
    while (closes := settings.quiet.closes_at(at)) is not None and at + left >= closes:
        left -= closes - at
        at = settings.quiet.next_open(closes)
    return at + left


def ends_at(total: int, start: datetime, rate: float, settings: PacingSettings) -> datetime:
    """Return when the last of ``total`` texts leaves, as shown to the manager before approval."""
    rest_from = start if total <= settings.first else not_before(start, 0, rate, settings) + settings.first_wait
    return not_before(rest_from, max(0, total - 1), rate, settings)


def _positive(rate: float) -> float:
    if rate <= 0:
        raise Defect("a sending rate is above zero")
    return rate

"""What the next round of a broadcast does, from how far it has come: the first few alone, a budget, its failures."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

from gateway.campaigns.pacing import PacingSettings

RELEASE_AHEAD: Final = 10.0
"""Seconds of sending that may wait in the outbox: a STOP finds the rest still unreleased."""

Why = Literal["failures", "budget"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a broadcast has come, in people.

    ``planned``: not released yet. ``gone``: released, and left or about to leave. Of these ``waiting`` are still with
    us, ``open`` were taken by a provider and have no receipt yet, ``failed`` certainly did not arrive, and of
    ``unknown`` nobody knows. ``passed``: the first people's fate let the others follow. ``waited``: since the last of
    the first was handed over; None while none was. ``seen_gone``, ``seen_failed``: what a person knew of who let it go
    on in spite of failures.
    """

    planned: int = 0
    gone: int = 0
    waiting: int = 0
    open: int = 0
    failed: int = 0
    unknown: int = 0
    passed: bool = False
    waited: timedelta | None = None
    seen_gone: int = 0
    seen_failed: int = 0

    @property
    def judged(self) -> tuple[int, int]:
        """How many failed of how many: of the first people's known fates, later of all since a person last looked."""
        if self.passed:
            return self.failed - self.seen_failed, self.gone - self.seen_gone
        return self.failed, self.known

    @property
    def known(self) -> int:
        """People whose text left and whose fate is not in doubt; to have no receipt yet is no doubt."""
        return self.gone - self.waiting - self.unknown


@dataclass(frozen=True, slots=True)
class Step:
    """``release`` up to ``count`` people, ``pause`` because of ``why``, ``finish``, or ``wait``."""

    kind: Literal["release", "pause", "finish", "wait"]
    count: int = 0
    why: Why | None = None


WAIT: Final = Step("wait")
FINISH: Final = Step("finish")


def next_step(
    at: Standing, settings: PacingSettings, rate: float, affordable: int | None, *, urgent: bool, dated: bool
) -> Step:
    """Return what follows now, in an open hour.

    ``rate``: texts a second. ``affordable``: texts that its budget still pays; None without one. ``urgent``: it waits
    for nobody's receipt. ``dated``: by people's own dates, so that nobody being left is no end.
    """
    if not at.waiting and not at.planned and not dated:
        return FINISH
    if failing(at, settings):
        return Step("pause", why="failures")
    room = _room(at, settings, rate, urgent=urgent)
    if isinstance(room, Step):
        return room
    if affordable is None or not at.planned:
        return _release(min(room, at.planned))
    if affordable <= 0:  # what was paid for already may leave first
        return WAIT if at.waiting else Step("pause", why="budget")
    return _release(min(room, at.planned, affordable))


def alone(at: Standing, settings: PacingSettings, *, urgent: bool) -> bool:
    """Whether only the first few leave now, and others are to follow once their fate lets them."""
    return not urgent and not at.passed and at.planned + at.gone > settings.first


def failing(at: Standing, settings: PacingSettings) -> bool:
    """Whether too many of those failed that left since a person last looked; fewer than the first few say nothing."""
    gone, failed = at.gone - at.seen_gone, at.failed - at.seen_failed
    return gone >= settings.first and failed > settings.failing_share * gone


def passes(at: Standing, settings: PacingSettings) -> bool | None:
    """Whether the first people's fate lets the others follow; None while it is not known.

    Of texts in doubt nobody knows anything: they count neither way, and all in doubt is no good fate.
    """
    if at.waiting or (at.open and (at.waited is None or at.waited < settings.first_wait)):
        return None
    return bool(at.known) and at.failed <= settings.failing_share * at.known


def texts_left(budget: int, spent: int | None, each: Collection[int | None]) -> int | None:
    """Return how many more of the dearest text a ``budget`` pays, all in kip; none while a price is not known.

    ``each``: what one text costs, by language. None: they cost nothing.
    """
    known = [price for price in each if price is not None]
    if spent is None or len(known) != len(each):
        return 0
    dearest = max(known, default=0)
    return max(0, budget - spent) // dearest if dearest else None


def _room(at: Standing, settings: PacingSettings, rate: float, *, urgent: bool) -> int | Step:
    if at.gone < settings.first:
        return settings.first - at.gone
    if not at.passed and not urgent:
        fate = passes(at, settings)
        if fate is None:
            return WAIT
        if not fate:
            return Step("pause", why="failures")
    return max(settings.first, int(rate * RELEASE_AHEAD)) - at.waiting


def _release(count: int) -> Step:
    return Step("release", count) if count > 0 else WAIT

"""What came of a broadcast: by district and language, why texts failed, and who wrote back; small figures hidden."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.campaigns.audience import told
from gateway.delivery.life import FAILURES
from gateway.ports.campaign_book import Fate
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.campaign_progress import KINDS

FEW: Final = 5
"""A figure below it says too much about too few people: it is shown together with others, or as "<5"."""
ELSEWHERE: Final = ""
IN_DOUBT: Final = frozenset({"unknown", "no_receipt"})
KEPT_BACK: Final = frozenset(state for state, kind in KINDS.items() if kind == "left_out")
"""Left out for good; what is held may still leave."""


@dataclass(frozen=True, slots=True)
class Share:
    """Of ``people`` of a place or language ``delivered`` have the text; ``key`` is ELSEWHERE for those put together."""

    key: str
    delivered: int
    people: int

    @property
    def shown(self) -> str:
        """The two figures as they may be shown."""
        return f"{few(self.delivered)} / {few(self.people)}"

    @property
    def percent(self) -> int | None:
        """Whole per cent; None where it would give a small figure away."""
        small = any(0 < count < FEW for count in (self.delivered, self.people))
        return None if small or not self.people else round(100 * self.delivered / self.people)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that is told of a broadcast afterwards; ``answered``: people who wrote after it had left."""

    districts: tuple[Share, ...]
    languages: tuple[Share, ...]
    failures: Mapping[str, int]
    unknown: Mapping[str, int]
    left_out: Mapping[str, int]
    answered: int


def results_of(work: UnitOfWork, campaign_id: str) -> Results:
    """Return the results of a broadcast as they stand."""
    fates = work.campaigns.fates(campaign_id)
    return Results(
        shares(fates, "district"),
        shares(fates, "language"),
        reasons_of(fates, FAILURES),
        reasons_of(fates, IN_DOUBT),
        together(reasons_of(fates, KEPT_BACK)),
        work.campaigns.answered(campaign_id),
    )


def shares(fates: Iterable[Fate], by: Literal["district", "language"]) -> tuple[Share, ...]:
    """Return delivered of all for each place or language, largest first; those of too few people are put together.

    Whoever is left out is counted nowhere, as in what is told of its progress.
    """
    people, delivered = Counter[str](), Counter[str]()
    for fate in (fate for fate in fates if fate.state not in KEPT_BACK):
        key = getattr(fate, by) or ELSEWHERE
        people[key] += fate.people
        delivered[key] += fate.people if fate.state == "delivered" else 0
    merged = merge_few(people)
    groups: dict[str, list[str]] = {}
    for key in people:
        groups.setdefault(merged[key], []).append(key)
    summed = [
        Share(key, sum(delivered[one] for one in members), sum(people[one] for one in members))
        for key, members in groups.items()
    ]
    return tuple(sorted(summed, key=lambda share: (-share.people, share.key)))


def merge_few(people: Mapping[str, int]) -> dict[str, str]:
    """Return for each place or language under which line it stands: those below five people under one.

    A single hidden line could be had back from the total, and so could a sum below five: the next smallest go with it.
    """
    ordered = sorted(people, key=lambda key: (people[key], key))
    merged = [key for key in ordered if people[key] < FEW]
    for key in ordered[len(merged) :]:
        if not merged or (len(merged) > 1 and sum(people[one] for one in merged) >= FEW):
            break
        merged.append(key)
    return {key: ELSEWHERE if key in merged else key for key in people}


def reasons_of(fates: Iterable[Fate], states: Iterable[str]) -> Mapping[str, int]:
    """Count people by the reason of their state, or by the state where there is none; the most frequent first.

    As in every count, what touches a case is one reason.
    """
    wanted, reasons = frozenset(states), Counter[str]()
    for fate in fates:
        if fate.state in wanted:
            reasons[told(fate.reason or fate.state)] += fate.people
    return dict(reasons.most_common())


def together(reasons: Mapping[str, int]) -> Mapping[str, int]:
    """Put reasons of too few people under ELSEWHERE, so that none of several follows from their sum."""
    merged, summed = merge_few(reasons), Counter[str]()
    for reason, count in reasons.items():
        summed[merged[reason] if len(reasons) > 1 else reason] += count
    return dict(summed.most_common())


def few(count: int) -> str:
    """Return a figure as it may be shown."""
    return f"<{FEW}" if 0 < count < FEW else f"{count:,}"

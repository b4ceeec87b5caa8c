"""Who a broadcast would reach before anybody is written to: counted with every exclusion, and shown one by one."""

from collections.abc import Collection
from dataclasses import dataclass

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.ports.audience_book import Group, Person
from gateway.ports.campaign_book import Reach
from gateway.ports.outside import Outside


@dataclass(frozen=True, slots=True)
class Audience:
    """Reads only; what it says holds for the moment at which it was asked."""

    outside: Outside

    def count(self, rule: AudienceRule, languages: Collection[str]) -> Reach:
        """Count people by the language they would be written in, and those left out by reason.

        ``languages`` are those that have a text; Conflict when there is none.
        """
        with self.outside.store.reading() as work:
            return work.audience.count(rule, _written(languages), self.outside.clock.now())

    def preview(
        self, rule: AudienceRule, languages: Collection[str], beyond: str = "", *, back: bool = False
    ) -> Person | None:
        """Return the recipient after contact id ``beyond``, or the one before; None at the end of the walk."""
        now, texts = self.outside.clock.now(), _written(languages)
        with self.outside.store.reading() as work:
            return next(iter(work.audience.walk(rule, texts, now, beyond, 1, back=back)), None)

    def groups(self) -> tuple[Group, ...]:
        """Return every group with its size."""
        with self.outside.store.reading() as work:
            return work.audience.groups()


def _written(languages: Collection[str]) -> tuple[str, ...]:
    if not languages:
        raise Conflict("Write the text in at least one language.")
    return tuple(sorted(languages))

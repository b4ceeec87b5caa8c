"""Who a broadcast would reach before anybody is written to: counted with every exclusion, and shown one by one."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.ports.audience_book import Group, Listed, Person
from gateway.ports.campaign_book import Reach
from gateway.ports.outside import Outside
from gateway.services.campaign_results import FEW
from gateway.services.reasons import is_reason, tidied_reason

PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Audience:
    """Reads only; what it says holds for the moment at which it was asked."""

    outside: Outside

    def count(self, rule: AudienceRule, languages: Collection[str]) -> Reach:
        """Count people by the language they would be written in, and those left out by reason.

        ``languages`` are those that have a text; Conflict when there is none. Nobody, where so few did what the rule
        asks for that the count would tell of them.
        """
        with self.outside.store.reading() as work:
            return tellable(rule, work.audience.count(rule, _written(languages), self.outside.clock.now()))

    def preview(
        self, rule: AudienceRule, languages: Collection[str], beyond: str = "", *, back: bool = False
    ) -> Person | None:
        """Return the recipient after contact id ``beyond``, or the one before; None at the end of the walk.

        None, too, where so few did what the rule asks for that they are not counted either.
        """
        now, texts = self.outside.clock.now(), _written(languages)
        with self.outside.store.reading() as work:
            if rule.past and len(work.audience.walk(rule, texts, now, limit=FEW)) < FEW:
                return None
            return next(iter(work.audience.walk(rule, texts, now, beyond, 1, back=back)), None)

    def groups(self) -> tuple[Group, ...]:
        """Return every group with its size."""
        with self.outside.store.reading() as work:
            return work.audience.groups()

    def export(self, by: str, reason: str = "", *, numbers: bool = False) -> Iterator[Listed]:
        """Yield everybody who agreed and did not stop; who asked is written down first.

        Conflict for numbers without a reason of five characters at least.
        """
        why = tidied_reason(reason)
        if numbers and not is_reason(why):
            raise Conflict("Numbers leave the gateway only with a reason of five characters at least.")
        said = "contacts.exported_with_numbers" if numbers else "contacts.exported"
        with self.outside.store.writing() as work:
            work.audit.append(self.outside.clock.now(), by, "admin" if numbers else "manager", said, why)
        beyond = ""
        while True:
            with self.outside.store.reading() as work:
                page = work.audience.agreed(beyond, PAGE)
            if not page:
                return
            beyond = page[-1].person.contact_id
            yield from page if numbers else (replace(one, number="") for one in page)


def tellable(rule: AudienceRule, reach: Reach) -> Reach:
    """Return a head count as it may be told: nothing of fewer than five people who did, or did not do, something.

    Who wrote back after a broadcast may have asked for help, and by narrower and narrower rules would be found.
    """
    return Reach({}, {}) if rule.past and sum(reach.by_language.values()) < FEW else reach


def _written(languages: Collection[str]) -> tuple[str, ...]:
    if not languages:
        raise Conflict("Write the text in at least one language.")
    return tuple(sorted(languages))

"""What a broadcast costs by operator: people judged by a sample of real recipients, prices as configured."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.ports.campaign_book import Reach
from gateway.ports.outside import Outside
from gateway.services.routes import Routes
from gateway.text.segments import measure

SAMPLE: Final = 200


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """One operator's part; ``total`` in kip, None where a price is not set."""

    channel: str
    people: int
    segments: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Operators:
    """``prices``: kip a segment by channel and script."""

    outside: Outside
    routes: Routes
    prices: Mapping[str, Mapping[str, int]]

    def forecast(self, rule: AudienceRule, reach: Reach, worst: Mapping[str, str]) -> tuple[OperatorLine, ...]:
        """Split the people a broadcast reaches by who carries them; exact up to ``SAMPLE`` people, else in proportion.

        ``worst``: each text with the longest names in it. By size, the largest first.
        """
        carriers = self._carriers(rule, tuple(sorted(worst)) if reach.by_language else ())
        seen = sum(carriers.values())
        lines = []
        for channel, share in carriers.most_common():
            people = {language: round(count * share / seen) for language, count in reach.by_language.items()}
            sizes = {language: measure(worst[language]) for language in people}
            prices = self.prices.get(channel, {})
            segments = {language: people[language] * sizes[language].segments for language in people}
            priced = all(prices.get(sizes[language].encoding) for language in people if people[language])
            kip = sum(segments[language] * prices.get(sizes[language].encoding, 0) for language in people)
            total = kip if priced else None
            lines.append(OperatorLine(channel, sum(people.values()), sum(segments.values()), total))
        return tuple(lines)

    def _carriers(self, rule: AudienceRule, languages: tuple[str, ...]) -> Counter[str]:
        if not languages:
            return Counter()
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            some = work.audience.walk(rule, languages, now, "", SAMPLE)
            known = (work.people.get(person.contact_id) for person in some)
            return Counter(self.routes.for_news(contact.msisdn) for contact in known if contact is not None)

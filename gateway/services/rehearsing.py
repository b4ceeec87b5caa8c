"""A broadcast sent to the test phones of those who prepare it: a group of the contacts, so that no number is typed."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.services.campaign_rows import found
from gateway.services.reader_places import filled
from gateway.services.routes import Routes
from gateway.text.segments import measure

TEST_GROUP: Final = "test phones"
MOST_PHONES: Final = 10
LIFE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Sends every text of a draft to the test phones, once a minute; written to the audit."""

    outside: Outside
    routes: Routes

    def send(self, campaign_id: str, by: str) -> int:
        """Send the texts as they stand to each test phone; return how many texts. Conflict without a test phone."""
        now = self.outside.clock.now()
        rule = AudienceRule(groups=frozenset({TEST_GROUP}), rest_days=0)
        queued = 0
        with self.outside.store.writing() as work:
            row = found(work, campaign_id)
            texts = {language: text for language, text in row.texts.items() if text.strip()}
            phones = work.audience.walk(rule, tuple(sorted(texts)), now, "", MOST_PHONES) if texts else ()
            if not phones:
                raise Conflict("There is no test phone: put one into the group of test phones.")
            for phone in phones:
                contact = work.people.lock_id(phone.contact_id)
                for language, text in sorted(texts.items()):
                    said = filled(text, language, contact.district or contact.province)
                    key = f"test:{campaign_id}:{contact.id}:{language}:{now:%Y%m%d%H%M}"
                    channel, new_id = self.routes.for_news(contact.msisdn), self.outside.chance.new_id()
                    queued += work.outbox.add(
                        Outgoing(
                            new_id, key, "news", "replies", channel, contact.id, said, now, now, now + LIFE,
                            language=language, text_sha256=sha256(said.encode()).hexdigest(),
                            segments=measure(said).segments,
                        )
                    )  # fmt: skip
            work.audit.append(now, by, "manager", "campaign.tested", campaign_id)
        self.outside.wakeup.wake("replies")
        return queued

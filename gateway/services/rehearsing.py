"""A broadcast sent to the listed phones of the team, so that whoever prepares it reads it as readers will."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from gateway.contacts.contact import Contact
from gateway.errors import Conflict
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.services.campaign_places import require_within
from gateway.services.campaign_rows import found, rule_of
from gateway.services.reader_places import filled
from gateway.services.routes import Routes
from gateway.text.segments import measure

MOST_PHONES: Final = 10
LIFE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Rehearsing:
    """Sends every text of a draft to the phones of the team, once a minute; written to the audit.

    ``team`` are the listed numbers: nobody types one, so no stranger gets a test by a slip.
    """

    outside: Outside
    routes: Routes
    team: frozenset[str]

    @property
    def phones(self) -> tuple[str, ...]:
        """The numbers that a test goes to, in order."""
        return tuple(sorted(self.team))[:MOST_PHONES]

    def send(self, campaign_id: str, by: str, ending: str = "") -> int:
        """Send the texts as they stand to each phone of the team that ends so; return how many texts.

        Conflict without a text, without such a phone, when each of them has texted STOP, and for a broadcast to people
        outside the places of the account.
        """
        now = self.outside.clock.now()
        queued = 0
        with self.outside.store.writing() as work:
            row = found(work, campaign_id)
            require_within(work, by, rule_of(row))
            texts = {language: text for language, text in row.texts.items() if text.strip()}
            if not texts:
                raise Conflict("Write the text in at least one language.")
            if not self.phones:
                raise Conflict("There is no test phone: list numbers under team in gateway.yaml.")
            chosen = [number for number in self.phones if number.endswith(ending)]
            if not chosen:
                raise Conflict("No test phone ends so.")
            reached = [one for number in chosen if (one := work.people.lock(number, now)).opted_out_at is None]
            if not reached:
                raise Conflict("Each test phone has texted STOP.")
            for contact in reached:
                for language, text in sorted(texts.items()):
                    queued += work.outbox.add(self._test(campaign_id, contact, language, text))
            work.audit.append(now, by, "manager", "campaign.tested", campaign_id)
        self.outside.wakeup.wake("replies")
        return queued

    def _test(self, campaign_id: str, contact: Contact, language: str, text: str) -> Outgoing:
        """Return one text as a reader of the phone's own place would get it; the same minute's twice is one."""
        now = self.outside.clock.now()
        said = filled(text, language, contact.district or contact.province)
        return Outgoing(
            self.outside.chance.new_id(),
            f"test:{campaign_id}:{contact.id}:{language}:{now:%Y%m%d%H%M}",
            "news",
            "replies",
            self.routes.for_news(contact.msisdn),
            contact.id,
            said,
            now,
            now,
            now + LIFE,
            language=language,
            text_sha256=sha256(said.encode()).hexdigest(),
            segments=measure(said).segments,
        )

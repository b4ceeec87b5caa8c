"""Short texts to phones of posts about the posts themselves: one segment, a place at most, never a case's story."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.ports.content import Content
from gateway.ports.outbox import Outgoing
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.routes import Routes
from gateway.services.texts import outgoing
from gateway.text.catalogue import fill

LIVES = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PostNotices:
    """Queues notices, each once under its key, inside a transaction that its caller holds."""

    outside: Outside
    content: Content
    routes: Routes

    def tell(
        self, work: UnitOfWork, content_id: str, contact_id: str, language: str, key: str, now: datetime, **values: str
    ) -> bool:
        """Tell one phone; ``place`` is a code, told by its name. False when it was told under this key before."""
        contact = work.people.get(contact_id)
        if contact is None:
            return False
        message = self.content.catalogue().get(language, content_id)
        if "place" in values:
            values["place"] = self._name(values["place"], language)
        return work.outbox.add(outgoing(Outgoing(
            self.outside.chance.new_id(), key, "notice", "replies", self.routes.for_alert(contact.msisdn), contact_id,
            fill(message.text, values), now, now, now + LIVES, language=language, content_id=content_id,
            bundle=self.content.version_of(content_id),
        )))  # fmt: skip

    def _name(self, code: str, language: str) -> str:
        places = self.content.library().places
        place = places.by_code(code)
        return places.label(place, language) if place else "LA"

"""What a flow may ask for and few do: read from the database the first time it is asked, or every message would pay."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from gateway.contacts.contact import Contact
from gateway.contacts.phone import country_of
from gateway.directory.hotline import ROLES, choose, printable
from gateway.ports.content import Content
from gateway.ports.unit_of_work import UnitOfWork

COUNTRIES = ("LA", "TH", "VN", "CN")


class Hotlines(Mapping[str, str]):
    """Verified numbers by role, read only when a text asks for one: few do, and every message would pay."""

    def __init__(self, work: UnitOfWork, content: Content, contact: Contact, now: datetime) -> None:
        self._work, self._content, self._contact, self._now = work, content, contact, now
        self._shown: dict[str, str] | None = None

    def _read(self) -> dict[str, str]:
        if self._shown is None:
            entries = self._work.directory.dialled_hotlines()
            country = country_of(self._contact.msisdn) or "LA"
            chosen = {role: choose(entries, role, country, self._now) for role in ROLES} if entries else {}
            catalogue, language = self._content.catalogue(), self._contact.language or "lo"
            names = {code: catalogue.get(language, f"common.country_{code.lower()}").text for code in COUNTRIES}
            self._shown = {role: printable(entry, names) for role, entry in chosen.items() if entry is not None}
        return self._shown

    def __getitem__(self, role: str) -> str:
        return self._read()[role]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class Joined(Collection[str]):
    """The courses or lists that a contact is in."""

    def __init__(self, work: UnitOfWork, contact_id: str, kind: str) -> None:
        self._work, self._contact_id, self._kind = work, contact_id, kind
        self._names: frozenset[str] | None = None

    def _read(self) -> frozenset[str]:
        if self._names is None:
            self._names = self._work.memberships.names(self._contact_id, self._kind)
        return self._names

    def __contains__(self, name: object) -> bool:
        return name in self._read()

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

"""What a flow may ask for and few do: read from the database the first time it is asked, or every message would pay."""

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from gateway.contacts.contact import Contact
from gateway.contacts.phone import country_of
from gateway.directory.hotline import NO_LAO, RECORDED, ROLES, Hotline, choose, printable
from gateway.ports.content import Content
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.disasters import places_in_disaster

HOME = "LA"
COUNTRIES = (HOME, "TH", "VN", "CN")


class Hotlines(Mapping[tuple[str, str], str]):
    """Verified numbers by role and country, as they are shown; country "" is the one that the phone is from."""

    def __init__(self, work: UnitOfWork, content: Content, contact: Contact, now: datetime) -> None:
        self._work, self._content, self._contact, self._now = work, content, contact, now
        self._shown: dict[tuple[str, str], str] | None = None

    def _read(self) -> dict[tuple[str, str], str]:
        if self._shown is None:
            entries = self._work.directory.dialled_hotlines()
            words = self._words() if entries else {}
            asked = itertools.product(ROLES, ("", *COUNTRIES) if entries else ())
            chosen = {(role, country): self._chosen(entries, role, country) for role, country in asked}
            self._shown = {key: printable(entry, words) for key, entry in chosen.items() if entry is not None}
        return self._shown

    def _chosen(self, entries: tuple[Hotline, ...], role: str, country: str) -> Hotline | None:
        return choose(entries, role, country or country_of(self._contact.msisdn) or HOME, self._now)

    def _words(self) -> dict[str, str]:
        catalogue, language = self._content.catalogue(), self._contact.language or "lo"
        names = {code: f"country_{code.lower()}" for code in COUNTRIES} | {RECORDED: "recorded", NO_LAO: "no_lao"}
        return {name: catalogue.get(language, f"common.{message}").text for name, message in names.items()}

    def __getitem__(self, key: tuple[str, str]) -> str:
        return self._read()[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


class Names(Collection[str]):
    """Some names, read once."""

    def __init__(self, read: Callable[[], frozenset[str]]) -> None:
        self._read = read
        self._names: frozenset[str] | None = None

    def _known(self) -> frozenset[str]:
        if self._names is None:
            self._names = self._read()
        return self._names

    def __contains__(self, name: object) -> bool:
        return name in self._known()

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())


def joined(work: UnitOfWork, contact_id: str, kind: str) -> Names:
    """Return the courses or lists that a contact is in."""
    return Names(lambda: work.memberships.names(contact_id, kind))


def in_disaster(work: UnitOfWork, now: datetime) -> Names:
    """Return the provinces and districts in disaster mode."""
    return Names(lambda: places_in_disaster(work, now))

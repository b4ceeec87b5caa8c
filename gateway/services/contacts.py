"""Imports people who agreed to broadcasts, a batch a transaction, each row judged by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from gateway.contacts.contact import Contact
from gateway.contacts.phone import read_phone
from gateway.conversation.library import Places
from gateway.ports.outside import Outside

COLUMNS: Final = ("phone", "language", "district", "consent")
LANGUAGES: Final = frozenset({"lo", "en", "lo-Latn", "hmn", "kjg"})
YES: Final = frozenset({"yes", "y", "1", "true"})
BATCH: Final = 500
SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file as it stands there; ``line`` is 1-based."""

    line: int
    phone: str = field(repr=False)
    language: str
    district: str
    consent: str


@dataclass(slots=True)
class Tally:
    """How far an import has come; ``refused`` holds the first hundred (line, reason), never a number."""

    read: int = 0
    taken: int = 0
    without_consent: int = 0
    refusals: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Contacts:
    """``simulated``: the reserved numbers of the demo are taken too."""

    outside: Outside
    places: Places
    simulated: bool = False

    def take(self, rows: Iterable[Row], *, dry_run: bool = False) -> Iterator[Tally]:
        """Take every row; yields the tally after each batch, and at least once."""
        tally, stream = Tally(), iter(rows)
        while batch := list(islice(stream, BATCH)):
            wanted = [found for row in batch if (found := self._read(row, tally)) is not None]
            if not dry_run:
                self._store(wanted)
            tally.taken += len(wanted)
            yield tally
        yield tally

    def _read(self, row: Row, tally: Tally) -> Contact | None:
        """Return what the row says, without an id; None when it is refused or holds no consent."""
        tally.read += 1
        phone = read_phone(row.phone, simulated=self.simulated)
        place = self.places.by_code(row.district)
        wrong = {
            "no valid phone number": phone.e164 is None,
            "an unknown language": row.language not in LANGUAGES,
            "an unknown district": place is None or place.level != "district",
        }
        reason = next((said for said, holds in wrong.items() if holds), "")
        if reason or phone.e164 is None:
            tally.refusals += 1
            if len(tally.refused) < SHOWN:
                tally.refused.append((row.line, reason))
            return None
        if row.consent.casefold() not in YES:
            tally.without_consent += 1
            return None
        return Contact("", phone.e164, row.language, row.district[:4], row.district, opted_in=True)

    def _store(self, wanted: list[Contact]) -> None:
        """Write a batch; what a person said herself (language, STOP) is not overwritten by a file."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            for found in wanted:
                known = work.people.lock(found.msisdn, now)
                work.people.save(
                    replace(
                        known,
                        language=known.language or found.language,
                        province=found.province,
                        district=found.district,
                        opted_in=known.opted_in or known.opted_out_at is None,
                    )
                )

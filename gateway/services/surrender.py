"""What this server could reveal right now, if it were seized with its keys: said before it happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.ports.outside import Outside
from gateway.services.sealing import SERVER


@dataclass(frozen=True, slots=True)
class ReadableCase:
    """A case of which the server can open texts; ``until``: when it lets go, None while nobody else could read it."""

    code: str
    texts: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Surrender:
    """``counts``: rows under the server's own keys by class; ``sealed_texts``: of those, it can open none."""

    at: datetime
    counts: Mapping[str, int]
    cases: tuple[ReadableCase, ...]
    sealed_texts: int


def report(outside: Outside) -> Surrender:
    """Look at the database and the key store as they are now; nothing is opened."""
    readable, sealed = [], 0
    with outside.store.reading() as work:
        until = dict(work.sealings.readable())
        for case_id, entries in work.caseload.entry_ids().items():
            wraps = outside.case_keys.recipients(case_id)
            here = sum(SERVER in wraps.get(entry, frozenset()) for entry in entries)
            sealed += len(entries) - here
            case = work.caseload.get(case_id) if here else None
            if case is not None:
                others = all(wraps.get(entry, frozenset()) - {SERVER} for entry in entries)
                readable.append(ReadableCase(case.code, here, until.get(case_id) if others else None))
        counts = {**work.exposure.counts(), "texts of cases": sum(case.texts for case in readable)}
    return Surrender(outside.clock.now(), counts, tuple(readable), sealed)

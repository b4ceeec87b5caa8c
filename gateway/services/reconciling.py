"""Asks providers what they took for us: a text that never reached the door is heard by the same door, late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.errors import Unavailable
from gateway.ports.channel import Ledger
from gateway.ports.outside import Outside
from gateway.services.inbound import InboundService

EVERY: Final = timedelta(minutes=5)
OVERLAP: Final = timedelta(hours=1)
ERASED_AFTER: Final = timedelta(minutes=30)  # by then a doubtful send has been looked up by its words


@dataclass(frozen=True, slots=True)
class Reconciling:
    """Goes through every provider that keeps a ledger; ``erases`` names those whose words are to go.

    ``ledgers`` is filled when the channels are opened, as they need the services first.
    """

    outside: Outside
    inbound: InboundService
    ledgers: dict[str, Ledger]
    erases: frozenset[str] = frozenset()

    def run(self) -> int:
        """Ask every ledger whose turn it is, from its high-water mark less an hour; return how many texts were new."""
        return sum(self._ask(name, ledger) for name, ledger in self.ledgers.items())

    def _ask(self, name: str, ledger: Ledger) -> int:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            if not work.duties.take(f"reconcile:{name}", now, EVERY):
                return 0
            mark = work.duties.mark(f"reconciled:{name}")
        since = (datetime.fromisoformat(mark) if mark else now) - OVERLAP
        try:
            heard = self._hear(ledger, since)
            with self.outside.store.writing() as work:
                work.duties.set_mark(f"reconciled:{name}", now.isoformat())
            if name in self.erases:
                self.outside.meter.event(
                    "erased_at_provider", channel=name, texts=ledger.erase(since, now - ERASED_AFTER)
                )
        except Unavailable as error:
            self.outside.meter.event("reconcile_failed", channel=name, why=str(error)[:60])
            self.outside.meter.count("reconciled", outcome="failed")
            return 0
        self.outside.meter.count("reconciled", outcome="done")
        return heard

    def _hear(self, ledger: Ledger, since: datetime) -> int:
        new = 0
        for text in ledger.received(since):
            with self.outside.store.reading() as work:
                known = work.inbox.find(text.channel, text.dedupe_key, text.text) is not None
            if not known:
                self.outside.meter.event("heard_late", channel=text.channel)
                self.inbound.hear(text)
                new += 1
        return new

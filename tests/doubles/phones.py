"""Simulated phones and USSD memory that live in this process, for tests without a database."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.ports.channel import Receipt
from gateway.ports.simulated_phones import PhoneText
from gateway.ports.ussd_memory import UssdHop


@dataclass
class PhonesInMemory:
    """What the store keeps in tables, kept in lists."""

    texts: dict[str, dict[tuple[str, int], PhoneText]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    waiting: list[tuple[datetime, Receipt]] = field(default_factory=list)

    def record(self, number: str, text: PhoneText) -> None:
        self.texts.setdefault(number, {}).setdefault((text.id, text.copy), text)

    def inbox(self, number: str) -> tuple[PhoneText, ...]:
        return tuple(sorted(self.texts.get(number, {}).values(), key=lambda text: text.at))

    def count(self, number: str, what: str, at: datetime) -> int:
        self.counts[number, what] = self.counts.get((number, what), 0) + 1
        return self.counts[number, what]

    def attempts(self, number: str) -> int:
        return sum(
            times for (phone, what), times in self.counts.items() if phone == number and not what.startswith("session ")
        )

    def schedule_receipt(self, receipt: Receipt, due: datetime) -> None:
        self.waiting.append((due, receipt))

    def take_due_receipts(self, now: datetime) -> tuple[Receipt, ...]:
        due = sorted((pair for pair in self.waiting if pair[0] <= now), key=lambda pair: pair[0])
        self.waiting = [pair for pair in self.waiting if pair[0] > now]
        return tuple(receipt for _, receipt in due)


@dataclass
class HopsInMemory:
    """One hop per channel, session and number."""

    hops: dict[tuple[str, str, str], UssdHop] = field(default_factory=dict)

    def get(self, channel: str, session_id: str, msisdn: str) -> UssdHop | None:
        return self.hops.get((channel, session_id, msisdn))

    def put(self, channel: str, session_id: str, msisdn: str, hop: UssdHop) -> None:
        self.hops[channel, session_id, msisdn] = hop

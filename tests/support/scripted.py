"""What a story holds in its hands: a clock, a wake-up that only remembers, and a provider that follows a script."""

import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.ports.channel import Answer, Capabilities, OutboundMessage, Request, Response, SendResult, Verdict

TUESDAY_NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)  # 12:00 in Vientiane: a working day, no quiet hours
Result = SendResult | Callable[[OutboundMessage], SendResult]


@dataclass
class HandClock:
    """Stands still until it is moved."""

    at: datetime = TUESDAY_NOON

    def now(self) -> datetime:
        """Return where the hand points."""
        return self.at

    def forward(self, **by: float) -> datetime:
        """Move by ``minutes=3`` and the like."""
        self.at += timedelta(**by)
        return self.at


@dataclass
class SilentWakeup:
    """No queue server: remembers which lanes were called."""

    woken: list[str] = field(default_factory=list)

    def wake(self, lane: str) -> None:
        """Remember the lane."""
        self.woken.append(lane)


@dataclass
class ScriptedChannel:
    """A provider that answers what the script says, and takes everything once the script is at its end.

    ``by_number`` answers for one phone, always; ``known`` is what a look-up finds by our id; ``ledger`` is a file that
    outlives the process: one line "id number lane" for each text that left.
    """

    name: str
    looks_up: bool = False
    inline: bool = False
    script: deque[Result] = field(default_factory=deque)
    by_number: dict[str, Result] = field(default_factory=dict)
    known: dict[str, Result] = field(default_factory=dict)
    sent: list[OutboundMessage] = field(default_factory=list)
    asked: list[OutboundMessage] = field(default_factory=list)
    ledger: Path | None = None

    @property
    def capabilities(self) -> Capabilities:
        """What the story gave it."""
        return Capabilities(self.inline, self.looks_up, True, True, kinds=frozenset({"sms", "ussd"}))

    def send(self, message: OutboundMessage) -> SendResult:
        """Answer as written."""
        self.sent.append(message)
        if self.ledger is not None:
            note(self.ledger, f"{message.id} {message.to} {message.lane}")
        accepted = SendResult("accepted", provider_id=f"{self.name}-{len(self.sent)}")
        result = self.by_number.get(message.to) or (self.script.popleft() if self.script else accepted)
        return result(message) if callable(result) else result

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Say what is known of a text."""
        self.asked.append(message)
        found = self.known.get(message.id)
        return found(message) if callable(found) else found

    def verify(self, request: Request) -> Verdict:
        """Believe everybody."""
        return Verdict.ACCEPTED

    def read(self, request: Request) -> tuple[()]:
        """Read nothing: stories hand in records."""
        return ()

    def answer(self, answer: Answer, request: Request) -> Response:
        """Render nothing."""
        return Response(200, "text/plain", b"")

    def to(self, number: str) -> list[str]:
        """Return the texts that went to a phone."""
        return [message.text for message in self.sent if message.to == number]


def note(ledger: Path, line: str) -> None:
    """Append a line that a killed process has certainly written."""
    with ledger.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())

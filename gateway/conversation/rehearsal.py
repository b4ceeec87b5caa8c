"""Plays a transcript against a world and says at which line what was heard differs from what was expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from gateway.conversation.transcript import Chat, Claim, Event, Hears, Line, Pause, Says


@dataclass(frozen=True, slots=True)
class Heard:
    """One text that reached a phone; ``messages`` are the ids in it, ``guarded`` says it was not for this phone.

    ``sent_as`` names what was sent, so that its receipt can be lost.
    """

    text: str
    messages: tuple[str, ...]
    language: str
    guarded: bool = False
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The first line of a transcript that does not hold."""

    file: str
    line: int
    expected: str
    got: str

    def __str__(self) -> str:
        """Render expected and got side by side under ``file:line``."""
        return f"{self.file}:{self.line}\n    expected  {self.expected}\n    got       {self.got}"


class World(Protocol):
    """A gateway with its phones and its clock, driven by a transcript."""

    def begin(self, chat: Chat) -> None:
        """Set the clock, the phones and what is given; the story starts at its flow with the opening behind it."""
        ...

    def local_now(self) -> datetime:
        """Return the local time, naive."""
        ...

    def say(self, phone: str, text: str) -> None:
        """Let a phone text (or dial, on USSD, with an empty text at the beginning)."""
        ...

    def advance(self, duration: timedelta) -> None:
        """Let time pass and everything due happen on the way."""
        ...

    def heard(self, phone: str) -> Sequence[Heard]:
        """Return what a phone heard since it was last asked, oldest first."""
        ...

    def happen(self, words: tuple[str, ...], last: Heard | None) -> str:
        """Let an event happen, ``last`` being what was heard last; return why it cannot happen here, or nothing."""
        ...

    def fact(self, name: str) -> str | None:
        """Return a fact of the gateway (transcript.FACTS), or None when there is none.

        ``bundle`` is the content hash of the story's flow as it is live.
        """
        ...

    def value(self, name: str) -> str | None:
        """Return a value of the report, several codes joined by commas."""
        ...


class _Rehearsal:
    """One transcript being played."""

    def __init__(self, chat: Chat, world: World) -> None:
        self._chat, self._world = chat, world
        self._waiting: dict[str, list[Heard]] = {phone: [] for phone in chat.phones}
        self._all: list[Heard] = []
        self._last: Heard | None = None

    def play(self) -> Failure | None:
        """Play every line; return the first failure."""
        self._world.begin(self._chat)
        live, written_for = self._world.fact("bundle"), self._chat.bundle
        if live is None or not live.startswith(written_for):
            wanted = f"flow: {self._chat.flow}" + (f", bundle: {written_for}" if written_for else "")
            return self._failure(1, wanted, live or "there is no such flow")
        last = 0
        for line in self._chat.lines:
            failure = self._play(line)
            if failure is not None:
                return failure
            last = line.line
        return self._left_over(last)

    def _play(self, line: Line) -> Failure | None:
        if isinstance(line, Hears):
            return self._hear(line)
        if isinstance(line, Claim):
            self._listen()
            return self._hold(line)
        failure = self._left_over(line.line)
        if failure is not None:
            return failure
        if isinstance(line, Says):
            self._world.say(line.phone, line.text)
        elif isinstance(line, Pause):
            self._world.advance(self._length(line))
        else:
            return self._happen(line)
        return None

    def _happen(self, event: Event) -> Failure | None:
        refused = self._world.happen(event.words, self._last)
        return self._failure(event.line, f"* {' '.join(event.words)}", refused) if refused else None

    def _length(self, pause: Pause) -> timedelta:
        """Return how long a pause lasts from now."""
        if pause.seconds:
            return timedelta(seconds=pause.seconds)
        now = self._world.local_now()
        hour, minute = (int(part) for part in pause.clock.split(":"))
        until = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        if pause.day:
            until = datetime.fromisoformat(f"{pause.day} {pause.clock}")
        elif until <= now:
            until += timedelta(days=1)
        return until - now

    def _listen(self) -> None:
        for phone, waiting in self._waiting.items():
            new = self._world.heard(phone)
            waiting.extend(new)
            self._all.extend(new)

    def _left_over(self, line: int) -> Failure | None:
        """Return the first text that nobody expected."""
        self._listen()
        for phone, waiting in self._waiting.items():
            if waiting:
                return self._failure(line, f"{phone} < nothing more", _shown(phone, waiting[0]))
        return None

    def _hear(self, line: Hears) -> Failure | None:
        self._listen()
        waiting = self._waiting[line.phone]
        if line.kind == "nothing":
            surprise = _shown(line.phone, waiting[0]) if waiting else ""
            return self._failure(line.line, f"{line.phone} < nothing", surprise) if waiting else None
        expected = f"{line.phone} < {_expected(line)}"
        if not waiting:
            return self._failure(line.line, expected, "nothing")
        self._last = heard = waiting.pop(0)
        return None if _fits(line, heard) else self._failure(line.line, expected, _shown(line.phone, heard))

    def _hold(self, claim: Claim) -> Failure | None:
        if claim.kind == "never":
            hits = [heard for heard in self._all if (claim.value in heard.text if claim.value else heard.guarded)]
            wanted = f'never "{claim.value}"' if claim.value else "never guarded"
            return self._failure(claim.line, wanted, hits[0].text) if hits else None
        if claim.kind == "no":
            found = self._world.fact(claim.fact)
            return self._failure(claim.line, f"no {claim.fact}", found) if found not in (None, "", "0") else None
        got = self._world.value(claim.fact) if claim.kind == "value" else self._world.fact(claim.fact)
        if got is not None and _compares(got, claim.operator, claim.value):
            return None
        return self._failure(claim.line, f"{claim.fact} {claim.operator} {claim.value}", got or "nothing")

    def _failure(self, line: int, expected: str, got: str) -> Failure:
        return Failure(self._chat.file, line, expected, got)


def play(chat: Chat, world: World) -> Failure | None:
    """Play a transcript; return the first failure, or None when every line holds.

    Each phone must hear exactly what its lines say, in order; phones are independent of each other.
    """
    return _Rehearsal(chat, world).play()


def _fits(line: Hears, heard: Heard) -> bool:
    if line.kind == "message":
        return line.value in heard.messages and line.language in ("", heard.language)
    return line.value in heard.text if line.kind == "part" else line.value == heard.text


def _expected(line: Hears) -> str:
    if line.kind == "message":
        return f"@{line.value} in {line.language}" if line.language else f"@{line.value}"
    return f"~{line.value}" if line.kind == "part" else line.value


def _shown(phone: str, heard: Heard) -> str:
    return f"{phone} < @{'+'.join(heard.messages)} in {heard.language}: {heard.text!r}"


def _compares(got: str, operator: str, value: str) -> bool:
    if operator == "=":
        return got == value
    try:
        left, right = float(got), float(value)
    except ValueError:
        return False
    return left <= right if operator == "<=" else left >= right

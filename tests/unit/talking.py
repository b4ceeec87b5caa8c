"""Drives the engine by hand: a small library compiled from texts, and a person on a phone."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from gateway.contacts.phone import read_phone
from gateway.content.bundles import compile_bundles
from gateway.content.published import Loaded
from gateway.content.running import load
from gateway.conversation.engine import advance
from gateway.conversation.library import Library
from gateway.conversation.session import Session, from_json, to_json
from gateway.conversation.stimulus import CaseFacts, ChannelFacts, ContactFacts, OfficerFacts, Stimulus
from gateway.conversation.turn import Effect, Say, SetContact, StartTimer, Turn
from gateway.geography.shipped import shipped
from gateway.strict_yaml import read
from gateway.text.catalogue import Message, parse_messages
from tests.support.flows import load_flow

ROOT = Path(__file__).resolve().parents[2]
EVENING = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)


def shipped_library() -> Library:
    """Return the content that ships, compiled once for the whole run."""
    return shipped_content().library


@cache
def shipped_content() -> Loaded:
    """Return everything that ships, compiled once for the whole run."""
    return load(ROOT)


def small_library(flows: Mapping[str, str], texts: Mapping[str, str]) -> Library:
    """Return the shipped library with more flows; ``texts`` maps ``en/trial`` to the text of a messages file."""
    base = shipped_library()
    shared = shipped_content().catalogue
    messages: dict[str, dict[str, Message]] = {
        language: {message: shared.get(language, message) for message in shared.ids(language)}
        for language in shared.languages
    }
    for name, text in texts.items():
        language, flow = name.split("/")
        messages[language].update(parse_messages(flow, read(text, f"messages/{name}.yaml")))
    known = {name: base.bundles[hash_].flows[name] for name, hash_ in base.current.items()}
    known |= {name: load_flow(text, f"flows/{name}.yaml") for name, text in flows.items()}
    bundles = compile_bundles(known, messages)
    return replace(
        base,
        bundles={bundle.hash: bundle for bundle in bundles.values()},
        current={name: bundle.hash for name, bundle in bundles.items()},
        places=shipped(),
        read_phone=read_phone,
    )


class Person:
    """A phone talking with the gateway; after every turn the session goes through its JSON, as in the store."""

    def __init__(
        self,
        library: Library,
        *,
        entry: str = "",
        ussd: bool = False,
        language: str | None = "en",
        officer: OfficerFacts | None = None,
    ) -> None:
        self.library = replace(library, entry={**library.entry, "villager": entry}) if entry else library
        self.channel = ChannelFacts("simulator", "ussd" if ussd else "sms")
        self.contact = ContactFacts("c1", language=language, known=True)
        self.officer = officer
        self.now = EVENING
        self.session: Session | None = None
        self.effects: list[Effect] = []
        self.turn: Turn | None = None
        self.found: CaseFacts | None = None
        self.code, self.pin = "412706", "4711"
        self.hotlines: dict[tuple[str, str], str] = {}
        self.may_write = False
        self.disasters: frozenset[str] = frozenset()

    def stimulus(self, kind: str, **more: object) -> Stimulus:
        """Return a stimulus of this phone."""
        known = Stimulus(
            "text",
            self.contact,
            self.channel,
            spare_session="s1",
            spare_code=self.code,
            spare_pin=self.pin,
            officer=self.officer,
            hotlines=self.hotlines,
            may_write=self.may_write,
            disasters=self.disasters,
        )
        return replace(known, kind=kind, **more)  # type: ignore[arg-type]  # the fields of Stimulus

    def meet(self, kind: str, **more: object) -> tuple[str, ...]:
        """Let something happen; return the texts heard."""
        self.turn = advance(self.library, self.session, self.stimulus(kind, **more), self.now)
        self.effects = list(self.turn.effects)
        if self.turn.asks == "case":
            self._keep()
            self.turn = advance(self.library, self.session, self.stimulus("found", found=self.found), self.now)
            self.effects += self.turn.effects
        self._keep()
        return self.heard()

    def _keep(self) -> None:
        assert self.turn is not None
        self.session = from_json(to_json(self.turn.session)) if self.turn.session else None
        assert self.session == self.turn.session
        for effect in self.effects:
            if isinstance(effect, SetContact):
                known = {name: effect.values[name] for name in ("language", "safety") if name in effect.values}
                self.contact = replace(self.contact, **known)  # type: ignore[arg-type]  # both are plain words

    def text(self, *texts: str, duress: bool = False) -> tuple[str, ...]:
        """Text one after the other; return what the last one brought."""
        for text in texts:
            self.meet("reply" if self.channel.kind == "ussd" else "text", text=text, duress=duress)
        return self.heard()

    def dial(self) -> tuple[str, ...]:
        """Dial the service code."""
        return self.meet("begin")

    def heard(self) -> tuple[str, ...]:
        """Return the texts of the last turn."""
        return tuple(effect.text for effect in self.effects if isinstance(effect, Say))

    def said(self) -> tuple[str, ...]:
        """Return the message ids of the last turn."""
        return tuple(part for effect in self.effects if isinstance(effect, Say) for part in effect.parts)

    def of(self, kind: type) -> list[Effect]:
        """Return the effects of a kind of the last turn."""
        return [effect for effect in self.effects if isinstance(effect, kind)]

    @property
    def at(self) -> str:
        """Where the session stands: ``flow.step``, with the status if it does not wait."""
        if self.session is None:
            return "nowhere"
        mark = "" if self.session.status == "waiting" else f" {self.session.status}"
        return f"{self.session.flow}.{self.session.step}{mark}"

    def later(self, **duration: float) -> None:
        """Let time pass without any timer."""
        self.now += timedelta(**duration)

    def timers(self) -> Iterator[StartTimer]:
        """Yield the timers of the last turn."""
        yield from (effect for effect in self.effects if isinstance(effect, StartTimer))

    def fire(self, kind: str) -> tuple[str, ...]:
        """Let the timer of a kind fire at its time."""
        timer = next(timer for timer in self.timers() if timer.kind == kind)
        self.now = max(self.now, timer.due)
        return self.meet("timer", timer=kind, turn=timer.turn, due=timer.due)

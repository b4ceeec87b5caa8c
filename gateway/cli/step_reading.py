"""How the engine reads a text at one step: it is run for that one turn, and what it did is told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from gateway.conversation.engine import advance
from gateway.conversation.flow import Flow, Step
from gateway.conversation.library import Library
from gateway.conversation.session import Frame, Session
from gateway.conversation.stimulus import ChannelFacts, ContactFacts, OfficerFacts, Stimulus
from gateway.conversation.turn import TraceStep, Turn

# What a word that always works is called among the intents; a language is named by its intent, the rest as they are.
_GLOBAL: Final = {"start": "MENU", "case": "CASE", "person": "PERSON", "plea": "PLEA"}
_CHOSEN: Final = frozenset({"key", "label", "words"})
_ANY_CODE, _ANY_PIN, _ANY_SESSION = "412706", "4711", "understand"
_NOW: Final = datetime(2026, 1, 1, 5, tzinfo=UTC)  # noon in Vientiane; a reading does not depend on it


@dataclass(frozen=True, slots=True)
class StepReading:
    """What a text does at a step.

    ``primary`` is a word that always works (HELP), the code of a choice (now), or what the step was asked for: a
    saved value (LA1704), else the name of the test it passed (any_text). ``test`` is the one that decided.
    """

    kind: Literal["primary", "ask_back", "unknown"]
    primary: str | None
    intents: tuple[str, ...]
    test: str


def read_at(library: Library, flow: str, step: str, text: str, language: str) -> StepReading:
    """Read ``text`` as the answer at a waiting step of the newest bundle; raises KeyError where there is none."""
    bundle = library.bundles[library.current[flow]]
    waiting = bundle.flows[flow].steps[step]
    session = Session(
        id=_ANY_SESSION,
        contact=_ANY_SESSION,
        channel="simulator",
        here=Frame(flow, bundle.hash, step),
        opened=_NOW,
        language=language,
    )
    turn = advance(library, session, _typed(text, bundle.flows[flow], language), _NOW)
    decided = next((note for note in turn.trace if note.test not in ("do", "branch", "hushed")), None)
    return _told(turn, decided, waiting, library, text)


def _typed(text: str, flow: Flow, language: str) -> Stimulus:
    officer = OfficerFacts(("post",), (_ANY_CODE,), (_ANY_CODE,)) if flow.purpose == "officer" else None
    return Stimulus(
        "text",
        ContactFacts(_ANY_SESSION, language, known=True),
        ChannelFacts("simulator"),
        text,
        spare_session=_ANY_SESSION,
        spare_code=_ANY_CODE,
        spare_pin=_ANY_PIN,
        officer=officer,
    )


def _told(turn: Turn, decided: TraceStep | None, step: Step, library: Library, text: str) -> StepReading:
    asking = turn.session.asking if turn.session is not None else ()
    if decided is None or decided.test == "ask_back":
        # A place that must be asked about leaves no note: what is asked next says what fits.
        return StepReading("ask_back", None, asking[1:], decided.test if decided else "place") if asking else _MISSED
    if decided.test == "global":
        word = _global_word(decided.result, library, text)
        return StepReading("primary", word, (word,), "global")
    if decided.test == "miss":
        return _MISSED
    meant = _chosen(decided) or _saved(turn, step) or (decided.result,)
    return StepReading("primary", meant[0], meant, decided.test)


_MISSED: Final = StepReading("unknown", None, (), "")


def _global_word(name: str, library: Library, text: str) -> str:
    if name == "language":
        return next(iter(sorted(library.lexicon.whole(text))), "LANGUAGE")
    return _GLOBAL.get(name, name.upper())


def _chosen(decided: TraceStep) -> tuple[str, ...]:
    return (decided.result,) if decided.test in _CHOSEN else ()


def _saved(turn: Turn, step: Step) -> tuple[str, ...]:
    """Return what the step saved, several codes apart, from the session as the turn left it."""
    frames = (turn.session.here, *turn.session.stack) if turn.session is not None else ()
    values = [frame.values[step.save] for frame in frames if step.save and step.save in frame.values]
    return tuple(values[0].split(",")) if values else ()

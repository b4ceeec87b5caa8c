"""The engine: ``advance`` says what one stimulus does to a conversation; same input, same bytes out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from gateway.conversation import global_words, timers
from gateway.conversation.flow import ASKING
from gateway.conversation.global_words import asks_for_pin
from gateway.conversation.library import Library
from gateway.conversation.matching import digits_of, global_word, language_of
from gateway.conversation.recall import recall
from gateway.conversation.redial import dialled, resumed
from gateway.conversation.replies import matched, reply, tell_case
from gateway.conversation.run import Run
from gateway.conversation.session import Frame, Session, trimmed
from gateway.conversation.speaking import all_alike, body_of, deliver, digest, say
from gateway.conversation.stimulus import Stimulus
from gateway.conversation.turn import HOST_ANSWERS, AddStory, Incident, Say, SetContact, StartFlow, Turn
from gateway.conversation.versions import begun_live, carried, is_withdrawn
from gateway.conversation.walking import ask, hand_over, lay_aside, walk
from gateway.errors import Defect

MOST_TURNS: Final = 200
_LONGEST_TEXT: Final = 2000


def advance(library: Library, session: Session | None, stimulus: Stimulus, now: datetime) -> Turn:
    """Return what a stimulus does; raises Defect only for a programmer's fault, never for what a person typed.

    ``session`` is the contact's session on this channel, or None; ``now`` is an aware UTC instant.
    """
    if session is not None and (session.status == "ended" or _expired(session, now)):
        session = session if stimulus.kind in ("timer", "cut", "found") else None
    if session is None and stimulus.kind not in _BEGINS:
        return Turn(None)
    if session is None:
        return _begun(library, _fresh(library, stimulus, now), stimulus, now)
    return _go_on(library, carried(library, session), stimulus, now)


def _begun(library: Library, session: Session, stimulus: Stimulus, now: datetime) -> Turn:
    """Begin a session that has not walked."""
    run = Run(library, session, stimulus, now)
    run.refresh_mode()
    _begin(run)
    return _finish(run)


def _go_on(library: Library, session: Session, stimulus: Stimulus, now: datetime) -> Turn:
    """Let a stimulus reach a session that exists."""
    withdrawn = is_withdrawn(library, session)
    if timers.misses(session, stimulus, withdrawn=withdrawn):
        return Turn(session)
    if stimulus.kind == "start":
        return _begun(library, begun_live(library, session) if withdrawn else session, stimulus, now)
    run = Run(library, session, stimulus, now)
    run.refresh_mode()
    if withdrawn:
        recall(run, _KINDS[stimulus.kind])
    else:
        _KINDS[stimulus.kind](run)
    return _finish(run)


def queued(library: Library, contact: str, channel: str, start: StartFlow, session_id: str, now: datetime) -> Session:
    """Return the session of a flow that is to start later, when nothing more important is in front of it.

    ``start`` names the flow and why; the stimulus ``start`` begins it. Raises Defect for a flow that there is not.
    """
    if start.flow not in library.current:
        raise Defect(f"no bundle of flow '{start.flow}'")
    here = Frame(start.flow, library.current[start.flow])
    return Session(
        session_id, contact, channel, here, begin=start.reason or "start", opened=now, ancestry=start.ancestry
    )


def _expired(session: Session, now: datetime) -> bool:
    return session.expires is not None and now >= session.expires


def _fresh(library: Library, stimulus: Stimulus, now: datetime) -> Session:
    """Return a session that has not begun to walk."""
    contact = stimulus.contact
    name = stimulus.flow or library.entry["officer" if stimulus.officer is not None else "villager"]
    if name not in library.current:
        raise Defect(f"no bundle of flow '{name}'")
    return Session(
        id=stimulus.spare_session or f"{contact.id}-{now:%Y%m%d%H%M%S%f}",
        contact=contact.id,
        channel=stimulus.channel.name,
        here=Frame(name, library.current[name]),
        begin={"begin": "dial"}.get(stimulus.kind, "text"),
        opened=now,
        language=contact.language or "",
    )


def _begin(run: Run) -> None:
    """Begin a session: a first text sets the language and is tried at the first question before anything is said."""
    text = run.stimulus.text[:_LONGEST_TEXT]
    if run.stimulus.duress:
        global_words.cover(run)
        return
    if global_words.unlocks(run):
        return
    if run.stimulus.kind in ("text", "reply") and _first_words(run, text):
        return
    run.unasked = run.stimulus.kind == "start"
    walk(run, run.flow.start)
    step = run.step
    if step is None or step.kind not in ASKING or run.stimulus.kind not in ("text", "reply") or not text.strip():
        return
    greeting, run.utterances = run.utterances, []
    if not matched(run, step, text, first=True):
        run.utterances = greeting
        if not asks_for_pin(run, text):
            tell_case(run, text)


def _first_words(run: Run, text: str) -> bool:
    """Take what needs no flow: the language it is written in, a word that always works, an answer to an officer."""
    if run.stimulus.kind == "text" and not run.session.language and run.stimulus.officer is None:
        written = language_of(text, run.library.lexicon)
        if written is not None:
            run.change(language=written)
            run.emit(SetContact({"language": written}))
    around = global_words.surroundings(run, None)
    word = global_word(text, run.library.lexicon, run.library.plea, around)
    if word is not None:
        global_words.obey(run, word)
    elif run.stimulus.contact.written_to and text.strip():
        global_words.answered(run, text)
        return True
    return word is not None


def _text(run: Run) -> None:
    """Take one text at a running session: duress, the words that always work, then the step that waits."""
    text = run.stimulus.text[:_LONGEST_TEXT]
    step = run.step
    if run.stimulus.duress or (run.session.duress and not _exits(run, text)):
        global_words.cover(run)
        return
    if global_words.unlocks(run):
        return
    if run.session.closing and digits_of(text, run.library.lexicon) not in ("9", "0"):
        global_words.restart(run, "text")
        return
    around = global_words.surroundings(run, step)
    word = global_word(text, run.library.lexicon, run.library.plea, around)
    if run.session.asking[:1] == ("resume",) and (word is None or word.name == "back"):
        resumed(run, text)
    elif word is not None:
        global_words.obey(run, word)
    elif not _gateway_key(run, text):
        _reply(run, text)


def _exits(run: Run, text: str) -> bool:
    return "EXIT" in run.library.lexicon.whole(text)


def _gateway_key(run: Run, text: str) -> bool:
    """Obey 8, a person, and 9, the next page, where no number is expected; say whether it was one of them."""
    step = run.step
    around = global_words.surroundings(run, step)
    digits = digits_of(text, run.library.lexicon)
    if step is None or step.kind not in ASKING or around.numeric or around.officer:
        return False
    if digits == global_words.PERSON_KEY and run.session.status == "waiting":
        global_words.call_person(run)
        return True
    if digits == "9" and run.session.pages > 1:
        run.move(page=min(run.session.here.page + 1, run.session.pages - 1))
        global_words.repaint(run)
        return True
    return False


def _reply(run: Run, text: str) -> None:
    step = run.step
    if run.session.status == "handoff":
        _to_the_person(run, text)
    elif run.session.turn >= MOST_TURNS:
        hand_over(run, "not_understood")
    elif step is not None and step.kind in ASKING:
        reply(run, step, text)
    elif step is not None:
        _topic(run, text)
    else:
        walk(run, run.flow.on_error)


def _to_the_person(run: Run, text: str) -> None:
    """Hand a text on to whoever took over, and say that it arrived; the same answer a fourth time would be noise."""
    run.emit(AddStory(run.report or None, text))
    received = body_of(run, "common.neutral_ok")
    if not all_alike(run.session.hashes, digest(received)):
        say(run, "common.neutral_ok")


def _topic(run: Run, text: str) -> None:
    """Take a text during a pause: nothing waits for it, so the entry flow listens to it."""
    walk(run, lay_aside(run, global_words.entry_of(run)))
    step = run.step
    greeting, run.utterances = run.utterances, []
    if step is None or step.kind not in ASKING or not matched(run, step, text, first=True):
        run.utterances = greeting


def _found(run: Run) -> None:
    """Go on after the host's answer; a case that was found is the one that later words are about."""
    step, asked = run.step, run.session.asking[:1]
    if step is None or not HOST_ANSWERS.intersection(asked):
        return
    if asked == ("case",):
        run.case_ref = ("", "")
    else:
        run.understand(run.library.lexicon.command(run.stimulus.text))
    for message in run.session.lead:
        say(run, message)
    run.change(asking=(), lead=())
    if run.found is not None:
        run.move(case=run.found.code)
    run.leave_by("then")
    walk(run, step.then)


def _released(run: Run) -> None:
    """Take the conversation back from the case worker."""
    step = run.step
    run.unasked = True
    run.change(status="waiting")
    if step is not None and step.kind == "handoff":
        run.leave_by("released")
        walk(run, step.released)
    else:
        global_words.again(run)


def _fronted(run: Run) -> None:
    """Ask again what waited while another flow was in front."""
    if run.session.status == "waiting":
        ask(run)


def _finish(run: Run) -> Turn:
    """Say what is to be said, start the timers, and check the limits."""
    before = run.session.turn
    asked = next((name for name in run.session.asking[:1] if name in HOST_ANSWERS), "")
    says = () if asked else _says(run)
    if _repeats(run, says):
        run.emit(Incident("limit_same_text", f"{run.session.flow}.{run.session.step}"))
        run.utterances = []
        hand_over(run, "not_understood")
        says = _says(run)
    if asked:
        run.change(lead=tuple(utterance.message for utterance in run.utterances))
    run.effects.extend(says)
    run.change(turn=before + 1, spoken=run.now, hashes=(*run.session.hashes, *(said.sha256[:12] for said in says))[-3:])
    timers.start(run)
    session = trimmed(run.session)
    closes = run.on_ussd and not asked and (session.status != "waiting" or not says)
    return Turn(session, tuple(run.effects), tuple(run.trace), closes, asked, run.library.words)


def _says(run: Run) -> tuple[Say, ...]:
    """Return the texts of this turn; nobody is written to unasked where that is not safe."""
    if run.unasked and timers.hushed(run):
        run.note("hushed", str(len(run.utterances)))
        run.utterances = []
    return deliver(run)


def _repeats(run: Run, says: tuple[Say, ...]) -> bool:
    """Say whether the same text would go out once more after three in a row."""
    if not says or run.session.duress or run.session.status != "waiting" or run.flow.purpose == "officer":
        return False
    return all_alike(run.session.hashes, says[-1].sha256)


_BEGINS: Final = frozenset({"text", "begin", "reply", "start"})
_KINDS: Final[Mapping[str, Callable[[Run], None]]] = MappingProxyType(
    {
        "text": _text,
        "reply": _text,
        "begin": dialled,
        "timer": timers.fire,
        "front": _fronted,
        "release": _released,
        "found": _found,
        "recall": lambda run: None,
    }
)

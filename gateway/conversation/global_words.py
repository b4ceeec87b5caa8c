"""What the words that always work do, wherever a conversation stands."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import ASKING, Step
from gateway.conversation.matching import GlobalWord, Surroundings, lone_code
from gateway.conversation.place_question import at_top, up
from gateway.conversation.run import Run
from gateway.conversation.speaking import say
from gateway.conversation.turn import (
    AddStory,
    CancelTimers,
    EraseRequest,
    FlagDuress,
    OpenReport,
    RaiseAlert,
    SetContact,
    Unlocked,
)
from gateway.conversation.walking import ask, hand_over, lay_aside, walk

COVERS: Final = ("common.cover_price", "common.cover_weather", "common.cover_market")
_NUMERIC: Final = frozenset({"number", "age", "date", "phone"})
_TYPED: Final = frozenset({"any_text", "too_long", "guarded"})
PERSON_KEY: Final = "8"


def surroundings(run: Run, step: Step | None) -> Surroundings:
    """Say what the waiting step means for the global words."""
    expected = step.expect.name if step is not None and step.expect is not None else ""
    return Surroundings(
        numeric=expected in _NUMERIC,
        open=expected in _TYPED or run.session.status == "handoff",
        officer=run.flow.purpose == "officer",
    )


def obey(run: Run, word: GlobalWord) -> None:
    """Do what a global word asks for."""
    run.note("global", word.name)
    _WORDS[word.name](run, word)


def cover(run: Run) -> None:
    """Answer with a harmless topic; the first time the report is flagged and the desk told."""
    if not run.session.duress:
        run.change(duress=True)
        code = run.open_report("duress")
        run.emit(FlagDuress(code))
        run.emit(RaiseAlert("duress", code))
        run.emit(CancelTimers())
    run.refresh_mode()
    say(run, COVERS[run.session.turn % len(COVERS)])


def unlocks(run: Run) -> bool:
    """Say what an officer wrote to whoever knows the safe word; a conversation that waits goes on waiting.

    Where a word of her own is being asked for, the same one is no key.
    """
    asked = run.flow.values.get(run.step.save) if run.step is not None else None
    if not run.stimulus.unlocks or (asked is not None and asked.target in ("safe_word", "duress_word")):
        return False
    run.note("unlock", str(len(run.stimulus.waiting)))
    run.emit(Unlocked())
    say(run, "common.relayed" if run.stimulus.waiting else "common.neutral_ok")
    if not run.session.step:
        run.change(status="ended")
    return True


def answered(run: Run, text: str) -> None:
    """Take words that answer an officer's: they go to the case, and nothing else begins."""
    run.note("answered")
    run.emit(AddStory(run.stimulus.contact.open_report, text))
    say(run, "common.neutral_ok")
    run.change(status="ended")


def restart(run: Run, begin: str) -> None:
    """Begin the entry flow anew in this session; what was running is left."""
    run.enter(entry_of(run), "root", anew=True)
    run.change(stack=(), begin=begin, status="waiting", asking=(), closing=False)
    walk(run, run.flow.start)


def entry_of(run: Run) -> str:
    """Return the flow that greets this phone."""
    return run.library.entry["officer" if run.stimulus.officer is not None else "villager"]


def _exit(run: Run, word: GlobalWord) -> None:
    run.change(status="ended", asking=())
    run.emit(CancelTimers())


def _plea(run: Run, word: GlobalWord) -> None:
    """Open a report from the number alone, or raise the one that is open; nothing is said."""
    code = run.report
    if not code:
        code = run.stimulus.spare_code
        run.emit(OpenReport(code, "plea", {}))
        run.change(report=code)
    run.emit(RaiseAlert("silent_plea", code))
    if not run.session.step:
        run.change(status="ended")


def _help(run: Run, word: GlobalWord) -> None:
    """Lay the running flow aside for the help menu; a help menu that is already open is drawn again."""
    library = run.library
    if run.session.flow == library.help_flow:
        run.change(status="waiting")
        walk(run, run.flow.start)
    elif run.session.step:
        walk(run, lay_aside(run, library.help_flow))
    else:
        run.enter(library.help_flow, "root")
        walk(run, run.flow.start)


def _stop(run: Run, word: GlobalWord) -> None:
    run.enter(run.library.stop_flow, "root")
    run.change(stack=(), status="waiting")
    walk(run, run.flow.start)


def _delete(run: Run, word: GlobalWord) -> None:
    say(run, "common.delete_hint")
    run.emit(EraseRequest())
    run.move(values={}, history=())
    run.change(status="ended", stack=(), asking=())
    run.emit(CancelTimers())


def _language(run: Run, word: GlobalWord) -> None:
    """Switch at once and ask again; a language without texts of its own gets the offer of a call."""
    run.change(language=word.language)
    run.emit(SetContact({"language": word.language}))
    offer = f"common.{word.language}_offer"
    if word.language not in run.catalogue.languages and run.catalogue.has(run.language, offer):
        say(run, offer)
    if not run.session.step:
        restart(run, "text")
        return
    again(run)


def again(run: Run) -> None:
    """Ask again what the session waits for; where a person has taken over, say that."""
    step = run.step
    if run.session.status == "handoff" or step is None or step.kind not in ASKING:
        say(run, "common.person_will_help" if run.session.status == "handoff" else "common.neutral_ok")
        return
    ask(run)


def _back(run: Run, word: GlobalWord) -> None:
    """Go to the previous page, level or question of this flow, whose value is unset; a report stays open."""
    step = run.step
    if not run.session.step:
        restart(run, "text")
    elif run.session.here.page > 0:
        run.move(page=run.session.here.page - 1)
        repaint(run)
    elif step is not None and run.session.asking and not at_top(run):
        up(run, step)
    else:
        _previous(run, step)


def _previous(run: Run, step: Step | None) -> None:
    earlier = [name for name in run.session.here.history if step is None or name != step.name]
    before = run.flow.steps.get(earlier[-1]) if earlier else None
    if before is None or run.session.status == "handoff":
        again(run)
        return
    for name in (before.save, *(name for choice in before.choices for name, _ in choice.sets)):
        run.forget(name)
    run.move(history=tuple(earlier[:-1]))
    walk(run, before.name)


def repaint(run: Run) -> None:
    """Draw the screen or list again at the page the session stands at."""
    for message in run.session.lead:
        say(run, message)
    if not run.session.closing:
        ask(run)


def _start(run: Run, word: GlobalWord) -> None:
    restart(run, "menu")


def _case(run: Run, word: GlobalWord) -> None:
    """Lay the running flow aside for the case whose code and PIN were typed."""
    run.case_ref = (word.code, word.pin)
    name = run.library.case_flow
    if run.session.flow == name:
        run.change(status="waiting")
        walk(run, run.flow.start)
    elif run.session.step:
        walk(run, lay_aside(run, name))
    else:
        run.enter(name, "root")
        walk(run, run.flow.start)


def asks_for_pin(run: Run, text: str) -> bool:
    """Ask for the PIN that belongs to a code typed alone; the answer never says whether there is such a case."""
    code, name = lone_code(text), run.library.case_flow
    if not code or run.flow.purpose == "officer" or run.session.flow == name:
        return False
    run.note("global", "code")
    run.utterances = []
    start = lay_aside(run, name)
    run.save("code", code)
    walk(run, start)
    return True


def call_person(run: Run) -> None:
    """Key 8: a person takes over at once."""
    run.note("global", "person")
    hand_over(run, "asked")


_WORDS: Final[Mapping[str, Callable[[Run, GlobalWord], None]]] = MappingProxyType(
    {
        "exit": _exit,
        "plea": _plea,
        "help": _help,
        "stop": _stop,
        "delete": _delete,
        "language": _language,
        "back": _back,
        "start": _start,
        "case": _case,
    }
)

"""The actions of a ``do``: each becomes an effect; the engine itself does nothing."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import CHOSEN, Action
from gateway.conversation.orders import (
    Acknowledge,
    Answer,
    CloseCase,
    Duty,
    HandOver,
    ListOpen,
    Note,
    PassOn,
    Present,
    Refer,
    TakeTurn,
    Undo,
)
from gateway.conversation.run import Run
from gateway.conversation.turn import (
    Count,
    Enrolment,
    EraseRequest,
    Incident,
    LookUpCase,
    RaiseAlert,
    SaveAnswer,
    SetContact,
    StartFlow,
    Subscription,
    Tag,
    UpdateReport,
    WithdrawConsent,
)
from gateway.text import lao
from gateway.text.commands import enrolment

_PIN_DIGITS: Final = 4
_WORD_CAP: Final = 40
MOST_ANCESTORS: Final = 5


def perform(run: Run, action: Action) -> None:
    """Turn one action into its effects."""
    run.note("do", action.name)
    _ACTIONS[action.name](run, action)


def _argument(run: Run, action: Action, name: str) -> str:
    """Return an argument, whether written out or kept in a value."""
    value = dict(action.values).get(name)
    return action.word(name) if value is None else run.values.get(value, "")


def _open_report(run: Run, action: Action) -> None:
    run.open_report(action.word("kind") or "suspicion", dict(action.values))


def _update_report(run: Run, action: Action) -> None:
    known = {field: run.report_value(name) for field, name in action.values if name in run.values}
    if run.report and known:
        run.emit(UpdateReport(run.report, known))


def _raise_alert(run: Run, action: Action) -> None:
    run.emit(RaiseAlert(action.word("reason"), run.report or None))


def _set_contact(run: Run, action: Action) -> None:
    names = [name for name, _ in (*action.words, *action.values)]
    known = {name: _argument(run, action, name) for name in names}
    known = {name: value for name, value in known.items() if value}
    if "language" in known:
        run.change(language=known["language"])
    if known.get("safety") in ("unknown", "safe", "shared", "unsafe"):
        run.safety = known["safety"]  # type: ignore[assignment]  # narrowed by the line above
        run.change(confirmed=run.now if known["safety"] == "safe" else None)
        run.refresh_mode()
    if known:
        run.emit(SetContact(known))


def _set(run: Run, action: Action) -> None:
    for _, name in action.values:
        run.save(name, action.word("to")) if action.word("to") else run.forget(name)


def _look_up_case(run: Run, action: Action) -> None:
    if run.case_ref is None:
        return
    run.change(asking=("case",))
    run.emit(LookUpCase(*run.case_ref))


def _withdraw(run: Run, action: Action) -> None:
    run.emit(WithdrawConsent(run.report or None, action.word("recipient")))


def _start_flow(run: Run, action: Action) -> None:
    """Ask for another flow; a chain of flows that start one another ends here."""
    ancestry = run.session.ancestry + 1
    if ancestry > MOST_ANCESTORS:
        run.emit(Incident("limit_ancestry", f"{run.session.flow}.{run.session.step}"))
        return
    run.emit(StartFlow(action.word("flow"), action.word("reason"), ancestry))


def _save_answer(run: Run, action: Action) -> None:
    """Keep an answer; a code that was chosen may be counted, anything typed could tell who answered."""
    name = dict(action.values).get("value", "")
    code = run.values.get(name, "")
    if code:
        telling = run.flow.values[name].kind not in CHOSEN
        run.emit(SaveAnswer(action.word("survey"), action.word("item"), code, telling, run.bundle.hash))


def _commanded(run: Run) -> str:
    """Return the one code an officer's command is about, or nothing."""
    return (run.command.code or "") if run.command and run.command_case == "one" else ""


def _refer(run: Run, action: Action) -> None:
    code = _commanded(run)
    if code and run.command:
        lexicon, rest = run.library.lexicon, run.command.rest
        target = lexicon.argument("target", rest)
        agreed = any("YES" in lexicon.whole(word) for word in rest.split()[-1:])
        run.emit(Refer(code, target or lao.key(rest).split(" ")[0][:_WORD_CAP], agreed))
        run.change(asking=("verdict",))


def _close(run: Run, action: Action) -> None:
    """The outcome, for a duplicate the code that is kept, and the PIN last."""
    code = _commanded(run)
    if code and run.command:
        words = lao.key(run.command.rest).split()
        pin = words.pop() if words and words[-1].isdigit() and len(words[-1]) == _PIN_DIGITS else ""
        kept = words.pop() if words and words[-1].isdigit() and len(words[-1]) == len(code) else ""
        outcome = run.library.lexicon.argument("outcome", run.command.rest)
        run.emit(CloseCase(code, outcome or " ".join(words)[:_WORD_CAP], pin, kept))
        run.change(asking=("verdict",))


def _duty(run: Run, action: Action) -> None:
    """Go on duty or off, or take the turn of a code as it was typed; anything else is asked back by the flow."""
    switch = run.library.lexicon.argument("switch", run.command.rest) if run.command else None
    typed = run.library.lexicon.command(run.stimulus.text)
    if switch is not None:
        run.emit(Duty(switch == "on"))
        run.change(asking=("verdict",))
    elif typed is not None and typed.code is not None:
        run.emit(TakeTurn(typed.code))
        run.change(asking=("verdict",))


def _present(run: Run, action: Action) -> None:
    """Answer the check, where no command has done so; a word with a code that is not open was meant for a case."""
    if run.command is None:
        run.emit(Present())
    if run.command is None or run.command.code is None:
        run.change(asking=("verdict",))


def _hand_over(run: Run, action: Action) -> None:
    """Read the code as it was typed: the only open case is not what a hand-over is about."""
    typed = run.library.lexicon.command(run.stimulus.text)
    if typed is not None:
        key, code = enrolment(typed) or ("", typed.code or "")
        run.emit(HandOver(code, key))
    run.change(asking=("verdict",))


def _undo(run: Run, action: Action) -> None:
    if code := _commanded(run):
        run.emit(Undo(code))
        run.change(asking=("verdict",))


def _note(run: Run, action: Action) -> None:
    code = _commanded(run)
    if code and run.command:
        run.emit(Note(code, run.command.rest))


def _answer(run: Run, action: Action) -> None:
    code = _commanded(run)
    if code and run.command:
        run.emit(Answer(code, run.command.rest))
        run.change(asking=("verdict",))


def _of_case(effect: Callable[[str], Acknowledge | PassOn]) -> Callable[[Run, Action], None]:
    def emit(run: Run, action: Action) -> None:
        code = _commanded(run)
        if code:
            run.emit(effect(code))

    return emit


_ACTIONS: Final[Mapping[str, Callable[[Run, Action], None]]] = MappingProxyType(
    {
        "open_report": _open_report,
        "update_report": _update_report,
        "raise_alert": _raise_alert,
        "set_contact": _set_contact,
        "set": _set,
        "add_tag": lambda run, action: run.emit(Tag(action.word("tag"), on=True)),
        "remove_tag": lambda run, action: run.emit(Tag(action.word("tag"), on=False)),
        "subscribe": lambda run, action: run.emit(Subscription(action.word("list"), on=True)),
        "unsubscribe": lambda run, action: run.emit(Subscription(action.word("list"), on=False)),
        "look_up_case": _look_up_case,
        "withdraw_consent": _withdraw,
        "count": lambda run, action: run.emit(Count(action.word("metric"))),
        "start_flow": _start_flow,
        "enrol": lambda run, action: run.emit(Enrolment(action.word("course"), on=True)),
        "unenrol": lambda run, action: run.emit(Enrolment(action.word("course"), on=False)),
        "save_answer": _save_answer,
        "erase_request": lambda run, action: run.emit(EraseRequest()),
        "acknowledge": _of_case(Acknowledge),
        "undo": _undo,
        "pass_on": _of_case(PassOn),
        "note": _note,
        "answer": _answer,
        "refer": _refer,
        "close": _close,
        "duty": _duty,
        "hand_over": _hand_over,
        "present": _present,
        "list_open": lambda run, action: run.emit(ListOpen()),
    }
)

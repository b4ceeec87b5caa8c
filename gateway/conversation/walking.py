"""Walks from step to step until one waits for a reply or the conversation ends."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from gateway.conversation.actions import perform
from gateway.conversation.conditions import holds
from gateway.conversation.flow import ASKING, Choice, Step
from gateway.conversation.place_question import draw
from gateway.conversation.run import Run
from gateway.conversation.session import MAX_STACK, Frame
from gateway.conversation.speaking import MOST_TEXTS, body_of, digest, option_lines, prompt, say
from gateway.conversation.turn import HOST_ANSWERS, CancelTimers, HandOff, Incident, RaiseAlert
from gateway.strict_yaml import Mark
from gateway.text.catalogue import MissingValue

MOST_STEPS: Final = 50
HAND_OVER_LASTS: Final = timedelta(hours=24)
"""Then the gateway answers this phone again; the case and its ladder go on without that."""
_MOST_VISITS: Final = 10
_MOST_VISITS_READING: Final = 40  # a list of topics is come back to after each of them
_NOWHERE: Final = Mark("", 1, 1)
CONSENT: Final = (
    Choice("affirm", "1", _NOWHERE, words=("YES",)),
    Choice("deny", "2", _NOWHERE, words=("NO",)),
)


def walk(run: Run, name: str | None) -> None:
    """Go from a step of the running flow until something waits or ends; an author's fault takes ``on_error`` once."""
    while name is not None:
        run.steps += 1
        step = run.flow.steps.get(name)
        if step is None or run.steps > MOST_STEPS:
            name = fail(run, "missing_step" if step is None else "limit_steps")
            continue
        run.move(step=name)
        try:
            name = _KINDS[step.kind](run, step)
        except MissingValue as fault:
            name = fail(run, f"missing_value_{fault.name}")


def fail(run: Run, why: str) -> str | None:
    """Return the flow's ``on_error`` the first time in a turn; the second time a person is called."""
    run.emit(Incident(why, f"{run.session.flow}.{run.session.step}"))
    run.note("fault", why)
    run.utterances = run.utterances[:1]
    if not run.failed and run.flow.on_error in run.flow.steps:
        run.failed = True
        run.steps = 0
        return run.flow.on_error
    run.emit(RaiseAlert("error", run.report or None))
    run.utterances = []
    say(run, "common.person_will_help")
    run.change(status="ended")
    return None


def visible(run: Run, step: Step) -> tuple[Choice, ...]:
    """Return the choices a person sees at a step."""
    if step.kind == "consent":
        return CONSENT
    facts = run.facts()
    shown = tuple(choice for choice in step.choices if choice.when is None or holds(choice.when, facts))
    return shuffled(shown, run.session.id) if step.shuffle else shown


def shuffled(choices: tuple[Choice, ...], session_id: str) -> tuple[Choice, ...]:
    """Return choices in an order of this session's own, the same at every asking; the keys stay in their order.

    What is stored is the code, so an answer means the same wherever it stood.
    """
    order = sorted(choices, key=lambda choice: digest(f"{session_id}:{choice.code}"))
    return tuple(replace(choice, key=place.key) for choice, place in zip(order, choices, strict=True))


def ask(run: Run, *, retry: bool = False) -> None:
    """Draw the question of the step the session stands at; does nothing where none is waiting to be asked."""
    step = run.step
    if step is None or step.kind not in ASKING:
        return
    if run.session.asking[:1] == ("which",):
        codes = run.session.asking[1:]
        candidates = [choice for choice in visible(run, step) if choice.code in codes]
        _ask_which(run, step, candidates)
    elif step.expect is not None and step.expect.name == "place":
        draw(run, step, retry=retry)
    else:
        prompt(run, step.message, option_lines(run, step, visible(run, step)), retry=retry)


def _ask_which(run: Run, step: Step, candidates: list[Choice]) -> None:
    lines = [line.split(" ", 1)[1] for line in option_lines(run, step, candidates)]
    if len(lines) == 1:
        lines.append(body_of(run, "common.deny"))
    prompt(run, "common.which", [f"{key} {label}" for key, label in enumerate(lines, 1)])


def hand_over(run: Run, reason: str, *, urgent: bool = False, message: str = "common.person_will_help") -> None:
    """Give the conversation to a person; a report is opened if none is, so that it stands on somebody's desk."""
    code = run.open_report("person")
    run.emit(HandOff(code, reason, urgent))
    if urgent or reason == "error":
        run.emit(RaiseAlert(reason, code))
    if message:
        say(run, message)
    run.change(status="handoff", asking=(), expires=run.now + HAND_OVER_LASTS)


def lay_aside(run: Run, flow: str) -> str:
    """Put a shared flow in front of the running one, which is asked again afterwards; return its start."""
    room = (*run.session.stack, run.session.here)[-MAX_STACK:]
    run.enter(flow, "aside")
    run.change(stack=room, status="waiting")
    return run.flow.start


def _say(run: Run, step: Step) -> str | None:
    if len([told for told in run.utterances if not told.via]) >= MOST_TEXTS and not run.on_ussd:
        return fail(run, "limit_texts")
    say(run, step.message, via=step.via)
    run.leave_by("then")
    return step.then


def _choose(run: Run, step: Step) -> str | None:
    facts = run.facts()
    for number, branch in enumerate(step.branches, 1):
        if holds(branch.when, facts):
            run.note("branch", str(number))
            run.leave_by(f"branch {number}")
            return branch.then
    run.leave_by("else")
    return step.otherwise


def _act(run: Run, step: Step) -> str | None:
    for action in step.actions:
        perform(run, action)
    if HOST_ANSWERS.intersection(run.session.asking[:1]):
        return None
    run.leave_by("then")
    return step.then


def _await_reply(run: Run, step: Step) -> str | None:
    here = run.session.here
    visits = {**here.visits, step.name: here.visits.get(step.name, 0) + 1}
    most = _MOST_VISITS_READING if run.flow.purpose == "information" else _MOST_VISITS
    if visits[step.name] > most and not run.failed:
        return fail(run, "limit_visits")
    history = tuple(name for name in here.history if name != step.name)
    run.move(history=(*history, step.name), visits=visits, tries=0, page=0)
    run.change(status="waiting", asking=(), pages=1)
    ask(run)
    return None


def _wait(run: Run, step: Step) -> str | None:
    run.change(status="waiting", asking=())
    return None


def _hand_off(run: Run, step: Step) -> str | None:
    hand_over(run, step.reason or "asked", urgent=step.urgent, message=step.message)
    return None


def _help(run: Run, step: Step) -> str | None:
    start = lay_aside(run, run.library.help_flow)
    return step.message if step.message in run.flow.steps else start


def _end(run: Run, step: Step) -> str | None:
    return _leave(run, step.ending)


def _leave(run: Run, ending: str) -> str | None:
    """End the running frame: back to its caller, to what was laid aside, or to the end of the session."""
    frame = run.session.here
    if frame.how == "root" or not run.session.stack:
        run.change(status="ended", asking=())
        run.emit(CancelTimers())
        return None
    parent = run.session.stack[-1]
    given = dict(frame.values)
    run.change(here=parent, stack=run.session.stack[:-1], asking=(), pages=1)
    step = run.step
    if frame.how == "aside":
        return _resume(run, step)
    if step is None or step.kind != "call":
        return fail(run, "missing_step")
    for mine, theirs in step.takes:
        if theirs in given:
            run.save(mine, given[theirs])
    run.leave_by("then" if ending == "done" else "else")
    return step.then if ending == "done" else step.otherwise


def _resume(run: Run, step: Step | None) -> str | None:
    """Ask again what was laid aside, or stay silent where a person has taken over."""
    if step is None:
        return fail(run, "missing_step")
    waits_for_person = step.kind == "handoff"
    run.move(page=0)
    run.change(status="handoff" if waits_for_person else "waiting")
    ask(run)
    return None


def _call(run: Run, step: Step) -> str | None:
    below = [number for number, frame in enumerate(run.session.stack) if frame.flow == step.flow]
    if below:
        return _unwind(run, below[-1])
    handed = {theirs: run.values[mine] for theirs, mine in step.hands if mine in run.values}
    how = run.session.here.how
    if how != "call" and not step.takes and _ends(run, step.then) and _ends(run, step.otherwise):
        run.leave_by("then")
        run.enter(step.flow, how, handed)
        return run.flow.start
    stack: tuple[Frame, ...] = (*run.session.stack, run.session.here)
    if len(stack) > MAX_STACK:
        if stack[1].how != "aside":
            return fail(run, "limit_stack")
        stack = (replace(stack[1], how="root"), *stack[2:])
    run.enter(step.flow, "call", handed)
    run.change(stack=stack)
    return run.flow.start


def _unwind(run: Run, number: int) -> str | None:
    """Go back to a flow that is already under way and ask its question again."""
    run.change(here=run.session.stack[number], stack=run.session.stack[:number], asking=(), pages=1)
    step = run.step
    if step is not None and step.kind == "call":
        return fail(run, "recursion")
    return _resume(run, step)


def _ends(run: Run, name: str) -> bool:
    step = run.flow.steps.get(name)
    return step is not None and step.kind == "end"


_KINDS: Final[Mapping[str, Callable[[Run, Step], str | None]]] = MappingProxyType(
    {
        "say": _say,
        "menu": _await_reply,
        "pick": _await_reply,
        "ask": _await_reply,
        "consent": _await_reply,
        "choose": _choose,
        "do": _act,
        "call": _call,
        "wait": _wait,
        "handoff": _hand_off,
        "help": _help,
        "end": _end,
    }
)

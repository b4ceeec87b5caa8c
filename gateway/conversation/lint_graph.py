"""Ways through flows for the lint: across calls and back, for phones confirmed safe or not, to their shortest path."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from gateway.conversation.conditions import holds
from gateway.conversation.flow import Compare, Condition, Flow, Step

ALWAYS: Final = ("help", "stop", "my_case")  # laid over any conversation by the words that always work
CONFIRMED_FOR: Final = 86_400  # seconds a phone counts as safe after its owner said so
_DEEPEST: Final = 6
_UNCONFIRMED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({"mode": ("neutral", "silent")})

Flows = Mapping[str, Flow]


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a flow, whether the phone is confirmed safe there, and the calls that led here."""

    flow: str
    step: str
    safe: bool = False
    callers: tuple[tuple[str, str], ...] = ()


def truth(condition: Condition, possible: Mapping[str, tuple[str, ...]]) -> bool | None:
    """Say whether a condition must be true or false when some fields can only hold some values; None: either."""
    if isinstance(condition, Compare):
        values = possible.get(condition.field)
        found = {holds(condition, {condition.field: value}) for value in values} if values else {True, False}
        return found.pop() if len(found) == 1 else None
    parts = [truth(part, possible) for part in condition.parts]
    if condition.joined == "all":
        return False if False in parts else None if None in parts else True
    either = True if True in parts else None if None in parts else False
    return either if condition.joined == "any" or either is None else not either


def exits_given(step: Step, possible: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield the exits of a step that can be taken when some fields can only hold some values."""
    closed: set[str] = set()
    for choice in step.choices:
        if choice.when is not None and truth(choice.when, possible) is False:
            closed.add(f"choice {choice.code}")
    certain = False
    for number, branch in enumerate(step.branches, 1):
        found = truth(branch.when, possible)
        if found is False or certain:
            closed.add(f"branch {number}")
        certain = certain or found is True
    if certain:
        closed.add("else")
    yield from ((name, target) for name, target in step.exits() if name not in closed)


def step_of(flows: Flows, place: Place) -> Step:
    """Return the step a place stands at."""
    return flows[place.flow].steps[place.step]


def onward(flows: Flows, place: Place) -> Iterator[tuple[str, Place]]:
    """Yield (name of the exit, next place); a call leads into its flow, and the flow's end back behind the call."""
    step = step_of(flows, place)
    if step.kind == "call":
        yield from _into(flows, place, step)
    elif step.kind == "end":
        yield from _back(flows, place, step)
    elif step.kind == "help":
        start = step.message if step.message in flows[place.flow].steps else ""
        if start:
            yield "help", replace(place, step=start)
    else:
        possible = {} if place.safe else _UNCONFIRMED
        for name, target in exits_given(step, possible):
            if target in flows[place.flow].steps:
                yield name, replace(place, step=target, safe=_still_safe(step, name, place.safe))


def _into(flows: Flows, place: Place, step: Step) -> Iterator[tuple[str, Place]]:
    child = flows.get(step.flow)
    running = {place.flow, *(flow for flow, _ in place.callers)}
    if child is None or child.start not in child.steps or len(place.callers) > _DEEPEST or step.flow in running:
        return
    inside = Place(child.name, child.start, place.safe, (*place.callers, (place.flow, place.step)))
    yield "call", inside
    if child.on_error in child.steps:
        yield "on_error", replace(inside, step=child.on_error)


def _back(flows: Flows, place: Place, step: Step) -> Iterator[tuple[str, Place]]:
    if not place.callers:
        return
    flow, call = place.callers[-1]
    behind = flows[flow].steps[call]
    target = behind.then if step.ending == "done" else behind.otherwise
    if target in flows[flow].steps:
        yield step.ending, Place(flow, target, place.safe, place.callers[:-1])


def _still_safe(step: Step, exit_: str, safe: bool) -> bool:
    """Say whether a phone is confirmed safe after a step: an answer opens or closes it, a day of silence closes it."""
    for action in step.actions:
        if action.name == "set_contact" and any(name == "safety" for name, _ in (*action.words, *action.values)):
            safe = action.word("safety") == "safe"
    if step.kind == "wait" and (step.until_value or step.pause >= CONFIRMED_FOR):
        return False
    if exit_ == "no_reply" and step.no_reply is not None and step.no_reply.after >= CONFIRMED_FOR:
        return False
    return safe


def roots(flows: Flows) -> list[Place]:
    """Return where conversations begin: every flow that none calls, that starts by itself or that is laid over."""
    called = {step.flow for flow in flows.values() for step in flow.steps.values() if step.kind == "call"}
    started = {
        action.word("flow")
        for flow in flows.values()
        for step in flow.steps.values()
        for action in step.actions
        if action.name == "start_flow"
    }
    first = [name for name in flows if name not in called or name in started or name in ALWAYS]
    return [
        Place(name, step)
        for name in first
        for step in (flows[name].start, flows[name].on_error)
        if step in flows[name].steps
    ]


def paths(
    flows: Flows, starts: Iterable[Place], follow: Callable[[Place, str], bool] = lambda place, exit_: True
) -> dict[Place, tuple[Place, ...]]:
    """Return the shortest path to every place that can be reached by exits that ``follow`` allows."""
    found: dict[Place, tuple[Place, ...]] = {}
    waiting: deque[tuple[Place, tuple[Place, ...]]] = deque((place, (place,)) for place in starts)
    while waiting:
        place, path = waiting.popleft()
        if place in found:
            continue
        found[place] = path
        for name, after in onward(flows, place):
            if after not in found and follow(place, name):
                waiting.append((after, (*path, after)))
    return found


def drawn(path: Iterable[Place]) -> str:
    """Return a path as it is printed: ``welcome.main > text_now > report.danger``."""
    shown: list[str] = []
    before = ""
    for place in path:
        shown.append(place.step if place.flow == before else f"{place.flow}.{place.step}")
        before = place.flow
    return " > ".join(shown)

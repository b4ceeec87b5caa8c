"""How many people went along each arrow of a flow, recounted from where they stood before and after each message."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.conversation.flow import WAITING, Flow, Step

Arrow = tuple[str, str]  # a step and the name of one of its exits (Step.exits)
FEW: Final = 5  # below so many people a number could point at one of them


@dataclass(frozen=True, slots=True)
class Passage:
    """One message of one person: the step it answered and the step that waited next, both as "flow.step"."""

    person: str
    answered: str
    after: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """How many people went along an arrow for certain, and how many at most.

    What a message said is sealed: where several arrows lead from one question to the next, each may be the one.
    """

    certain: int
    most: int

    def __str__(self) -> str:
        """Render as ``12``, ``12 to 40``, ``up to 40``; fewer than five people are not told apart."""
        if self.most < FEW:
            return f"under {FEW}" if self.most else "0"
        if self.certain == self.most:
            return str(self.most)
        return f"{self.certain} to {self.most}" if self.certain >= FEW else f"up to {self.most}"


def traffic(flow: Flow, passages: Iterable[Passage]) -> dict[Arrow, Traffic]:
    """Return the people on every arrow that a message can go along; silence and pauses leave no message."""
    people: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for passage in passages:
        name, _, step = passage.answered.partition(".")
        if name == flow.name and step in flow.steps and passage.after != passage.answered:  # a failed try stays
            people[step, passage.after].add(passage.person)
    certain: defaultdict[Arrow, set[str]] = defaultdict(set)
    possible: defaultdict[Arrow, set[str]] = defaultdict(set)
    for (step, after), who in people.items():
        ways = list(_ways(flow, step, _goals(flow, after)))
        for arrow, needed in ways:
            possible[arrow] |= who
            if needed:
                certain[arrow] |= who
    arrows = [(step.name, name) for step in flow.steps.values() for name, _ in step.exits() if name != "no_reply"]
    return {arrow: Traffic(len(certain[arrow]), len(possible[arrow])) for arrow in arrows}


def _goals(flow: Flow, after: str) -> frozenset[str]:
    """Return the steps at which a way of this flow is at its end when ``after`` waits next."""
    name, _, step = after.partition(".")
    if name == flow.name:
        return frozenset({step})
    steps = flow.steps.values()
    calls = frozenset(step.name for step in steps if step.kind == "call" and step.flow == name)
    return calls or frozenset(step.name for step in steps if step.kind in ("call", "help", "end"))


def _ways(flow: Flow, start: str, goals: frozenset[str]) -> Iterator[tuple[Arrow, bool]]:
    """Yield the arrows that lie on a silent way from a question to a goal, and whether every such way needs them."""
    reached = _reached(flow, start)
    for arrow, target in ((arrow, to) for name in reached for arrow, to in _arrows(flow.steps[name], start)):
        if target in goals or (_silent(flow, target) and _reached(flow, target) & _doors(flow, goals, start)):
            yield arrow, not _leads(flow, start, goals, arrow)


def _doors(flow: Flow, goals: frozenset[str], start: str) -> frozenset[str]:
    """Return the silent steps from which one arrow leads to a goal."""
    silent = (step for step in flow.steps.values() if _silent(flow, step.name))
    return frozenset(step.name for step in silent if any(to in goals for _, to in _arrows(step, start)))


def _reached(flow: Flow, start: str, without: Arrow | None = None) -> set[str]:
    """Return the steps that a turn can be at, begun by an answer at ``start``: silent ones, and ``start`` itself."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            ways = (to for arrow, to in _arrows(flow.steps[name], start) if arrow != without)
            waiting += [to for to in ways if _silent(flow, to)]
    return seen


def _leads(flow: Flow, start: str, goals: frozenset[str], without: Arrow) -> bool:
    """Say whether a goal is reached although one arrow is closed."""
    for name in _reached(flow, start, without):
        if any(to in goals and arrow != without for arrow, to in _arrows(flow.steps[name], start)):
            return True
    return False


def _arrows(step: Step, start: str) -> Iterator[tuple[Arrow, str]]:
    """Yield the arrows that a message can go along; at the question itself its keys, not the release of a person."""
    for name, to in step.exits():
        if name != "no_reply" and (step.name == start or step.kind not in WAITING):
            yield (step.name, name), to


def _silent(flow: Flow, name: str) -> bool:
    step = flow.steps.get(name)
    return step is not None and step.kind not in WAITING and step.kind != "end"


def in_words(counted: Mapping[Arrow, Traffic]) -> dict[Arrow, str]:
    """Return what a diagram says at each arrow."""
    return {arrow: f"{people} people" for arrow, people in counted.items()}

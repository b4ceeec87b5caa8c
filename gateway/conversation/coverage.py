"""Which exits of the flows stories have taken, in which language, and which exits nobody has tried yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.conversation.flow import Compare, Flow, Step
from gateway.conversation.run import DEFAULT_LANGUAGE
from gateway.conversation.turn import Turn
from gateway.strict_yaml import Mark


@dataclass(frozen=True, slots=True, order=True)
class Exit:
    """One way out of one step; ``way`` as ``Step.exits`` names it."""

    flow: str
    step: str
    way: str


Taken = tuple[Exit, str]
# Whoever chooses another language is spoken to in the default one until it has texts.
_HAVE_TEXTS = frozenset({"lo", "en", "hmn", "lo-Latn"})


@dataclass(frozen=True, slots=True)
class Row:
    """How many exits of a flow were taken in a language, of how many."""

    flow: str
    language: str
    taken: int
    exits: int

    def __str__(self) -> str:
        """Render as ``20/21 lo``."""
        return f"{self.taken}/{self.exits} {self.language}"


@dataclass(frozen=True, slots=True)
class Gap:
    """An exit that no story takes in some languages, with its place in the file."""

    exit: Exit
    languages: tuple[str, ...]
    mark: Mark

    def __str__(self) -> str:
        """Render as an editor can jump to it."""
        place = f"{self.mark.file}:{self.mark.line}:{self.mark.column}"
        return f"{place}: '{self.exit.step}' {self.exit.way}: no story in {', '.join(self.languages)}"


def taken(turn: Turn) -> Iterator[Taken]:
    """Yield every exit that a turn took, with the language spoken at that moment."""
    for step in turn.trace:
        if step.test == "exit":
            flow, _, name = step.step.partition(".")
            yield Exit(flow, name, step.result), step.language


def exits_of(flow: Flow) -> tuple[Exit, ...]:
    """Return every exit of a flow that a person or the clock can take.

    Left out are steps that only ``on_error`` leads to, which no story can stage, and ``else`` of a call both of whose
    ways lead straight to an end: such a call gives its place to the child.
    """
    found = []
    for name in sorted(_reached(flow), key=list(flow.steps).index):
        step = flow.steps[name]
        found += [Exit(flow.name, name, way) for way, _ in step.exits() if not (way == "else" and step.gives_way(flow))]
    return tuple(found)


def _reached(flow: Flow) -> set[str]:
    seen: set[str] = set()
    waiting = [flow.start]
    while waiting:
        name = waiting.pop()
        if name not in seen and name in flow.steps:
            seen.add(name)
            waiting.extend(target for _, target in flow.steps[name].exits())
    return seen


def rows(flows: Mapping[str, Flow], seen: Iterable[Taken], required: Sequence[str]) -> list[Row]:
    """Return one row a flow and language: the required ones, and every other in which a story took an exit."""
    seen = frozenset(seen)
    found: list[Row] = []
    for flow in flows.values():
        exits = frozenset(exits_of(flow))
        spoken = {language for exit_, language in seen if exit_ in exits}
        for language in (*required, *sorted(spoken - {*required})):
            possible = [exit_ for exit_ in exits if _can_be_taken(flow, exit_, language)]
            count = sum((exit_, language) in seen for exit_ in possible)
            found.append(Row(flow.name, language, count, len(possible)))
    return found


def _can_be_taken(flow: Flow, exit_: Exit, language: str) -> bool:
    """Say whether an exit can be taken in a language: not one that has just settled on another, or on none."""
    step = flow.steps[exit_.step]
    for action in step.actions:
        chosen = action.word("language") if action.name == "set_contact" else ""
        if chosen and chosen != language and (language != DEFAULT_LANGUAGE or chosen in _HAVE_TEXTS):
            return False
    kind, _, number = exit_.way.partition(" ")
    when = step.branches[int(number) - 1].when if kind == "branch" else None
    if isinstance(when, Compare) and when.field == "contact.language":
        return language == DEFAULT_LANGUAGE if when.test == "unknown" else True
    return True


def gaps(flows: Mapping[str, Flow], seen: Iterable[Taken], required: Sequence[str]) -> list[Gap]:
    """Return every exit that some required language lacks, in the order of the files."""
    seen = frozenset(seen)
    found: list[Gap] = []
    for flow in flows.values():
        for exit_ in exits_of(flow):
            possible = [language for language in required if _can_be_taken(flow, exit_, language)]
            missing = tuple(language for language in possible if (exit_, language) not in seen)
            if missing:
                found.append(Gap(exit_, missing, mark_of(flow.steps[exit_.step], exit_.way)))
    return found


def mark_of(step: Step, way: str) -> Mark:
    """Return where an exit of a step stands in its file."""
    kind, _, which = way.partition(" ")
    if kind == "choice":
        return next(choice.mark for choice in step.choices if choice.code == which)
    if kind == "also":
        return step.also[int(which) - 1].mark
    if kind == "branch":
        return step.branches[int(which) - 1].mark
    if kind == "no_reply" and step.no_reply is not None:
        return step.no_reply.mark
    return step.mark_of(kind)

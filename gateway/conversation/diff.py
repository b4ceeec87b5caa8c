"""What an edit of flows and texts means: steps added, gone, renamed, moved; ways out; codes; texts with their cost."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from gateway.conversation.diff_flows import Facets, facets_of_head, facets_of_step, renamed, reordered, stayed_in_order
from gateway.conversation.diff_texts import Sizes
from gateway.conversation.flow import Flow
from gateway.conversation.lint_material import variants
from gateway.text.catalogue import Catalogue, Message

Kind = Literal[
    "flow_added", "flow_gone", "head_changed", "value_added", "value_gone", "value_changed",
    "step_added", "step_gone", "step_renamed", "step_moved", "step_changed", "leads_elsewhere",
    "choice_added", "choice_gone", "choice_changed", "branch_added", "branch_gone", "branch_changed",
    "also_added", "also_gone", "also_changed", "text_added", "text_gone", "text_changed",
]  # fmt: skip
TARGETS: Final = frozenset({"then", "else", "refused", "released", "no_reply"})


@dataclass(frozen=True, slots=True)
class Content:
    """One side of a comparison: flows by name; texts by language, then id."""

    flows: Mapping[str, Flow]
    messages: Mapping[str, Mapping[str, Message]]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different.

    ``where`` is a step, a value or a message id, ``part`` what of it; ``segments`` are SMS segments before and after,
    with the options and the longest values; ``people`` how many wait at that step now, or where that text
    is said.
    """

    kind: Kind
    flow: str
    where: str = ""
    part: str = ""
    before: str = ""
    after: str = ""
    language: str = ""
    segments: tuple[int, int] | None = None
    people: int = 0

    def __str__(self) -> str:
        """Render as one line."""
        place = f"{self.flow}.{self.where}" if self.where and not self.language else self.where or self.flow
        what = " ".join(word for word in (place, self.part, f"in {self.language}" if self.language else "") if word)
        before, after = _shown(self.before), _shown(self.after)
        values = (
            f"{before} -> {after}" if before and after else f"now {after}" if after else f"was {before}" * bool(before)
        )
        cost = f" ({self.segments[0]} -> {self.segments[1]} segments)" if self.segments else ""
        inside = f" [{self.people} waiting here]" if self.people else ""
        return f"{self.kind.replace('_', ' ')}: {what}{': ' if values else ''}{values}{cost}{inside}"


def _shown(value: str) -> str:
    return value.replace("\n", " / ")


def content_of(flows: Mapping[str, Flow], catalogue: Catalogue) -> Content:
    """Return one side of a comparison from compiled content, such as a bundle."""
    messages = {
        language: {message_id: catalogue.get(language, message_id) for message_id in catalogue.ids(language)}
        for language in catalogue.languages
    }
    return Content(flows, messages)


def diff(old: Content, new: Content, people: Mapping[str, int] | None = None) -> list[Change]:
    """Return every change by meaning, flow by flow, then texts; equal contents give none.

    ``people`` maps ``flow.step`` to how many conversations wait there now.
    """
    inside = people or {}
    found: list[Change] = []
    for name in sorted({*old.flows, *new.flows}):
        before, after = old.flows.get(name), new.flows.get(name)
        if before is None or after is None:
            there = sum(count for step, count in inside.items() if step.partition(".")[0] == name)
            kind: Kind = "flow_added" if before is None else "flow_gone"
            found.append(Change(kind, name, people=there))
        else:
            found += (_with_people(change, inside) for change in _between(before, after))
    found += _texts(old, new, inside)
    return found


def waiting(changes: Iterable[Change], old: Content, people: Mapping[str, int]) -> int:
    """Return how many conversations wait at a step that is changed, or whose text is: each counted once."""
    sizes, places = Sizes(old.flows, old.messages), set[str]()
    for change in changes:
        if change.language:
            places |= sizes.said_at(change.where)
        elif change.kind == "flow_gone":
            places |= {place for place in people if place.partition(".")[0] == change.flow}
        elif change.people:
            places.add(f"{change.flow}.{change.before if change.kind == 'step_renamed' else change.where}")
    return sum(people.get(place, 0) for place in places)


def cost(changes: Iterable[Change]) -> dict[str, int]:
    """Return by language how many segments the changed texts cost more (or less) when each is said once."""
    more: dict[str, int] = {}
    for change in changes:
        if change.segments is not None:
            more[change.language] = more.get(change.language, 0) + change.segments[1] - change.segments[0]
    return dict(sorted(more.items()))


def _with_people(change: Change, inside: Mapping[str, int]) -> Change:
    if change.kind.startswith(("head_", "value_")):
        return change
    step = change.before if change.kind == "step_renamed" else change.where
    return replace(change, people=inside.get(f"{change.flow}.{step}", 0))


def _between(old: Flow, new: Flow) -> Iterator[Change]:
    """Yield the changes of one flow: its head and values, steps that are gone or renamed, then every step it has."""
    names = renamed(old, new)
    for item, kind, aspect, before, after in _compared(facets_of_head(old, names), facets_of_head(new, {})):
        yield Change("head_changed" if not item else _of("value", kind), new.name, item, aspect, before, after)
    for name in old.steps:
        if name not in new.steps and name not in names:
            yield Change("step_gone", new.name, name, before=old.steps[name].kind)
    for former, becomes in names.items():
        yield Change("step_renamed", new.name, becomes, before=former, after=becomes)
    yield from _steps_between(old, new, names)


def _steps_between(old: Flow, new: Flow, names: Mapping[str, str]) -> Iterator[Change]:
    """Yield the changes of the steps that the new flow has; ``names`` maps renamed ones."""
    kept = {names.get(name, name): name for name in old.steps if names.get(name, name) in new.steps}
    in_order = stayed_in_order([names.get(name, name) for name in old.steps], list(new.steps))
    for name, step in new.steps.items():
        if name not in kept:
            yield Change("step_added", new.name, name, after=step.kind)
            continue
        if name not in in_order:
            yield Change("step_moved", new.name, name)
        was, is_now = facets_of_step(old.steps[kept[name]], names), facets_of_step(step, {})
        for item, kind, aspect, before, after in _compared(was, is_now):
            yield _of_step(new.name, name, item, kind, aspect, before, after)
        before, after = reordered(was, is_now)
        if after:
            yield Change("step_changed", new.name, name, "order", before, after)


def _of_step(flow: str, step: str, item: str, kind: str, aspect: str, before: str, after: str) -> Change:
    """Return the change of one aspect of one part of a step."""
    if kind == "changed" and aspect in TARGETS and before and after:
        return Change("leads_elsewhere", flow, step, f"{item} {aspect}".strip(), before, after)
    if not item:
        return Change("step_changed", flow, step, aspect, before, after)
    sort, _, named = item.partition(" ")
    part = f"{named} {aspect}".strip()
    return Change(_of(sort, kind), flow, step, part, before, after)


def _of(sort: str, kind: str) -> Kind:
    return _KINDS[sort, kind]


_KINDS: Final[Mapping[tuple[str, str], Kind]] = {
    ("value", "added"): "value_added", ("value", "gone"): "value_gone", ("value", "changed"): "value_changed",
    ("choice", "added"): "choice_added", ("choice", "gone"): "choice_gone", ("choice", "changed"): "choice_changed",
    ("branch", "added"): "branch_added", ("branch", "gone"): "branch_gone", ("branch", "changed"): "branch_changed",
    ("also", "added"): "also_added", ("also", "gone"): "also_gone", ("also", "changed"): "also_changed",
}  # fmt: skip


def _compared(old: Facets, new: Facets) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield (item, added gone or changed, aspect, before, after) of everything that differs."""
    for item in (*old, *(item for item in new if item not in old)):
        if item not in new:
            yield item, "gone", "", _summary(old[item]), ""
        elif item not in old:
            yield item, "added", "", "", _summary(new[item])
        else:
            for aspect in dict.fromkeys((*old[item], *new[item])):
                before, after = old[item].get(aspect, ""), new[item].get(aspect, "")
                if before != after:
                    yield item, "changed", aspect, before, after


def _summary(aspects: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in aspects.items() if value)


def _texts(old: Content, new: Content, inside: Mapping[str, int]) -> Iterator[Change]:
    """Yield the changes of texts, language by language; people wait where an old text was said."""
    sizes = (Sizes(old.flows, old.messages), Sizes(new.flows, new.messages))
    for language in sorted({*old.messages, *new.messages}):
        before, after = old.messages.get(language, {}), new.messages.get(language, {})
        for message_id in sorted({*before, *after}):
            for variant, was, becomes in _variants(before.get(message_id), after.get(message_id)):
                kind: Kind = "text_added" if not was else "text_gone" if not becomes else "text_changed"
                segments = (
                    sizes[0].segments(language, message_id, variant),
                    sizes[1].segments(language, message_id, variant),
                )
                flow = message_id.partition(".")[0]
                part = "" if variant == "text" else variant
                there = sum(inside.get(step, 0) for step in sizes[0].said_at(message_id))
                yield Change(kind, flow, message_id, part, was, becomes, language, segments, there)


def _variants(old: Message | None, new: Message | None) -> Iterator[tuple[str, str, str]]:
    before = dict(variants(old)) if old else {}
    after = dict(variants(new)) if new else {}
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name, before.get(name, ""), after.get(name, "")

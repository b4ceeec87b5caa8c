"""Flows taken apart for comparison: every step as named facets, steps that were renamed, steps that moved."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from gateway.conversation.diagram import condition_in_words, duration, reply_in_words
from gateway.conversation.flow import Action, Flow, Step

# Part of a step ("" for itself, "choice now", "branch age below 18", "also key 7") -> aspect -> value in words.
Facets: TypeAlias = dict[str, dict[str, str]]


def facets_of_head(flow: Flow, names: Mapping[str, str]) -> Facets:
    """Return the head of a flow ("") and its declared values; ``names`` maps renamed steps."""
    head = {
        "purpose": flow.purpose,
        "channels": ", ".join(flow.channels),
        "expires": duration(flow.expires),
        "start": names.get(flow.start, flow.start),
        "on_error": names.get(flow.on_error, flow.on_error),
        "takes": ", ".join(flow.takes),
        "gives": ", ".join(flow.gives),
    }
    values = {
        value.name: {
            "kind": value.kind,
            "class": value.data_class,
            "to": value.target if value.kind == "sealed" else "",
        }
        for value in flow.values.values()
    }
    return {"": head, **values}


def facets_of_step(step: Step, names: Mapping[str, str]) -> Facets:
    """Return everything a step is, in words; ``names`` maps renamed steps, so that a new name is no new way."""

    def to(name: str) -> str:
        return names.get(name, name)

    itself = {
        "kind": step.kind,
        "text": step.message,
        "then": to(step.then),
        "else": to(step.otherwise),
        "refused": to(step.refused),
        "released": to(step.released),
        "no_reply": to(step.no_reply.then) if step.no_reply else "",
        "no_reply after": duration(step.no_reply.after) if step.no_reply else "",
        "expect": reply_in_words(step.expect) if step.expect else "",
        "actions": "; ".join(_action(action) for action in step.actions),
        **_plain(step),
    }
    facets: Facets = {"": itself}
    for choice in step.choices:
        facets[f"choice {choice.code}"] = {
            "key": choice.key,
            "words": " ".join(choice.words),
            "when": condition_in_words(choice.when) if choice.when else "",
            "set": _pairs(choice.sets),
            "then": to(choice.then),
        }
    for branch in step.branches:
        facets[f"branch {condition_in_words(branch.when)}"] = {"then": to(branch.then)}
    for door in step.also:
        facets[f"also {reply_in_words(door.test)}"] = {"set": _pairs(door.sets), "then": to(door.then)}
    return facets


def _plain(step: Step) -> dict[str, str]:
    """Return the fields of a step that are words or numbers."""
    return {
        "save": step.save,
        "tries": str(step.tries) if step.otherwise and step.no_reply else "",
        "at_least": str(step.at_least) if step.kind == "pick" else "",
        "at_most": str(step.at_most) if step.kind == "pick" else "",
        "shuffled": "yes" if step.shuffle else "",
        "flow": step.flow,
        "with": _pairs(step.hands),
        "take": _pairs(step.takes),
        "for": duration(step.pause) if step.pause else "",
        "until": step.until or step.until_value,
        "purpose": step.purpose,
        "recipient": step.recipient,
        "reason": step.reason,
        "urgent": "yes" if step.urgent else "",
        "ending": step.ending,
        "via": step.via,
    }


def reordered(old: Facets, new: Facets) -> tuple[str, str]:
    """Return the order of what both have, before and after, where it differs: options are drawn, tests tried in it."""
    before = [item for item in old if item and item in new]
    after = [item for item in new if item and item in old]
    return (", ".join(before), ", ".join(after)) if before != after else ("", "")


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {value}" for name, value in pairs)


def _action(action: Action) -> str:
    return " ".join((action.name, *(f"{name} {value}" for name, value in (*action.words, *action.values))))


def renamed(old: Flow, new: Flow) -> dict[str, str]:
    """Return old name -> new name of steps that are the same but for their name.

    A pair must agree in everything but where it leads; where several fit, the one reached and leading on alike.
    """
    gone = [name for name in old.steps if name not in new.steps]
    fresh = [name for name in new.steps if name not in old.steps]
    found: dict[str, str] = {}
    for name in gone:
        alike = [other for other in fresh if other not in found.values() and _bare(old, name) == _bare(new, other)]
        if alike:
            found[name] = max(alike, key=lambda other: (_kinship(old, name, new, other), -fresh.index(other)))
    return {name: other for name, other in found.items() if _kinship(old, name, new, other)}


def _bare(flow: Flow, name: str) -> Facets:
    """Return a step without where it leads."""
    return facets_of_step(replace(flow.steps[name], name=""), dict.fromkeys(flow.steps, "somewhere"))


def _kinship(old: Flow, name: str, new: Flow, other: str) -> int:
    """Return how many ways into and out of two steps agree."""
    into = _into(old, name) & _into(new, other)
    out = {*old.steps[name].exits()} & {*new.steps[other].exits()}
    starts = (old.start == name and new.start == other) + (old.on_error == name and new.on_error == other)
    return len(into) + len(out) + starts


def _into(flow: Flow, name: str) -> set[tuple[str, str]]:
    return {(step.name, way) for step in flow.steps.values() for way, to in step.exits() if to == name}


def stayed_in_order(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """Return the names that kept their order: the longest such run, so that what moved is as little as possible."""
    places = {name: at for at, name in enumerate(old)}
    common = [name for name in new if name in places]
    tails: list[int] = []
    last: list[str] = []
    before: dict[str, str] = {}
    for name in common:
        at = bisect_left(tails, places[name])
        if at:
            before[name] = last[at - 1]
        tails[at : at + 1] = [places[name]]
        last[at : at + 1] = [name]
    kept: set[str] = set()
    name = last[-1] if last else ""
    while name:
        kept.add(name)
        name = before.get(name, "")
    return kept

"""Lint of what a phone not confirmed safe can receive: guarded words, nudges, a text after silence was promised."""

from collections.abc import Iterable, Iterator
from typing import Final

from gateway.conversation.flow import ASKING, WAITING, Flow
from gateway.conversation.lint_graph import Flows, Place, drawn, onward, paths, roots, step_of
from gateway.conversation.lint_material import Fault, Material, said_by_services, usages, variants
from gateway.text.catalogue import Message

_SPEAKING: Final = ASKING | {"say"}


def guarded_words(material: Material) -> Iterator[Fault]:
    """Walk every conversation as an unknown phone would and read what it would hear."""
    reached: dict[tuple[str, str], str] = {}
    for place, path in paths(material.flows, roots(material.flows)).items():
        if not place.safe:
            reached.setdefault((place.flow, place.step), drawn(path))
    for flow in material.flows.values():
        for usage in usages(material, flow):
            shown = reached.get((flow.name, usage.step.name))
            if shown is not None:
                yield from _in_every_language(material, usage.message, shown)
    for message_id in {name for texts in material.messages.values() for name in texts}:
        if message_id.startswith("common.") or said_by_services(message_id):
            yield from _in_every_language(material, message_id, "said in every conversation")


def _in_every_language(material: Material, message_id: str, path: str) -> Iterator[Fault]:
    for language, texts in material.messages.items():
        for variant, text in _said_to_unknown(texts[message_id]) if message_id in texts else ():
            word = material.guarded.hit(text, message_id)
            if word is not None:
                mark = material.mark(language, message_id, variant)
                yield Fault(mark, f"'{message_id}' says '{word}' to a phone not confirmed safe ({path})")


def _said_to_unknown(message: Message) -> list[tuple[str, str]]:
    """Return what is said while a phone is not confirmed safe: the neutral text if there is one, else all others."""
    found = dict(variants(message))
    return [("neutral", found["neutral"])] if "neutral" in found else list(found.items())


def nudges(material: Material) -> Iterator[Fault]:
    """Follow every silence and every pause of an unknown phone to what would come without having been asked for.

    In protection the engine leaves such a text unsaid; a question would then wait for an answer without having been
    seen, and take the next message for one.
    """
    for place in paths(material.flows, roots(material.flows)):
        step, flow = step_of(material.flows, place), material.flows[place.flow]
        if flow.purpose == "officer" or "sms" not in flow.channels:
            continue
        timers = {"no_reply", "then"} if step.kind == "wait" else {"no_reply"}
        for name, after in onward(material.flows, place):
            heard = _heard_in_one_turn(material.flows, [after], nudging=True) if name in timers else ""
            if heard:
                mark = step.no_reply.mark if step.no_reply is not None else step.mark_of("wait")
                yield Fault(mark, f"after silence '{heard}' comes to a phone not confirmed safe")


def _heard_in_one_turn(flows: Flows, starts: Iterable[Place], *, nudging: bool = False) -> str:
    """Return the first text that an unknown phone hears before somebody must answer, or the empty text."""
    for place in paths(flows, starts, lambda place, _: step_of(flows, place).kind not in WAITING):
        step = step_of(flows, place)
        unsaid = nudging and flows[place.flow].protects and step.kind not in ASKING
        speaks = step.kind in _SPEAKING or (step.kind == "handoff" and step.message)
        if speaks and not unsaid and not place.safe:
            return flows[place.flow].message_id(step.message)
    return ""


def unasked_screens(material: Material) -> Iterator[Fault]:
    """Note screens that nobody dialled for: a network shows them on a lit phone, whoever holds it."""
    for flow in material.flows.values():
        if "ussd" not in flow.channels:
            continue
        if flow.purpose in ("campaign", "course"):
            yield Fault(flow.mark_of("channels"), f"a {flow.purpose} would push screens that nobody dialled for")
        if "sms" not in flow.channels:
            for step in flow.steps.values():
                if step.kind == "wait":
                    yield Fault(step.mark_of("wait"), f"after '{step.name}' a screen would have to be pushed")


def broken_silence(material: Material) -> Iterator[Fault]:
    """Note a text just before or just after a conversation that was to end without a word."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            if step.kind == "say" and _ends_quietly(flow, step.then):
                yield Fault(step.mark_of("then"), f"'{step.name}' speaks, then the end is to be quiet")
            if step.kind != "call" or not _may_end_quietly(material.flows, step.flow):
                continue
            heard = _heard_in_one_turn(material.flows, [Place(flow.name, step.otherwise)])
            if heard:
                yield Fault(step.mark_of("else"), f"'{heard}' is said although '{step.flow}' ended quietly")


def _ends_quietly(flow: Flow, name: str) -> bool:
    """Say whether a step is, or leads without a word to, an end that is quiet."""
    seen: set[str] = set()
    while name in flow.steps and name not in seen:
        seen.add(name)
        step = flow.steps[name]
        if step.kind != "do":
            return step.ending == "quiet"
        name = step.then
    return False


def _may_end_quietly(flows: Flows, name: str) -> bool:
    return name in flows and any(step.ending == "quiet" for step in flows[name].steps.values())

"""The strict loader: a flow file in, a typed flow out, or every finding with its line and column."""

import re
from types import MappingProxyType
from typing import Final

from gateway.conversation import reading
from gateway.conversation.flow import (
    ASKING,
    CHANNELS,
    ENDINGS,
    KINDS,
    PURPOSES,
    SEALED_TARGETS,
    VALUE_CLASSES,
    VALUE_KINDS,
    Flow,
    NoReply,
    Step,
    Value,
)
from gateway.conversation.shape import Fields, Findings, checked_name
from gateway.conversation.structure import check
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping, Mark, Node, read

_MINUTE, _DAY = 60, 86_400
MAX_STEPS, MAX_VALUES = 400, 40
_ASK_KEYS: Final = ("save", "then", "tries", "else", "no_reply")
STEP_KEYS: Final = MappingProxyType(
    {
        "say": ("then", "via"),
        "menu": ("choices", "order", *_ASK_KEYS),
        "pick": ("choices", "at_least", "at_most", *_ASK_KEYS),
        "ask": ("expect", "also", *_ASK_KEYS),
        "choose": ("else",),
        "do": ("then",),
        "call": ("with", "take", "then", "else"),
        "wait": ("then",),
        "consent": ("purpose", "recipient", "refused", *_ASK_KEYS),
        "handoff": ("say", "released"),
        "help": (),
        "end": (),
    }
)
NEEDED_KEYS: Final = MappingProxyType(
    {
        "say": ("then",),
        "menu": ("choices",),
        "pick": ("choices", "then"),
        "ask": ("expect", "then"),
        "choose": ("else",),
        "do": ("then",),
        "call": ("then", "else"),
        "wait": ("then",),
        "consent": ("purpose", "recipient", "then", "refused"),
        "handoff": ("released",),
    }
)
HEAD_KEYS: Final = (
    "schema", "flow", "purpose", "channels", "expires", "values", "takes", "gives", "start", "on_error", "steps",
    "note",
)  # fmt: skip
HEAD_NEEDED: Final = ("schema", "flow", "purpose", "channels", "start", "steps")
ASKING_NEEDED: Final = ("tries", "else", "no_reply")
VALUE_KEYS: Final = ("kind", "class", "to", "note")
WAIT_KEYS: Final = ("for", "until", "until_value")
HANDOFF_KEYS: Final = ("reason", "urgent")
NO_REPLY_KEYS: Final = ("after", "then")
REASONS: Final = ("asked", "not_understood", "error")
ORDERS: Final = ("fixed", "shuffle")
VIAS: Final = ("sms",)
CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def read_flow(text: str | bytes, file: str) -> tuple[Flow | None, tuple[Finding, ...]]:
    """Read one flow file as far as it can be read; never raises, findings sorted, at most 100."""
    try:
        node = read(text, file)
    except ContentRefused as refused:
        return None, refused.findings
    findings = Findings()
    if not isinstance(node, Mapping):
        findings.add(node.mark, "E004", "a flow must be a map of names")
        return None, tuple(findings)
    flow = _flow(node, file, findings)
    if not any(finding.code in ("E003", "E004", "E005") for finding in findings):
        findings.extend(check(flow))
    return flow, tuple(sorted(set(findings))[:100])


def _flow(node: Node, file: str, findings: Findings) -> Flow:
    head = Fields(node, "a flow", node.mark, findings).known(*HEAD_KEYS)
    for key in HEAD_NEEDED:
        head.need(key)
    if head.has("schema") and head.text("schema") != "1":
        findings.add(head.at("schema"), "E004", "this gateway reads schema 1")
    name = head.name("flow")
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    if name and name != stem:
        findings.add(head.at("flow"), "E004", f"flow '{name}' stands in a file named '{stem}'")
    purpose = head.word("purpose", PURPOSES)
    if not head.has("on_error"):
        findings.add(head.mark, "E015", "a flow lacks 'on_error'", "name a step that leads to a person")
    return Flow(
        name=name,
        file=file,
        purpose=purpose,
        channels=_channels(head),
        expires=head.duration("expires", 10 * _MINUTE, 90 * _DAY, _DAY if purpose == "protection" else 3 * _DAY),
        values=_values(head, findings),
        takes=head.names("takes"),
        gives=head.names("gives"),
        start=head.name("start"),
        on_error=head.name("on_error"),
        steps=_steps(head, findings),
        mark=head.mark,
        marks=tuple((entry.value, value.mark) for entry, value in head.node.entries),
    )


def _channels(head: Fields) -> tuple[str, ...]:
    named = head.texts("channels")
    for channel in named:
        if channel not in CHANNELS:
            head.findings.add(head.at("channels"), "E004", f"there is no channel '{channel[:40]}'")
    return named


def _values(head: Fields, findings: Findings) -> dict[str, Value]:
    found: dict[str, Value] = {}
    declared = Fields(head.node.get("values"), "'values'", head.mark, findings)
    for entry, node in declared.node.entries:
        name = checked_name(entry, "a value", findings)
        fields = Fields(node, "a value", entry.mark, findings).known(*VALUE_KEYS)
        if name and fields.need("kind") and fields.need("class"):
            kind = fields.word("kind", VALUE_KINDS)
            target = fields.word("to", SEALED_TARGETS) or ("story" if kind == "sealed" else "")
            found[name] = Value(name, kind, fields.word("class", VALUE_CLASSES), target, entry.mark)
    if len(found) > MAX_VALUES:
        findings.add(declared.mark, "E004", f"{len(found)} values, at most {MAX_VALUES}")
    return found


def _steps(head: Fields, findings: Findings) -> dict[str, Step]:
    found: dict[str, Step] = {}
    steps = Fields(head.node.get("steps"), "'steps'", head.mark, findings)
    for entry, node in steps.node.entries:
        name = checked_name(entry, "a step", findings)
        step = _step(name, entry.mark, node, findings)
        if name and step is not None:
            found[name] = step
    if len(steps.node.entries) > MAX_STEPS:
        findings.add(steps.mark, "E004", f"{len(steps.node.entries)} steps, at most {MAX_STEPS}")
    return found


def _step(name: str, mark: Mark, node: Node, findings: Findings) -> Step | None:
    fields = Fields(node, f"step '{name}'", mark, findings)
    kinds = [kind for kind in KINDS if fields.has(kind) and not (kind == "say" and fields.has("handoff"))]
    if len(kinds) != 1:
        which = "several kinds: " + ", ".join(kinds) if kinds else "no kind"
        fields.known(*KINDS, "note", *{key for keys in STEP_KEYS.values() for key in keys})
        findings.add(mark, "E004", f"step '{name}' has {which}", f"exactly one of {', '.join(KINDS)}")
        return None
    kind = kinds[0]
    fields.known(kind, *STEP_KEYS[kind], "note")
    for key in NEEDED_KEYS.get(kind, ()):
        fields.need(key)
    if kind in ASKING:
        for key in ASKING_NEEDED:
            if not fields.has(key):
                findings.add(mark, "E014", f"step '{name}' waits for a reply and lacks '{key}'")
    return _typed_step(name, kind, fields, findings, mark)


def _typed_step(name: str, kind: str, fields: Fields, findings: Findings, mark: Mark) -> Step:
    """Read every key of a step of a known kind; absent keys keep their neutral value."""
    wait = _inner(fields, kind == "wait", "wait", WAIT_KEYS, findings)
    handoff = _inner(fields, kind == "handoff", "handoff", HANDOFF_KEYS, findings)
    return Step(
        name=name,
        kind=kind,
        mark=mark,
        message=_message(kind, fields),
        then=fields.name("then"),
        otherwise=fields.name("else"),
        choices=reading.choices(fields, findings),
        save=fields.name("save"),
        tries=fields.integer("tries", 1, 3, 2),
        no_reply=_no_reply(fields, findings),
        shuffle=fields.word("order", ORDERS) == "shuffle",
        at_least=fields.integer("at_least", 0, 7, 1),
        at_most=fields.integer("at_most", 1, 7, 7),
        expect=reading.reply_test(fields.node.get("expect"), fields.mark, findings) if fields.has("expect") else None,
        also=reading.side_doors(fields, findings),
        branches=reading.branches(fields, findings) if kind == "choose" else (),
        actions=reading.actions(fields, findings) if kind == "do" else (),
        flow=fields.name("call"),
        hands=fields.pairs("with"),
        takes=fields.pairs("take"),
        pause=wait.duration("for", _MINUTE, 90 * _DAY, 0),
        until=_clock(wait),
        until_value=wait.name("until_value"),
        purpose=fields.text("purpose"),
        recipient=fields.text("recipient"),
        refused=fields.name("refused"),
        reason=handoff.word("reason", REASONS),
        urgent=handoff.flag("urgent"),
        released=fields.name("released"),
        ending=fields.word("end", ENDINGS),
        via=fields.word("via", VIAS),
        marks=tuple((entry.value, value.mark) for entry, value in fields.node.entries),
    )


def _inner(fields: Fields, here: bool, key: str, known: tuple[str, ...], findings: Findings) -> Fields:
    """Return the map under a kind key, empty when the step is of another kind."""
    node = fields.node.get(key) if here else None
    inner = Fields(node, f"'{key}'", fields.mark, findings).known(*known)
    if here and key == "wait" and not inner.node.entries:
        findings.add(inner.mark, "E004", "a wait has 'for', 'until' or 'until_value'")
    return inner


def _message(kind: str, fields: Fields) -> str:
    """Return the message a step shows, or the empty text."""
    if kind == "handoff":
        return fields.text("say")
    if kind in ("say", "menu", "pick", "ask", "consent", "help"):
        return fields.text(kind)
    return ""


def _clock(wait: Fields) -> str:
    until = wait.text("until")
    if until and not CLOCK.fullmatch(until):
        wait.findings.add(wait.at("until"), "E004", "'until' must be a time of day such as \"07:00\"")
        return ""
    return until


def _no_reply(fields: Fields, findings: Findings) -> NoReply | None:
    if not fields.has("no_reply"):
        return None
    inner = Fields(fields.node.get("no_reply"), "'no_reply'", fields.mark, findings).known(*NO_REPLY_KEYS)
    if not (inner.need("after") and inner.need("then")):
        return None
    after = inner.duration("after", _MINUTE, 90 * _DAY, 0)
    return NoReply(after, inner.name("then"), inner.at("then")) if after else None

"""What a translator is given: every text of a language in the order of the conversation, with where it is said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from gateway.content.files import Sources, read_sources
from gateway.conversation.flow import Flow, Step
from gateway.conversation.lint_cost import filled
from gateway.conversation.lint_material import REFERENCE, labelled
from gateway.conversation.translated import RECORD, SPOKEN, key_of, recorded, source_hash, stale
from gateway.errors import ContentRefused
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Node, Scalar, read
from gateway.text.catalogue import Message, placeholders
from gateway.text.segments import encoding_of, units

MEANING: Final[Mapping[str, str]] = {
    "text": "",
    "neutral": "for a phone not confirmed safe: no word may give the subject away",
    "ussd": "short form for a screen",
    "retry": "second asking, after an answer that was not understood",
    "without_directory": "said while no verified number is known",
}
ENTRY: Final = "welcome"
ONE_PART: Final = {"gsm7": 160, "ucs2": 70}


@dataclass(frozen=True, slots=True)
class Row:
    """One text to translate.

    ``where`` names the steps that say it, ``previous`` what was read before it, ``limit`` how many characters leave it
    one SMS segment (its placeholders at their longest), ``state`` is missing, stale (its source has changed since),
    review or done.
    """

    message_id: str
    variant: str
    where: str
    previous: str
    source: str
    target: str
    limit: int
    note: str
    state: str

    @property
    def key(self) -> str:
        """The id that comes back: ``report.danger``, or ``report.thanks#neutral`` for a variant."""
        return key_of(self.message_id, self.variant)

    @property
    def source_hash(self) -> str:
        """What the source was when this row went out."""
        return source_hash(self.source)


@dataclass(frozen=True, slots=True)
class Sheet:
    """All rows of one language; ``source_language`` is what is translated from.

    ``record`` says from which source each text was translated, by key (gateway.conversation.translated).
    """

    language: str
    source_language: str
    rows: tuple[Row, ...]
    record: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_recorded(self) -> bool:
        """Whether sources are recorded: not for the reference language, which is nobody's translation."""
        return self.source_language == REFERENCE


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text is said for the first time."""

    where: tuple[str, ...]
    previous: str
    note: str


def translatable(root: Path, language: str, source_language: str = REFERENCE) -> Sheet:
    """Return the rows of a language below ``root``; raises ContentRefused when the files cannot be read."""
    sources = read_sources(root)
    errors = [finding for finding in sources.findings if finding.severity == "error"]
    if errors:
        raise ContentRefused(errors)
    return sheet_of(sources, language, source_language, notes_below(root))


def sheet_of(sources: Sources, language: str, source_language: str, notes: Mapping[str, str]) -> Sheet:
    """Return the rows of a language; ``notes`` maps ``flow.step`` to what its author noted."""
    source = sources.messages.get(source_language, {})
    target = sources.messages.get(language, {})
    record = recorded(sources.nodes.get(language, {}).get(RECORD)) if source_language == REFERENCE else {}
    old = {key_of(*found) for found in stale(record, source, target)}
    review = {flow for flow, node in sources.nodes.get(language, {}).items() if _needs_review(node)}
    places = _places(sources.flows, source, notes)
    rows: list[Row] = []
    for message_id in (*places, *(name for name in source if name not in places)):
        if message_id not in source:
            continue
        place = places.get(message_id, _Place(("sent by the gateway itself",), "", ""))
        state = "review" if message_id.partition(".")[0] in review else "done"
        found = _rows(place, message_id, source[message_id], target.get(message_id), language, state)
        rows += (replace(row, state="stale") if row.key in old else row for row in found)
    return Sheet(language, source_language, tuple(rows), record)


def _rows(
    place: _Place, message_id: str, source: Message, target: Message | None, language: str, state: str
) -> Iterator[Row]:
    """Yield a row for each variant that either language has; ``state`` is that of the file, for what is there."""
    for variant in SPOKEN:
        own = getattr(target, variant) if target else None
        if own is None and getattr(source, variant) is None:
            continue
        said = getattr(source, variant) or source.text
        written = own or ""
        facts = f"fact: {source.source}" if source.source else ""
        names = " ".join(f"{{{name}}}" for name in placeholders(said))
        keep = f"keep {names}" if names else ""
        note = "; ".join(part for part in (MEANING[variant], place.note, facts, keep) if part)
        where = ", ".join(place.where)
        limit = _limit(written or said, language)
        yield Row(
            message_id, variant, where, place.previous, said, written, limit, note, state if written else "missing"
        )


def _limit(text: str, language: str) -> int:
    """Return how many characters this text may have in one segment; the longest values of its placeholders count."""
    encoding = encoding_of(text) if language != "lo" else "ucs2"
    grown = units(filled(text, language), encoding) - units(text, encoding)
    return ONE_PART[encoding] - max(grown, 0)


def _needs_review(node: Node) -> bool:
    value = node.get("review") if isinstance(node, YamlMapping) else None
    return isinstance(value, Scalar) and value.value == "needed"


def _places(flows: Mapping[str, Flow], source: Mapping[str, Message], notes: Mapping[str, str]) -> dict[str, _Place]:
    """Return where each text is said, in the order in which a person comes to it."""
    found: dict[str, _Place] = {}
    for flow in flows_in_order(flows):
        for name in steps_in_order(flow):
            step = flow.steps[name]
            if not _speaks(step):
                continue
            asked = flow.message_id(step.message)
            note = notes.get(f"{flow.name}.{name}", "")
            before = _spoke_before(flow, name)
            previous = _text(source, flow.message_id(before.message)) if before else ""
            _add(found, asked, f"{flow.name}.{name} ({step.kind})", previous, note)
            for code, _ in labelled(step):
                own = f"{asked}.{code}"
                label = own if own in source else f"common.{code}"
                _add(found, label, f"{flow.name}.{name} (option {code})", _text(source, asked), note)
    return found


def _add(found: dict[str, _Place], message_id: str, where: str, previous: str, note: str) -> None:
    before = found.get(message_id)
    if before is None:
        found[message_id] = _Place((where,), previous, note)
    else:
        found[message_id] = _Place((*before.where, where), before.previous, before.note)


def _text(source: Mapping[str, Message], message_id: str) -> str:
    return source[message_id].text if message_id in source else ""


def flows_in_order(flows: Mapping[str, Flow]) -> Iterator[Flow]:
    """Yield flows as a person meets them: the entry, what it calls, then the others."""
    seen: set[str] = set()
    waiting = [name for name in (ENTRY, *sorted(flows)) if name in flows]
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield flows[name]
        called = [flows[name].steps[step].flow for step in steps_in_order(flows[name])]
        waiting = [child for child in called if child in flows] + waiting


def steps_in_order(flow: Flow) -> list[str]:
    """Return the steps, each behind those that lead to it (circles apart); what only a fault leads to is last."""
    seen: set[str] = set()
    order = _finished(flow, flow.start, seen)
    return [*reversed(order), *(name for name in flow.steps if name not in seen)]


def _finished(flow: Flow, start: str, seen: set[str]) -> list[str]:
    """Return the steps reached from ``start`` as they are finished with, deepest first."""
    found: list[str] = []
    seen.add(start)
    waiting = [(start, _targets(flow, start))]
    while waiting:
        name, targets = waiting[-1]
        target = targets.pop() if targets else None
        if target is None:
            waiting.pop()
            found.append(name)
        elif target not in seen:
            seen.add(target)
            waiting.append((target, _targets(flow, target)))
    return found


def _targets(flow: Flow, name: str) -> list[str]:
    return [to for _, to in flow.steps[name].exits() if to in flow.steps]


def _spoke_before(flow: Flow, name: str) -> Step | None:
    """Return the nearest step that speaks on the way to a step: what is on the phone when its text arrives."""
    waiting, seen = [name], {name}
    while waiting:
        current = waiting.pop(0)
        for step in flow.steps.values():
            leads = any(to == current and way not in ("else", "no_reply", "released") for way, to in step.exits())
            if leads and step.name not in seen:
                if _speaks(step):
                    return step
                seen.add(step.name)
                waiting.append(step.name)
    return None


def _speaks(step: Step) -> bool:
    return bool(step.message) and step.kind != "help"


def notes_below(root: Path) -> dict[str, str]:
    """Return what authors noted at steps, by ``flow.step``."""
    found: dict[str, str] = {}
    for path in sorted((root / "flows").glob("*.yaml")):
        node = read(path.read_bytes(), path.name)
        steps = node.get("steps") if isinstance(node, YamlMapping) else None
        for name, step in steps.entries if isinstance(steps, YamlMapping) else ():
            note = step.get("note") if isinstance(step, YamlMapping) else None
            if isinstance(note, Scalar):
                found[f"{path.stem}.{name.value}"] = note.value
    return found

"""Small faults that an author could make: an ``else`` lost, a way that leads elsewhere, a text or its words gone."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from gateway.content.files import APART, read_sources, shown
from gateway.content.translations_yaml import Offsets, end_of_entry
from gateway.conversation.coverage import Exit
from gateway.conversation.flow import KINDS, Flow, Step
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Node, Scalar, read
from gateway.strict_yaml import Sequence as YamlSequence

Fault = Literal["else lost", "leads elsewhere", "words lost", "translation lost", "neutral text lost"]
SINGLES: Final = ("then", "else", "refused", "released")
REQUIRED: Final = ("lo", "en")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One file with one fault; ``exit`` and ``message`` say what of the conversation it touches."""

    fault: Fault
    file: str
    line: int
    what: str
    text: str
    exit: Exit | None = None
    message: str = ""
    language: str = ""

    def __str__(self) -> str:
        """Render as an editor can jump to it."""
        return f"{self.file}:{self.line}: {self.fault}: {self.what}"


@dataclass(frozen=True, slots=True)
class _File:
    """One file being mutated."""

    file: str
    text: str
    offsets: Offsets

    def mutant(self, fault: Fault, at: Scalar, what: str, start: int, end: int, instead: str = "") -> Mutant:
        """Return the mutant in which ``instead`` stands where ``start`` to ``end`` stood."""
        return Mutant(fault, self.file, at.mark.line, what, self.text[:start] + instead + self.text[end:])

    def without(self, held: YamlMapping, name: str) -> tuple[int, int]:
        """Return from where to where an entry with a plain value reaches, with its comma or its line."""
        key, value = next(pair for pair in held.entries if pair[0].value == name)
        start, end = self.offsets.of(key.mark), self.offsets.of(value.end if isinstance(value, Scalar) else value.mark)
        if self.text[self.offsets.of(held.mark)] == "{":
            return self.text.rindex(",", 0, start), end
        return self.text.rindex("\n", 0, start) + 1, self.offsets.line_end(end - 1)


def mutants_below(root: Path) -> Iterator[Mutant]:
    """Yield every mutant of the flows and required texts below ``root``, in the order of the files."""
    flows = read_sources(root).flows
    for path in sorted((root / "flows").glob("*.yaml")):
        yield from _of_flow(path.stem, _read(path, root), flows)
    for language in REQUIRED:
        for path in sorted((root / "messages" / language).glob("*.yaml")):
            if path.stem not in APART:
                yield from _of_messages(language, path.stem, _read(path, root))


def _read(path: Path, root: Path) -> _File:
    text = path.read_bytes().decode("utf-8")
    return _File(shown(path, root), text, Offsets(text))


def _never_gone(flows: Mapping[str, Flow], step: Step, way: str) -> bool:
    """Say whether nobody can ever go a way: out of a call, of a flow that never ends so. There a fault changes nothing.

    A sub-flow that is done takes ``then``, one with any other end ``else``.
    """
    if step.kind != "call" or step.flow not in flows:
        return False
    ends = _endings(flows, step.flow, set())
    return not (ends & {"done"} if way == "then" else ends - {"done"})


def _endings(flows: Mapping[str, Flow], name: str, seen: set[str]) -> set[str]:
    """Return how a flow can end, or a flow to which it gives its place."""
    flow = flows[name]
    seen.add(name)
    ends = {step.ending for step in flow.steps.values() if step.kind == "end"}
    for step in flow.steps.values():
        if step.gives_way(flow) and step.flow in flows and step.flow not in seen:
            ends |= _endings(flows, step.flow, seen)
    return ends


def _of_flow(flow: str, file: _File, flows: Mapping[str, Flow]) -> Iterator[Mutant]:
    root = read(file.text, file.file)
    steps = _held(root, "steps")
    kinds = {name.value: _kind(step) for name, step in steps.entries}
    for name, step in steps.entries:
        if not isinstance(step, YamlMapping):
            continue
        if isinstance(step.get("else"), Scalar):
            start, end = file.without(step, "else")
            key = next(key for key, _ in step.entries if key.value == "else")
            yield _with(
                file.mutant("else lost", key, f"step '{name.value}'", start, end), Exit(flow, name.value, "else")
            )
        for way, target in _targets(step):
            if _never_gone(flows, flows[flow].steps[name.value], way):
                continue
            yield _elsewhere(file, Exit(flow, name.value, way), target, kinds)
        for code, words in _words(step):
            first, last = words[0], words[-1]
            start, end = file.offsets.of(first.mark), file.offsets.of(last.end)
            lost = file.mutant("words lost", first, f"choice '{code}' of step '{name.value}'", start, end)
            yield _with(lost, Exit(flow, name.value, f"choice {code}"))


def _with(mutant: Mutant, touched: Exit) -> Mutant:
    return Mutant(mutant.fault, mutant.file, mutant.line, mutant.what, mutant.text, touched)


def _kind(step: Node) -> str:
    """Return the kind of a step, or the empty text."""
    return next((name for name in step.names() if name in KINDS), "") if isinstance(step, YamlMapping) else ""


def _elsewhere(file: _File, way: Exit, target: Scalar, kinds: Mapping[str, str]) -> Mutant:
    """Return the mutant in which a way leads to the step after the right one in the file.

    Two ends, or two hand-overs, differ little or not at all to a person: one does not stand in for the other.
    """
    names, right = list(kinds), kinds.get(target.value, "")
    others = [*names[names.index(target.value) + 1 :], *names] if target.value in kinds else names
    alike = {name for name, kind in kinds.items() if kind == right and kind in ("end", "handoff")}
    wrong = next(name for name in others if name not in {target.value, way.step, *alike})
    what = f"step '{way.step}' {way.way}: {target.value} -> {wrong}"
    start, end = file.offsets.of(target.mark), file.offsets.of(target.end)
    return _with(file.mutant("leads elsewhere", target, what, start, end, wrong), way)


def _targets(step: YamlMapping) -> Iterator[tuple[str, Scalar]]:
    """Yield (name of the exit, the target as it stands in the file)."""
    for number, item in enumerate(_items(step, "choices"), 1):
        code = item.get("code")
        yield from _then(item, f"choice {code.value}" if isinstance(code, Scalar) else f"choice {number}")
    for number, item in enumerate(_items(step, "also"), 1):
        yield from _then(item, f"also {number}")
    for number, item in enumerate(_items(step, "choose"), 1):
        yield from _then(item, f"branch {number}")
    for name in SINGLES:
        target = step.get(name)
        if isinstance(target, Scalar):
            yield name, target
    silence = step.get("no_reply")
    if isinstance(silence, YamlMapping):
        yield from _then(silence, "no_reply")


def _then(held: YamlMapping, way: str) -> Iterator[tuple[str, Scalar]]:
    target = held.get("then")
    if isinstance(target, Scalar):
        yield way, target


def _words(step: YamlMapping) -> Iterator[tuple[str, list[Scalar]]]:
    for item in _items(step, "choices"):
        code, words = item.get("code"), item.get("words")
        found = [word for word in words.items if isinstance(word, Scalar)] if isinstance(words, YamlSequence) else []
        if isinstance(code, Scalar) and found:
            yield code.value, found


def _items(step: YamlMapping, name: str) -> Iterator[YamlMapping]:
    node = step.get(name)
    yield from (
        item for item in (node.items if isinstance(node, YamlSequence) else ()) if isinstance(item, YamlMapping)
    )


def _held(node: Node, name: str) -> YamlMapping:
    inner = node.get(name) if isinstance(node, YamlMapping) else None
    return inner if isinstance(inner, YamlMapping) else YamlMapping((), node.mark)


def _of_messages(language: str, flow: str, file: _File) -> Iterator[Mutant]:
    node = read(file.text, file.file)
    for name, value in node.entries if isinstance(node, YamlMapping) else ():
        if name.value == "review" or not isinstance(node, YamlMapping):
            continue
        start, end = file.offsets.of(name.mark), end_of_entry(file.text, node, name.value, file.offsets)
        lost = file.mutant("translation lost", name, f"'{name.value}' in {language}", start, end)
        yield _of_message(lost, f"{flow}.{name.value}", language)
        if isinstance(value, YamlMapping) and value.get("neutral") is not None:
            start, end = file.without(value, "neutral")
            lost = file.mutant("neutral text lost", name, f"'{name.value}' in {language}", start, end)
            yield _of_message(lost, f"{flow}.{name.value}", language)


def _of_message(mutant: Mutant, message: str, language: str) -> Mutant:
    return Mutant(mutant.fault, mutant.file, mutant.line, mutant.what, mutant.text, None, message, language)

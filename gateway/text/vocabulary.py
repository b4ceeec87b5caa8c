"""The words people type, read from the lexicon files and refused where two meanings would collide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node, Scalar, Sequence
from gateway.text.folding import folded, squeezed

IntentClass = Literal["help", "stop", "exact", "signal", "topic", "context", "officer"]
Role = Literal[
    "form", "asks", "blocker", "object",
    "particle", "greeting", "closing", "already", "negation", "thanks", "label", "joiner", "filler",
]  # fmt: skip

_CLASSES = frozenset(get_args(IntentClass))
_INTENT_KEYS = frozenset({"class", "role", "code"})
_OFFICER_ROLES = frozenset({"verb", "target", "outcome", "switch"})
FORM_ROLES: dict[str, Role] = {"forms": "form", "asks": "asks", "blockers": "blocker", "objects": "object"}
WORD_ROLES: dict[str, Role] = {
    "particles": "particle",
    "greetings": "greeting",
    "closings": "closing",
    "already": "already",
    "negation": "negation",
    "thanks": "thanks",
    "labels": "label",
    "joiners": "joiner",
    "fillers": "filler",
    "blockers": "blocker",
}
_HEADS = frozenset({"review"})
_WORDS = "_words"
PEOPLE, _PERSON = "people", "<person>"
_GAP = ".."
_SPLIT_CLASSES = frozenset({"signal", "topic"})
# These words may also be an answer: what "no" means alone, it negates before a word; ເຈົ້າ is polite after another.
_MAY_ANSWER: frozenset[Role] = frozenset({"negation", "closing"})
EXACT_ONLY: frozenset[IntentClass] = frozenset({"help", "stop", "exact"})


@dataclass(frozen=True, slots=True)
class Intent:
    """What a word can mean; ``rank`` is its place in intents.yaml, for signals the severity (lowest is worst)."""

    name: str
    kind: IntentClass
    rank: int
    role: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling: ``key`` is what is compared (folded, without spaces), ``shown`` what the file says."""

    key: str
    shown: str
    intent: str
    role: Role
    language: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class SplitForm:
    """A spelling in two halves, ``first .. second``, each folded; anything short may stand between them."""

    first: str
    second: str
    form: Form


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All intents and all spellings of all languages."""

    intents: Mapping[str, Intent]
    forms: tuple[Form, ...]
    splits: tuple[SplitForm, ...] = ()


def read_vocabulary(intents_node: Node, lexicon_nodes: Mapping[str, Node]) -> Vocabulary:
    """Type the files and check them; raises ContentRefused with E003, E004 and E031 (two meanings for one word).

    A form written ``first .. second`` counts as it stands, without its dots, and split by what stands between; one
    with ``<person>`` stands for as many forms as the language lists people.
    """
    findings: list[Finding] = []
    intents = _intents(intents_node, findings)
    forms = [
        form for language, node in sorted(lexicon_nodes.items()) for form in _lexicon(language, node, intents, findings)
    ]
    findings.extend(_collisions(forms, intents))
    splits = tuple(_splits(forms, intents, findings))
    if findings:
        raise ContentRefused(findings)
    return Vocabulary(intents, tuple(forms), splits)


def _intents(node: Node, findings: list[Finding]) -> dict[str, Intent]:
    intents: dict[str, Intent] = {}
    for name, entry in _entries(node, findings):
        fields = {key.value: value.value for key, value in _entries(entry, findings) if isinstance(value, Scalar)}
        kind = fields.get("class", "")
        if kind not in _CLASSES:
            findings.append(_finding(entry.mark, "E004", f"'{kind}' is no class: {', '.join(sorted(_CLASSES))}"))
            continue
        unknown = sorted(set(fields) - _INTENT_KEYS)
        if unknown:
            findings.append(_finding(entry.mark, "E003", f"'{unknown[0]}' is not known of an intent"))
        if kind == "officer" and fields.get("role") not in _OFFICER_ROLES:
            findings.append(_finding(entry.mark, "E004", f"'{name.value}' needs a role: {', '.join(_OFFICER_ROLES)}"))
        role, code = fields.get("role", ""), fields.get("code", name.value)
        intents[name.value] = Intent(name.value, cast(IntentClass, kind), len(intents), role, code)
    return intents


def _lexicon(language: str, node: Node, intents: Mapping[str, Intent], findings: list[Finding]) -> Iterable[Form]:
    people = _people(node)
    for name, entry in _entries(node, findings):
        if name.value in _HEADS:
            continue
        is_words = name.value == _WORDS
        if not is_words and name.value not in intents:
            findings.append(_finding(name.mark, "E003", f"'{name.value}' is no intent of intents.yaml"))
            continue
        roles = WORD_ROLES if is_words else FORM_ROLES
        for key, spellings in _entries(entry, findings):
            role = roles.get(key.value)
            if is_words and key.value == PEOPLE:
                continue
            if role is None:
                findings.append(_finding(key.mark, "E003", f"'{key.value}' is not one of {', '.join(roles)}"))
                continue
            for item in _spellings(spellings, findings):
                for phrase in _persons(item.value, people):
                    spelled = squeezed(folded(phrase))
                    yield Form(spelled, phrase, "" if is_words else name.value, role, language, item.mark)


def _people(node: Node) -> tuple[str, ...]:
    """Return the words that ``<person>`` stands for in one language."""
    words = node.get(_WORDS) if isinstance(node, YamlMapping) else None
    people = words.get(PEOPLE) if isinstance(words, YamlMapping) else None
    return (
        tuple(item.value for item in people.items if isinstance(item, Scalar)) if isinstance(people, Sequence) else ()
    )


def _persons(shown: str, people: Iterable[str]) -> Iterable[str]:
    """Return a spelling with each person it can be about; nobody mixes two scripts within a phrase."""
    if _PERSON not in shown:
        return (shown,)
    return (shown.replace(_PERSON, person) for person in people if _is_thai(person) == _is_thai(shown))


def _is_thai(word: str) -> bool:
    return "\u0e00" <= word[:1] <= "\u0e7f"


def _spellings(node: Node, findings: list[Finding]) -> Iterable[Scalar]:
    if not isinstance(node, Sequence):
        findings.append(_finding(node.mark, "E004", "a list of words is expected"))
        return
    for item in node.items:
        if not isinstance(item, Scalar) or not squeezed(folded(item.value)):
            findings.append(_finding(item.mark, "E004", "a word is expected"))
            continue
        yield item


def _splits(forms: Iterable[Form], intents: Mapping[str, Intent], findings: list[Finding]) -> Iterable[SplitForm]:
    for form in forms:
        if _GAP not in form.shown:
            continue
        halves = [folded(half) for half in form.shown.split(_GAP)]
        if form.role != "form" or len(halves) != 2 or not all(halves):
            findings.append(_finding(form.mark, "E004", f"'{form.shown}' is not a form in two halves"))
        elif intents[form.intent].kind not in _SPLIT_CLASSES:
            findings.append(_finding(form.mark, "E004", f"'{form.shown}': only signals and topics have split forms"))
        else:
            yield SplitForm(halves[0], halves[1], form)


def _entries(node: Node, findings: list[Finding]) -> tuple[tuple[Scalar, Node], ...]:
    if isinstance(node, YamlMapping):
        return node.entries
    findings.append(_finding(node.mark, "E004", "a map is expected"))
    return ()


def _collisions(forms: Iterable[Form], intents: Mapping[str, Intent]) -> Iterable[Finding]:
    """Find spellings of an exact-only intent that mean something else too: such a word would act by mistake.

    A blocker that is a form elsewhere is refused as well: it cannot both mean something and nothing.
    """
    exact: dict[str, Form] = {}
    meant: dict[str, Form] = {}
    others: list[Form] = []
    for form in forms:
        intent = intents.get(form.intent)
        if intent is not None and intent.kind in EXACT_ONLY and form.role == "form":
            earlier = exact.setdefault(form.key, form)
            if earlier.intent != form.intent:
                yield _collision(form, earlier)
        elif (intent is None or intent.kind != "officer") and form.role not in _MAY_ANSWER:
            others.append(form)
            if form.role == "form":
                meant.setdefault(form.key, form)
    for form in others:
        known = exact.get(form.key) or (meant.get(form.key) if form.role == "blocker" else None)
        if known is not None:
            yield _collision(form, known)


def _collision(form: Form, earlier: Form) -> Finding:
    meaning = "nothing" if form.role == "blocker" else form.intent or form.role
    taken = f"{earlier.intent} ({earlier.language}, line {earlier.mark.line})"
    return _finding(form.mark, "E031", f"'{form.shown}' cannot mean {meaning}: it means {taken}")


def _finding(mark: Mark, code: str, message: str) -> Finding:
    return Finding(mark.file, mark.line, mark.column, code, message)

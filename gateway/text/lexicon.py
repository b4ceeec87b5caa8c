"""How a typed message is read: which intents stand in it, and whether that is sure enough to act on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from gateway.strict_yaml import Node
from gateway.text.commands import Command, Commands
from gateway.text.finder import Finder, How
from gateway.text.folding import folded, squeezed
from gateway.text.split_forms import SplitForms
from gateway.text.vocabulary import Vocabulary, read_vocabulary
from gateway.text.whole_message import Scan, WholeMessage

_SPELLED_OUT = re.compile(r"(?<![^\s])(?:[a-z] ){2,}[a-z](?![^\s])")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}(?=\s|$)")
_BESIDE_A_QUESTION = ("asks", "particle", "greeting", "closing", "thanks")
_ASKED_WHEN_NEGATED = frozenset({"SAFE"})


@dataclass(frozen=True, slots=True)
class Evidence:
    """Which form of the lexicon was found; never the text it was found in."""

    intent: str
    form: str
    language: str
    how: How
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message means: one intent to act on, several to ask about, or nothing known."""

    kind: Literal["primary", "ask_back", "unknown"]
    primary: str | None
    intents: tuple[str, ...]
    evidence: tuple[Evidence, ...]


_UNKNOWN = Reading("unknown", None, (), ())


def compile_lexicon(intents_node: Node, lexicon_nodes: Mapping[str, Node]) -> "Lexicon":
    """Build the lexicon of messages/intents.yaml and the lexicon file of each language; raises ContentRefused."""
    return Lexicon(read_vocabulary(intents_node, lexicon_nodes))


class Lexicon:
    """Reads messages by the rules of each intent's class; immutable, ``version`` names its content."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._intents = vocabulary.intents
        self._finder = Finder(vocabulary)
        self._splits = SplitForms(vocabulary.splits)
        self._whole = WholeMessage(vocabulary.intents)
        self._commands = Commands(vocabulary)
        self.version = _version(vocabulary)

    @property
    def intents(self) -> tuple[str, ...]:
        """Every intent, in the order of intents.yaml."""
        return tuple(self._intents)

    def class_of(self, intent: str) -> str:
        """Return the class of ``intent``: help, stop, exact, signal, topic, context or officer."""
        return self._intents[intent].kind

    def read(self, text: str) -> Reading:
        """Read ``text``: HELP before STOP before whole-message words before signals, topics and context."""
        scan = self._scan(text)
        found = self._found(scan)
        helping = [item for item in found if self.class_of(item.intent) == "help"]
        if helping:
            return self._primary(helping[0].intent, found)
        whole = self._whole.said(scan)
        if whole:
            meant = tuple(item for item in self._all_forms(scan) if item.intent in whole)
            return self._primary(meant[0].intent, meant) if len(whole) == 1 else self._ask_back(meant)
        return self._sentence(scan, found)

    def whole(self, text: str) -> frozenset[str]:
        """Return the help, stop and exact intents that ``text`` as a whole means; several only as in ``yes no``."""
        return self._whole.said(self._scan(text))

    def words(self, text: str) -> frozenset[str]:
        """Return every intent that ``text`` states: whole-message ones as ``whole``, the others anywhere, unnegated."""
        scan = self._scan(text)
        return self._whole.said(scan) | {item.intent for item in self._found(scan) if not item.negated}

    def languages(self, text: str) -> frozenset[str]:
        """Return the languages that all the known words of ``text`` have in common, greetings and thanks included."""
        scan = self._scan(text)
        hits = (hit for hit in scan.hits if any(sign.isalpha() for sign in scan.text[hit.start : hit.end]))
        spoken = [frozenset(form.language for form in hit.forms) for hit in hits]
        return frozenset.intersection(*spoken) if spoken else frozenset()

    def command(self, text: str) -> Command | None:
        """Return the officer's order that ``text`` begins with, if any."""
        return self._commands.command(text)

    def argument(self, role: str, text: str) -> str | None:
        """Return the code of the ``target``, ``outcome`` or ``switch`` that ``text`` begins with, or None."""
        return self._commands.argument(role, text)

    def _scan(self, text: str) -> Scan:
        scan = self._scan_folded(folded(text))
        if scan.whole:
            return scan
        spelled = _SPELLED_OUT.sub(lambda letters: squeezed(letters.group()), scan.text)
        plain = _DRAWN_OUT.sub(r"\1", spelled)
        if plain != scan.text:
            # S T O P and helppp: the two words that people shout; nothing else is read that generously.
            shouted = self._scan_folded(plain)
            orders = {self.class_of(name) for name in self._whole.said(shouted)}
            return shouted if orders and orders <= {"help", "stop"} else scan
        return scan

    def _scan_folded(self, message: str) -> Scan:
        hits = tuple(self._finder.scan(message))
        known = sum(len(squeezed(message[hit.start : hit.end])) for hit in hits)
        return Scan(message, hits, bool(hits) and known == len(squeezed(message)), self._splits.scan(message))

    def _all_forms(self, scan: Scan) -> tuple[Evidence, ...]:
        """Return every form found, of whatever class, each intent once a place."""
        found: list[Evidence] = []
        for hit, negated in scan.pairs():
            for form in {form.intent: form for form in reversed(hit.forms) if form.role == "form"}.values():
                found.append(Evidence(form.intent, form.shown, form.language, hit.how, negated))
        return tuple(found)

    def _found(self, scan: Scan) -> tuple[Evidence, ...]:
        """Return what may stand anywhere: help, signals, topics and context."""
        return tuple(item for item in self._all_forms(scan) if self.class_of(item.intent) not in ("stop", "exact"))

    def _sentence(self, scan: Scan, found: tuple[Evidence, ...]) -> Reading:
        stops = tuple(item for item in self._all_forms(scan) if self.class_of(item.intent) == "stop")
        if stops:
            return self._ask_back((*self._routing(found), *stops))
        unsure = self._unsure(scan)
        for kind in ("signal", "topic"):
            here = tuple(item for item in found if self.class_of(item.intent) == kind)
            doubtful = tuple(item for item in here if item.intent in unsure)
            sure = tuple(item for item in here if item.intent not in unsure)
            if sure and (kind == "signal" or (not doubtful and len({item.intent for item in sure}) == 1)):
                worst = min(sure, key=lambda item: self._intents[item.intent].rank)
                return self._primary(worst.intent, tuple(item for item in found if item.intent not in unsure))
            if here:
                return self._ask_back(here)
        return self._question(scan, found)

    def _routing(self, found: Iterable[Evidence]) -> tuple[Evidence, ...]:
        return tuple(item for item in found if self.class_of(item.intent) in ("signal", "topic"))

    def _unsure(self, scan: Scan) -> frozenset[str]:
        """Return the intents that no hit states plainly: negated, or by a form that means two things."""
        plain: set[str] = set()
        doubtful: set[str] = set()
        for hit, negated in scan.pairs():
            intents = {form.intent for form in hit.forms if form.role == "form" and form.intent}
            asked = negated and any(self.class_of(name) == "signal" or name in _ASKED_WHEN_NEGATED for name in intents)
            (doubtful if asked or len(intents) > 1 else plain).update(intents)
        return frozenset(doubtful - plain)

    def _question(self, scan: Scan, found: tuple[Evidence, ...]) -> Reading:
        """Return what only a question may follow: risky whole words, context alone, a misspelt topic."""
        if scan.whole and all(any(hit.has(role) for role in _BESIDE_A_QUESTION) for hit in scan.hits):
            asked = [(hit, form) for hit in scan.hits for form in hit.forms if form.role == "asks"]
            if asked:
                return self._ask_back(tuple(Evidence(f.intent, f.shown, f.language, hit.how) for hit, f in asked))
        if found:
            return self._ask_back(found)
        echoes = self._finder.echoes(scan.text)
        meant = tuple(
            Evidence(form.intent, form.shown, form.language, hit.how)
            for hit in echoes
            for form in {form.intent: form for form in reversed(hit.forms) if form.role == "form"}.values()
        )
        return self._ask_back(meant) if meant else _UNKNOWN

    def _primary(self, intent: str, evidence: tuple[Evidence, ...]) -> Reading:
        others = self._ordered(item.intent for item in evidence if item.intent != intent and not item.negated)
        return Reading("primary", intent, (intent, *others), evidence)

    def _ask_back(self, evidence: tuple[Evidence, ...]) -> Reading:
        return Reading("ask_back", None, self._ordered(item.intent for item in evidence), evidence)

    def _ordered(self, intents: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(set(intents), key=lambda name: self._intents[name].rank))


def _version(vocabulary: Vocabulary) -> str:
    """Return a hash of what decides a reading; the order of files and lines in them does not."""
    intents = [
        f"{intent.rank} {intent.name} {intent.kind} {intent.role} {intent.code}"
        for intent in vocabulary.intents.values()
    ]
    forms = sorted(f"{form.key} {form.intent} {form.role} {form.language}" for form in vocabulary.forms)
    splits = sorted(f"{split.first}..{split.second} {split.form.intent}" for split in vocabulary.splits)
    return sha256("\n".join([*intents, *forms, *splits]).encode()).hexdigest()[:16]

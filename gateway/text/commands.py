"""Officers' orders: a verb, perhaps a case code, and the rest as it was typed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from gateway.text import lao
from gateway.text.folding import folded, squeezed
from gateway.text.vocabulary import Vocabulary

_CODE = re.compile(r"[\s#:.,-]*(\d{6})(?!\d)[\s:.,-]*")
_ENROLMENT = re.compile(r"([0-9]{4})[^0-9]+([1-9][0-9]{5})")
_NOISE = " \t\n\"'(#*.,:;!-"
_LATIN_WORD = re.compile("[^\\s\u0e00-\u0eff]")
_MOST_PIECES = 24
_SHORTEST_MISSPELT = 4


@dataclass(frozen=True, slots=True)
class Command:
    """One order: ``verb`` as in intents.yaml, ``rest`` untouched; not ``sure`` means the verb was misspelt: ask."""

    verb: str
    code: str | None
    rest: str
    sure: bool = True


class Commands:
    """The officers' part of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._words: dict[str, dict[str, str]] = {}
        for form in vocabulary.forms:
            intent = vocabulary.intents.get(form.intent)
            if intent is not None and intent.kind == "officer" and form.role == "form":
                self._words.setdefault(intent.role, {})[form.key] = intent.code

    def command(self, text: str) -> Command | None:
        """Return the order of ``text``, its code before or after the verb (digits of any script), or None."""
        ahead, rest = _code(text)
        verb, after, sure = self._verb(rest.lstrip(_NOISE))
        if verb is None:
            return None
        behind, left = _code(after)
        code, left = (behind, left) if ahead is None else (ahead, after)
        return Command(verb, code, left.lstrip(" \t\n:,.!?-").rstrip(), sure)

    def argument(self, role: str, text: str) -> str | None:
        """Return the code for ``role`` that ``text`` begins with, or None."""
        found = _longest(text, self._words.get(role, {}))
        return found[0] if found is not None else None

    def _verb(self, text: str) -> tuple[str | None, str, bool]:
        verbs = self._words.get("verb", {})
        found = _longest(text, verbs)
        if found is not None:
            return found[0], found[1], True
        first, _, after = text.partition(" ")
        meant = _misspelt(squeezed(folded(first)), verbs)
        return meant, after, False


def _code(text: str) -> tuple[str | None, str]:
    """Return a six-digit code at the beginning of ``text``, and the text after it."""
    match = _CODE.match(text)
    return (None, text) if match is None else (lao.ascii_digits(match.group(1)), text[match.end() :])


def _longest(text: str, words: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the meaning of the longest of ``words`` that ``text`` begins with, and the text after it."""
    pieces = lao.clusters(text)[:_MOST_PIECES]
    best: tuple[str, str] | None = None
    taken = matched = ""
    for index, piece in enumerate(pieces):
        taken += piece
        following = pieces[index + 1] if index + 1 < len(pieces) else ""
        if _LATIN_WORD.match(piece) and piece.isalnum() and _LATIN_WORD.match(following) and following.isalpha():
            continue  # inside a word
        key = squeezed(folded(taken))
        if key in words and key != matched:
            best, matched = (words[key], text[len(taken) :]), key
    return best


def _misspelt(word: str, words: Mapping[str, str]) -> str | None:
    """Return the one verb within one letter of ``word``."""
    if len(word) < _SHORTEST_MISSPELT:
        return None
    near = {verb for form, verb in words.items() if DamerauLevenshtein.distance(word, form, score_cutoff=1) <= 1}
    return near.pop() if len(near) == 1 else None


def enrolment(command: Command) -> tuple[str, str] | None:
    """Return the one-time code and the code of the hand-over with which a successor enrols; first the four digits.

    The other way round it would be the code and PIN of a case, which work everywhere.
    """
    found = _ENROLMENT.fullmatch(lao.ascii_digits(command.rest).strip(_NOISE)) if command.verb == "HANDOVER" else None
    return (found[1], found[2]) if found is not None and command.sure else None

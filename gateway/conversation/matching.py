"""How a reply is understood: the words that always work, and the choices of a step; pure and in a fixed order."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.conversation.flow import Choice
from gateway.text import lao
from gateway.text.lexicon import Lexicon

LANGUAGES: Final = {"LANG_LO": "lo", "LANG_EN": "en", "LANG_HMN": "hmn", "LANG_KJG": "kjg"}
_CASE_REF: Final = re.compile(
    r"(?:[^\d\s]{1,16}[\s:.]*)?([1-9][0-9]{5})(?:[\s,.;:/+&-]+|[\s,.;:/+&-]*pin[\s:.]*)([0-9]{4})"
)
_LONE_CODE: Final = re.compile(r"(?:[^\d\s]{1,16}[\s:.]*)?([1-9][0-9]{5})")
_LONE_PIN: Final = re.compile(r"(?:[^\d\s]{1,16}[\s:.]*)?([0-9]{4})")
_FEW_KEYS: Final = re.compile(r"[0-9](?:[\s,.;/+&-]*[0-9])*")

GlobalName = Literal["exit", "plea", "help", "stop", "delete", "language", "back", "start", "case"]


@dataclass(frozen=True, slots=True)
class GlobalWord:
    """A word that works in every step; ``language`` or ``code`` and ``pin`` when they belong to it."""

    name: GlobalName
    language: str = ""
    code: str = ""
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the waiting step means for the global words: ``numeric`` no plea, ``open`` no help word inside a story."""

    numeric: bool = False
    open: bool = False
    officer: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """What a reply says about choices: one code is a hit; several, or ``echo``, must be asked back; none is a miss."""

    codes: tuple[str, ...] = ()
    test: str = ""
    echo: bool = False

    @property
    def hit(self) -> str:
        """Return the code, if it is certain."""
        return self.codes[0] if len(self.codes) == 1 and not self.echo else ""


def squeezed(text: str) -> str:
    """Fold a text for comparison and drop spaces, punctuation and symbols."""
    return "".join(sign for sign in lao.key(text) if unicodedata.category(sign)[0] not in "PZSC")


def digits_of(text: str, lexicon: Lexicon) -> str:
    """Return a reply that is one run of digits (any script, punctuation and polite particles apart), else nothing."""
    plain = squeezed(text)
    if plain.isascii() and plain.isdigit():
        return plain
    spelled = [intent[1] for intent in lexicon.whole(text) if re.fullmatch(r"D[0-9]", intent)]
    return spelled[0] if len(spelled) == 1 else ""


def case_reference(text: str) -> tuple[str, str] | None:
    """Return code and PIN of a text that is six digits and then four, apart from a word before each."""
    found = _CASE_REF.fullmatch(lao.key(text).strip(" .,;:!?"))
    return (found[1], found[2]) if found else None


def lone_code(text: str) -> str:
    """Return the code of a text that is six digits alone, apart from a word before them; else nothing."""
    found = _LONE_CODE.fullmatch(lao.key(text).strip(" .,;:!?"))
    return found[1] if found else ""


def lone_pin(text: str) -> str:
    """Return the PIN of a text that is four digits alone, apart from a word before them; else nothing."""
    found = _LONE_PIN.fullmatch(lao.key(text).strip(" .,;:!?"))
    return found[1] if found else ""


def global_word(text: str, lexicon: Lexicon, plea: str, around: Surroundings) -> GlobalWord | None:
    """Return the word that works everywhere, if the text is one; the order is that of the design, ranks 1 to 4."""
    whole = lexicon.whole(text)
    digits = digits_of(text, lexicon)
    if "EXIT" in whole:
        return GlobalWord("exit")
    if plea and squeezed(text) == plea and not (around.numeric or around.officer):
        return GlobalWord("plea")
    if "HELP" in whole or (not around.open and not around.officer and "HELP" in lexicon.words(text)):
        return GlobalWord("help")
    if "STOP" in whole or (not around.open and _stops(text, lexicon)):
        return GlobalWord("stop")
    return _whole_message(text, whole, digits)


def _stops(text: str, lexicon: Lexicon) -> bool:
    reading = lexicon.read(text)
    return reading.kind == "primary" and reading.primary == "STOP"


def _whole_message(text: str, whole: frozenset[str], digits: str) -> GlobalWord | None:
    if "DELETE" in whole:
        return GlobalWord("delete")
    for intent, language in LANGUAGES.items():
        if intent in whole:
            return GlobalWord("language", language=language)
    if "BACK" in whole or digits == "0":
        return GlobalWord("back")
    if "START" in whole or "MENU" in whole:
        return GlobalWord("start")
    reference = case_reference(text)
    return GlobalWord("case", code=reference[0], pin=reference[1]) if reference else None


def read_choice(
    text: str, choices: Sequence[Choice], labels: Sequence[tuple[str, str]], lexicon: Lexicon, *, keys: bool = True
) -> Match:
    """Read a reply against the choices of a step (ranks 6 to 8 and 10); ``labels`` are pairs of code and text."""
    digits = digits_of(text, lexicon) if keys else ""
    by_key = [choice.code for choice in choices if choice.key == digits]
    if by_key:
        return Match((by_key[0],), "key")
    typed = _typed_out(text, choices, labels)
    if typed:
        return typed
    return _by_words(text, choices, lexicon)


def _typed_out(text: str, choices: Sequence[Choice], labels: Sequence[tuple[str, str]]) -> Match | None:
    """Read a label or a code typed out: exact fold first, then the loose one if it fits one choice only."""
    known = {choice.code: choice.key for choice in choices}
    plain = squeezed(text)
    if not plain:
        return None
    exact = {code for code, label in labels if code in known and squeezed(label) == plain}
    exact |= {code for code in known if squeezed(code) == plain}
    # An option copied as it was drawn: key and label.
    exact |= {code for code, label in labels if code in known and squeezed(known[code] + label) == plain}
    if len(exact) == 1:
        return Match((exact.pop(),), "label")
    loosened = squeezed(lao.loose(text))
    near = {code for code, label in labels if code in known and squeezed(lao.loose(label)) == loosened}
    return Match((near.pop(),), "label") if len(near) == 1 else None


def _by_words(text: str, choices: Sequence[Choice], lexicon: Lexicon) -> Match:
    found = lexicon.words(text)
    hits = tuple(choice.code for choice in choices if found & set(choice.words))
    reading = lexicon.read(text)
    if hits:
        whole = lexicon.whole(text)
        certain = len(whole) == 1 and any(word in whole for choice in choices for word in choice.words)
        return Match(hits, "words", echo=reading.kind == "ask_back" and not certain)
    meant = set(reading.intents) if reading.kind == "ask_back" else set()
    return Match(tuple(choice.code for choice in choices if meant & set(choice.words)), "near", echo=True)


def read_keys(text: str, choices: Sequence[Choice]) -> tuple[str, ...]:
    """Read several keys (``1 3``, ``1,3``, ``13``); nothing if one of them is not a choice."""
    plain = lao.key(text).strip(" .,;:!?/+&-")
    if not _FEW_KEYS.fullmatch(plain):
        return ()
    by_key = {choice.key: choice.code for choice in choices}
    found = list(dict.fromkeys(digit for digit in plain if digit.isdigit()))
    return tuple(by_key[key] for key in found) if all(key in by_key for key in found) else ()


def language_of(text: str, lexicon: Lexicon) -> str | None:
    """Return the language a first text is written in by its script and words; None when it cannot be told."""
    if any("\u0e80" <= sign <= "\u0eff" for sign in text):
        return "lo"
    named = [language for intent, language in LANGUAGES.items() if intent in lexicon.whole(text)]
    if named:
        return named[0]
    spoken = lexicon.languages(text)
    written = [language for language in ("en", "hmn", "lo-Latn") if language in spoken]
    return written[0] if len(written) == 1 else None

"""Words that must never reach a phone that is not confirmed safe, in any language and script."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Mark, Node, Scalar, Sequence
from gateway.text import lao
from gateway.text.folding import folded
from gateway.text.redaction import personal

_HEADS = frozenset({"review"})
_NAMES = frozenset({"words", "harmless", "placed"})
_ENDING = "*"


@dataclass(frozen=True, slots=True)
class _Word:
    shown: str
    only_in: tuple[str, ...] = ()


class GuardedWords:
    """All guarded words as one pattern; harmless longer words win over them."""

    def __init__(self, words: Iterable[tuple[str, tuple[str, ...]]], harmless: Iterable[str] = ()) -> None:
        """Take the guarded words, each with the messages it may stand in, and longer words that mean no harm."""
        words, harmless = tuple(words), tuple(harmless)
        shown_words = [shown for shown, _ in words]
        self._words: dict[str, _Word] = {}
        patterns: dict[str, int] = {}
        for shown, only_in in words:
            name = f"w{len(self._words)}"
            self._words[name] = _Word(shown.rstrip(_ENDING), only_in)
            patterns[f"(?P<{name}>{_pattern(shown)})"] = len(shown)
        patterns |= {_pattern(shown): len(shown) for shown in harmless}
        longest_first = sorted(patterns, key=lambda pattern: (-patterns[pattern], pattern))
        # Looking at the first letter before the hundred words makes a text that is clean, as nearly all are, cheap.
        first_letters = re.escape("".join(sorted({folded(shown)[:1] for shown in (*shown_words, *harmless)})))
        self._any = re.compile(f"(?=[{first_letters}])(?:{'|'.join(longest_first)})") if patterns else None
        # Menus and questions are the same for everybody: looked at once, not at every message.
        self._look_once = lru_cache(maxsize=1024)(self._look)

    def hit(self, text: str, message: str | None = None) -> str | None:
        """Return the first guarded word of ``text`` as the file writes it, or None.

        ``message`` is the id of the text about to be sent: words placed in it (the police, where a person is asked
        whom to tell) are then no hit. Without an id every guarded word is one.
        """
        if message is None or personal(text):
            return self._look(text, message)
        return self._look_once(text, message)

    def _look(self, text: str, message: str | None) -> str | None:
        for found in self._any.finditer(folded(text)) if self._any is not None else ():
            word = self._words.get(found.lastgroup or "")
            if word is not None and not _stands_in(message, word.only_in):
                return word.shown
        return None


def compile_guarded(nodes: Mapping[str, Node]) -> GuardedWords:
    """Build the guarded words of all languages from their guarded.yaml; raises ContentRefused with E003, E004."""
    findings: list[Finding] = []
    words: list[tuple[str, tuple[str, ...]]] = []
    harmless: list[str] = []
    for _, node in sorted(nodes.items()):
        for name, entry in node.entries if isinstance(node, YamlMapping) else ():
            if name.value in _HEADS:
                continue
            if name.value not in _NAMES:
                findings.append(_finding(name.mark, "E003", f"'{name.value}' is not one of words, harmless, placed"))
            elif name.value == "placed":
                words.extend(_placed(entry, findings))
            else:
                texts = _texts(entry, findings)
                harmless.extend(texts if name.value == "harmless" else ())
                words.extend((text, ()) for text in texts if name.value == "words")
        if not isinstance(node, YamlMapping):
            findings.append(_finding(node.mark, "E004", "a map with words, harmless and placed is expected"))
    if findings:
        raise ContentRefused(findings)
    return GuardedWords(words, harmless)


def _placed(node: Node, findings: list[Finding]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for item in node.items if isinstance(node, Sequence) else (node,):
        words = item.get("words") if isinstance(item, YamlMapping) else None
        messages = item.get("in") if isinstance(item, YamlMapping) else None
        if words is None or messages is None:
            findings.append(_finding(item.mark, "E004", "an entry of 'placed' has words and in"))
            continue
        allowed = tuple(_texts(messages, findings))
        yield from ((text, allowed) for text in _texts(words, findings))


def _texts(node: Node, findings: list[Finding]) -> list[str]:
    if isinstance(node, Sequence) and all(isinstance(item, Scalar) for item in node.items):
        return [item.value for item in node.items if isinstance(item, Scalar)]
    findings.append(_finding(node.mark, "E004", "a list of words is expected"))
    return []


def _pattern(shown: str) -> str:
    """Return how a word is found: anywhere in Lao and Thai, whole in Latin, with any ending if it ends in a star."""
    key = folded(shown.rstrip(_ENDING))
    if not key.isascii() and any(lao.is_lao_or_thai(character) for character in key):
        return f"{re.escape(key)}(?![{lao.MARKS}])"
    spaced = r"\s*".join(re.escape(word) for word in key.split())
    return rf"(?<![^\W\u0e00-\u0eff]){spaced}" + ("" if shown.endswith(_ENDING) else r"(?![^\W\u0e00-\u0eff])")


def _stands_in(message: str | None, allowed: tuple[str, ...]) -> bool:
    """Say whether ``message`` is one of ``allowed`` or a label of one."""
    return message is not None and any(message == name or message.startswith(f"{name}.") for name in allowed)


def _finding(mark: Mark, code: str, message: str) -> Finding:
    return Finding(mark.file, mark.line, mark.column, code, message)

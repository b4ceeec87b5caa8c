"""What the reading of messages is held against: the same words, found as most gateways find them."""

import re
import unicodedata
from collections.abc import Callable

from gateway.text.lexicon import Evidence, Reading
from gateway.text.vocabulary import Form, Vocabulary

# What goflow's has_any_word calls a word: letters, marks and digits; a Lao sentence without spaces is one.
_WORD = re.compile(r"[\w\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece]+")
Reader = Callable[[str], Reading]


def by_substring(vocabulary: Vocabulary) -> Reader:
    """Return a reader that takes the longest listed spelling found anywhere in the text."""
    spellings = sorted(_spellings(vocabulary), key=lambda form: len(form.shown), reverse=True)
    plain = [(_plain(form.shown), form) for form in spellings]

    def read(text: str) -> Reading:
        typed = _plain(text)
        return _reading(next((form for spelling, form in plain if spelling in typed), None))

    return read


def by_any_word(vocabulary: Vocabulary) -> Reader:
    """Return a reader that takes the first word of the text that is a listed spelling."""
    words = {_plain(form.shown): form for form in reversed(_spellings(vocabulary))}

    def read(text: str) -> Reading:
        return _reading(next((words[word] for word in _WORD.findall(_plain(text)) if word in words), None))

    return read


def _spellings(vocabulary: Vocabulary) -> list[Form]:
    kinds = vocabulary.intents
    return [form for form in vocabulary.forms if form.role == "form" and kinds[form.intent].kind != "officer"]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _reading(form: Form | None) -> Reading:
    if form is None:
        return Reading("unknown", None, (), ())
    return Reading("primary", form.intent, (form.intent,), (Evidence(form.intent, form.shown, form.language, "exact"),))

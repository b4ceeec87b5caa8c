"""Forms in two halves: ``ຕິດຕໍ່ .. ບໍ່ໄດ້`` is found in "cannot reach my son", where the son stands in the middle."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from gateway.text.finder import Hit, How, stands_free
from gateway.text.karaoke import skeleton
from gateway.text.vocabulary import SplitForm

# Room for "my elder brother's children", not for another sentence.
_FARTHEST = 24
_ROMANISED = "lo-Latn"
_LATIN = re.compile("[a-z]+")


class SplitForms:
    """The split forms of a vocabulary, ready to be looked for; romanised Lao by its sounds, the rest as written."""

    def __init__(self, forms: Iterable[SplitForm]) -> None:
        listed = tuple(forms)
        self._written = _by_second(split for split in listed if split.form.language != _ROMANISED)
        self._heard = _by_second(
            SplitForm(_sounds(split.first), _sounds(split.second), split.form)
            for split in listed
            if split.form.language == _ROMANISED
        )

    def scan(self, text: str) -> tuple[Hit, ...]:
        """Return each split form whose halves stand in folded ``text`` in their order and near each other.

        ``start`` and ``end`` are places in ``text`` or, for romanised Lao, in its sounds.
        """
        return (*_found(text, self._written, "exact"), *_found(_sounds(text), self._heard, "karaoke"))


def _by_second(forms: Iterable[SplitForm]) -> dict[str, list[SplitForm]]:
    """Group forms by their second halves, which are few: most messages hold none of them."""
    table: defaultdict[str, list[SplitForm]] = defaultdict(list)
    for split in forms:
        table[split.second].append(split)
    return dict(table)


def _found(text: str, table: Mapping[str, Iterable[SplitForm]], how: How) -> Iterator[Hit]:
    for second, splits in table.items():
        for split in splits if second in text else ():
            if split.first in text:
                for start, end in _span(text, split):
                    yield Hit(start, end, (split.form,), how)


def _sounds(text: str) -> str:
    return _LATIN.sub(lambda word: skeleton(word.group()), text)


def _span(text: str, split: SplitForm) -> Iterator[tuple[int, int]]:
    """Return where a split form stands for the first time, if it does."""
    for start, middle in _places(text, split.first):
        for second, end in _places(text, split.second):
            if middle <= second <= middle + _FARTHEST:
                yield start, end
                return


def _places(text: str, half: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(re.escape(half), text):
        if stands_free(text, found.start(), found.end()):
            yield found.span()

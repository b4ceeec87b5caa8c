"""USSD screens: a body and its options cut into pages that each fit the handset."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import Defect
from gateway.text import lao, segments

_MOST_OPTIONS_UCS2 = 4
_LOOK_BACK = 12
_WORD_BREAK = "\u200b"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one screen holds: septets of GSM-7 or UTF-16 units, below the network's 182 and 80."""

    gsm7: int = 160
    ucs2: int = 70

    def holds(self, screen: str) -> bool:
        """Say whether ``screen`` fits one page."""
        encoding = segments.encoding_of(screen)
        return segments.units(screen, encoding) <= (self.gsm7 if encoding == "gsm7" else self.ucs2)


def paginate(body: str, options: Sequence[str], budget: Budget, more: str, back: str) -> tuple[str, ...]:
    """Return the pages of a screen, each within ``budget``.

    ``options`` are whole lines (``1 Yes``), never divided and never dropped; ``more`` (``9 More``) ends every page but
    the last, ``back`` (``0 Back``) every page but the first. An option longer than a page (lint C205) is shortened at
    a syllable, so that its key stays visible. Raises Defect when the footer leaves no room for any text.
    """
    return _Pager(budget, more, back).pages(body, [_sent(option) for option in options])


def _sent(text: str) -> str:
    return text.replace(_WORD_BREAK, "")


class _Pager:
    """Fills one page after the other with what is left."""

    def __init__(self, budget: Budget, more: str, back: str) -> None:
        self._budget, self._more, self._back = budget, more, back

    def pages(self, body: str, options: list[str]) -> tuple[str, ...]:
        """Return all pages of ``body`` and ``options``."""
        pages: list[str] = []
        left = body.strip(f" \n{_WORD_BREAK}")
        while True:
            back = [self._back] if pages else []
            if self._fits([_sent(left)] if left else [], options, back):
                pages.append(_joined([_sent(left), *options, *back]))
                return tuple(pages)
            footer = [self._more, *back]
            text, left = self._body_of_page(left, footer)
            taken = 0 if left else self._options_of_page(text, options, footer)
            shown = options[:taken]
            if not text and not taken:
                shown, taken = [self._shortened(options, footer)], 1
            options = options[taken:]
            if not options and not left:
                footer = back  # a shortened last option needs no "more"
            pages.append(_joined([text, *shown, *footer]))
            if not options and not left:
                return tuple(pages)

    def _fits(self, lines: Sequence[str], options: Sequence[str], footer: Sequence[str]) -> bool:
        screen = _joined([*lines, *options, *footer])
        crowded = len(options) > _MOST_OPTIONS_UCS2 and segments.encoding_of(screen) == "ucs2"
        return not crowded and self._budget.holds(screen)

    def _body_of_page(self, left: str, footer: Sequence[str]) -> tuple[str, str]:
        """Return the text of this page and what is left of it; nothing is cut while it fits."""
        if not left or self._fits([_sent(left)], [], footer):
            return _sent(left), ""
        pieces = lao.syllables(left)
        if not self._fits([_sent(pieces[0])], [], footer):
            pieces = lao.clusters(left)
        low, high = 0, len(pieces)
        while low < high:
            middle = (low + high + 1) // 2
            fitting = self._fits([_sent("".join(pieces[:middle])).rstrip()], [], footer)
            low, high = (middle, high) if fitting else (low, middle - 1)
        if not low:
            raise Defect("the footer of a screen leaves no room for its text")
        cut = _word_end(pieces, low)
        return _sent("".join(pieces[:cut])).rstrip(), "".join(pieces[cut:]).lstrip(f" \n{_WORD_BREAK}")

    def _options_of_page(self, text: str, options: Sequence[str], footer: Sequence[str]) -> int:
        lines = [text] if text else []
        taken = 0
        while taken < len(options) and self._fits(lines, options[: taken + 1], footer):
            taken += 1
        return taken

    def _shortened(self, options: Sequence[str], footer: Sequence[str]) -> str:
        """Return the longest beginning of the first option that fits alone."""
        pieces = lao.syllables(options[0])
        while pieces and not self._fits([], ["".join(pieces)], footer):
            pieces.pop()
        if not pieces:
            raise Defect("the footer of a screen leaves no room for an option")
        return "".join(pieces).rstrip()


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line for line in lines if line)


def _word_end(pieces: Sequence[str], end: int) -> int:
    """Return the last end of a word within the last units before ``end``, or ``end`` where there is none."""
    given_up = 0
    for cut in range(end, 0, -1):
        if pieces[cut - 1][-1] in f" \n{_WORD_BREAK}" or pieces[cut : cut + 1] in ([" "], ["\n"], [_WORD_BREAK]):
            return cut
        given_up += len(pieces[cut - 1])
        if given_up > _LOOK_BACK:
            break
    return end

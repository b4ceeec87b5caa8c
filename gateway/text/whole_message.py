"""What a message means as a whole: help, stop and the words that act at once, never a sentence of them by chance."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.text.finder import Hit
from gateway.text.vocabulary import Intent, IntentClass

_POLITE = frozenset({"particle", "thanks"})
_BEFORE = frozenset({"label", "greeting"})
_STOP_TAIL = frozenset({"particle", "thanks", "object", "filler", "closing"})
_YES_NO = frozenset({"YES", "NO"})
_DIGITS = frozenset(f"D{digit}" for digit in range(10))
_ANSWERS = _YES_NO | _DIGITS


@dataclass(frozen=True, slots=True)
class Scan:
    """A message folded once, with what was found in it; ``whole``: it holds nothing but known words.

    ``splits`` are forms in two halves, found across what stands between them: evidence, but no part of the whole.
    """

    text: str
    hits: tuple[Hit, ...]
    whole: bool
    splits: tuple[Hit, ...] = ()

    def pairs(self) -> Iterator[tuple[Hit, bool]]:
        """Return each hit and whether a negation stands directly before it."""
        before: Hit | None = None
        for hit in self.hits:
            adjacent = before is not None and hit.start - before.end <= 1
            yield hit, adjacent and before is not None and before.has("negation")
            before = hit
        yield from ((hit, False) for hit in self.splits)


class WholeMessage:
    """The rules by which a short message is one help, stop or exact word and nothing else."""

    def __init__(self, intents: Mapping[str, Intent]) -> None:
        self._intents = intents

    def said(self, scan: Scan) -> frozenset[str]:
        """Return the help, stop and exact intents that a message as a whole means; several only to be asked back."""
        if not scan.whole:
            return frozenset()
        if self.stops(scan):
            return frozenset(form.intent for hit in scan.hits for form in hit.forms if self._is(hit, "stop"))
        if core := self._core(scan, "help"):
            return frozenset(form.intent for hit in core for form in hit.forms if form.role == "form")
        core = self._core(scan, "exact")
        return _one_answer(core, joined=len(core) > 1 and any(hit.has("joiner") for hit in scan.hits))

    def stops(self, scan: Scan) -> bool:
        """Say whether the whole message is STOP, STOP with what to stop, or STOP and thanks."""
        stopped = objects = fillers = False
        for hit in scan.hits:
            roles = {form.role for form in hit.forms}
            if self._is(hit, "stop"):
                stopped = True
            elif not roles & (_STOP_TAIL if stopped else _POLITE | _BEFORE):
                return False
            objects = objects or "object" in roles
            fillers = fillers or roles <= {"filler"}
        return scan.whole and stopped and (objects or not fillers)

    def _is(self, hit: Hit, kind: IntentClass) -> bool:
        return any(form.role == "form" and self._intents[form.intent].kind == kind for form in hit.forms)

    def _core(self, scan: Scan, kind: IntentClass) -> list[Hit]:
        """Return the words that answer, if all others are only around them: "number" before, "please" anywhere."""
        said = [index for index, hit in enumerate(scan.hits) if self._is(hit, kind)]
        # ເຈົ້າ alone is "yes" and before a verb "you"; after an answer it is only polite.
        core = [index for index in said if index == said[0] or not scan.hits[index].has("closing")]
        hits = [scan.hits[index] for index in core]
        answers = all(form.intent in _ANSWERS for hit in hits for form in hit.forms if form.role == "form")
        for index, hit in enumerate(scan.hits):
            if index not in core and not _stands_around(hit, index, core, answers=answers):
                return []
        return hits


def _stands_around(hit: Hit, index: int, core: Sequence[int], *, answers: bool) -> bool:
    """Say whether a word may stand at its place beside the ``core``; "already" makes a report of an order."""
    if not core:
        return False
    allowed = set(_POLITE)
    if index < core[0]:
        allowed |= _BEFORE
    else:
        allowed |= {"closing", "already"} if answers else {"closing"}
    if index < core[-1]:
        allowed |= {"joiner"} if index > core[0] else set()
    return any(form.role in allowed for form in hit.forms)


def _one_answer(core: Sequence[Hit], *, joined: bool) -> frozenset[str]:
    """Return what such words side by side mean: one answer, even repeated or in two languages; yes and no; digits.

    Anything else is a sentence made of them by chance: ເຈົ້າມີ is "you have", though each word alone is "yes", and
    ``ha ha`` is laughter.
    """
    times = Counter(hit.forms[0].key for hit in core)
    intents = frozenset(form.intent for hit in core for form in hit.forms if form.role == "form")
    if len(intents) == 1:
        spoken = Counter(language for hit in {hit.forms[0].key: hit for hit in core}.values() for language in _of(hit))
        laughter = intents <= _DIGITS and max(times.values()) > 1
        return frozenset() if joined or laughter or max(spoken.values()) > 1 else intents
    plain = len(times) == times.total() == len(intents)
    return intents if plain and (intents == _YES_NO or intents <= _DIGITS) else frozenset()


def _of(hit: Hit) -> set[str]:
    """Return the languages of a word; a numeral belongs to none of them, so that ``one 1`` is one answer."""
    return {""} if hit.forms[0].key.isdigit() else {form.language for form in hit.forms}

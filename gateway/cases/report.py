"""What a person has said so far, as codes; free text never enters (domain.md section 5)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from gateway.errors import Defect

SKIPPED = "skipped"
ABROAD = frozenset({"TH", "CN", "VN", "other"})
CODES: Mapping[str, frozenset[str]] = {
    "danger": frozenset({"now", "not_now", "not_sure"}),
    "who": frozenset({"me", "family", "other", "child"}),
    "under_18": frozenset({"yes", "no", "not_sure"}),
    "what": frozenset({"forced", "missing", "broker", "marriage", "wages", "other"}),
    "country": ABROAD | {"LA"},
    "contact": frozenset({"sms", "call", "none"}),
    "phone_only_mine": frozenset({"yes", "no"}),
}
"""The answers of one choice each; ``skipped`` may stand for any of them."""

ONLY_OFFICE, NOBODY_LOCAL = "office", "nobody_local"
TELL = frozenset({"women_union", "police", ONLY_OFFICE, NOBODY_LOCAL, SKIPPED})
FLAGS = frozenset(
    {
        "silent_plea",
        "duress",
        "asks_person",
        "names_official",
        "question",
        "papers_held",
        "missing_over_30_days",
        "disaster",
    }
)
QUESTIONS = frozenset({"question", "feedback"})
"""Kinds under which nothing is reported: a person answers the next working day. A complaint is a report."""

OFFICIAL_SIGNALS = frozenset({"OFFICIAL", "CHIEF", "POLICE"})
"""Words of the story that may name an official: local posts then hear nothing (domain.md section 7)."""

LIFE: Mapping[tuple[str, str], str] = {
    ("draft", "file"): "filed",
    ("draft", "join"): "joined",
    ("filed", "join"): "joined",
}
"""The life of a report: filed when its case is routed, joined when its facts go to a case that is already there."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers as codes; None or empty means not answered yet, ``skipped`` that the person passed the question.

    ``province`` is LApp, ``district`` LAppdd; ``tell`` holds codes of TELL; ``signals`` the lexicon's signal words
    found in the story. ``missing_over_30_days`` and ``papers_held`` are a triager's ticks; ``disaster``:
    disaster mode was on in the place of the report.
    """

    danger: str | None = None
    who: str | None = None
    under_18: str | None = None
    what: str | None = None
    country: str | None = None
    province: str | None = None
    district: str | None = None
    contact: str | None = None
    hours: str | None = None
    phone_only_mine: str | None = None
    tell: frozenset[str] = frozenset()
    signals: frozenset[str] = frozenset()
    silent_plea: bool = False
    duress: bool = False
    asks_person: bool = False
    names_official: bool = False
    question: bool = False
    papers_held: bool = False
    missing_over_30_days: bool = False
    disaster: bool = False

    def merged(self, values: Mapping[str, str | tuple[str, ...]]) -> "Answers":
        """Return these answers with newer ones; a name that is no answer of a report is left aside.

        ``place`` is LApp, LAppdd or ``skipped``; ``tell`` replaces, ``signals`` adds, a flag is ``yes`` or ``no``.
        Raises Defect on an unknown code: a danger that cannot be read must not pass as no danger.
        """
        changes: dict[str, Any] = {}
        for name, value in values.items():
            if name == "place":
                changes |= _place(_one(name, value))
            elif name == "tell":
                changes[name] = _several(value, TELL)
            elif name == "signals":
                changes[name] = self.signals | _several(value, None)
            elif name in FLAGS:
                changes[name] = _one(name, value) == "yes"
            elif name == "hours":
                changes[name] = _one(name, value)
            elif name in CODES:
                changes[name] = _code(name, _one(name, value))
        if changes.get("province", SKIPPED) != SKIPPED and self.country is None:
            changes.setdefault("country", "LA")
        return replace(self, **changes)

    def as_values(self) -> dict[str, str | tuple[str, ...]]:
        """Return what ``merged`` reads back to these answers: for storage as JSON."""
        values: dict[str, str | tuple[str, ...]] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, frozenset) and value:
                values[field.name] = tuple(sorted(value))
            elif value and field.name not in ("province", "district"):
                values[field.name] = "yes" if value is True else value
        if self.province:
            values["place"] = self.district or self.province
        return values


def official_named(answers: Answers) -> bool:
    """Whether the story may name an official, a chief or the police."""
    return answers.names_official or bool(answers.signals & OFFICIAL_SIGNALS)


def told_whom(answers: Answers) -> bool:
    """Whether "whom may we tell?" (step 7) was answered, if only by skipping it."""
    return bool(answers.tell)


def after(state: str, event: str) -> str:
    """Return the state of a report after an event; Defect when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Defect(f"a report that is {state} cannot {event}") from None


def diagram() -> str:
    """Return the life of a report as Mermaid text."""
    return "\n".join(["stateDiagram-v2", *(f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items())])


def _one(name: str, value: str | tuple[str, ...]) -> str:
    if isinstance(value, str):
        return value
    if len(value) != 1:
        raise Defect(f"{name} takes one answer")
    return value[0]


def _several(value: str | tuple[str, ...], known: frozenset[str] | None) -> frozenset[str]:
    found = frozenset((value,) if isinstance(value, str) else value) - {""}
    if known is not None and not found <= known:
        raise Defect("an answer is no code of this question")
    return found


def _code(name: str, value: str) -> str:
    if value != SKIPPED and value not in CODES[name]:
        raise Defect(f"an answer is no code of {name}")
    return value


def _place(code: str) -> dict[str, str | None]:
    """Return province and district of a place code; a skipped place is an answer, so nothing is assumed from it."""
    if code == SKIPPED:
        return {"province": SKIPPED, "district": None}
    if not code.startswith("LA") or not code[2:].isdecimal() or len(code) not in (4, 6):
        raise Defect("a place is a province or district code")
    return {"province": code[:4], "district": code if len(code) == 6 else None}

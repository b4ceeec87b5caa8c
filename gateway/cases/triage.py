"""How urgent a report is: an ordered table of rules over its codes, first match wins (domain.md section 6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gateway.cases.report import SKIPPED, Answers

Level = Literal["P0", "P1", "P2", "P3"]
LEVELS: tuple[Level, ...] = ("P0", "P1", "P2", "P3")
"""Most urgent first."""

URGENT_SIGNALS = frozenset({"DANGER", "URGENT", "LOCKED", "BEATEN"})
HARD_SIGNALS = frozenset({"LOCKED", "FORCED", "MISSING"})
PAPER_SIGNALS = frozenset({"PAPERS_HELD", "PASSPORT", "IDCARD"})


@dataclass(frozen=True, slots=True)
class Triage:
    """The level and the name of the rule that gave it."""

    level: Level
    rule: str


def child(answers: Answers) -> bool:
    """Whether the child path applies: under 18, not sure, or "a child"; a doubt counts as a child."""
    return answers.who == "child" or answers.under_18 in ("yes", "not_sure")


def _child_in_hard_need(answers: Answers) -> bool:
    return child(answers) and (answers.what in ("forced", "missing") or bool(answers.signals & HARD_SIGNALS))


def _missing(answers: Answers) -> bool:
    return not answers.missing_over_30_days and (answers.what == "missing" or "MISSING" in answers.signals)


def _only_a_question(answers: Answers) -> bool:
    return answers.question and answers.what is None and answers.danger is None


RULES: tuple[tuple[Level, str, Callable[[Answers], bool]], ...] = (
    ("P0", "danger_now", lambda a: a.danger == "now"),
    ("P0", "silent_plea", lambda a: a.silent_plea),
    ("P0", "duress", lambda a: a.duress),
    ("P0", "child_in_hard_need", _child_in_hard_need),
    ("P0", "urgent_words", lambda a: bool(a.signals & URGENT_SIGNALS)),
    # Skipped twice, the danger question counts as "not sure".
    ("P1", "danger_not_sure", lambda a: a.danger in ("not_sure", SKIPPED)),
    ("P1", "asks_person", lambda a: a.asks_person and a.what is None),
    ("P1", "missing", _missing),
    ("P1", "marriage", lambda a: a.what == "marriage"),
    ("P1", "papers_held", lambda a: a.papers_held or bool(a.signals & PAPER_SIGNALS)),
    ("P1", "child", child),
    ("P3", "question", _only_a_question),
    ("P2", "any_other_report", lambda a: True),
)


def triage(answers: Answers) -> Triage:
    """Return the level and rule of a report, first match of RULES; where disaster mode is on, one level up."""
    level, rule = next((level, rule) for level, rule, matches in RULES if matches(answers))
    return Triage(LEVELS[max(0, LEVELS.index(level) - 1)], rule) if answers.disaster else Triage(level, rule)


def most_urgent(one: Level, other: Level) -> Level:
    """Return the more urgent level: later answers may raise a case, only two people lower it."""
    return min(one, other, key=LEVELS.index)

"""How urgent a report is, rule by rule; and what a report remembers of its answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases import report
from gateway.cases.report import CODES, FLAGS, SKIPPED, TELL, Answers
from gateway.cases.triage import LEVELS, Level, child, most_urgent, triage
from gateway.errors import Defect

CHOICES = {name: st.sampled_from([*sorted(codes), SKIPPED]) for name, codes in CODES.items()}
VALUES = st.fixed_dictionaries(
    {},
    optional={
        **CHOICES,
        **{flag: st.sampled_from(["yes", "no"]) for flag in sorted(FLAGS)},
        "place": st.sampled_from(["LA17", "LA1704", "LA0103", SKIPPED]),
        "tell": st.lists(st.sampled_from(sorted(TELL)), min_size=1, unique=True).map(tuple),
        "signals": st.lists(st.sampled_from(["DANGER", "MISSING", "WORK", "POLICE"])).map(tuple),
    },
)


def said(**values: str | tuple[str, ...]) -> Answers:
    return Answers().merged(values)


@pytest.mark.parametrize(
    ("answers", "level", "rule"),
    [
        (said(danger="now"), "P0", "danger_now"),
        (said(silent_plea="yes"), "P0", "silent_plea"),
        (said(danger="not_now", duress="yes"), "P0", "duress"),
        (said(danger="not_now", under_18="yes", what="missing"), "P0", "child_in_hard_need"),
        (said(danger="not_now", under_18="not_sure", what="forced"), "P0", "child_in_hard_need"),
        (said(danger="not_now", signals=("LOCKED",)), "P0", "urgent_words"),
        (said(danger="not_sure", what="wages"), "P1", "danger_not_sure"),
        (said(danger="skipped", what="wages"), "P1", "danger_not_sure"),
        (said(asks_person="yes"), "P1", "asks_person"),
        (said(danger="not_now", under_18="no", what="missing"), "P1", "missing"),
        (said(danger="not_now", what="missing", missing_over_30_days="yes"), "P2", "any_other_report"),
        (said(danger="not_now", what="marriage"), "P1", "marriage"),
        (said(danger="not_now", what="wages", papers_held="yes"), "P1", "papers_held"),
        (said(danger="not_now", under_18="yes", what="wages"), "P1", "child"),
        (said(danger="not_now", who="child"), "P1", "child"),
        (said(danger="not_now", under_18="no", what="broker"), "P2", "any_other_report"),
        (said(danger="not_now", under_18="no", what="forced"), "P2", "any_other_report"),
        (said(question="yes"), "P3", "question"),
        (said(question="yes", danger="now"), "P0", "danger_now"),
    ],
)
def test_the_first_rule_that_fits_gives_the_level(answers: Answers, level: str, rule: str) -> None:
    found = triage(answers)
    assert (found.level, found.rule) == (level, rule)


@given(VALUES)
def test_every_report_has_a_level_and_danger_is_always_p0(values: dict[str, str]) -> None:
    answers = said(**values)
    assert triage(answers).level in LEVELS
    assert answers.danger != "now" or triage(answers).level == "P0"


@given(VALUES)
def test_answers_survive_storage(values: dict[str, str]) -> None:
    answers = said(**values)
    stored = {
        name: tuple(v) if isinstance(v, list) else v for name, v in json.loads(json.dumps(answers.as_values())).items()
    }
    assert Answers().merged(stored) == answers


def test_a_doubt_about_age_counts_as_a_child() -> None:
    assert child(said(under_18="not_sure"))
    assert child(said(who="child", under_18="no"))
    assert not child(said(who="family", under_18="skipped"))


@pytest.mark.parametrize(("one", "other", "urgent"), [("P0", "P2", "P0"), ("P3", "P1", "P1"), ("P2", "P2", "P2")])
def test_later_answers_only_raise(one: Level, other: Level, urgent: Level) -> None:
    assert most_urgent(one, other) == urgent


def test_a_later_answer_replaces_and_signals_add_up() -> None:
    first = said(place="LA1704", tell="police", signals=("MISSING",))
    later = first.merged({"place": "LA16", "tell": ("women_union",), "signals": ("DANGER",), "kind": "suspicion"})
    assert (later.province, later.district, later.country) == ("LA16", None, "LA")
    assert later.tell == {"women_union"}
    assert later.signals == {"MISSING", "DANGER"}


@pytest.mark.parametrize(
    "values", [{"danger": "maybe"}, {"tell": ("mayor",)}, {"place": "17"}, {"who": ("me", "child")}]
)
def test_an_answer_that_is_no_code_is_never_taken_for_no_danger(values: dict[str, str]) -> None:
    with pytest.raises(Defect):
        said(**values)


def test_a_report_is_filed_or_joined_once() -> None:
    assert report.after("draft", "file") == "filed"
    assert report.after("filed", "join") == "joined"
    assert "draft --> joined: join" in report.diagram()
    with pytest.raises(Defect):
        report.after("joined", "file")


@given(VALUES)
def test_where_disaster_mode_is_on_everything_is_one_level_more_urgent(
    values: dict[str, str | tuple[str, ...]],
) -> None:
    usual = triage(Answers().merged({**values, "disaster": "no"}))
    there = triage(Answers().merged({**values, "disaster": "yes"}))
    assert there.rule == usual.rule
    assert LEVELS.index(there.level) == max(0, LEVELS.index(usual.level) - 1)

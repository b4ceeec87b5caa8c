"""Courses, lists and survey answers: who is in, and what was answered without saying by whom."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from gateway.contacts.membership import COURSE, LIST
from gateway.ports.surveys import SurveyAnswer
from tests.integration.conftest import NOON, StoreBench

CHOSEN = SurveyAnswer("baseline", "q1", "r1", "agency", False, "b1", "lo", NOON)
TYPED = SurveyAnswer("baseline", "born", "r1", "1996-03-04", True, "b1", "lo", NOON)


def test_a_contact_joins_and_leaves_and_the_day_is_kept(bench: StoreBench) -> None:
    me, other = bench.contact(), bench.contact("+8562000000002")
    with bench.store.writing() as work:
        work.memberships.join(me, COURSE, "return_trip", NOON)
        work.memberships.join(me, COURSE, "return_trip", NOON + timedelta(days=3))
        work.memberships.join(me, LIST, "tips", NOON)
        work.memberships.join(other, COURSE, "return_trip", NOON)
        work.memberships.leave(other, COURSE, "wages", NOON)
    with bench.store.reading() as work:
        assert work.memberships.names(me, COURSE) == {"return_trip"}
        assert work.memberships.names(me, LIST) == {"tips"}
        assert work.memberships.members(COURSE, "return_trip") == tuple(sorted((me, other)))
        assert work.memberships.members(COURSE, "wages") == (), "nobody leaves what she never joined"
        since = work.tx.connection.execute(text("SELECT min(since), max(since) FROM membership")).one()
        assert since[0] == since[1], "joining twice is joining once"


def test_whoever_left_can_come_back(bench: StoreBench) -> None:
    me = bench.contact()
    with bench.store.writing() as work:
        work.memberships.join(me, COURSE, "return_trip", NOON)
        work.memberships.join(me, LIST, "tips", NOON)
        work.memberships.leave_all(me, NOON)
        assert work.memberships.names(me, COURSE) == work.memberships.names(me, LIST) == frozenset()
        work.memberships.join(me, COURSE, "return_trip", NOON)
        assert work.memberships.names(me, COURSE) == {"return_trip"}
        assert work.memberships.members(LIST, "tips") == ()


def test_a_chosen_code_is_counted_and_a_typed_answer_is_sealed(bench: StoreBench) -> None:
    answers = (CHOSEN, replace(CHOSEN, respondent="r2"), replace(CHOSEN, respondent="r3", value="friend"), TYPED)
    with bench.store.writing() as work:
        for answer in answers:
            work.surveys.save(answer)
    with bench.store.reading() as work:
        assert work.surveys.answers("baseline") == (TYPED, *answers[:3])
        assert work.surveys.tally("baseline") == {"q1": {"agency": 2, "friend": 1}}
        assert work.surveys.answers("evaluation") == () and work.surveys.tally("evaluation") == {}
        stored = str(work.tx.connection.execute(text("SELECT * FROM survey_answer")).all())
        assert "agency" in stored and TYPED.value not in stored


def test_the_last_answer_to_an_item_counts(bench: StoreBench) -> None:
    later = replace(CHOSEN, value="friend", language="en", at=NOON + timedelta(hours=1))
    with bench.store.writing() as work:
        for answer in (CHOSEN, CHOSEN, later):
            work.surveys.save(answer)
        assert work.surveys.answers("baseline") == (later,)

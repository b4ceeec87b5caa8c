"""Posts and the rota: who is asked first, who next, and where nobody would answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest

from gateway.directory.post import POST, Event, Post, State, after, checked, emptied, live, seated
from gateway.directory.rota import gaps, hidden, national_desk, on_duty, turned, untrained
from gateway.errors import Conflict

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def post(id: str, agency: str = "women_union", place: str | None = "LA1401", order: int = 1, **more: object) -> Post:
    held = Post(
        id,
        agency,
        "district",
        place,
        order,
        state="held",
        holder=f"person-{id}",
        phones=(f"+85620555000{order}",),
        answered_at=NOW - timedelta(days=3),
    )
    return replace(held, **more)  # type: ignore[arg-type]


def ids(posts: tuple[Post, ...]) -> list[str]:
    return [entry.id for entry in posts]


def test_the_duty_post_is_asked_before_the_second() -> None:
    rota = [post("b", order=2), post("a", order=1), post("c", agency="police"), post("d", place="LA1402")]
    assert ids(on_duty(rota, "women_union", "LA1401", NOW)) == ["a", "b"]
    assert ids(on_duty(rota, None, "LA1401", NOW)) == ["a", "c", "b"]


@pytest.mark.parametrize(
    "empty",
    [
        {"state": "vacant"},
        {"state": "on_leave"},
        {"holder": None},
        {"phones": ()},
        {"answered_at": None},
        {"state": "held_temporarily", "until": NOW},
    ],
)
def test_a_post_that_nobody_would_answer_is_passed_over(empty: dict[str, object]) -> None:
    dead = replace(post("a"), **empty)  # type: ignore[arg-type]
    assert not live(dead, NOW)
    assert ids(on_duty([dead, post("b", order=2)], "women_union", "LA1401", NOW)) == ["b"]


def test_a_temporary_holder_is_live_until_the_end_date() -> None:
    camp = post("a", state="held_temporarily", until=NOW + timedelta(days=10))
    assert live(camp, NOW) and not live(camp, NOW + timedelta(days=10))


def test_duty_off_leaves_the_rota_and_duty_on_comes_back() -> None:
    off = turned(post("a"), False)
    assert on_duty([off], "women_union", "LA1401", NOW) == ()
    assert ids(on_duty([turned(off, True)], "women_union", "LA1401", NOW)) == ["a"]


def test_two_missed_checks_go_to_the_end_of_the_rota() -> None:
    once = checked(post("a"), None)
    twice = checked(once, None)
    second = post("b", order=2)
    assert ids(on_duty([once, second], "women_union", "LA1401", NOW)) == ["a", "b"]
    assert ids(on_duty([twice, second], "women_union", "LA1401", NOW)) == ["b", "a"]
    assert checked(twice, NOW).misses == 0


def test_child_cases_go_first_to_who_finished_the_course() -> None:
    rota = [post("a", agency="child"), post("b", agency="child", order=2, courses=frozenset({"child_protection"}))]
    assert ids(on_duty(rota, "child", "LA1401", NOW)) == ["a", "b"]
    assert ids(on_duty(rota, "child", "LA1401", NOW, course="child_protection")) == ["b", "a"]
    assert ids(on_duty(rota[:1], "child", "LA1401", NOW, course="child_protection")) == ["a"]
    assert untrained(rota[:1], "child_protection")
    assert not untrained(rota, "child_protection") and not untrained([], "child_protection")


@pytest.mark.parametrize("excluded", ["a", "women_union", "LA1401", "LA14"])
def test_an_exclusion_hides_post_agency_place_or_province(excluded: str) -> None:
    assert hidden(post("a"), {excluded})
    assert on_duty([post("a")], "women_union", "LA1401", NOW, excluded={excluded}) == ()
    assert not hidden(post("a"), {"police", "LA1402", ""})


def test_the_national_desk_hears_even_off_duty() -> None:
    day = post("n1", agency="national_desk", place=None, level="national", on_duty=False)
    night = post("n2", agency="national_desk", place=None, order=2, level="national")
    assert ids(national_desk([day, night, post("a")], NOW)) == ["n2", "n1"]
    assert not hidden(day, frozenset())


def test_a_district_below_two_live_posts_is_a_gap() -> None:
    rota = [post("a"), post("b", order=2), post("c", place="LA1402")]
    assert gaps(rota, ["LA1401", "LA1402", "LA1403"], NOW) == ("LA1402", "LA1403")
    assert gaps([turned(rota[0], False), rota[1]], ["LA1401"], NOW) == ("LA1401",)


def test_a_place_of_another_level_is_another_rota() -> None:
    province = post("p", place="LA14", level="province")
    assert ids(on_duty([province, post("a")], "women_union", "LA14", NOW)) == ["p"]
    assert on_duty([province], None, "LA14", NOW, level="district") == ()


def test_every_state_can_be_left_and_every_event_is_used() -> None:
    assert {state for state, _ in POST} == set(get_args(State)) == set(POST.values())
    assert {event for _, event in POST} == set(get_args(Event))


def test_steps_outside_the_table_are_conflicts() -> None:
    for state, event in set(product(get_args(State), get_args(Event))) - set(POST):
        with pytest.raises(Conflict):
            after(state, event)


def test_handing_over_ends_the_old_holder_at_once() -> None:
    before = post("a", courses=frozenset({"child_protection"}), misses=2)
    then = seated(before, "hand_over", "person-new", ("+8562055512345",), NOW)
    assert (then.state, then.holder, then.phones) == ("held", "person-new", ("+8562055512345",))
    assert live(then, NOW) and then.courses == frozenset() and then.misses == 0


def test_an_emptied_post_keeps_its_place_and_nothing_of_the_person() -> None:
    left = emptied(post("a"))
    assert (left.id, left.place, left.state, left.holder, left.phones) == ("a", "LA1401", "vacant", None, ())
    assert not live(left, NOW)


def test_a_temporary_holder_has_an_end_date_and_nobody_else() -> None:
    vacant = emptied(post("a"))
    with pytest.raises(Conflict):
        seated(vacant, "fill_temporarily", "p", ("+8562055512345",), NOW)
    with pytest.raises(Conflict):
        seated(vacant, "fill", "p", ("+8562055512345",), NOW, until=NOW + timedelta(days=1))
    camp = seated(vacant, "fill_temporarily", "p", ("+8562055512345",), NOW, until=NOW + timedelta(days=1))
    assert camp.state == "held_temporarily"


def test_phones_stay_out_of_repr() -> None:
    assert "555000" not in repr(post("a"))

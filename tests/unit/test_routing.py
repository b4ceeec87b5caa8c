"""Which office takes a case, and who must never hear of it."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.report import Answers
from gateway.cases.routing import Office, Route, route
from gateway.cases.triage import triage

Value = str | tuple[str, ...]
HERE = "LA1704"
DESK = Office("national_desk", "national", "LA")
PROVINCE = Office(None, "province", "LA17")


def local(agency: str, order: int = 1) -> Office:
    return Office(agency, "district", HERE, order)


def routed(
    values: Mapping[str, Value], known_place: str | None = None, excluded: frozenset[str] = frozenset()
) -> Route:
    answers = Answers().merged(values)
    return route(answers, triage(answers).level, known_place=known_place, excluded=excluded)


@pytest.mark.parametrize(
    ("values", "first", "then"),
    [
        ({"who": "child", "tell": "police"}, local("child"), local("women_union")),
        ({"under_18": "not_sure"}, local("child"), local("women_union")),
        ({"tell": "police"}, local("police"), local("police", 2)),
        ({"tell": ("police", "women_union")}, local("police"), local("women_union")),
        ({"tell": "women_union", "what": "wages"}, local("women_union"), local("women_union", 2)),
        ({"tell": "office", "what": "wages"}, local("labour"), local("labour", 2)),
        ({"what": "broker"}, local("labour"), local("labour", 2)),
        ({"tell": "skipped", "what": "missing"}, local("women_union"), local("women_union", 2)),
        ({}, local("women_union"), local("women_union", 2)),
    ],
)
def test_the_first_office_and_the_next(values: Mapping[str, Value], first: Office, then: Office) -> None:
    found = routed({"place": HERE, **values})
    assert (found.first, found.then) == ((first,), (then,))
    assert found.local_allowed
    assert (found.province, found.national) == (PROVINCE, DESK)


@pytest.mark.parametrize(
    "values", [{"tell": ("nobody_local", "police")}, {"names_official": "yes"}, {"signals": ("CHIEF",)}]
)
def test_nobody_local_starts_at_province_and_nation(values: Mapping[str, Value]) -> None:
    found = routed({"place": HERE, "danger": "not_now", **values})
    assert (found.rule, found.first, found.then) == ("conflict", (PROVINCE, DESK), (DESK,))
    assert not found.local_allowed and not found.released


def test_a_supervisors_exclusion_keeps_the_district_out_and_stays_on_the_route() -> None:
    found = routed({"place": HERE}, excluded=frozenset({"police"}))
    assert found.rule == "conflict" and found.excluded == {"police"}


def test_an_excluded_province_leaves_the_desk_alone() -> None:
    found = routed({"place": HERE}, excluded=frozenset({"LA17"}))
    assert (found.first, found.province) == ((DESK,), None)


@pytest.mark.parametrize(
    "values",
    [
        {"country": "TH", "place": HERE},
        {},
        {"place": "skipped"},
        {"silent_plea": "yes", "place": HERE},
        {"duress": "yes", "place": HERE},
    ],
)
def test_abroad_placeless_plea_and_duress_go_to_the_desk_alone(values: Mapping[str, Value]) -> None:
    found = routed(values)
    assert (found.rule, found.first, found.then, found.province) == ("national", (DESK,), (), None)
    assert not found.local_allowed


def test_the_desk_may_let_local_posts_in() -> None:
    answers = Answers().merged({"duress": "yes", "place": HERE})
    assert route(answers, "P0", desk_allows_local=True).local_allowed


def test_a_province_without_district_takes_the_case_itself() -> None:
    found = routed({"place": "LA17", "tell": "office"})
    assert (found.rule, found.first, found.then) == ("province", (PROVINCE,), (DESK,))
    assert not found.local_allowed


def test_the_contacts_own_district_counts_until_the_place_is_answered() -> None:
    assert routed({"danger": "now"}, HERE).first == (local("women_union"),)
    assert routed({"place": "LA0101"}, HERE).province == Office(None, "province", "LA01")
    assert routed({"place": "skipped"}, HERE).rule == "national"
    assert routed({"country": "TH"}, HERE).rule == "national"


def test_local_posts_are_released_by_step_seven_even_when_skipped() -> None:
    assert not routed({"place": HERE, "danger": "now"}).released
    assert routed({"place": HERE, "danger": "now", "tell": "skipped"}).released


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "place": st.sampled_from(["LA17", HERE, "skipped"]),
            "country": st.sampled_from(["LA", "TH", "skipped"]),
            "tell": st.lists(st.sampled_from(["police", "office", "nobody_local"]), min_size=1).map(tuple),
            "under_18": st.sampled_from(["yes", "no"]),
            "duress": st.just("yes"),
            "names_official": st.just("yes"),
        },
    ),
    st.sampled_from([None, "LA17", HERE]),
    st.frozensets(st.sampled_from(["police", "LA17", HERE, "post-1"])),
)
def test_somebody_always_takes_it_and_an_excluded_district_never_does(
    values: Mapping[str, Value], known: str | None, excluded: frozenset[str]
) -> None:
    found = routed(values, known, excluded)
    assert found.first
    assert found.national == DESK
    if not found.local_allowed:
        assert not found.released
        assert all(office.level != "district" for office in found.first + found.then)
    if excluded or "nobody_local" in values.get("tell", ()) or "names_official" in values:
        assert not found.local_allowed

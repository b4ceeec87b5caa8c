"""When a declared disaster holds, where, and where emergency texts may leave at night."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.disaster import CONFIRMED_WITHIN, Disaster, awake, stands, struck

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)
PLACES = ("LA17", "LA1703", "LA1704", "LA0103")

moments = st.integers(-200, 200).map(lambda hours: NOON + timedelta(hours=hours))
disasters = st.builds(
    Disaster,
    id=st.just("one"),
    name=st.just("Flood"),
    places=st.frozensets(st.sampled_from(PLACES), min_size=1),
    declared_by=st.just("desk"),
    declared_at=st.just(NOON),
    until=st.integers(1, 100).map(lambda hours: NOON + timedelta(hours=hours)),
    lifts_quiet=st.booleans(),
    confirmed_at=st.none() | st.just(NOON + timedelta(minutes=5)),
    ended_at=st.none() | moments,
)


@given(disasters, moments)
def test_it_holds_until_it_ends_and_alone_for_an_hour_at_most(disaster: Disaster, now: datetime) -> None:
    if stands(disaster, now):
        assert disaster.ended_at is None and now < disaster.until
        assert disaster.confirmed_at is not None or now - NOON < CONFIRMED_WITHIN


@given(st.lists(disasters, max_size=3), moments, st.lists(st.sampled_from(PLACES), max_size=3))
def test_texts_leave_at_night_only_where_every_place_lies_in_one_that_allows_it(
    declared: list[Disaster], now: datetime, asked: list[str]
) -> None:
    lifting = [one for one in declared if one.lifts_quiet and stands(one, now)]
    lies = [any(place[: len(code)] == code for one in lifting for code in one.places) for place in asked]
    assert awake(asked, declared, now) == (bool(asked) and all(lies))


def test_a_province_stands_for_its_districts_and_never_the_other_way_round() -> None:
    flood = Disaster("one", "Flood", frozenset({"LA17"}), "desk", NOON, NOON + timedelta(days=7), lifts_quiet=True)
    dam = Disaster("two", "Dam", frozenset({"LA0103"}), "desk", NOON, NOON + timedelta(days=7))
    assert struck((flood, dam), NOON) == {"LA17", "LA0103"}
    assert awake(["LA1704"], (flood, dam), NOON)
    assert not awake(["LA1704", "LA0103"], (flood, dam), NOON), "the second one leaves the quiet hours as they are"
    assert not awake(["LA01"], (dam,), NOON) and not awake([], (flood,), NOON)

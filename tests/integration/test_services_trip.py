"""A trip from the first text to the last: the days somebody names, the texts that go by them, and STOP."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Drip, Plan
from gateway.store.schema.broadcasting import CONTACT_DATE
from gateway.store.schema.talk import CONSENT
from tests.integration.test_services_broadcasts import round_of, state_of
from tests.support.gateway_in_process import VILLAGER, House, open_house

MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)  # 10:00 in Vientiane
NINE = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 09:00 the day after
YEAR = MONDAY + timedelta(days=365)
TO_THE_TRIP = ("hello", "7", "6")
BEFORE, AFTER = "A week to go. Keep your papers yourself. STOP ends this", "Well at home? Text HELP. STOP ends this"
RULE = AudienceRule(purpose="travel")


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MONDAY, database_url=database) as opened:
        opened.introduce()
        yield opened


def broadcast(house: House, text: str, drip: Drip, rule: AudienceRule = RULE) -> str:
    """Let a message by each person's date run from tomorrow at nine on, approved by a second person."""
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Trip", {"en": text}, rule, NINE, "ann", plan=Plan(drip=drip, not_after=YEAR))
    broadcasts.submit(campaign, "ann")
    broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)
    return campaign


def running(house: House) -> tuple[str, str]:
    """Let two broadcasts run: a week before somebody leaves, and a month after she came home."""
    before = broadcast(house, BEFORE, Drip("departure", -7))
    after = broadcast(house, AFTER, Drip("return", 30))
    house.clock.at = NINE
    round_of(house)
    assert {state_of(house, campaign) for campaign in (before, after)} == {"running"}
    return before, after


def at(house: House, day: date, hour: int, minute: int = 0) -> None:
    """Let the clock come to a local time, and do what a clock's round does."""
    house.clock.at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=7)
    round_of(house)


def heard(house: House) -> list[str]:
    """Return which of the two broadcasts reached her phone."""
    return [text for text in house.told(VILLAGER) if text in (BEFORE, AFTER)]


def days(house: House) -> dict[str, date]:
    """Return the days that are kept of anybody."""
    with house.store.reading() as work:
        rows = work.tx.connection.execute(CONTACT_DATE.select())
        return {row.of: row.on_day for row in rows}


def consents(house: House) -> dict[str, tuple[str, str]]:
    """Return state and wording by purpose."""
    with house.store.reading() as work:
        rows = work.tx.connection.execute(CONSENT.select())
        return {row.purpose: (row.state, row.wording) for row in rows}


def test_her_days_bring_her_two_texts_each_at_its_minute(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "yes", "5 January 2027", "20/6/2027")
    assert days(house) == {"departure": date(2027, 1, 5), "return": date(2027, 6, 20)}
    assert consents(house) == {"travel": ("given", "leaving.check_ins")}
    at(house, date(2026, 12, 28), 20, 0)
    at(house, date(2026, 12, 29), 8, 59)
    assert heard(house) == []
    at(house, date(2026, 12, 29), 9, 0)
    assert heard(house) == [BEFORE], "a week before the fifth of January, at nine, not at seven"
    at(house, date(2026, 12, 30), 9, 0)
    at(house, date(2027, 7, 20), 8, 59)
    assert heard(house) == [BEFORE]
    at(house, date(2027, 7, 20), 9, 0)
    assert heard(house) == [BEFORE, AFTER], "thirty days after the twentieth of June"


def test_stop_ends_them_and_forgets_her_days(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "yes", "5 January 2027", "20/6/2027")
    at(house, date(2026, 12, 29), 9, 0)
    house.hear("STOP")
    assert days(house) == {} and consents(house)["travel"][0] == "withdrawn"
    at(house, date(2027, 7, 20), 9, 0)
    assert heard(house) == [BEFORE]


def test_delete_forgets_her_days_too(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "yes", "5 January 2027", "20/6/2027", "delete")
    assert days(house) == {}
    at(house, date(2026, 12, 29), 9, 0)
    at(house, date(2027, 7, 20), 9, 0)
    assert heard(house) == []


def test_a_stop_in_the_last_minute_wins_over_a_text_that_waits(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "yes", "5 January 2027", "7")
    house.clock.at = datetime(2026, 12, 29, 2, tzinfo=UTC)
    house.gateway.broadcasts.release_due()
    house.hear("STOP")
    house.deliver("broadcasts")
    assert heard(house) == []


def test_whoever_says_no_is_asked_for_no_day_and_hears_nothing(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "no")
    assert days(house) == {} and consents(house)["travel"][0] == "refused"
    for day in range(0, 240, 7):
        at(house, date(2026, 11, 25) + timedelta(days=day), 9, 0)
    assert heard(house) == []


def test_a_day_given_anew_replaces_the_old_one(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "yes", "5 January 2027", "7")
    house.clock.forward(minutes=10)
    house.say_all("menu", "7", "6", "1", "1", "yes", "12 January 2027", "7")
    at(house, date(2026, 12, 29), 9, 0)
    assert heard(house) == []
    at(house, date(2027, 1, 5), 9, 0)
    assert heard(house) == [BEFORE]


def test_whoever_is_home_hears_a_month_later(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "2", "yes", "20/11/2026")
    assert consents(house) == {"travel": ("given", "leaving.after_home")}
    at(house, date(2026, 12, 20), 9, 0)
    assert heard(house) == [AFTER]


def test_a_yes_to_her_trip_after_stop_brings_back_nothing_else(house: House) -> None:
    contact = house.introduce(opted_in=True, district="LA1704")
    house.hear("STOP")
    running(house)
    house.clock.forward(minutes=1)
    house.say_all("menu", "2", "7", "6", "1", "1", "yes", "5 January 2027", "7")
    with house.reading() as work:
        she = work.people.get(contact)
    assert she is not None and she.opted_out_at is None and not she.opted_in
    plain = AudienceRule(districts=frozenset({"LA1704"}))
    assert house.gateway.audience.count(plain, ("en",)).left_out["not_opted_in"] == 1
    at(house, date(2026, 12, 29), 9, 0)
    assert heard(house) == [BEFORE]


def test_a_yes_to_information_says_nothing_of_trips(house: House) -> None:
    she = house.introduce(opted_in=True)
    with house.writing() as work:
        work.campaigns.set_date(she, "departure", date(2027, 1, 5))
    running(house)
    at(house, date(2026, 12, 29), 9, 0)
    assert heard(house) == []


def test_an_open_case_holds_them_back(house: House) -> None:
    running(house)
    house.say_all(*TO_THE_TRIP, "1", "1", "yes", "5 January 2027", "7")
    house.report(danger="not_now", what="wages")
    at(house, date(2026, 12, 29), 9, 0)
    assert heard(house) == []

"""Texts of a disaster: prepared, released by two, first in the queue, and even at night where one was declared."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Drip, Plan
from gateway.errors import Conflict
from gateway.ports.channel import SendResult
from gateway.services.campaign_rows import plan_of
from tests.integration.test_services_broadcasts import RULE, arrive, round_of, state_of, tally
from tests.integration.test_services_schedule import running
from tests.support.gateway_in_process import DISTRICT, PROVINCE, House, beside, open_house

MIDNIGHT = datetime(2026, 11, 27, 17, tzinfo=UTC)
HERE = frozenset({DISTRICT})
WEEK = timedelta(days=7)
FLOOD = {"en": "The water rises. Go to high ground."}
TODAY = Plan(emergency=True, not_after=MIDNIGHT + timedelta(hours=20))


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MIDNIGHT, database_url=database) as opened:
        opened.gateway.access.add_account("desk", "correct horse battery", frozenset({"desk"}))
        yield opened


def released(house: House, template: str = "flood") -> str:
    """Ask for a prepared text and let a second person release it: two steps."""
    campaign = house.gateway.emergencies.prepare(template, HERE, "ann")
    house.gateway.broadcasts.approve(campaign, "bob", house.gateway.broadcasts.preview(campaign).content_hash)
    return campaign


def declared(house: House, places: frozenset[str] = HERE, *, lifts_quiet: bool = True) -> str:
    until = house.clock.now() + WEEK
    return house.gateway.disasters.declare("Flood", places, until, "desk", lifts_quiet=lifts_quiet).id


def test_at_night_a_declared_disaster_lets_it_leave_at_once(house: House) -> None:
    numbers = house.people(60)
    declared(house)
    released(house)
    round_of(house)
    round_of(house)
    assert sorted(message.to for message in house.alpha.sent) == numbers, "it waits for no first fifty"
    assert "high ground" in house.alpha.sent[0].text


def test_its_page_foretells_the_morning_until_a_disaster_lifts_the_night(house: House) -> None:
    house.people(60)
    campaign = house.gateway.emergencies.prepare("flood", HERE, "ann")
    before = house.gateway.broadcasts.preview(campaign)
    assert before.waits and before.leaves_at == MIDNIGHT + timedelta(hours=7)
    declared(house)
    lifted = house.gateway.broadcasts.preview(campaign)
    assert not lifted.waits and lifted.leaves_at == MIDNIGHT
    assert lifted.ends_at < MIDNIGHT + timedelta(hours=1), "the rest follow in the same night"


def test_without_a_declaration_or_where_it_lifts_nothing_it_waits_for_the_morning(house: House) -> None:
    house.people(2)
    declared(house, lifts_quiet=False)
    campaign = released(house)
    round_of(house)
    assert not house.alpha.sent and state_of(house, campaign) == "scheduled"
    house.clock.at = MIDNIGHT + timedelta(hours=7)
    round_of(house)
    assert len(house.alpha.sent) == 2


def test_an_ordinary_broadcast_does_not_leave_at_night_in_a_disaster_either(house: House) -> None:
    house.people(2)
    declared(house)
    running(house)
    round_of(house)
    assert not house.alpha.sent


def test_where_a_declaration_lapsed_the_quiet_hours_hold_again(house: House) -> None:
    house.people(2)
    declared(house)
    house.clock.forward(minutes=60)
    released(house)
    round_of(house)
    assert not house.alpha.sent


@pytest.mark.parametrize(("declared_in", "sent"), [({PROVINCE}, 2), ({"LA1703"}, 0), ({"LA1703", DISTRICT}, 2)])
def test_it_leaves_at_night_where_its_whole_audience_lies_in_what_was_declared(
    house: House, declared_in: set[str], sent: int
) -> None:
    house.people(2)
    declared(house, frozenset(declared_in))
    released(house)
    round_of(house)
    assert len(house.alpha.sent) == sent


def test_whoever_ends_it_brings_the_quiet_hours_back(house: House) -> None:
    house.people(2)
    house.gateway.disasters.end(declared(house), "desk")
    released(house)
    round_of(house)
    assert not house.alpha.sent


def test_its_author_does_not_release_it(house: House) -> None:
    house.people(1)
    campaign = house.gateway.emergencies.prepare("flood", HERE, "ann")
    with pytest.raises(Conflict, match="Somebody else"):
        house.gateway.broadcasts.approve(campaign, "ann", house.gateway.broadcasts.preview(campaign).content_hash)


def test_other_broadcasts_wait_until_everybody_is_told_and_alerts_never_do(house: House) -> None:
    house.clock.at = MIDNIGHT - timedelta(hours=9)
    house.people(120)
    ordinary = running(house)
    round_of(house)
    arrive(house)
    before = len(house.alpha.sent)
    assert before == 50
    urgent = released(house)
    house.gateway.broadcasts.release_due()
    assert tally(house, ordinary) == {"delivered": 50, "planned": 70}
    house.queue("alert")
    house.deliver()
    assert house.alpha.sent[before].lane == "alerts", "an alert leaves first"
    round_of(house)
    assert tally(house, urgent) == {"accepted": 120}
    round_of(house)
    assert tally(house, ordinary) == {"delivered": 50, "accepted": 70}


def test_failures_stop_even_an_emergency(house: House) -> None:
    house.people(100)
    declared(house)
    campaign = released(house)
    house.gateway.broadcasts.release_due()
    house.deliver("broadcasts")
    for line in house.lines("out", "broadcast")[:11]:
        house.receive(line.id, "failed", key=line.id)
    round_of(house)
    assert state_of(house, campaign) == "paused" and len(house.alpha.sent) == 50


def test_every_prepared_text_can_be_sent_in_lao_and_english(house: House) -> None:
    templates = house.gateway.emergencies.templates()
    assert {"flood", "storm", "offers"} <= set(templates)
    for texts in templates.values():
        assert {"lo", "en"} <= set(texts) and not any(house.gateway.broadcasts.checks.faults(texts).values())


def test_what_is_kept_for_a_district_goes_as_a_copy_and_is_there_again(house: House) -> None:
    numbers = house.people(2)
    declared(house)
    emergencies, broadcasts = house.gateway.emergencies, house.gateway.broadcasts
    kept = emergencies.keep("flood", HERE, "ann", "Flood below the dam")
    with house.reading() as work:
        row = work.campaigns.get(kept)
    assert row is not None
    worded = {language: f"{text} Go to the school." for language, text in row.texts.items()}
    broadcasts.draft(row.name, worded, AudienceRule(districts=HERE, rest_days=0), None, "ann", kept, plan_of(row))
    for _ in range(2):
        asked = emergencies.release(kept, "cem")
        broadcasts.approve(asked, "bob", broadcasts.preview(asked).content_hash)
        round_of(house)
        arrive(house)
        round_of(house)
    assert sorted(message.to for message in house.alpha.sent) == sorted(numbers * 2)
    assert all("Go to the school." in message.text for message in house.alpha.sent)
    assert [row.id for row in emergencies.kept()] == [kept]


def test_only_what_is_kept_is_released(house: House) -> None:
    house.people(1)
    emergencies, broadcasts = house.gateway.emergencies, house.gateway.broadcasts
    refused = emergencies.prepare("flood", HERE, "ann")
    broadcasts.refuse(refused, "bob", "nobody lives there")
    for campaign in (running(house), refused, broadcasts.copy(refused, "ann")):
        with pytest.raises(Conflict, match="no such prepared text"):
            emergencies.release(campaign, "ann")
    assert emergencies.kept() == (), "what an approver refused is not prepared"


def test_pressed_twice_it_is_asked_for_once_and_approved_once(house: House) -> None:
    house.people(2)
    declared(house)
    emergencies, broadcasts = house.gateway.emergencies, house.gateway.broadcasts
    first = emergencies.prepare("flood", HERE, "ann")
    with pytest.raises(Conflict, match="on its way already"):
        emergencies.prepare("flood", HERE, "cem")
    with house.reading() as work:
        assert len(work.campaigns.list()) == 1, "nothing is left lying about"
    second = broadcasts.copy(first, "cem")
    with pytest.raises(Conflict, match="on its way already"):
        broadcasts.submit(second, "cem")
    broadcasts.approve(first, "bob", broadcasts.preview(first).content_hash)
    with pytest.raises(Conflict, match="on its way already"):
        broadcasts.submit(second, "cem")


def test_two_who_press_at_the_same_moment_ask_for_one(house: House) -> None:
    house.people(2)
    broadcasts = house.gateway.broadcasts
    one, two = (broadcasts.draft("Flood", FLOOD, RULE, None, name, plan=TODAY) for name in ("ann", "cem"))
    refused: list[str] = []

    def also(point: str) -> None:
        if point == "before-commit" and not refused:
            refused.append("tried")
            press = Thread(target=pressed)
            press.start()
            press.join(1)
            presses.append(press)

    def pressed() -> None:
        try:
            broadcasts.submit(two, "cem")
        except Conflict as conflict:
            refused.append(str(conflict))

    presses: list[Thread] = []
    with beside(house, also) as other:
        other.gateway.broadcasts.submit(one, "ann")
        presses[0].join(20)
    assert refused == ["tried", "The same text is on its way already."]


def test_it_does_not_repeat_wait_for_dates_or_last_for_days(house: House) -> None:
    later = house.clock.now() + timedelta(days=2)
    for plan in (
        Plan("weekly", emergency=True),
        Plan(drip=Drip("return", 1), not_after=later, emergency=True),
        Plan(not_after=later, emergency=True),
    ):
        with pytest.raises(Conflict, match="sent once, and within a day"):
            house.gateway.broadcasts.draft("Flood", FLOOD, RULE, later, "ann", plan=plan)
    endless = house.gateway.broadcasts.draft("Flood", FLOOD, RULE, None, "ann", plan=Plan(emergency=True))
    house.people(1)
    with pytest.raises(Conflict, match="sent once, and within a day"):
        house.gateway.broadcasts.submit(endless, "ann")


def test_what_waits_does_not_leave_at_night_once_its_disaster_has_ended(house: House) -> None:
    numbers = house.people(5)
    disaster = declared(house)
    campaign = released(house)
    house.alpha.by_number = dict.fromkeys(numbers, SendResult("temporary"))
    round_of(house)
    assert tally(house, campaign) == {"wait_retry": 5}
    house.gateway.disasters.end(disaster, "desk")
    house.alpha.by_number.clear()
    house.alpha.sent.clear()
    house.clock.forward(minutes=30)
    round_of(house)
    assert tally(house, campaign) == {"planned": 5} and not house.alpha.sent
    house.clock.forward(hours=9)
    round_of(house)
    assert len(house.alpha.sent) == 5, "in the morning it does"


def test_one_that_was_forgotten_for_a_day_is_not_released_any_more(house: House) -> None:
    house.people(1)
    campaign = house.gateway.emergencies.prepare("flood", HERE, "ann")
    house.clock.forward(minutes=1441)
    with pytest.raises(Conflict, match="last moment"):
        house.gateway.broadcasts.approve(campaign, "bob", house.gateway.broadcasts.preview(campaign).content_hash)


def test_one_for_a_place_where_nobody_is_or_that_is_not_there_is_refused(house: House) -> None:
    with pytest.raises(Conflict, match="Nobody would get it"):
        house.gateway.emergencies.prepare("flood", HERE, "ann")
    with pytest.raises(Conflict, match="no such place: LA9999"):
        house.gateway.emergencies.prepare("flood", frozenset({"LA9999"}), "ann")


def test_a_text_that_nobody_prepared_is_refused(house: House) -> None:
    with pytest.raises(Conflict, match="no such prepared text"):
        house.gateway.emergencies.prepare("fire", HERE, "ann")

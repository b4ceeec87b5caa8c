"""When broadcasts leave: by the calendar, in rounds, by each person's date, up to a last moment and within a budget."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gateway.campaigns.plan import ONCE, Drip, Plan
from gateway.errors import Conflict
from gateway.ports.channel import OutboundMessage, SendResult
from gateway.services.campaign_calendar import CampaignCalendar
from gateway.services.editions import editions_differ
from gateway.services.reader_places import names_of
from tests.integration.test_services_broadcasts import RULE, TEXT, arrive, round_of, state_of, tally
from tests.support.gateway_in_process import DISTRICT, House, beside, open_house

MORNING = datetime(2026, 11, 27, 2, tzinfo=UTC)  # Friday, 09:00 in Vientiane
DAY = timedelta(days=1)


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MORNING, database_url=database) as opened:
        yield opened


def running(house: House, plan: Plan = ONCE, starts_at: datetime | None = None, text: str = TEXT["en"]) -> str:
    """Write, submit and approve a broadcast and let it go."""
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Market", {"en": text}, RULE, starts_at, "ann", plan=plan)
    broadcasts.submit(campaign, "ann")
    broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)
    if starts_at is None and not plan.emergency:
        broadcasts.schedule(campaign, "bob")
    return campaign


def whole_day(house: House, hours: int = 24) -> None:
    """Let the day go by, receipts and all."""
    for _ in range(hours):
        house.clock.forward(hours=1)
        round_of(house)
        arrive(house)


def test_on_a_holiday_nothing_leaves_and_the_page_says_when_it_will(house: House) -> None:
    house.people(3)
    national_day = datetime(2026, 12, 2, 3, tzinfo=UTC)
    campaign = running(house, starts_at=national_day)
    assert house.gateway.broadcasts.preview(campaign).leaves_at == datetime(2026, 12, 3, 0, tzinfo=UTC)
    house.clock.at = national_day + timedelta(hours=1)
    round_of(house)
    assert not house.alpha.sent and state_of(house, campaign) == "scheduled"
    house.clock.at = datetime(2026, 12, 3, 0, 1, tzinfo=UTC)
    round_of(house)
    assert len(house.alpha.sent) == 3


def test_a_weekly_broadcast_begins_again_until_its_last_moment(house: House) -> None:
    numbers = house.people(2)
    plan = Plan("weekly", not_after=MORNING + 15 * DAY)
    running(house, plan, MORNING + timedelta(hours=1))
    for _ in range(30):
        whole_day(house)
    times = [message.to for message in house.alpha.sent]
    assert sorted(times) == sorted(numbers * 3), "27 November, 4 and 11 December"
    with house.reading() as work:
        rows = work.campaigns.list()
    assert len(rows) == 3 and len({row.series or row.id for row in rows}) == 1
    assert {row.state for row in rows} == {"finished"} and {row.approved_by for row in rows} == {"bob"}


def test_a_calendar_foretells_the_rounds_of_a_month_s_last_day_as_they_come(house: House) -> None:
    house.people(1)
    house.clock.at = datetime(2027, 1, 29, 3, tzinfo=UTC)
    running(house, Plan("monthly"), datetime(2027, 1, 31, 3, tzinfo=UTC))
    calendar = CampaignCalendar(house.gateway.outside, house.gateway.broadcasts.pacing.quiet)
    [first] = calendar.entries()
    foretold = [first.starts_at, *first.rounds]
    for number in range(4):
        house.clock.at = foretold[number] + timedelta(minutes=1)
        for _ in range(2):
            round_of(house)
            arrive(house)
        *_, last = calendar.entries()
        assert [last.starts_at, *last.rounds] == foretold[number + 1 :]
    assert len(house.alpha.sent) == 4


def test_stopping_one_round_ends_the_series(house: House) -> None:
    house.people(1)
    campaign = running(house, Plan("weekly"), MORNING + timedelta(hours=1))
    house.clock.forward(hours=2)
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.stop(campaign, "ann")
    for _ in range(9):
        whole_day(house)
    assert not house.alpha.sent


def test_people_hear_thirty_days_after_they_came_home_each_once(house: House) -> None:
    ids = [house.contact(number) for number in house.people(4)]
    with house.writing() as work:
        for contact, home in zip(ids, (date(2026, 10, 28), date(2026, 10, 30), date(2026, 10, 1)), strict=False):
            work.campaigns.set_date(contact, "return", home)
    plan = Plan(drip=Drip("return", 30), not_after=MORNING + 10 * DAY)
    campaign = running(house, plan)
    whole_day(house, 3)
    assert len(house.alpha.sent) == 1, "28 October was thirty days ago"
    for _ in range(4):
        whole_day(house)
    assert len(house.alpha.sent) == 2 and state_of(house, campaign) == "running"
    with house.writing() as work:
        work.campaigns.set_date(ids[3], "return", date(2026, 11, 2))
        work.campaigns.set_date(ids[0], "return", None)
    for _ in range(7):
        whole_day(house)
    assert len(house.alpha.sent) == 3 and state_of(house, campaign) == "finished"


def test_whoever_tells_her_trip_late_still_hears_before_she_leaves(house: House) -> None:
    early, late, gone = (house.contact(number) for number in house.people(3))
    running(house, Plan(drip=Drip("departure", -7, 5), not_after=MORNING + 20 * DAY))
    with house.writing() as work:
        work.campaigns.set_date(early, "departure", date(2026, 12, 4))
    whole_day(house)
    assert len(house.alpha.sent) == 1
    with house.writing() as work:
        work.campaigns.set_date(late, "departure", date(2026, 12, 1))
        work.campaigns.set_date(gone, "departure", date(2026, 11, 27))
    for _ in range(9):
        whole_day(house)
    assert len(house.alpha.sent) == 2, "three days before; nothing to her who has left, nothing twice"


def test_what_has_not_left_at_its_last_moment_never_leaves(house: House) -> None:
    house.people(60)
    campaign = running(house, Plan(not_after=MORNING + timedelta(minutes=4)))
    round_of(house)
    house.clock.forward(minutes=4)
    arrive(house)
    round_of(house)
    assert len(house.alpha.sent) == 50
    assert state_of(house, campaign) == "finished" and tally(house, campaign) == {"delivered": 50, "planned": 10}


def test_what_the_night_kept_back_goes_on_in_the_morning(house: House) -> None:
    house.people(3)
    house.clock.at = datetime(2026, 11, 27, 13, 45, tzinfo=UTC)
    campaign = running(house)
    house.gateway.broadcasts.release_due()
    house.clock.forward(minutes=30)
    house.deliver("broadcasts")
    assert tally(house, campaign) == {"held": 3} and not house.alpha.sent
    house.clock.at = datetime(2026, 11, 28, 0, 1, tzinfo=UTC)
    round_of(house)
    assert len(house.alpha.sent) == 3


def test_a_budget_pauses_it_before_it_is_overspent(house: House) -> None:
    house.people(80)
    priced = replace(house.gateway.broadcasts, prices={"gsm7": 85, "ucs2": 85})
    house.gateway = replace(house.gateway, broadcasts=priced)
    with pytest.raises(Conflict, match="It costs more than its budget"):
        running(house, Plan(budget=79 * 85))
    campaign = running(house, Plan(budget=80 * 85))
    numbers = [f"+85620778{number:05}" for number in range(30)]
    for number in numbers:  # who joined after the price was approved
        house.introduce(number, opted_in=True, district=DISTRICT)
    for _ in range(4):
        round_of(house)
        arrive(house)
    assert len(house.alpha.sent) == 80 and state_of(house, campaign) == "paused"


def test_a_budget_without_a_price_is_no_budget(house: House) -> None:
    house.people(1)
    with pytest.raises(Conflict, match="the price of a message"):
        running(house, Plan(budget=10_000))


def test_each_reader_finds_her_own_district_in_it(house: House) -> None:
    (number,) = house.people(1)
    running(house, text="Market day in {district}, {province}. To end text STOP")
    round_of(house)
    (said,) = house.told(number)
    place = names_of(DISTRICT, "en")
    assert said == f"Market day in {place['district']}, {place['province']}. To end text STOP"
    assert place["province"] == "Attapeu"


def test_a_stop_keeps_within_a_second_even_what_is_in_a_workers_hands(house: House) -> None:
    house.people(20)
    campaign = running(house)
    house.gateway.broadcasts.release_due()

    def stopped_meanwhile(message: OutboundMessage) -> SendResult:
        assert house.gateway.broadcasts.stop(campaign, "ann") == 20, "whatever a worker holds counts as left"
        house.clock.forward(seconds=1)
        return SendResult("accepted", provider_id=message.id)

    house.alpha.script.append(stopped_meanwhile)
    house.deliver("broadcasts")
    assert len(house.alpha.sent) == 1 and tally(house, campaign) == {"accepted": 1, "cancelled": 19}


def test_a_pause_while_it_is_sent_keeps_the_rest_for_later(house: House) -> None:
    house.people(20)
    campaign = running(house)
    house.gateway.broadcasts.release_due()

    def paused_meanwhile(message: OutboundMessage) -> SendResult:
        house.gateway.broadcasts.pause(campaign, "ann")
        house.clock.forward(seconds=1)
        return SendResult("accepted", provider_id=message.id)

    house.alpha.script.append(paused_meanwhile)
    house.deliver("broadcasts")
    assert tally(house, campaign) == {"accepted": 1, "held": 19}
    house.gateway.broadcasts.resume(campaign, "ann")
    round_of(house)
    assert len({message.to for message in house.alpha.sent}) == len(house.alpha.sent) == 20


def test_every_saving_is_kept_so_that_an_approver_sees_what_changed(house: House) -> None:
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Market", TEXT, RULE, None, "ann")
    broadcasts.draft("Market", {"en": "Market day is on Monday."}, RULE, None, "ann", campaign, Plan(budget=5))
    with house.reading() as work:
        first, second = work.campaigns.editions(campaign)
    assert first.content_hash != second.content_hash == broadcasts.preview(campaign).content_hash
    assert editions_differ(first.content, second.content) == (
        ("plan.budget", "", "5"),
        ("text.en", TEXT["en"], "Market day is on Monday."),
    )


def test_a_draft_may_be_left_unfinished_and_is_not_submitted_so(house: House) -> None:
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Market", {}, RULE, None, "ann", whole=False)
    with pytest.raises(Conflict, match="at least one language"):
        broadcasts.submit(campaign, "ann")


def test_the_clock_leaves_planning_to_the_worker_of_chores_and_does_it_alone_without_one(house: House) -> None:
    house.people(3)
    campaign = running(house)
    with beside(house) as worker:
        worker.gateway.duties.beat("chores")
        house.gateway.duties.release()
        assert "chores" in house.wakeup.woken and tally(house, campaign) == {}
    house.clock.forward(minutes=1)
    house.gateway.duties.release()
    assert tally(house, campaign) == {"queued": 3}

"""What changes between the writing of a broadcast and its last text: edits, hours, dates, rounds, copies."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Drip, Plan
from gateway.errors import Conflict
from tests.integration.test_services_broadcasts import RULE, TEXT, arrive, round_of, state_of, tally
from tests.integration.test_services_schedule import DAY, running, whole_day
from tests.support.gateway_in_process import DISTRICT, PROVINCE, House, open_house

MORNING = datetime(2026, 11, 27, 2, tzinfo=UTC)  # Friday, 09:00 in Vientiane
EVENING = datetime(2026, 11, 27, 13, 40, tzinfo=UTC)  # 20:40: ten minutes before the last text of the day
ELSEWHERE = "LA1703"


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, at=MORNING, database_url=database) as opened:
        yield opened


def approve(house: House, campaign: str) -> None:
    broadcasts = house.gateway.broadcasts
    broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)


def days(house: House, count: int) -> None:
    """Let days go by, each seen at one hour, receipts and all."""
    for _ in range(count):
        house.clock.forward(hours=24)
        for _ in range(2):
            round_of(house)
            arrive(house)


def test_whoever_was_written_down_before_an_edit_gets_nothing_of_what_it_says_after(house: House) -> None:
    house.people(3)
    for number in ("+8562077900001", "+8562077900002"):
        house.introduce(number, opted_in=True, district=ELSEWHERE)
    broadcasts = house.gateway.broadcasts
    campaign = running(house)
    with house.writing() as work:  # the process died after its first people
        work.audience.plan(campaign, RULE, ("en",), house.clock.now(), "", 2)
    rule = AudienceRule(districts=frozenset({ELSEWHERE}), rest_days=0)
    broadcasts.draft("Market", {"en": "Other. To end text STOP"}, rule, None, "ann", campaign)
    assert tally(house, campaign) == {}
    broadcasts.submit(campaign, "ann")
    approve(house, campaign)
    broadcasts.schedule(campaign, "bob")
    round_of(house)
    assert sorted(message.to for message in house.alpha.sent) == ["+8562077900001", "+8562077900002"]


def accounts_of_a_province(house: House) -> None:
    """Add a manager and an approver for one province; ann and bob are central."""
    for name in ("manager", "approver"):
        house.gateway.access.add_account(name, None, frozenset({name}), frozenset({PROVINCE}))


def test_an_account_for_some_places_takes_no_step_of_what_reaches_beyond_them(house: House) -> None:
    accounts_of_a_province(house)
    broadcasts, emergencies = house.gateway.broadcasts, house.gateway.emergencies
    capital = frozenset({"LA0101"})
    house.people(1, "LA0101")
    for beyond in (
        AudienceRule(districts=capital | {DISTRICT}),
        AudienceRule(),
        AudienceRule(provinces=frozenset({"LA01"})),
    ):
        with pytest.raises(Conflict, match="choose only districts of LA17"):
            broadcasts.draft("Market", TEXT, beyond, None, "manager", whole=False)
        draft = broadcasts.draft("Market", TEXT, beyond, None, "ann", whole=False)
        with pytest.raises(Conflict, match="choose only districts of LA17"):
            broadcasts.draft("Market", TEXT, RULE, None, "manager", draft)
    campaign, sent_back = (broadcasts.draft(name, TEXT, AudienceRule(capital), None, "ann") for name in ("a", "b"))
    broadcasts.submit(campaign, "ann")
    seen = broadcasts.preview(campaign).content_hash
    kept = emergencies.keep("flood", capital, "ann")
    steps: tuple[Callable[[], object], ...] = (
        lambda: broadcasts.submit(sent_back, "manager"),
        lambda: broadcasts.copy(campaign, "manager"),
        lambda: broadcasts.approve(campaign, "approver", seen),
        lambda: broadcasts.refuse(campaign, "approver", "not ours"),
        lambda: house.gateway.rehearsing.send(campaign, "manager"),
        lambda: broadcasts.stop(campaign, "approver"),
        lambda: emergencies.keep("flood", capital, "manager"),
        lambda: emergencies.prepare("flood", capital, "manager"),
        lambda: emergencies.release(kept, "manager"),
    )
    for step in steps:
        with pytest.raises(Conflict, match="choose only districts of LA17"):
            step()
    broadcasts.approve(campaign, "bob", seen)
    for name in ("schedule", "pause", "resume"):
        with pytest.raises(Conflict, match="choose only districts of LA17"):
            getattr(broadcasts, name)(campaign, "manager")
        getattr(broadcasts, name)(campaign, "ann")
        broadcasts.release_due()


def test_an_account_for_some_places_takes_every_step_within_them(house: House) -> None:
    accounts_of_a_province(house)
    house.people(3, province=PROVINCE)
    broadcasts = house.gateway.broadcasts
    for rule in (AudienceRule(provinces=frozenset({PROVINCE}), rest_days=0), RULE):
        campaign = broadcasts.draft("Market", TEXT, rule, None, "manager")
        broadcasts.submit(campaign, "manager")
        broadcasts.approve(campaign, "approver", broadcasts.preview(campaign).content_hash)
        for name in ("schedule", "pause", "resume"):
            getattr(broadcasts, name)(campaign, "manager")
            broadcasts.release_due()
        house.deliver("broadcasts")
        broadcasts.stop(campaign, "approver")
    assert len(house.alpha.sent) == 6


@pytest.mark.parametrize("starts_at", [MORNING + timedelta(hours=1)])
def test_what_was_approved_too_late_does_not_leave_at_once(house: House, starts_at: datetime) -> None:
    house.people(2)
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Meeting", {"en": "Today at noon. STOP"}, RULE, starts_at, "ann")
    broadcasts.submit(campaign, "ann")
    house.clock.at = starts_at + timedelta(hours=3)
    with pytest.raises(Conflict, match="in the past"):
        approve(house, campaign)
    assert state_of(house, campaign) == "submitted"


def test_what_goes_before_a_date_never_leaves_after_it_whatever_held_it_up(house: House) -> None:
    ids = [house.contact(number) for number in house.people(80)]
    house.clock.at = EVENING
    campaign = running(house, Plan(drip=Drip("departure", -1, 1), not_after=MORNING + 20 * DAY))
    with house.writing() as work:
        for contact in ids:
            work.campaigns.set_date(contact, "departure", date(2026, 11, 27))
    round_of(house)
    left = len(house.alpha.sent)
    assert left == 50, "the first fifty"
    arrive(house)
    with house.writing() as work:
        work.campaigns.set_date(ids[60], "departure", None)
    whole_day(house, 14)
    assert len(house.alpha.sent) == left and "planned" not in tally(house, campaign)


def test_a_pause_over_the_date_lets_nothing_go_afterwards(house: House) -> None:
    contact = house.contact(house.people(1)[0])
    with house.writing() as work:
        work.campaigns.set_date(contact, "departure", date(2026, 11, 28))
    campaign = running(house, Plan(drip=Drip("departure", -1), not_after=MORNING + 30 * DAY))
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.pause(campaign, "ann")
    house.deliver("broadcasts")
    house.clock.at = MORNING + 14 * DAY
    house.gateway.broadcasts.resume(campaign, "ann")
    round_of(house)
    assert not house.alpha.sent


def test_a_round_that_nobody_approved_has_no_next(house: House) -> None:
    house.people(1)
    campaign = running(house, Plan("weekly"), MORNING + timedelta(hours=1))
    with house.writing() as work:
        row = work.campaigns.get(campaign)
        assert row is not None
        work.campaigns.save(replace(row, state="running", texts={"en": "Nobody approved this"}))
    whole_day(house, 4)
    with house.reading() as work:
        assert len(work.campaigns.list()) == 1 and not house.alpha.sent


def test_monthly_comes_back_to_the_last_day(house: House) -> None:
    house.people(1)
    house.clock.at = datetime(2027, 1, 29, 3, tzinfo=UTC)
    running(house, Plan("monthly"), datetime(2027, 1, 31, 3, tzinfo=UTC))
    days(house, 65)
    with house.reading() as work:
        began = sorted(row.starts_at.date() for row in work.campaigns.list() if row.starts_at)
    assert began == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_its_own_last_round_leaves_nobody_out_of_the_next(house: House) -> None:
    house.people(1)
    house.clock.at = datetime(2027, 4, 13, 3, tzinfo=UTC)
    broadcasts = house.gateway.broadcasts
    starts_at = datetime(2027, 4, 14, 3, tzinfo=UTC)  # the New Year: it leaves on the 17th, and again on the 21st
    rule = replace(RULE, rest_days=30)
    campaign = broadcasts.draft("Market", TEXT, rule, starts_at, "ann", plan=Plan("weekly"))
    broadcasts.submit(campaign, "ann")
    approve(house, campaign)
    days(house, 9)
    assert len(house.alpha.sent) == 2


def test_a_copy_goes_by_the_same_dates_for_as_long(house: House) -> None:
    ids = [house.contact(number) for number in house.people(3)]
    with house.writing() as work:
        work.campaigns.set_date(ids[0], "departure", date(2026, 11, 28))
    first = running(house, Plan(drip=Drip("departure", -1), not_after=MORNING + 10 * DAY))
    house.clock.at = MORNING + timedelta(hours=1)
    copy = house.gateway.broadcasts.copy(first, "ann")
    with house.reading() as work:
        row = work.campaigns.get(copy)
    assert row is not None and '"drip": ["departure", -1]' in row.plan
    assert house.gateway.broadcasts.preview(copy).cost.people == 1, "counted by dates"


def test_a_text_that_says_nothing_is_no_text(house: House) -> None:
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Market", {**TEXT, "lo": " \u200b "}, RULE, None, "ann")
    with house.reading() as work:
        row = work.campaigns.get(campaign)
    assert row is not None and set(row.texts) == {"en"}
    with pytest.raises(Conflict, match="at least one language"):
        broadcasts.draft("Market", {"lo": " "}, RULE, None, "ann")


@pytest.mark.parametrize("flow", ["officer", "one_more", "nowhere"])
def test_answers_go_only_to_what_villagers_may_meet(house: House, flow: str) -> None:
    with pytest.raises(Conflict, match="no such flow"):
        house.gateway.broadcasts.draft("Market", TEXT, RULE, None, "ann", plan=Plan(reply_flow=flow))


def test_a_place_that_is_not_there_is_refused(house: House) -> None:
    rule = AudienceRule(districts=frozenset({DISTRICT, "LA17O3"}))
    with pytest.raises(Conflict, match="LA17O3"):
        house.gateway.broadcasts.draft("Market", TEXT, rule, None, "ann")

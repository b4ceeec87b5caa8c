"""Broadcasts: two people, one exact text, humane hours, each person once, and a STOP that wins to the last moment."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.ports.channel import OutboundMessage, SendResult
from gateway.services.campaign_progress import progress_of
from gateway.services.campaign_rows import found
from tests.support.gateway_in_process import DISTRICT, House, beside, open_house

TEXT = {"en": "Market day is on Friday. Ask the village chief."}
RULE = AudienceRule(districts=frozenset({DISTRICT}), rest_days=0)
PERMANENT, AMBIGUOUS = SendResult("permanent"), SendResult("ambiguous")
EVENING = datetime(2026, 11, 24, 13, 45, tzinfo=UTC)  # 20:45 in Vientiane, five minutes before broadcasts stop


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def approved(house: House, starts_at: datetime | None = None) -> str:
    """Write, submit and approve a broadcast, and schedule it."""
    campaign = house.gateway.broadcasts.draft("Market", TEXT, RULE, starts_at, "ann")
    house.gateway.broadcasts.submit(campaign, "ann")
    house.gateway.broadcasts.approve(campaign, "bob", house.gateway.broadcasts.preview(campaign).content_hash)
    if starts_at is None:
        house.gateway.broadcasts.schedule(campaign, "bob")
    return campaign


def state_of(house: House, campaign: str) -> str:
    with house.reading() as work:
        row = work.campaigns.get(campaign)
    assert row is not None
    return row.state


def tally(house: House, campaign: str) -> dict[str, int]:
    with house.reading() as work:
        return {state: count for state, count in work.campaigns.tally(campaign).items() if count}


def round_of(house: House) -> None:
    house.gateway.broadcasts.release_due()
    house.deliver("broadcasts")


def arrive(house: House, state: str = "delivered") -> None:
    for line in house.lines("out", "broadcast"):
        if line.state == "accepted":
            house.receive(line.id, state, key=f"{line.id}:{state}")


def test_only_people_of_the_district_who_agreed_and_have_no_open_case_get_it(house: House) -> None:
    numbers = house.people(6)
    house.introduce(numbers[1], opted_in=False, district=DISTRICT)
    house.introduce(numbers[2], opted_in=True, opted_out_at=house.clock.now(), district=DISTRICT)
    house.introduce(numbers[3], opted_in=True, district="LA0101")
    house.introduce(numbers[4], opted_in=True, district=DISTRICT, safety="unsafe")
    house.report(numbers[5], danger="not_now", what="wages")
    campaign = approved(house)
    assert dict(house.gateway.broadcasts.preview(campaign).reach.by_language) == {"en": 1}
    round_of(house)
    assert [message.to for message in house.alpha.sent] == [numbers[0]]
    arrive(house)
    round_of(house)
    assert state_of(house, campaign) == "finished"


def test_a_stop_after_the_release_wins_at_the_claim(house: House) -> None:
    numbers = house.people(3)
    campaign = approved(house)
    house.gateway.broadcasts.release_due()
    house.hear("STOP", sender=numbers[0])
    house.introduce(numbers[1], opted_in=True, opted_out_at=house.clock.now(), district=DISTRICT)
    house.deliver("broadcasts")
    assert [message.to for message in house.alpha.sent if message.lane == "broadcasts"] == [numbers[2]]
    assert tally(house, campaign) == {"suppressed": 2, "accepted": 1}


def test_a_case_opened_after_the_release_keeps_that_phone_quiet(house: House) -> None:
    numbers = house.people(2)
    approved(house)
    house.gateway.broadcasts.release_due()
    house.report(numbers[0], danger="now")
    house.deliver("broadcasts")
    assert [message.to for message in house.alpha.sent] == [numbers[1]]


def test_nothing_leaves_in_quiet_hours_and_it_goes_on_in_the_morning(tmp_path: Path) -> None:
    with open_house(tmp_path, at=EVENING + timedelta(minutes=5)) as house:
        house.people(3)
        campaign = approved(house)
        round_of(house)
        assert state_of(house, campaign) == "scheduled" and not house.alpha.sent
        house.clock.at = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)  # 06:59
        round_of(house)
        assert not house.alpha.sent
        house.clock.forward(minutes=1)
        round_of(house)
        assert len(house.alpha.sent) == 3


def test_what_waits_when_quiet_hours_begin_does_not_ring_at_night(tmp_path: Path) -> None:
    with open_house(tmp_path, at=EVENING) as house:
        house.people(3)
        approved(house)
        house.gateway.broadcasts.release_due()
        house.clock.forward(minutes=15)
        house.deliver("broadcasts")
        assert not house.alpha.sent


def test_the_first_fifty_go_alone_until_they_are_settled(house: House) -> None:
    house.people(120)
    campaign = approved(house)
    round_of(house)
    round_of(house)
    assert len(house.alpha.sent) == 50
    arrive(house)
    round_of(house)
    assert len(house.alpha.sent) == 120
    arrive(house)
    round_of(house)
    assert state_of(house, campaign) == "finished" and tally(house, campaign) == {"delivered": 120}


def test_the_rest_waits_five_minutes_for_receipts_that_do_not_come(house: House) -> None:
    house.people(60)
    approved(house)
    round_of(house)
    house.clock.forward(minutes=4, seconds=59)
    round_of(house)
    assert len(house.alpha.sent) == 50
    house.clock.forward(seconds=1)
    round_of(house)
    assert len(house.alpha.sent) == 60


def test_more_than_a_fifth_of_failures_pause_it_and_a_person_may_let_it_go_on(house: House) -> None:
    house.people(80)
    campaign = approved(house)
    house.alpha.script.extend([PERMANENT] * 11)
    round_of(house)
    round_of(house)
    assert state_of(house, campaign) == "paused" and len(house.alpha.sent) == 50
    house.gateway.broadcasts.resume(campaign, "ann")
    for _ in range(3):
        round_of(house)
    assert len(house.alpha.sent) == 80, "a person has looked: the same failures do not pause it again"


def test_a_fifth_of_failures_is_no_reason_to_pause(house: House) -> None:
    house.people(80)
    campaign = approved(house)
    house.alpha.script.extend([PERMANENT] * 10)
    round_of(house)
    arrive(house)
    round_of(house)
    assert state_of(house, campaign) == "running" and len(house.alpha.sent) == 80


def test_a_pause_keeps_what_is_on_its_way_and_resume_sends_it(house: House) -> None:
    house.people(20)
    campaign = approved(house)
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.pause(campaign, "ann")
    house.deliver("broadcasts")
    assert not house.alpha.sent and tally(house, campaign) == {"held": 20}
    house.gateway.broadcasts.resume(campaign, "ann")
    round_of(house)
    assert len(house.alpha.sent) == 20 and tally(house, campaign) == {"accepted": 20}


def test_what_was_held_over_night_is_sent_after_resume(house: House) -> None:
    house.people(20)
    campaign = approved(house)
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.pause(campaign, "ann")
    house.deliver("broadcasts")
    house.clock.forward(days=1)
    house.gateway.broadcasts.resume(campaign, "ann")
    round_of(house)
    assert len(house.alpha.sent) == 20


def test_a_text_in_doubt_is_never_sent_again_not_even_by_a_pause(house: House) -> None:
    house.people(1)
    campaign = approved(house)
    house.alpha.script.append(AMBIGUOUS)
    round_of(house)
    house.gateway.broadcasts.pause(campaign, "ann")
    house.clock.forward(seconds=90)
    house.deliver("broadcasts")
    house.gateway.broadcasts.resume(campaign, "ann")
    for _ in range(4):
        round_of(house)
        house.clock.forward(seconds=90)
    assert len(house.alpha.sent) == 1
    assert [(line.state, line.reason) for line in house.lines("out", "broadcast")] == [("unknown", "unsettled_send")]


def test_a_stop_of_the_broadcast_ends_it_and_tells_how_many_had_left(house: House) -> None:
    house.people(120)
    campaign = approved(house)
    round_of(house)
    assert house.gateway.broadcasts.stop(campaign, "ann") == 50
    arrive(house)
    for _ in range(3):
        house.clock.forward(minutes=5)
        round_of(house)
    assert len(house.alpha.sent) == 50 and state_of(house, campaign) == "stopped"


def test_a_stop_while_the_rows_wait_sends_none_of_them(house: House) -> None:
    house.people(200)
    campaign = approved(house)
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.stop(campaign, "ann")
    house.deliver("broadcasts")
    assert not house.alpha.sent and tally(house, campaign) == {"cancelled": 50, "planned": 150}
    with house.reading() as work:
        row = found(work, campaign)
        assert progress_of(row, work.campaigns.tally(campaign)).told["never_left"] == 200


def test_the_stopped_rows_of_one_broadcast_do_not_hold_up_another(house: House) -> None:
    house.people(50)
    first, second = approved(house), approved(house)
    house.gateway.broadcasts.release_due()
    house.gateway.broadcasts.pause(first, "ann")
    house.deliver("broadcasts")
    assert tally(house, first) == {"held": 50} and tally(house, second) == {"accepted": 50}


def test_two_clocks_and_two_workers_send_each_person_one_text(house: House) -> None:
    numbers = house.people(120)
    approved(house)
    with beside(house) as other:

        def slowly(message: OutboundMessage) -> SendResult:
            round_of(other)
            return SendResult("accepted", provider_id=message.id)

        house.alpha.script.append(slowly)
        for _ in range(3):
            round_of(house)
            arrive(house)
            round_of(other)
    assert sorted(message.to for message in house.alpha.sent) == numbers


def test_a_broadcast_that_fails_holds_up_no_other(house: House) -> None:
    house.people(5)
    first, second = approved(house), approved(house)
    with house.writing() as work:
        row = work.campaigns.get(second)
        assert row is not None
        work.campaigns.save(replace(row, rule="?"))
    round_of(house)
    assert tally(house, first) == {"accepted": 5} and state_of(house, second) == "scheduled"
    assert house.counted("campaigns_failed") == 1


@pytest.mark.slow
def test_ten_thousand_people_are_planned_in_bounded_memory_and_a_crash_in_between_repeats_nobody(house: House) -> None:
    house.people(10_000)
    campaign = approved(house)
    with house.writing() as work:  # the process died after its first few thousand
        assert work.audience.plan(campaign, RULE, ("en",), house.clock.now(), "", 3_000)
    tracemalloc.start()
    house.gateway.broadcasts.release_due()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert tally(house, campaign) == {"queued": 50, "planned": 9_950}
    assert peak < 20 * 1024 * 1024

"""A listed phone tries what is proposed; everybody else, and everything a case would set off, hears nothing of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.scope import EVERYWHERE
from tests.support.editions import APPROVER, PublishingHouse, files_to_edit
from tests.support.gateway_in_process import VILLAGER, open_house

TEAM = "+8562055501002"
LIVE, DRAFT = "Is someone in danger now?", "Is anybody in danger?"
MENU = "What do you need?"


@pytest.fixture
def press(tmp_path: Path) -> Iterator[PublishingHouse]:
    with open_house(tmp_path / "home") as house:
        house.alpha.inline = True
        for number in (VILLAGER, TEAM):
            house.introduce(number)
        made = PublishingHouse(house, files_to_edit(tmp_path / "content"))
        inbound = house.gateway.inbound
        drafts = replace(inbound.drafts, team=frozenset({TEAM}))
        house.gateway = replace(house.gateway, inbound=replace(inbound, drafts=drafts))
        made.edit("messages/en/report.yaml", LIVE, DRAFT)
        yield made


def test_a_listed_phone_talks_to_the_proposal_and_no_case_alert_or_timer_comes_of_it(press: PublishingHouse) -> None:
    press.propose()
    assert DRAFT in press.say("draft report", sender=TEAM)
    last = press.say("1", "1", "2", "1", "1", "1704", "3", "1", "she is locked in a house", sender=TEAM)
    assert "PIN" in last, "the draft was talked through to its end"
    with press.house.reading() as work:
        assert (
            list(work.caseload.lines(EVERYWHERE)) == []
            and work.outbox.oldest_unsent("alerts", press.house.clock.now()) is None
        )
        assert work.sessions.due_timers(press.house.clock.now() + timedelta(days=30), 10) == ()
    assert MENU in press.say("hello", sender=TEAM), "a draft that is over leaves the phone as it was"


def test_a_person_who_takes_over_in_a_draft_is_nobody(press: PublishingHouse) -> None:
    press.propose()
    press.say("draft report", "zzzz", "qqqq", sender=TEAM)
    with press.house.reading() as work:
        assert list(work.caseload.lines(EVERYWHERE)) == []
    assert DRAFT in press.say("Draft REPORT", sender=TEAM), "and the draft begins anew when it is asked for"


def test_every_other_phone_and_every_other_flow_is_answered_by_what_is_live(press: PublishingHouse) -> None:
    assert DRAFT not in press.say("draft report", sender=TEAM), "nothing was proposed"
    hash_ = press.propose()
    assert DRAFT not in press.say("draft report", sender=VILLAGER)
    assert DRAFT not in press.say("draft nothing_like_it", sender=TEAM)
    press.publishing.approve(hash_, APPROVER)
    assert DRAFT not in press.say("exit", "draft report", sender=TEAM), "it is no draft any more"


def test_a_draft_left_open_is_over_after_an_hour(press: PublishingHouse) -> None:
    press.propose()
    assert DRAFT in press.say("draft report", sender=TEAM)
    press.house.clock.forward(minutes=61)
    assert MENU in press.say("menu", sender=TEAM)

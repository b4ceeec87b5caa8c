"""What the pages of a broadcast tell while it is sent, when it pauses itself, and once it was stopped."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateway.services.campaign_rows import found
from gateway.services.campaign_spending import Gone, gone_of
from gateway.services.campaign_standing import Pause, pause_of
from gateway.web.app import create_app
from tests.integration.test_console_sign_in import code, secret_on
from tests.integration.test_services_broadcasts import PERMANENT, approved, arrive, round_of
from tests.support.command_line import CommandLine
from tests.support.console import PASSPHRASE, Person, words_of
from tests.support.gateway_in_process import House, open_house
from tests.support.scripted import TUESDAY_NOON


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        for name in ("manager", "late"):
            opened.gateway.access.add_account(name, PASSPHRASE, frozenset({"manager"}))
        yield opened


def manager_of(house: House, name: str = "manager") -> Person:
    """Let a manager of a house in, with the second step of signing in."""
    manager = Person(create_app(house.gateway), name)
    assert manager.post("/account/second-factor", {"code": code(secret_on(manager), house.clock)}).status_code == 303
    return manager


def test_a_broadcast_that_paused_itself_says_so_and_why_and_going_on_asks_once(house: House) -> None:
    house.people(80)
    campaign = approved(house)
    house.alpha.script.extend([PERMANENT] * 11)
    for _ in range(2):
        round_of(house)
    manager, page = manager_of(house), f"/campaigns/{campaign}"
    said = "Paused by itself, because more than a fifth failed: by now 11 of 50. Going on sends to 30 more."
    for path in (page, f"{page}/progress", "/campaigns", "/"):
        assert said in words_of(manager.get(path).text), path
    asked = manager.get(page).text
    assert "<summary>Go on</summary>" in asked and "Yes, go on all the same" in asked
    line = CommandLine(house.folder)
    [row] = line("campaign", "list", "--json").objects()
    [shown] = line("campaign", "show", campaign, "--json").objects()
    assert row["paused_for"] == "failures" and "paused: failures" in line("campaign", "list").out
    assert shown["pause"] == said
    manager.post(f"{page}/resume")
    manager.post(f"{page}/pause")
    asked = manager.get(page).text
    assert "by itself" not in asked and "<summary>Go on</summary>" not in asked, "a person knows why"


def test_a_pause_in_doubt_or_for_money_says_that_and_what_was_stopped_does_not(house: House) -> None:
    with house.reading() as work:
        row = found(work, approved(house))
    tally = {"unknown": 50, "planned": 10}
    assert pause_of(replace(row, state="paused", paused_for="failures"), tally) == Pause("doubt", 0, 0, 10)
    assert pause_of(replace(row, state="paused", paused_for="budget"), {"delivered": 9}) == Pause("budget", 0, 9, 0)
    assert pause_of(replace(row, state="paused"), tally) is None, "by a person"
    assert pause_of(replace(row, state="stopped", paused_for="failures"), tally) is None


def test_while_the_first_fifty_are_alone_and_at_night_no_time_is_left_to_be_told(house: House) -> None:
    house.people(120)
    campaign = approved(house)
    round_of(house)
    manager, page = manager_of(house), f"/campaigns/{campaign}"
    alone = "The first 50 go alone; the others follow when they have arrived, at the latest 5 minutes after."
    for path in (page, f"{page}/progress"):
        said = words_of(manager.get(path).text)
        assert alone in said and "min left" not in said, path
    arrive(house)
    house.gateway.broadcasts.release_due()
    assert "about 1 min left" in words_of(manager.get(page).text) and alone not in words_of(manager.get(page).text)
    manager.post(f"{page}/pause")
    paused = words_of(manager.get(page).text)
    assert "min left" not in paused and alone not in paused
    manager.post(f"{page}/resume")
    house.clock.at = TUESDAY_NOON.replace(hour=14)  # 21:00 in Vientiane
    manager = manager_of(house, "late")
    said = words_of(manager.get(page).text)
    assert "min left" not in said and "it leaves from 25/11/2026 07:00 on" in said


def test_a_stopped_broadcast_says_how_many_had_left_and_that_the_others_never_will(house: House) -> None:
    house.people(120)
    campaign = approved(house)
    round_of(house)
    manager, page = manager_of(house), f"/campaigns/{campaign}"
    assert "50 of 120 had left" not in words_of(manager.get(page).text)
    manager.post(f"{page}/stop")
    for path in (page, f"{page}/progress", f"{page}/results"):
        said = words_of(manager.get(path).text)
        assert "50 of 120 had left when it was stopped" in said and "never left 70" in said, path
        assert "waiting" not in said, path
    [shown] = CommandLine(house.folder)("campaign", "show", campaign, "--json").objects()
    assert shown["tally"] == {"on_the_way": 50, "never_left": 70}


def test_an_hour_at_night_is_shown_as_the_morning_in_which_it_leaves(house: House) -> None:
    house.people(1)
    approved(house, datetime(2026, 11, 28, 16, 30, tzinfo=UTC))  # 23:30 in Vientiane
    manager, line = manager_of(house), CommandLine(house.folder)
    for path in ("/campaigns", "/campaigns/calendar"):
        said = words_of(manager.get(path).text)
        assert "29/11/2026" in said and "07:00" in said and "28/11/2026" not in said, path
    for command in ("list", "calendar"):
        assert "29/11/2026 07:00" in line("campaign", command).out, command
    assert "DTSTART:20261129T000000Z" in line("campaign", "calendar", "--ics").out


def test_once_begun_its_planned_hour_and_what_left_so_far_stay_on_the_page(house: House) -> None:
    house.people(120)
    begins = house.clock.now() + timedelta(hours=1)
    campaign = approved(house, begins)
    house.clock.forward(hours=1)
    round_of(house)
    manager, page = manager_of(house), f"/campaigns/{campaign}"
    said = words_of(manager.get(page).text)
    assert "Planned for 24/11/2026 13:00" in said and "50 SMS have left so far" in said and "price not set" in said
    with house.reading() as work:
        assert gone_of(work, found(work, campaign), {"gsm7": 120, "ucs2": None}) == Gone(50, 6000)
    [shown] = CommandLine(house.folder)("campaign", "show", campaign, "--json").objects()
    assert (shown["segments_gone"], shown["kip_gone"]) == (50, None)
    assert not {"reach", "left_out", "kip", "leaves_at", "ends_at"} & shown.keys(), "of today's people it tells nothing"

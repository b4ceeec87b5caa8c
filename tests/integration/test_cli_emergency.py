"""``gateway emergency``: prepared texts of a disaster, kept for a district, asked for by one, approved by another."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.campaigns.pacing import VIENTIANE
from tests.support.command_line import CommandLine, approved, home_with_story

HERE = ("--district", "LA1703")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("emergency")))


def test_an_emergency_is_kept_for_a_district_and_asked_for_by_its_id(gateway: CommandLine) -> None:
    kept = gateway("emergency", "keep", "storm", *HERE, "--by", "manager").out.strip()
    gateway("campaign", "edit", kept, "--by", "manager", "--text", "en=Storm. Stay in the school. STOP")
    assert kept in gateway("emergency", "kept").out
    [row] = gateway("emergency", "kept", "--json").objects()
    assert (row["districts"], row["texts"]["en"]) == (["LA1703"], "Storm. Stay in the school. STOP")
    asked = gateway("emergency", "ask", kept, "--by", "manager").out.strip()
    assert asked != kept and approved(gateway, asked).out == "approved\n"
    assert "no such prepared text" in gateway("emergency", "ask", asked, "--by", "manager").err


def test_an_emergency_takes_two_people(gateway: CommandLine) -> None:
    names = [row["name"] for row in gateway("emergency", "texts", "--json").objects()]
    assert names == ["flood", "offers", "storm"] and "flood" in gateway("emergency", "texts").out
    asked = gateway("emergency", "ask", "flood", *HERE, "--by", "manager").out.strip()
    assert approved(gateway, asked).out == "approved\n"
    [shown] = gateway("campaign", "show", asked, "--json").objects()
    assert shown["state"] == "scheduled" and shown["plan"]["emergency"] and "not_after" in shown["plan"]


def test_in_quiet_hours_it_says_that_nobody_gets_it_now_and_what_lifts_them(
    gateway: CommandLine, tmp_path: Path
) -> None:
    now, away = datetime.now(VIENTIANE), timedelta(hours=2)
    quiet = f'quiet_hours: {{from: "{now - away:%H:%M}", to: "{now + away:%H:%M}"}}\n'
    (tmp_path / "gateway.yaml").write_text(quiet, "utf-8")
    night = CommandLine(gateway.home, {"GATEWAY_CONFIG": str(tmp_path / "gateway.yaml")})
    asked = night("emergency", "ask", "storm", *HERE, "--by", "manager").out.strip()
    said = f"Quiet hours: nobody gets it before {now + away:%d/%m/%Y %H:%M}. A declared disaster lifts them"
    assert said in night("campaign", "show", asked).out
    [shown] = night("campaign", "show", asked, "--json").objects()
    assert shown["waits"].startswith(said)
    done = approved(night, asked)
    assert done.out == "approved\n" and said in done.err
    assert said in night("campaign", "show", asked).out, "and as long as it waits"


def test_a_text_by_name_needs_a_district_and_a_kept_one_takes_none(gateway: CommandLine) -> None:
    nowhere = gateway("emergency", "ask", "flood", "--by", "manager")
    assert nowhere.status == 2 and "say where flood is to be sent: --district CODE" in nowhere.err
    kept = gateway("emergency", "keep", "flood", *HERE, "--by", "manager").out.strip()
    elsewhere = gateway("emergency", "ask", kept, "--district", "LA1704", "--by", "manager")
    assert elsewhere.status == 2 and "without --district" in elsewhere.err
    assert "no such prepared text" in gateway("emergency", "ask", "fire", *HERE, "--by", "manager").err


@pytest.mark.parametrize("step", ["keep", "ask"])
def test_a_district_that_is_none_is_named(gateway: CommandLine, step: str) -> None:
    done = gateway("emergency", step, "flood", "--district", "LA17O3", "--by", "manager")
    assert done.status == 2 and "'LA17O3' is no code of a district" in done.err

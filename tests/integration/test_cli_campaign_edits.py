"""Edits of a broadcast at the command line: what is given changes, a dash takes back, nothing given changes nothing."""

from typing import Any

import pytest

from tests.support.command_line import CommandLine, approved, home_with_story

TEXTS = ("--text", "en=Market. To end text STOP")
HERE = ("--district", "LA1703")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("edits")))


def draft(gateway: CommandLine, *asked: str) -> str:
    """Draft a broadcast and return its id."""
    drafted = gateway("campaign", "new", "market", "--by", "manager", *HERE, *TEXTS, *asked)
    assert drafted.status == 0, drafted.err
    return drafted.out.strip()


def shown(gateway: CommandLine, campaign: str) -> dict[str, Any]:
    """Return what is said of a broadcast."""
    [facts] = gateway("campaign", "show", campaign, "--json").objects()
    return facts


def test_what_is_given_is_changed_and_the_rest_stays(gateway: CommandLine) -> None:
    asked = ("--at", "2026-12-04T09:00", "--budget", "100000", "--text", "lo=ວັນສຸກມີຕະຫຼາດ. ຢຸດ", "--role", "teacher")
    drafted = gateway("campaign", "new", "market", "--by", "manager", *HERE, *TEXTS, *asked).out.strip()
    change = ("--text", "en=Fair. To end text STOP", "--text", "lo=", "--budget", "-", "--role", "-")
    more = ("--by-date", "departure:-7:5", "--until", "2027-02-01T18:00", "--substitute", "hmn=none", "--name", "fair")
    edited = gateway("campaign", "edit", drafted, "--by", "manager", *change, *more)
    assert (edited.status, edited.out) == (0, "draft\n"), edited.err
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert (shown["name"], shown["texts"]) == ("fair", {"en": "Fair. To end text STOP"})
    assert shown["starts_at"] == "2026-12-04T02:00:00+00:00"
    assert shown["plan"] == {"drip": ["departure", -7, 5], "not_after": "2027-02-01T11:00:00+00:00"}
    audience = shown["audience"]
    assert (audience["districts"], audience["substitutes"]) == (["LA1703"], {"hmn": ""}) and "roles" not in audience


def test_an_edit_voids_the_approval_and_a_stranger_edits_nothing(gateway: CommandLine) -> None:
    drafted = gateway("campaign", "new", "again", "--by", "manager", *HERE, *TEXTS).out.strip()
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert approved(gateway, drafted).status == 0
    assert "may not do that" in gateway("campaign", "edit", drafted, "--by", "approver", "--name", "x").err
    gateway("campaign", "edit", drafted, "--by", "manager", "--rest-days", "0")
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert (shown["state"], shown["approved_by"]) == ("draft", None)


@pytest.mark.parametrize("change", [(), ("--name", "market"), TEXTS, HERE, ("--repeats", "once"), ("--budget", "-")])
def test_an_edit_that_changes_nothing_voids_nothing(gateway: CommandLine, change: tuple[str, ...]) -> None:
    drafted = draft(gateway)
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert approved(gateway, drafted).status == 0
    edited = gateway("campaign", "edit", drafted, "--by", "manager", *change)
    assert (edited.status, edited.out, edited.err) == (0, "approved\n", "nothing changed\n")
    assert (shown(gateway, drafted)["state"], shown(gateway, drafted)["approved_by"]) == ("approved", "approver")


def test_a_name_is_never_edited_away(gateway: CommandLine) -> None:
    drafted = draft(gateway)
    edited = gateway("campaign", "edit", drafted, "--by", "manager", "--name", " ")
    assert edited.status == 1 and "a name of 1 to 80 characters" in edited.err
    assert shown(gateway, drafted)["name"] == "market"


def test_a_dash_takes_any_option_back(gateway: CommandLine) -> None:
    plain = draft(gateway)
    chosen = draft(
        gateway,
        *("--at", "2026-12-04T09:00", "--repeats", "weekly", "--until", "2027-02-01T18:00", "--budget", "100000"),
        *("--replies-to", "topics", "--true-until", "2027-03-01", "--role", "teacher", "--language", "en"),
        *("--substitute", "hmn=none", "--past", f"{plain}:answered", "--agreed-to", "training", "--rest-days", "0"),
    )
    options = ("at", "repeats", "until", "budget", "replies-to", "true-until", "role", "language", "past", "agreed-to")
    dashes = [word for name in (*options, "rest-days", "substitute") for word in (f"--{name}", "-")]
    edited = gateway("campaign", "edit", chosen, "--by", "manager", *dashes)
    assert edited.status == 0, edited.err
    assert shown(gateway, chosen)["content_hash"] == shown(gateway, plain)["content_hash"]


def test_one_substitute_is_taken_back_and_the_others_stay(gateway: CommandLine) -> None:
    drafted = draft(gateway, "--substitute", "hmn=none", "--substitute", "kjg=en")
    gateway("campaign", "edit", drafted, "--by", "manager", "--substitute", "hmn=-", "--substitute", "lo=en")
    assert shown(gateway, drafted)["audience"]["substitutes"] == {"kjg": "en", "lo": "en"}


def test_a_message_by_date_is_taken_back(gateway: CommandLine) -> None:
    drafted = draft(gateway, "--by-date", "departure:-7", "--until", "2027-02-01T18:00")
    gateway("campaign", "edit", drafted, "--by", "manager", "--by-date", "-")
    assert shown(gateway, drafted)["plan"] == {"not_after": "2027-02-01T11:00:00+00:00"}


def test_a_district_may_be_typed_small(gateway: CommandLine) -> None:
    assert shown(gateway, draft(gateway, "--district", "la1704"))["audience"]["districts"] == ["LA1703", "LA1704"]


@pytest.mark.parametrize("named", ["LA17", "la17", "Attapeu Province", "ແຂວງ ອັດຕະປື"])
def test_a_province_is_one_as_a_whole(gateway: CommandLine, named: str) -> None:
    drafted = draft(gateway, "--province", named)
    assert shown(gateway, drafted)["audience"]["provinces"] == ["LA17"]
    gateway("campaign", "edit", drafted, "--by", "manager", "--province", "-")
    assert shown(gateway, drafted)["audience"]["provinces"] == []


def test_a_district_may_be_named_as_the_pages_name_it(gateway: CommandLine) -> None:
    drafted = draft(gateway, "--district", "Phouvong district, Attapeu")
    assert shown(gateway, drafted)["audience"]["districts"] == ["LA1703", "LA1705"]

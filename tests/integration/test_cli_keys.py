"""Keys at the command line: a new key-encryption key without a lost text, and two of three people who open again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.assembly import Replacements, build
from gateway.cli import demo_data
from gateway.cli.escrow import escrow
from gateway.errors import ConfigurationError, Damaged
from gateway.queueing.wakeup import NoWakeup
from gateway.store.encryption import key_of
from gateway.store.key_files import begin_rotation, load_keys
from gateway.wiring import Gateway
from tests.support.command_line import CommandLine
from tests.support.console import SIMULATED, open_demo, settings_of
from tests.support.scripted import HandClock

STORY = "zebra umbrella"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_demo(tmp_path / "home").close()
    return tmp_path / "home"


def opened(home: Path, clock: HandClock | None = None) -> Gateway:
    return build(settings_of(home), Replacements(clock=clock, wakeup=NoWakeup()))


def report(gateway: Gateway) -> tuple[str, str, str]:
    """Open a case with a story; return its id, the entry's id, and the sealed text."""
    code, now = gateway.outside.chance.case_code(), gateway.outside.clock.now()
    intake = gateway.inbound.conversing.effects.intake
    with gateway.outside.store.writing() as work:
        contact = work.people.lock(SIMULATED + "001", now)
        values = {"danger": "not_now", "what": "marriage", "place": "LA1703", "tell": "women_union"}
        intake.open(work, contact, "sms", "en", code, "suspicion", values, now)
        intake.tell_story(work, code, STORY, frozenset(), now)
        case = work.caseload.by_code(code)
        assert case is not None
        [(entry_id, _, sealed, _, _)] = work.caseload.entries(case.id)
    return case.id, entry_id, sealed


def test_status_says_who_can_open_what(home: Path) -> None:
    gateway = CommandLine(home)
    said = gateway("keys", "status").out
    assert "national_desk LA: desk" in said and "women_union LA1703: officer" in said and "escrow: none" in said
    [facts] = gateway("keys", "status", "--json").objects()
    assert {"agency": "supervisor", "place": "LA17"}.items() <= facts["offices"][1].items()
    assert facts["owed"] == 0 and not facts["rotating"] and facts["escrow_since"] is None


def test_a_new_key_encryption_key_takes_over_in_two_steps(home: Path) -> None:
    before, run = opened(home), CommandLine(home)
    where = report(before)
    old = load_keys(before.settings.keys)
    assert "Restart every process" in run("keys", "rotate").out
    assert run("keys", "rotate").status == 2, "one after the other"
    assert before.outside.case_keys.open(where[2], *where[:2]) == STORY, "a process of before goes on"
    before.close()
    after = opened(home)
    assert after.outside.case_keys.open(where[2], *where[:2]) == STORY, "and so does one of after"
    later = report(after)
    assert "2 data keys" in run("keys", "rotate", "--finish").out
    after.close()
    last = opened(home)
    assert last.outside.case_keys.open(later[2], *later[:2]) == STORY
    assert last.outside.case_keys.open(where[2], *where[:2]) == STORY
    [name] = last.outside.case_keys.wrapped_under()
    assert name != old.wrapping_id and run("keys", "rotate", "--finish").out == "no rotation is under way\n"
    with pytest.raises(Damaged):
        old.unwrap(last_wrap(home), "case_key", f"{where[0]}/{where[1]}", "server")
    last.close()


def last_wrap(home: Path) -> str:
    """Return any wrap under today's key-encryption key."""
    return str(next(iter(json.loads((home / "keys" / "field-keys.json").read_text("ascii")).values())))


def test_a_rotation_killed_half_way_loses_nothing(home: Path) -> None:
    keys = home / "keys"
    fields = (keys / "field-keys.json").read_bytes()
    begin_rotation(keys)
    (keys / "field-keys.json").chmod(0o600)
    (keys / "field-keys.json").write_bytes(fields)  # as if the second file had never been written
    (keys / "field-keys.json").chmod(0o400)
    new = load_keys(keys).wrapping_id
    with pytest.raises(ConfigurationError, match="under way"):
        begin_rotation(keys)
    assert CommandLine(home)("keys", "rotate", "--finish").status == 0
    assert load_keys(keys).wrapping_id == new == key_of(last_wrap(home))


def test_two_of_three_people_give_a_new_team_the_cases_of_one_that_left(home: Path, tmp_path: Path) -> None:
    run, folder = CommandLine(home), tmp_path / "escrow"
    made = CliRunner().invoke(escrow, ["create", str(folder)])
    public, parts = (folder / "public.txt").read_text().strip(), sorted(folder.glob("part-*.txt"))
    assert made.exit_code == 0 and len(parts) == 3 and all(path.stat().st_mode & 0o777 == 0o400 for path in parts)
    assert run("keys", "escrow", public).status == 0 and run("keys", "escrow", "nonsense").status == 1
    clock = HandClock()
    gateway = opened(home, clock)
    case_id, entry_id, sealed = report(gateway)
    gateway.duties.catch_up()
    clock.forward(minutes=31)
    gateway.duties.catch_up()
    for name in ("desk", "officer", "supervisor"):
        gateway.access.disable(name)
    newcomer = gateway.access.add_account("noy", demo_data.PASSWORD, frozenset({"desk"}))
    gateway.close()
    refused = CliRunner().invoke(escrow, ["recover", str(parts[0]), str(parts[0])], env={"GATEWAY_HOME": str(home)})
    assert refused.exit_code == 1
    done = CliRunner().invoke(escrow, ["recover", str(parts[2]), str(parts[0])], env={"GATEWAY_HOME": str(home)})
    assert done.output == "1 cases were sealed to those who were owed them\n"
    gateway = opened(home)
    private = gateway.access.keys.unlock(newcomer, demo_data.PASSWORD)
    assert private is not None
    with gateway.outside.store.reading() as work:
        keys = gateway.access.keys.opened(work, newcomer.id, private)
    assert gateway.outside.case_keys.open(sealed, case_id, entry_id, keys) == STORY
    gateway.close()

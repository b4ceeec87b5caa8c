"""Backups: made while everything runs, proven before they count, useless without keys, and silent when restored."""

import fcntl
import itertools
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.cli.doctor import backup_age, restored
from gateway.errors import Damaged
from gateway.services import restoring
from gateway.store import backup as backups
from gateway.store.case_keys import open_case_keys
from gateway.store.key_files import create_keys, load_keys
from tests.doubles.servers import make_database
from tests.support.command_line import CommandLine
from tests.support.gateway_in_process import DISTRICT, DUTY, VILLAGER, House, open_gateway, open_house

DAY = timedelta(days=1)
_numbers = itertools.count(1)


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path / "home", database_url=addresses) as opened:
        yield opened


@pytest.fixture
def small(tmp_path: Path) -> Iterator[House]:
    """One box with SQLite."""
    with open_house(tmp_path / "home") as opened:
        yield opened


def command_line(house: House) -> CommandLine:
    settings = house.gateway.settings
    urls = {"DATABASE_URL": settings.database_url, "KEY_STORE_URL": settings.key_store_url}
    return CommandLine(house.folder, urls)


def tell(house: House) -> str:
    code = house.report(VILLAGER, contact="sms", what="marriage", danger="not_now", place=DISTRICT, tell="women_union")
    with house.writing() as work:
        house.intake.tell_story(work, code, "They took her to the river", frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    return code


Elsewhere = Callable[[House], CommandLine]


@pytest.fixture
def elsewhere(tmp_path: Path, request: pytest.FixtureRequest) -> Elsewhere:
    """Prepare another machine: the key folder was brought there, and nothing else is."""

    def prepare(house: House) -> CommandLine:
        home, urls = tmp_path / "elsewhere", {}
        shutil.copytree(house.folder / "keys", home / "keys")
        if not house.gateway.settings.sqlite:
            server: str = request.getfixturevalue("postgres_server")
            for name in ("DATABASE_URL", "KEY_STORE_URL"):
                urls[name] = make_database(server, f"elsewhere{next(_numbers)}")
        return CommandLine(home, urls)

    return prepare


def opened(there: CommandLine, house: House) -> House:
    urls = " ".join(there.settings.values()) or None
    return open_gateway(there.home, house.clock, urls)


def folder(tmp_path: Path, name: str = "backups") -> Path:
    (tmp_path / name).mkdir()
    return tmp_path / name


def test_a_backup_comes_back_on_another_machine(house: House, tmp_path: Path, elsewhere: Elsewhere) -> None:
    code, here = tell(house), command_line(house)
    data, keys = folder(tmp_path), folder(tmp_path, "keys-apart")
    assert here("backup", str(data)).status == 0 and here("keys", "backup", str(keys)).status == 0
    there = elsewhere(house)
    for place in (data, keys):
        [file] = place.iterdir()
        done = there("restore", str(file))
        assert done.status == 0, done.err
    assert there("audit", "verify").out.startswith("the chain holds")
    [case] = there("case", "list", "--json").objects()
    assert case["code"] == code
    with closing(opened(there, house)) as back, back.reading() as work:
        found = work.caseload.by_code(code)
        assert found is not None
        [(entry_id, _, sealed, _, _)] = work.caseload.entries(found.id)
        assert back.case_keys.open(sealed, found.id, entry_id) == "They took her to the river"


def test_a_restored_gateway_sends_nothing_before_it_is_released_and_nothing_twice(
    house: House, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    tell(house)
    doubtful = house.queue("broadcast", lives=2 * DAY)
    with house.writing() as work:
        work.outbox.claim("broadcasts", house.clock.now(), "host:boot:1:1", timedelta(minutes=2), 1)
    plain = house.queue("broadcast", lives=2 * DAY)
    reply, alert = house.queue("reply", lives=2 * DAY), house.queue("alert", to=DUTY, lives=2 * DAY)
    kept = {"doubtful": doubtful, "plain": plain, "reply": reply, "alert": alert}
    file = tmp_path / "one.backup"
    assert command_line(house)("backup", str(file)).status == 0
    there = elsewhere(house)
    assert "unsent texts are held" in there("restore", str(file)).out
    back = opened(there, house)
    back.pass_minutes(90, step=15)
    back.deliver()
    assert back.alpha.sent == [] and back.beta.sent == [], "the ladder climbs, and its alerts wait"
    assert not back.gateway.health.report().ready
    assert there("restore", "--release").status == 0
    back.deliver()
    states = {name: back.row(which).message.state for name, which in kept.items()}
    assert states == {"doubtful": "unknown", "plain": "cancelled", "reply": "accepted", "alert": "accepted"}
    assert back.alpha.to(DUTY) and there("audit", "verify").status == 0
    assert there("restore", "--release").status == 1, "once is enough"
    back.close()


def test_what_is_there_is_never_overwritten(house: House, tmp_path: Path) -> None:
    here, data, keys = command_line(house), tmp_path / "one.backup", folder(tmp_path)
    tell(house)
    assert here("backup", str(data)).status == 0 and here("keys", "backup", str(keys)).status == 0
    before = house.lines()
    for file in (data, *keys.iterdir()):
        done = here("restore", str(file))
        assert done.status == 1 and "overwrites nothing" in done.err
    assert here("backup", str(data)).status == 1, "neither is a backup"
    assert house.lines() == before


def test_a_backup_says_nothing_without_keys(small: House, tmp_path: Path) -> None:
    tell(small)
    file = tmp_path / "one.backup"
    command_line(small)("backup", str(file))
    create_keys(tmp_path / "stranger" / "keys")
    done = CommandLine(tmp_path / "stranger")("restore", str(file))
    assert done.status == 1 and "seal does not fit" in done.err
    assert not (tmp_path / "stranger" / "gateway.db").exists()


def test_keys_of_cases_are_never_in_the_data_s_file(small: House, tmp_path: Path) -> None:
    tell(small)
    file, room = tmp_path / "one.backup", folder(tmp_path, "room")
    command_line(small)("backup", str(file))
    key = backups.key_of(backups.read(file), load_keys(small.folder / "keys"), None)
    with backups.unpacked(file, key, room) as found, closing(sqlite3.connect(found["database"])) as copy:
        assert set(found) == {"database"}
        assert copy.execute("SELECT count(*) FROM sqlite_master WHERE name = 'case_key'").fetchone() == (0,)
        with pytest.raises(Damaged):
            case_id, entry_id, sealed = copy.execute("SELECT case_id, id, sealed FROM case_entry").fetchone()
            empty = open_case_keys(f"sqlite:///{room / 'empty.db'}", load_keys(small.folder / "keys"))
            empty.open(sealed, case_id, entry_id)


def test_both_kinds_never_lie_in_one_folder(small: House, tmp_path: Path) -> None:
    here, place = command_line(small), folder(tmp_path)
    assert here("backup", str(place)).status == 0
    done = here("keys", "backup", str(place))
    assert done.status == 1 and "the other kind" in done.err


def test_an_old_backup_does_not_bring_back_what_was_shredded(
    small: House, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    code, here = tell(small), command_line(small)
    data = tmp_path / "old.backup"
    assert here("backup", str(data)).status == 0
    case = small.case(code)
    with small.writing() as work:
        work.caseload.save(replace(case, state="closed", outcome="helped", closed_at=small.clock.now()))
    small.clock.at += 31 * DAY
    assert small.gateway.retention.run()["texts"] == 1
    keys = folder(tmp_path, "keys-apart")
    assert here("keys", "backup", str(keys)).status == 0
    there = elsewhere(small)
    for file in (data, *keys.iterdir()):
        assert there("restore", str(file)).status == 0
    with closing(opened(there, small)) as back, back.reading() as work:
        [(entry_id, _, sealed, _, _)] = work.caseload.entries(case.id)
        with pytest.raises(Damaged):
            back.case_keys.open(sealed, case.id, entry_id)


def test_sealed_to_the_operator_the_server_itself_cannot_open_it(
    small: House, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    here, stick, file = command_line(small), tmp_path / "operator.key", tmp_path / "one.backup"
    assert here("keys", "operator", str(stick)).status == 0
    [made] = here("backup", str(file), "--json").objects()
    assert made["sealed_to"] == "operator"
    there = elsewhere(small)
    done = there("restore", str(file))
    assert done.status == 1 and "--key" in done.err
    assert there("restore", str(file), "--key", str(stick)).status == 0
    assert here("keys", "operator", str(stick)).status == 1, "a key is never overwritten"


def test_configuration_goes_along_and_overwrites_none(small: House, tmp_path: Path, elsewhere: Elsewhere) -> None:
    config, file = tmp_path / "gateway.yaml", tmp_path / "one.backup"
    config.write_text("team: []\n")
    assert command_line(small)("backup", str(file), GATEWAY_CONFIG=str(config)).status == 0
    there = elsewhere(small)
    other = tmp_path / "other.yaml"
    other.write_text("caps: {reserve: 1}\n")
    assert there("restore", str(file), GATEWAY_CONFIG=str(other)).status == 0
    assert other.read_text() == "caps: {reserve: 1}\n"
    assert other.with_name("other.yaml.restored").read_text() == "team: []\n"


def test_a_broken_chain_makes_no_backup(small: House, tmp_path: Path) -> None:
    tell(small)
    small.gateway.access.add_account("noy", "a long enough passphrase", frozenset({"desk"}))
    with closing(sqlite3.connect(small.folder / "gateway.db")) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET actor = 'nobody' WHERE seq = 1")
        database.commit()
    done = command_line(small)("backup", str(tmp_path / "one.backup"))
    assert done.status == 1 and "row 1 was changed" in done.err
    assert not list(tmp_path.glob("*.backup*")) and not list(small.folder.glob(".backup-*"))


def test_a_damaged_backup_is_refused_and_leaves_nothing(small: House, tmp_path: Path, elsewhere: Elsewhere) -> None:
    file = tmp_path / "one.backup"
    command_line(small)("backup", str(file))
    raw = bytearray(file.read_bytes())
    raw[-100] ^= 1
    file.write_bytes(raw)
    there = elsewhere(small)
    assert there("restore", str(file)).status == 1
    assert {path.name for path in there.home.iterdir()} == {"keys", ".restore.lock"}


def test_doctor_says_how_old_the_newest_are(small: House, tmp_path: Path) -> None:
    here, data, keys = command_line(small), folder(tmp_path), folder(tmp_path, "keys-apart")
    row = backup_age(small.gateway)
    assert (row.state, row.fact) == ("warn", "data: never; case-keys: never")
    here("backup", str(data))
    assert backup_age(small.gateway).state == "warn"
    here("keys", "backup", str(keys))
    assert backup_age(small.gateway).state == "ok" and restored(small.gateway).state == "ok"
    with small.reading() as work:
        age = restoring.backup_ages(work, small.clock.now())["data"]
    assert age is not None
    small.clock.at += timedelta(hours=40) - age
    assert (backup_age(small.gateway).state, backup_age(small.gateway).fact[:10]) == ("warn", "data: 40 h")


def test_usage_and_surroundings_end_with_two(small: House, tmp_path: Path) -> None:
    here = command_line(small)
    assert here("backup", str(tmp_path / "nowhere" / "one.backup")).status == 2
    assert here("restore").status == 2 and here("restore", str(tmp_path / "none")).status == 2


def test_a_backup_is_one_moment_while_others_write(small: House, tmp_path: Path, elsewhere: Elsewhere) -> None:
    enough = threading.Event()

    def write() -> None:
        for number in itertools.count():
            with small.writing() as work:
                work.audit.append(small.clock.now(), "noy", "desk", "case.read", f"c{number}")
            if enough.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    file = tmp_path / "one.backup"
    done = command_line(small)("backup", str(file))
    enough.set()
    writer.join()
    assert done.status == 0, done.err
    there = elsewhere(small)
    assert there("restore", str(file)).status == 0 and there("audit", "verify").status == 0


def test_what_a_killed_backup_left_behind_goes_with_the_next_one(small: House, tmp_path: Path) -> None:
    here = command_line(small)
    (small.folder / ".backup-killed").mkdir()
    (small.folder / ".backup-killed" / "database").write_bytes(b"numbers that were forgotten since")
    with (small.folder / ".backup.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = here("backup", str(tmp_path / "one.backup"))
        assert done.status == 1 and "at work" in done.err, "two at once would delete each other's copies"
    assert here("backup", str(tmp_path / "one.backup")).status == 0
    assert not list(small.folder.glob(".backup-*"))

"""What a broadcast's commands read of the store: dates of known people, groups, readers as counted, one hash."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from gateway.assembly import Replacements, build
from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Dated
from gateway.ports.outbox import Outgoing
from gateway.queueing.wakeup import NoWakeup
from gateway.wiring import Gateway
from tests.support.command_line import CommandLine
from tests.support.console import SIMULATED, open_demo, settings_of

READER, ANOTHER = SIMULATED + "042", SIMULATED + "043"
GONE, STRANGER = "+8562055501111", "+8562055502222"
LA1703 = AudienceRule(districts=frozenset({"LA1703"}))
HERE = ("--district", "LA1703")
NOON = datetime(2026, 11, 27, 5, tzinfo=UTC)
LONG, HOUR = timedelta(days=800), timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    open_demo(tmp_path / "home").close()
    return tmp_path / "home"


@contextmanager
def opened(home: Path) -> Iterator[Gateway]:
    gateway = build(settings_of(home), Replacements(wakeup=NoWakeup()))
    try:
        yield gateway
    finally:
        gateway.close()


def numbers_known(home: Path) -> int:
    with opened(home) as gateway, gateway.outside.store.reading() as work:
        return work.exposure.counts()["phone numbers"]


def forget_all_but_a_stop(home: Path, number: str) -> None:
    """Let somebody stop and be silent for years: what is left of her is that she stopped."""
    with opened(home) as gateway, gateway.outside.store.writing() as work:
        then = gateway.outside.clock.now() - LONG
        work.people.save(replace(work.people.lock(number, then), opted_out_at=then))
        assert work.forgetting.contacts(then + HOUR, 100) == 1


def write_to(home: Path, district: AudienceRule) -> int:
    """Let everybody of a district have had a broadcast an hour ago; return how many they are."""
    with opened(home) as gateway, gateway.outside.store.writing() as work:
        now = gateway.outside.clock.now()
        people = work.audience.walk(district, ("en", "lo"), now, limit=100)
        for one in people:
            gone = Outgoing(
                one.contact_id, one.contact_id, "broadcast", "broadcasts", "simulator", one.contact_id, "x", now - HOUR,
                now - HOUR, now,
            )  # fmt: skip
            assert work.outbox.add(gone)
    return len(people)


def test_dates_of_known_people_are_kept_and_bad_lines_named(home: Path, tmp_path: Path) -> None:
    gateway, file = CommandLine(home), tmp_path / "returned.csv"
    file.write_text(
        f"phone,date,day\n{READER},return,2026-10-24\nnobody,return,2026-10-24\n"
        f"{READER},birthday,2026-10-24\n{READER},return,soon\n{ANOTHER},departure,\n",
        "utf-8",
    )
    assert gateway("campaign", "dates", str(file), "--by", "manager", "--dry-run").out == "would keep 2, refused 3\n"
    done = gateway("campaign", "dates", str(file), "--by", "manager")
    assert (done.status, done.out) == (1, "kept 2, refused 3\n")
    assert done.err.splitlines()[-3:] == [
        'line 3: phone "nobody": no valid phone number; write it as 020 and eight digits, or with + and its country',
        'line 4: date "birthday": no such date; write one of departure, return',
        'line 5: day "soon": no date; write 31/12/2026 or 2026-12-31',
    ]
    file.write_text("phone,day\n", "utf-8")
    assert "lacks the columns date" in gateway("campaign", "dates", str(file), "--by", "manager").err


def test_a_day_is_written_as_in_a_list_of_contacts_and_may_lie_ahead(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "leaving.csv"
    days = ("05/12/2026", "5.12.2026", "2026-12-5", "໐໕/໑໒/໒໐໒໖")
    file.write_text("phone,date,day\n" + "".join(f"{READER},departure,{day}\n" for day in days), "utf-8")
    assert CommandLine(home)("campaign", "dates", str(file), "--by", "manager").out == "kept 4, refused 0\n"


@pytest.mark.parametrize(("dry_run", "said"), [((), "kept"), (("--dry-run",), "would keep")])
def test_a_file_of_dates_makes_nobody_known(home: Path, tmp_path: Path, dry_run: tuple[str, ...], said: str) -> None:
    forget_all_but_a_stop(home, GONE)
    before, file = numbers_known(home), tmp_path / "returned.csv"
    lines = [f"{number},return,2026-10-24" for number in (STRANGER, READER, GONE, STRANGER)]
    file.write_text("\n".join(["phone,date,day", *lines, ""]), "utf-8")
    done = CommandLine(home)("campaign", "dates", str(file), "--by", "manager", *dry_run)
    assert (done.status, done.out) == (1, f"{said} 1, refused 3\n")
    assert done.err.splitlines() == [f"line {number}: nobody with this number is known" for number in (2, 4, 5)]
    assert numbers_known(home) == before


def test_whoever_works_for_some_places_keeps_dates_of_their_people_alone(home: Path, tmp_path: Path) -> None:
    gateway, file = CommandLine(home), tmp_path / "returned.csv"
    file.write_text(f"phone,date,day\n{READER},return,2026-10-24\n", "utf-8")
    for name, place, kept in (("there", "LA17", 1), ("away", "LA01", 0)):
        assert gateway("user", "add", name, "--role", "manager", "--place", place).status == 0
        done = gateway("campaign", "dates", str(file), "--by", name, "--dry-run")
        assert done.out == f"would keep {kept}, refused {1 - kept}\n"
    assert done.err == "line 2: nobody with this number is known in your places\n"


def test_a_kept_date_makes_it_the_turn_of_its_person(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "returned.csv"
    file.write_text(f"phone,date,day\n{READER},return,2026-10-24\n", "utf-8")
    assert CommandLine(home)("campaign", "dates", str(file), "--by", "manager").out == "kept 1, refused 0\n"
    drafted = CommandLine(home)("campaign", "new", "x", "--by", "manager", "--text", "en=Home. STOP", *HERE).out.strip()
    day = date(2026, 10, 24)
    with opened(home) as gateway, gateway.outside.store.writing() as work:
        assert work.audience.plan_dated(drafted, LA1703, ("en",), NOON, Dated("return", day, day)) == 1


def test_readers_are_those_whom_show_counts(home: Path) -> None:
    gateway = CommandLine(home)
    kept = gateway("emergency", "keep", "flood", *HERE, "--by", "manager").out.strip()
    told = write_to(home, LA1703)
    [shown] = gateway("campaign", "show", kept, "--json").objects()
    readers = gateway("campaign", "readers", kept, "--first", "100", "--json").objects()
    assert len(readers) == sum(shown["reach"].values()) == told > 0


def test_whoever_drafts_and_whoever_approves_is_told_which_text_is_missing(home: Path) -> None:
    gateway, told = CommandLine(home), "3 readers of lo get it in en: write it with --text lo=..."
    new = gateway("campaign", "new", "x", "--by", "manager", "--text", "en=Market. STOP", *HERE)
    drafted = new.out.strip()
    assert (new.status, new.err) == (0, f"{told}\n")
    gateway("campaign", "submit", drafted, "--by", "manager")
    assert f"look          {told}\n" in gateway("campaign", "show", drafted).out
    assert told in gateway("campaign", "approve", drafted, "--by", "approver").out
    [shown] = gateway("campaign", "show", drafted, "--json").objects()
    assert shown["look"] == [told]
    assert gateway("campaign", "edit", drafted, "--by", "manager", "--text", "lo=ຕະຫຼາດ. ຢຸດ").err == ""


def test_a_list_that_was_only_tried_leaves_nothing_that_waits(home: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("phone,consent\n8.56E+11,yes\n", "utf-8")
    gateway = CommandLine(home)
    assert gateway("contacts", "import", str(people), "--dry-run").status == 1
    with opened(home) as inside, inside.outside.store.reading() as work:
        [job] = work.imports.list(9)
        assert (job.state, work.imports.flaws(job.id)) == ("dropped", ())
    assert "nothing was taken" in gateway("contacts", "import", str(people)).err
    assert gateway("contacts", "import", str(people), "--dry-run").status == 1
    with opened(home) as inside, inside.outside.store.reading() as work:
        assert [job.state for job in work.imports.list(9)] == ["checked", "dropped"], "what was meant in earnest waits"


def test_a_group_is_one_that_a_list_brought(home: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("phone,language,district,group,consent\n+8562055560001,en,LA1703,market,yes\n", "utf-8")
    gateway = CommandLine(home)
    assert gateway("contacts", "import", str(people), "--yes").status == 0
    new = ("campaign", "new", "x", "--by", "manager", "--text", "en=Market. STOP", "--group")
    assert gateway(*new, "market").status == 0
    refused = gateway(*new, "markets")
    assert refused.status == 2 and "'markets' is none of market" in refused.err

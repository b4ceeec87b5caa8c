"""Directory and rota at the command line: files both ways, nothing taken in part, hotlines verified by name."""

import csv
import io
from pathlib import Path

import pytest

from gateway.content.tables import from_xlsx, to_xlsx
from tests.support.command_line import CommandLine, home_with_story

STORY = """
flow: welcome
language: en
start: 2026-11-23 10:00
phones: mother=001 duty=050

duty > DUTY ON
duty < @officer.duty_on
"""
NEW = "agency,level,place,order,holder,phone,language\nlabour,district,LA1703,3,Thao New,020 0000 0055,lo\n"


@pytest.fixture
def gateway(tmp_path: Path) -> CommandLine:
    return CommandLine(home_with_story(tmp_path, STORY))


def test_what_is_exported_comes_in_again_and_changes_nothing(gateway: CommandLine, tmp_path: Path) -> None:
    for name in ("all.xlsx", "posts.csv"):
        assert gateway("directory", "export", str(tmp_path / name)).status == 0
        done = gateway("directory", "import", str(tmp_path / name))
        assert done.status == 0 and all("0 changes" in line for line in done.out.splitlines()), done
    rows = list(csv.DictReader(io.StringIO((tmp_path / "posts.csv").read_text("utf-8-sig"))))
    assert {row["phone"] for row in rows} == {"..50", "..51", "..52", "..53", "..54"}
    assert {row["holder"] for row in rows} == {""}


def test_a_dry_run_prints_what_the_real_run_prints_and_changes_nothing(gateway: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(NEW, "utf-8")
    dry = gateway("directory", "import", str(file), "--dry-run")
    assert dry.status == 0 and "labour district LA1703 3: added" in dry.out and "dry run" in dry.out
    done = gateway("directory", "import", str(file))
    assert dry.out.splitlines()[:-1] == done.out.splitlines()[:-1]
    assert "0 changes" in gateway("directory", "import", str(file)).out
    third = next(post for post in gateway("rota", "show", "LA1703", "--json").objects() if post["order"] == 3)
    assert third["live"] is False, "a post on paper is not live before it answers"


def test_one_wrong_row_keeps_the_whole_file_out_and_is_named_by_its_cell(gateway: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_text(NEW + "army,district,LA1703,4,,,\nlabour,district,LA1703,5,Thao Two,12345,lo\n", "utf-8")
    done = gateway("directory", "import", str(file))
    assert done.status == 1 and "A3 agency: no such agency" in done.err and "nothing taken" in done.out
    assert "4 post" in done.err.replace("A", "") and "12345" not in done.err
    assert all(post["order"] < 3 for post in gateway("rota", "show", "LA1703", "--json").objects())
    file.write_text("name,phone\nx,y\n", "utf-8")
    assert gateway("directory", "import", str(file)).status == 2


def test_a_changed_hotline_is_unverified_until_a_named_person_dialled_it(gateway: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "hotlines.xlsx"
    gateway("directory", "export", str(file))
    sheets = dict(from_xlsx(file.read_bytes()))
    head, first, *others = sheets["hotlines"]
    assert gateway("directory", "verify", first[0], "--by", "Ms Kham").status == 0
    assert "0 changes" in gateway("directory", "import", str(file)).out.splitlines()[-1], (
        "verification is not overwritten"
    )
    first[head.index("owner")] = "Somebody else"
    file.write_bytes(to_xlsx({"hotlines": [head, first, *others]}))
    done = gateway("directory", "import", str(file))
    assert f"{first[0]}: changed, not verified" in done.out
    gateway("directory", "export", str(tmp_path / "h.csv"), "--what", "hotlines")
    rows = csv.DictReader(io.StringIO((tmp_path / "h.csv").read_text("utf-8-sig")))
    assert {row["verified_by"] for row in rows} == {""}
    assert gateway("directory", "verify", "no-such", "--by", "Ms Kham").status == 1
    assert gateway("directory", "verify", first[0], "--by", "Ms Kham", "--on", "2030-01-01").status == 1


def test_the_rota_is_shown_and_set(gateway: CommandLine) -> None:
    second = next(
        post for post in gateway("rota", "show", "LA1703", "--json").objects()
        if (post["agency"], post["order"]) == ("labour", 2)
    )  # fmt: skip
    assert gateway("rota", "set", second["id"], "--order", "1", "--duty", "off", "--shifts", "mon-day").status == 0
    shown = {post["id"]: post for post in gateway("rota", "show", "LA1703", "--json").objects()}
    mine = shown[second["id"]]
    assert (mine["order"], mine["on_duty"], mine["shifts"]) == (1, False, ["mon-day"])
    assert "mon-day" in gateway("rota", "show", "LA1703").out
    assert gateway("rota", "set", second["id"]).status == 2
    assert gateway("rota", "set", "nobody", "--duty", "on").status == 1


def test_cases_move_only_to_a_post_that_answers(gateway: CommandLine) -> None:
    first, second, *_ = gateway("rota", "show", "LA1703", "--json").objects()
    assert "0 cases moved" in gateway("directory", "reassign", first["id"], second["id"]).out
    assert gateway("directory", "reassign", first["id"], first["id"]).status == 1

"""What goes wrong at a terminal is one line with its cure, and an exit status that scripts can rely on."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine, home_with_story

NOTHING = "flow: welcome\nlanguage: en\nphones: man=001\nman > HELP\nman < @help.menu\n"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return CommandLine(home_with_story(tmp_path_factory.mktemp("errors"), NOTHING))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nonsense",), "No such command"),
        (("messages", "list", "--since", "yesterday"), "write it like"),
        (("campaign", "new", "x", "--by", "manager", "--district", "LA1703", "--text", "no language"), "LANG=TEXT"),
        (("simulate", "nowhere"), "there is no flow nowhere"),
        (("worker", "nonsense"), "is not one of"),
    ],
)
def test_a_wrong_use_ends_with_2(demo: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    done = demo(*arguments)
    assert done.status == 2 and said in done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("case", "show", "123456"), "there is no case 123456"),
        (("case", "ack", "123456"), "there is no case 123456"),
        (("campaign", "show", "x"), "there is no broadcast x"),
        (("campaign", "stop", "x", "--by", "nobody"), "there is no account nobody"),
        (("user", "disable", "nobody"), "There is no account named nobody."),
    ],
)
def test_a_refusal_ends_with_1(demo: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    done = demo(*arguments)
    assert done.status == 1 and said in done.err and "Traceback" not in done.err


def test_without_a_database_the_cure_is_named(tmp_path: Path) -> None:
    done = CommandLine(tmp_path)("case", "list")
    assert done.status == 2 and len(done.err.splitlines()) == 1
    assert "does not exist" in done.err and "gateway init" in done.err


def test_a_wrong_setting_names_itself_and_its_cure(demo: CommandLine) -> None:
    done = demo("case", "list", BIND="nowhere")
    assert done.status == 2 and done.err.startswith("gateway: BIND: ") and len(done.err.splitlines()) == 1


def test_production_refuses_a_demo_database(demo: CommandLine) -> None:
    done = demo("case", "list", GATEWAY_MODE="production")
    assert done.status == 2 and "the database is marked demo" in done.err
    for part in (("serve",), ("worker", "alerts"), ("clock",)):
        assert demo(*part).status == 2


def test_the_demo_refuses_a_production_database(tmp_path: Path) -> None:
    gateway = CommandLine(tmp_path / "home")
    assert gateway("init").status == 0
    done = gateway("demo")
    assert done.status == 2 and "the database is marked production" in done.err
    assert gateway("demo", "--reset").status == 2


def test_init_makes_keys_and_database_once(tmp_path: Path) -> None:
    gateway = CommandLine(tmp_path / "home")
    first, second = gateway("init"), gateway("init")
    assert first.status == second.status == 0
    assert first.out.startswith("made keys") and second.out.startswith("found keys")
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "home" / "keys").iterdir()} == {0o400}
    assert gateway("db", "current").status == 0
    assert gateway("db", "downgrade", "--yes").status == 0
    behind = gateway("case", "list")
    assert behind.status == 2 and "gateway db upgrade" in behind.err
    assert gateway("db", "upgrade").status == 0 and gateway("case", "list").status == 0


def test_a_traceback_comes_only_when_asked_for(tmp_path: Path) -> None:
    assert "Traceback" in CommandLine(tmp_path)("--debug", "case", "list").err

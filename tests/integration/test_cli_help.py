"""Every command explains itself with two examples, and help is quick because nothing heavy is loaded for it."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from gateway.cli.main import COMMANDS, gateway

HEAVY = ("openpyxl", "polib", "twilio", "flask", "sqlalchemy", "redis", "rq", "alembic", "phonenumbers")


def commands(group: click.Group, name: str = "gateway") -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as context:
        for member in group.list_commands(context):
            found = group.get_command(context, member)
            assert found is not None
            if isinstance(found, click.Group):
                yield from commands(found, f"{name} {member}")
            else:
                yield f"{name} {member}", found


EVERY = dict(commands(gateway))


@pytest.mark.parametrize("name", EVERY)
def test_a_command_has_two_examples_of_itself(name: str) -> None:
    lines = (EVERY[name].help or "").partition("Examples:")[2].splitlines()
    assert sum(name in line for line in lines) == 2, lines


def test_help_names_every_command_and_loads_none() -> None:
    code = (
        "import sys; from gateway.cli.main import gateway; gateway(['--help'], standalone_mode=False); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True, timeout=20)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(f"\n  {name} " in done.stdout for name in COMMANDS)

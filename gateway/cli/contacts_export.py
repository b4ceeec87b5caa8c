"""``gateway contacts export``: who agreed to broadcasts, without numbers unless an administrator says why."""

import os
from pathlib import Path

import click

from gateway.cli.campaign import WRITE, require
from gateway.cli.opening import open_gateway
from gateway.integrations.sheets.writing import write_csv
from gateway.ports.audience_book import Listed
from gateway.services.audience import Audience

READ_NUMBERS = "accounts"
COLUMNS = ("reference", "language", "province", "district", "group", "role")


@click.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--numbers", is_flag=True, help="With phone numbers; needs --reason and --by an administrator.")
@click.option("--by", default="cli", show_default=True, help="The account that answers for it.")
@click.option("--reason", default="", help="Why the numbers are needed.")
def export_contacts(file: Path, numbers: bool, by: str, reason: str) -> None:
    r"""Write a CSV of everybody who agreed to broadcasts and did not stop; of nobody else.

    \b
    Examples:
      gateway contacts export people.csv
      gateway contacts export people.csv --numbers --by admin --reason "moving to a new server"
    """
    gateway = open_gateway()
    if numbers and by == "cli":
        raise click.UsageError("--numbers needs --by: the name of the person who answers for it")
    if by != "cli":
        require(gateway, by, READ_NUMBERS if numbers else WRITE)
    people = Audience(gateway.outside).export(by, reason, numbers=numbers)
    header = (*COLUMNS, "phone") if numbers else COLUMNS
    private = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(private, "w", encoding="utf-8", newline="") as out:
        count = write_csv(out, header, (row_of(one, numbers=numbers) for one in people))
    click.echo(f"written {count}")


def row_of(one: Listed, *, numbers: bool) -> tuple[str, ...]:
    """Return the cells of one person."""
    person = one.person
    cells = (
        person.contact_id,
        person.language,
        person.province or "",
        person.district or "",
        ", ".join(person.groups),
        ", ".join(person.roles),
    )
    return (*cells, one.number) if numbers else cells

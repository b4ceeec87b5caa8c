"""The ceremony of the escrow: its private key in three parts, and what two of them can do when a team is gone."""

from pathlib import Path

import click

from gateway.cli.main import keep_examples, one_line
from gateway.cli.opening import open_gateway
from gateway.errors import GatewayError, MalformedRequest
from gateway.services.key_holding import ESCROW
from gateway.store.sealing import new_pair, public_of
from gateway.store.shares import join, name_of, read_share, split


@click.group()
def escrow() -> None:
    """Keep a way in for when everybody of an office has left: any two of three people together."""


@escrow.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def create(folder: Path) -> None:
    r"""Draw the escrow's key on a computer without a network; write its public half and three parts.

    Give each part to another person, on paper or a stick of its own, and delete the folder. The key itself is
    written nowhere.

    \b
    Examples:
      scripts/escrow create /media/stick/escrow
      scripts/escrow create escrow && gateway keys escrow "$(cat escrow/public.txt)"
    """
    folder.mkdir(mode=0o700, parents=True)
    pair = new_pair()
    (folder / "public.txt").write_text(pair.public + "\n", "ascii")
    for share in split(pair.private, name_of(pair.public)):
        path = folder / f"part-{share.number}.txt"
        path.touch(mode=0o400)
        path.chmod(0o600)
        path.write_text(f"{share}\n", "ascii")
        path.chmod(0o400)
    click.echo(f"Three parts are in {folder}: one for each of three people. Then delete the folder.")
    click.echo(f"The gateway needs the public half alone: gateway keys escrow {pair.public}")


@escrow.command()
@click.argument("parts", type=click.Path(path_type=Path, exists=True, dir_okay=False), nargs=2)
def recover(parts: tuple[Path, Path]) -> None:
    r"""Seal what a new team is owed, with two of the three parts.

    First the new people are added (gateway user add): every case of their office is then owed to them.

    \b
    Examples:
      scripts/escrow recover part-1.txt part-3.txt
      scripts/escrow recover /media/a/part-2.txt /media/b/part-3.txt
    """
    one, other = (read_share(path.read_text("ascii")) for path in parts)
    private = join(one, other)
    public = public_of(private)
    if name_of(public) != one.name:
        raise MalformedRequest("these parts give no key")
    gateway = open_gateway()
    with gateway.outside.store.writing() as work:
        known = {key.id: private for key in work.keys.office_keys() if key.office == ESCROW and key.public == public}
        made = gateway.access.keys.settle_owed(work, known)
        work.audit.append(gateway.outside.clock.now(), "command line", "admin", "key.escrow_used", str(made))
    click.echo(f"{made} cases were sealed to those who were owed them")


def main() -> None:
    """Run the ceremony; an error is one line."""
    keep_examples(escrow)
    try:
        escrow(prog_name="scripts/escrow", standalone_mode=False)
    except GatewayError as error:
        raise SystemExit(one_line(error)) from error
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from error


if __name__ == "__main__":
    main()

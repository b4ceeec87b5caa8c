"""``gateway user``: console accounts."""

import sys

import click

from gateway.cli.opening import open_gateway
from gateway.services.roles import MAY
from gateway.wiring import Gateway

ROLES = click.Choice(sorted(MAY))


@click.group()
def user() -> None:
    """Who may sign in to the console."""


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=ROLES, help="Repeat it for several.")
@click.option("--place", "places", multiple=True, metavar="CODE", help="Province or district; none means the country.")
@click.option("--post", metavar="AGENCY:PLACE[:ORDER]", help="The post of an officer, like women_union:LA1703.")
@click.option("--language", default="lo", show_default=True, help="Language of the pages.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the passphrase from standard input instead of making an invitation."
)
def add(
    name: str, roles: tuple[str, ...], places: tuple[str, ...], post: str | None, language: str, password_stdin: bool
) -> None:
    r"""Add an account; it is opened by the invitation that this prints.

    \b
    Examples:
      gateway user add khamla --role officer --post women_union:LA1703
      pass show gateway | gateway user add noy --role manager --password-stdin
    """
    gateway = open_gateway()
    passphrase = sys.stdin.readline().rstrip("\n") if password_stdin else None
    gateway.access.add_account(
        name, passphrase, frozenset(roles), frozenset(places), language, post_named(gateway, post)
    )
    click.echo(f"{name} may sign in as {', '.join(sorted(roles))}")
    if passphrase is None:
        invitation(gateway, name)


def post_named(gateway: Gateway, said: str | None) -> str | None:
    """Return the id of the post at ``AGENCY:PLACE[:ORDER]``, the duty post where no order is said."""
    if said is None:
        return None
    agency, _, rest = said.partition(":")
    place, _, order = rest.partition(":")
    level = "national" if place in ("", "LA") else "province" if len(place) == 4 else "district"
    with gateway.outside.store.reading() as work:
        seats = work.directory.seats(agency, level, "" if level == "national" else place)
    found = (
        [seat.post.id for seat in seats if seat.post.order == int(order or "1")]
        if order.isdecimal() or not order
        else []
    )
    if not found:
        raise click.ClickException(f"nobody holds the post {said}; see the directory")
    return found[0]


@user.command()
@click.argument("name")
def reset(name: str) -> None:
    r"""Make a new invitation: passphrase and second factor are forgotten, sessions end at once.

    \b
    Examples:
      gateway user reset officer
      gateway user reset officer --help
    """
    invitation(open_gateway(), name)


def invitation(gateway: Gateway, name: str) -> None:
    """Print the address that lets an account in for the first time, or anew."""
    token = gateway.membership.invite(name, "command line")
    click.echo(f"{gateway.settings.public_base_url}/invitation/{token}")
    click.echo("Hand it over in person: it works once, within 24 hours.", err=True)


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    r"""Disable an account; its sessions end at once.

    \b
    Examples:
      gateway user disable khamla
      gateway user disable noy
    """
    open_gateway().access.disable(name)
    click.echo(f"{name} is disabled")

"""``gateway user``: console accounts."""

import sys

import click

from gateway.cli.opening import open_gateway
from gateway.services.access import MAY

ROLES = click.Choice(sorted(MAY))


@click.group()
def user() -> None:
    """Who may sign in to the console."""


@user.command()
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=ROLES, help="Repeat it for several.")
@click.option("--place", "places", multiple=True, metavar="CODE", help="Province or district; none means the country.")
@click.option("--language", default="lo", show_default=True, help="Language of the pages.")
@click.option("--password-stdin", is_flag=True, help="Read the passphrase from standard input instead of asking.")
def add(name: str, roles: tuple[str, ...], places: tuple[str, ...], language: str, password_stdin: bool) -> None:
    r"""Add an account.

    \b
    Examples:
      gateway user add khamla --role officer --place LA1703
      pass show gateway | gateway user add noy --role manager --password-stdin
    """
    gateway = open_gateway()
    passphrase = (
        sys.stdin.readline().rstrip("\n")
        if password_stdin
        else click.prompt("Passphrase", hide_input=True, confirmation_prompt=True)
    )
    gateway.access.add_account(name, passphrase, frozenset(roles), frozenset(places), language)
    click.echo(f"{name} may sign in as {', '.join(sorted(roles))}")


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

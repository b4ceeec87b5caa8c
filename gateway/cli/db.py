"""``gateway db``: the revision of the database."""

import click

from gateway.cli.opening import settings_of_here
from gateway.store import migrating


@click.group()
def db() -> None:
    """Move the database between revisions; one release back is always possible."""


@db.command()
def upgrade() -> None:
    r"""Bring the database to the newest revision.

    \b
    Examples:
      gateway db upgrade
      gateway db current && gateway db upgrade
    """
    settings = settings_of_here()
    migrating.migrate(settings.database_url)
    click.echo(migrating.current(settings.database_url) or "empty")


@db.command()
@click.confirmation_option(prompt="Columns and tables of the newest revision are lost. Go on?")
def downgrade() -> None:
    r"""Take the database one revision back.

    \b
    Examples:
      gateway db downgrade
      gateway db downgrade --yes
    """
    settings = settings_of_here()
    migrating.downgrade(settings.database_url, "-1")
    click.echo(migrating.current(settings.database_url) or "empty")


@db.command()
@click.pass_context
def current(ctx: click.Context) -> None:
    r"""Show the revision of the database and the newest one; exit 1 when they differ.

    \b
    Examples:
      gateway db current
      gateway db current || gateway db upgrade
    """
    found, newest = migrating.current(settings_of_here().database_url) or "empty", migrating.latest()
    click.echo(f"{found} (newest {newest})")
    if found != newest:
        ctx.exit(1)

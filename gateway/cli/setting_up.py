"""``gateway init``: keys, database and a check of the configuration, once per installation."""

import os
from pathlib import Path

import click

from gateway.assembly import build, content_root
from gateway.cli.doctor import rows_of, show_rows
from gateway.content.drafting import documents_of
from gateway.services.installation import claim
from gateway.settings import Settings, make_home, read_settings
from gateway.store import migrating
from gateway.store.key_files import create_keys
from gateway.wiring import Gateway


@click.command()
def init() -> None:
    r"""Make the keys and the database, and check the configuration; again is harmless.

    \b
    Examples:
      gateway init
      GATEWAY_HOME=/srv/gateway gateway init
    """
    settings = read_settings(os.environ, Path.cwd())
    make_home(settings)
    make_stores(settings)
    gateway = build(settings)
    new = claim(gateway.outside.store, settings.mode)
    publish_shipped(gateway)
    click.echo(f"{'made' if new else 'found'} keys and database of a {settings.mode} gateway in {settings.home}")
    click.echo(f"Copy {settings.keys} to a second place now: without these files nothing can be read again.")
    show_rows(rows_of(settings, gateway))
    click.echo("Next: gateway user add NAME --role admin, then gateway serve --all")


def make_stores(settings: Settings) -> None:
    """Draw the keys where there are none, and bring both databases to the newest revision."""
    if not any(settings.keys.iterdir()):
        create_keys(settings.keys)
    migrating.migrate(settings.database_url)


def publish_shipped(gateway: Gateway) -> bool:
    """Put the shipped content live where nothing ever was, in the installer's name; True when it was new."""
    return gateway.publishing.install(lambda: documents_of(content_root()))

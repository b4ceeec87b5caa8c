"""``gateway serve``, ``worker`` and ``clock``: one process each, as a Procfile or a service manager wants them."""

import os
import sys
from collections.abc import Sequence

import click

from gateway.assembly import build
from gateway.cli.opening import require_database, settings_of_here
from gateway.cli.setting_up import publish_shipped
from gateway.cli.supervisor import Ready, hold_home, run_everything, web_command
from gateway.queueing.wakeup import LANES
from gateway.settings import Settings


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also the workers, the clock and the bundled queue server.")
@click.pass_context
def serve(ctx: click.Context, everything: bool) -> None:
    r"""Run the web server, or with --all everything that one machine needs.

    \b
    Examples:
      gateway serve
      gateway serve --all
    """
    settings = checked_settings()
    if not everything:
        become(web_command())
    with hold_home(settings):
        ctx.exit(run_everything(settings, click.echo, say_ready))


@click.command()
@click.argument("queue", type=click.Choice(LANES))
def worker(queue: str) -> None:
    r"""Run the worker of one queue until it is told to stop.

    \b
    Examples:
      gateway worker alerts
      gateway worker broadcasts
    """
    checked_settings()
    become((sys.executable, "-m", "workers", queue))


@click.command()
def clock() -> None:
    r"""Run the clock until it is told to stop; several on several hosts share the work.

    \b
    Examples:
      gateway clock
      LOG_LEVEL=debug gateway clock
    """
    checked_settings()
    become((sys.executable, "-m", "workers", "clock"))


def checked_settings() -> Settings:
    """Return the settings, once the database is known to be of their mode and something is live in it."""
    settings = settings_of_here()
    require_database(settings)
    gateway = build(settings)
    publish_shipped(gateway)
    gateway.close()
    return settings


def become(command: Sequence[str]) -> None:
    """Turn into another program, so that signals and the exit status are its own."""
    sys.stdout.flush()
    os.execv(command[0], list(command))


def say_ready(ready: Ready) -> None:
    """Say that everything stands."""
    click.echo(" · ".join(f"{name} ready" for name in ready.names) + f"   {ready.seconds:.1f} s")

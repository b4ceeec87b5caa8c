"""``gateway demo``: everything on this computer with invented people, and the first page of the manual."""

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import click

from gateway.assembly import build
from gateway.cli import demo_data
from gateway.cli.activity import Activity
from gateway.cli.setting_up import make_stores, publish_shipped
from gateway.cli.supervisor import Ready, run_demo
from gateway.content.checking import findings_below
from gateway.errors import ConfigurationError
from gateway.geography.shipped import shipped
from gateway.ports.scope import EVERYWHERE
from gateway.queueing.embedded import find_binary
from gateway.services.installation import DEMO, claim
from gateway.settings import Settings, make_home, read_settings
from gateway.system.clock import SystemClock
from gateway.wiring import Gateway

MARKER = "DEMO"
CORE_LANGUAGES = ("lo", "en")
LOGINS = (
    ("simulator", "nobody", "-", "SMS and USSD handsets, an officer's phone"),
    ("cases", "officer", demo_data.PASSWORD, "a district's inbox (supervisor: the province, desk: the country)"),
    ("campaigns", "manager", demo_data.PASSWORD, "broadcasts (approver: the second person)"),
    ("flows", "author", demo_data.PASSWORD, "what is live (approver: the second person)"),
    ("audit", "auditor", demo_data.PASSWORD, "who saw or did what"),
    ("health", "admin", demo_data.PASSWORD, "queues, channels, clock"),
)
TRY = """
  Try: on the left phone send  ຊ່ວຍ  (or HELP), answer 2, then 1: the national desk rings at once, the district
       3 min later or after "whom may we tell?". Reply OK on one of the officers' phones.
  Ctrl-C stops everything. `./scripts/start --reset` starts afresh.
"""


@click.command()
@click.option("--reset", is_flag=True, help="Throw the demo's data away and start afresh.")
@click.pass_context
def demo(ctx: click.Context, reset: bool) -> None:
    r"""Run everything here with invented people; nothing leaves this computer.

    \b
    Examples:
      gateway demo
      gateway demo --reset
    """
    settings = read_settings(os.environ, Path.cwd(), mode="demo")
    make_home(settings)
    scene = Scene(reset)
    ctx.exit(run_demo(settings, click.echo, scene.prepare, scene.ready, scene.each_second))


class Scene:
    """One run of the demo: what it prepares, and what it prints when."""

    def __init__(self, reset: bool) -> None:
        self._reset = reset
        self._activity: Activity | None = None
        self._now: Callable[[], datetime] = SystemClock().now

    def prepare(self, settings: Settings) -> None:
        """Make keys, database and invented people, and say what there is. The home is held."""
        click.echo(f"Saiduan gateway {version('saiduan')} · DEMO: nothing leaves this computer")
        if self._reset:
            throw_away(settings)
        make_stores(settings)
        gateway = build(settings)
        claim(gateway.outside.store, DEMO)
        publish_shipped(gateway)
        (settings.home / MARKER).touch()
        fresh = demo_data.seed(gateway)
        click.echo(f"  data     {shown(settings)}     {'new' if fresh else 'kept'}: {figures(gateway)}")
        click.echo(f"  content  {content_line(gateway)}")
        self._activity, self._now = Activity(gateway, click.echo), gateway.outside.clock.now

    def ready(self, ready: Ready) -> None:
        """Say where everything is, who may enter, and what to try first."""
        settings = ready.settings
        now = self._now().astimezone(settings.timezone)
        click.echo(f"  queue    {queue_line(ready)}")
        click.echo("  phones   +856 20 00 000 001 ... 099, short code 0000: simulated; others refused")
        city = settings.timezone.key.rpartition("/")[2]
        click.echo(f"  clock    {now:%a %d/%m/%Y %H:%M} {city} (can be moved in the simulator)")
        click.echo("  " + " · ".join(f"{name} ready" for name in ready.names) + f"    {ready.seconds:.1f} s")
        click.echo()
        base = settings.public_base_url
        wide = len(base) + 14
        click.echo(f"  {'Open':<{wide}}{'Enter as':<12}{'Password':<18}What it is")
        for page, name, password, said in LOGINS:
            click.echo(f"  {base + '/' + page:<{wide}}{name:<12}{password:<18}{said}")
        for line in webhooks(settings):
            click.echo(f"  {line}")
        click.echo(TRY)

    def each_second(self) -> None:
        """Show what happened: lengths, codes and posts, never a text."""
        if self._activity is not None:
            self._activity.show()


def throw_away(settings: Settings) -> None:
    """Delete the demo's own files; refuse a home that `gateway demo` did not make."""
    home = settings.home
    there = [path for path in home.glob("*.db*") if path.is_file()]
    if there and not (home / MARKER).exists():
        cure = "Choose another: GATEWAY_HOME=/path."
        raise ConfigurationError("GATEWAY_HOME", f"{home} was not made by `gateway demo`", cure)
    for path in there:
        path.unlink()
    for folder in (settings.keys, home / "redis"):
        if folder.is_dir() and folder.is_relative_to(home):
            shutil.rmtree(folder)
    make_home(settings)


def shown(settings: Settings) -> str:
    """Return the database as a person would name it: never a password."""
    if not settings.sqlite:
        return "PostgreSQL"
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    return f"./{path.relative_to(Path.cwd())}" if path.is_relative_to(Path.cwd()) else str(path)


def figures(gateway: Gateway) -> str:
    """Return how much there is, counted."""
    places = shipped()
    with gateway.outside.store.reading() as work:
        accounts = len(work.accounts.list())
        cases = sum(1 for _ in work.caseload.lines(EVERYWHERE))
    cast = demo_data.shipped_cast()
    posts = sum(len(row["places"]) * len(row["agencies"]) for row in cast.posts)
    return (
        f"{len(places.provinces())} provinces, {len(places.districts())} districts, {posts} posts, "
        f"{len(cast.contacts)} contacts, {accounts} accounts, {cases} cases (people and cases invented)"
    )


def content_line(gateway: Gateway) -> str:
    """Return flows, how complete each language is, and how many errors the lint finds."""
    loaded = gateway.content.loaded()
    catalogue = loaded.catalogue
    every = {name for language in catalogue.languages for name in catalogue.ids(language)}
    shares = [f"{language} {100 * len(catalogue.ids(language)) // max(len(every), 1)} %" for language in CORE_LANGUAGES]
    errors = sum(finding.severity == "error" for finding in findings_below(gateway.content.root))
    return " · ".join([f"{len(loaded.library.current)} flows", *shares, f"lint: {errors} errors"])


def queue_line(ready: Ready) -> str:
    """Return which queue server carries the wake-ups."""
    if not ready.queue_url:
        return "none: the clock delivers by itself, up to 10 s later"
    address = ready.queue_url.rpartition("@")[2].removeprefix("redis://").partition("/")[0]
    if ready.settings.redis_url:
        return f"{address} (REDIS_URL)"
    return f"Valkey {server_version()} (bundled) {address}, append-only file on"


def server_version() -> str:
    """Return what the bundled binary says of itself."""
    binary = find_binary()
    if binary is None:
        return ""
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, timeout=5, check=False).stdout
    return next((word.removeprefix("v=") for word in said.split() if word.startswith("v=")), "")


def webhooks(settings: Settings) -> list[str]:
    """Return the addresses for a provider's console, with the secret that is part of them."""
    lines = []
    for entry in settings.channels:
        if entry.kind == "ussd_http":
            token = entry.token or (settings.keys / f"{entry.name}.token").read_text("ascii").strip()
            lines.append(f"USSD webhook    {settings.public_base_url}/hooks/{entry.name}/{token}/ussd")
        elif entry.kind == "twilio":
            lines.append(f"SMS webhook     {settings.public_base_url}/hooks/{entry.name}/inbound")
    return lines

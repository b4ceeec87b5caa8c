"""``gateway contacts``: lists of people who agreed to broadcasts, checked whole before a row is taken."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from gateway.cli.contacts_export import export_contacts
from gateway.cli.import_words import CELLS, FILES
from gateway.cli.opening import open_gateway
from gateway.integrations.sheets.opening import Sheet
from gateway.ports.clock import Clock
from gateway.ports.import_book import Job
from gateway.ports.unit_of_work import Store
from gateway.services.contact_import import AGREED_TO, ContactImport

SHOWN = 20  # cells on a terminal; --all shows every one
CHUNK = 1 << 20
PAGE = 200


@click.group()
def contacts() -> None:
    """People who may get broadcasts; only those who agreed."""


contacts.add_command(export_contacts)


@contacts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing.")
@click.option("--yes", is_flag=True, help="Take the other rows although some cells cannot be taken.")
@click.option("--all", "everything", is_flag=True, help="Show every cell that cannot be taken, not the first twenty.")
@click.option("--wording", default=AGREED_TO, show_default=True, help="Message that says what people agreed to.")
@click.option("--progress", type=click.Choice(["auto", "json"]), default="auto", show_default=True)
@click.pass_context
def import_contacts(
    ctx: click.Context, file: Path, dry_run: bool, yes: bool, everything: bool, wording: str, progress: str
) -> None:
    r"""Import a CSV, TSV or XLSX; columns in any order, in Lao or English: phone, language, district, consent ...

    The whole file is read first. While a cell of it cannot be taken nothing is taken, unless you say --yes. A STOP
    stays a STOP; the same file again changes nothing; after Ctrl-C run it again, it goes on where it stopped.

    \b
    Examples:
      gateway contacts import people.csv --dry-run
      gateway contacts import people.xlsx --progress json
    """
    gateway = open_gateway()
    service, sheet = gateway.imports, Sheet(lambda: file.open("rb"), file.stat().st_size)
    job = service.begin(file.name, sha256_of(file), "cli", wording)
    shower = Progress(gateway.outside.clock, progress)
    read_now = job.state == "checking"
    if read_now:
        job = shower.follow(service.go_on(job.id, sheet))
    if job.refusal is not None:
        refuse(job.refusal)
    click.echo(job.format, err=True)
    show_flaws(gateway.outside.store, job, None if everything else SHOWN)
    if dry_run:
        click.echo(f"would take {counted(job)}")
        if read_now:  # what somebody else began, or accepted, waits as before
            service.drop(job.id, "cli")
        ctx.exit(1 if job.flawed else 0)
    if job.flawed and not yes and job.state == "checked":
        click.echo(f"nothing was taken: repair the {job.flawed} rows above, or take the others with --yes", err=True)
        ctx.exit(1)
    job = take(service, job, sheet, shower)
    click.echo(f"taken {counted(job)}, already here and unchanged {job.unchanged}")
    ctx.exit(1 if job.flawed else 0)


def take(service: ContactImport, job: Job, sheet: Sheet, shower: "Progress") -> Job:
    """Take an accepted file to its end and return its job; Ctrl-C leaves it where it is, and says how to go on."""
    if job.state == "checked":
        service.accept(job.id, "cli")
    try:
        taken = shower.follow(service.go_on(job.id, sheet))
    except KeyboardInterrupt:
        click.echo("\nstopped between two batches: run the same command again to go on", err=True)
        raise
    if taken.state != "done":
        raise click.ClickException(f"stopped after row {taken.done}: run the same command again to go on")
    return taken


def counted(job: Job) -> str:
    """Return the rows of a file by what becomes of them."""
    return f"{job.good}, without consent {job.without_consent}, refused {job.flawed}, repeated {job.repeated}"


def sha256_of(file: Path) -> str:
    """Return the SHA-256 (hex) of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with file.open("rb") as raw:
        while piece := raw.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def show_flaws(store: Store, job: Job, most: int | None) -> None:
    """Show cells that cannot be taken, where they stand, with reason and cure."""
    after, shown = (0, ""), 0
    while most is None or shown < most:
        with store.reading() as work:
            flaws = work.imports.flaws(job.id, after, PAGE if most is None else min(PAGE, most - shown))
        for flaw in flaws:
            what, cure = CELLS[flaw.reason]
            cell = f' "{printable(flaw.cell)}"' if flaw.cell else ""
            click.echo(f"line {flaw.line}, {flaw.column}{cell}: {what}; {cure}", err=True)
        if not flaws:
            return
        after, shown = (flaws[-1].line, flaws[-1].column), shown + len(flaws)


def printable(cell: str) -> str:
    """Return a cell so that nothing in it moves a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in cell)


def refuse(refusal: str) -> None:
    """Say why a file cannot be read, and the cure; exit 1."""
    reason, _, where = refusal.partition(" ")
    what, cure = FILES.get(reason, (reason, "look at the file"))
    at = f" (line {where})" if where.isdigit() and reason in ("unknown_letters", "broken_row") else ""
    raise click.ClickException(f"{what}{at}: {cure}")


class Progress:
    """Shows how far a job has come: one JSON line a second, or a share on a terminal."""

    def __init__(self, clock: Clock, form: str) -> None:
        self._clock, self._form = clock, form
        self._began = self._told = clock.now()

    def follow(self, steps: Iterator[Job]) -> Job:
        """Go through every step; return the job as it stands at the end."""
        last: Job | None = None
        for last in steps:
            self._show(last)
        if last is None:
            raise click.ClickException("the file changed its state meanwhile: run the command again")
        if self._form == "auto" and sys.stderr.isatty():
            click.echo(err=True)
        return last

    def _show(self, job: Job) -> None:
        now = self._clock.now()
        done = job.done or job.rows
        if self._form == "json":
            if (now - self._told).total_seconds() >= 1 or job.state in ("checked", "done"):
                rate = round(done / max((now - self._began).total_seconds(), 0.001))
                line = {"state": job.state, "done": done, "total": job.rows or None, "rate": rate}
                click.echo(json.dumps(line), err=True)
                self._told = now
        elif sys.stderr.isatty():
            click.echo(f"\r{job.state}: {done} of {job.rows or '?'} rows", nl=False, err=True)

"""Lists of contacts by page: a file is sent, every cell that cannot be taken is shown and repaired, then accepted."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from hashlib import sha256
from typing import IO

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.contacts.importing import AT_WORK, NAMES, Flaw
from gateway.errors import Conflict
from gateway.integrations.sheets.delimited import MOST_BYTES
from gateway.integrations.sheets.stored import PIECE
from gateway.ports.import_book import Job
from gateway.services.contact_import import AGREED_TO
from gateway.web.running import gateway

blueprint = Blueprint("contact_import", __name__)

SHOWN, FLAWS = 20, 40  # jobs; cells a page, each a field of the form
LONGEST_NAME = 80
SLACK = 64 * 1024  # of a form around its file
PARSED_AT_ONCE = 1024 * 1024  # what of a form lies in memory while its file is written to disk


def allow_upload() -> None:
    """Let a list of contacts be larger than other forms, for whoever may send one at all."""
    if request.endpoint == "contact_import.upload":
        request.max_content_length = MOST_BYTES + SLACK
        request.max_form_memory_size = PARSED_AT_ONCE


@blueprint.get("/directory/contacts")
def index() -> str:
    """Show the lists that were sent, and a form for another."""
    return listed()


@blueprint.post("/directory/contacts")
def upload() -> ResponseReturnValue:
    """Keep a file in sealed pieces and let it be read."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return listed(g.words("contacts.no_file")), 409
    name = " ".join(file.filename.rsplit("/", 1)[-1].split())[:LONGEST_NAME]
    with closing(file):
        job = stored(file.stream, name)
    return redirect(url_for("contact_import.page", job_id=job.id), 303)


@blueprint.get("/directory/contacts/<job_id>")
def page(job_id: str) -> str:
    """Show how far a list is, and the cells that cannot be taken."""
    return shown(job_id)


@blueprint.post("/directory/contacts/<job_id>/repair")
def repair(job_id: str) -> ResponseReturnValue:
    """Put what was typed in the place of cells; what cannot be taken either is shown again."""
    again: dict[tuple[int, str], str] = {}
    for name, typed in request.form.items():
        kind, _, where = name.partition("-")
        line, _, column = where.partition("-")
        if kind != "cell" or not line.isdecimal() or not typed.strip():
            continue
        try:
            reason = gateway().imports.repair(job_id, int(line), column, typed[:LONGEST_NAME], g.visitor.account.name)
        except Conflict:
            return shown(job_id, g.words("contacts.too_late")), 409
        if reason is not None:
            again[int(line), column] = typed[:LONGEST_NAME]
    if again:
        return shown(job_id, g.words("contacts.still_wrong", n=len(again)), again), 409
    return redirect(url_for("contact_import.page", job_id=job_id, after=request.args.get("after")), 303)


@blueprint.post("/directory/contacts/<job_id>/accept")
def accept(job_id: str) -> ResponseReturnValue:
    """Let the list in."""
    try:
        gateway().imports.accept(job_id, g.visitor.account.name)
    except Conflict:
        return shown(job_id, g.words("contacts.too_late")), 409
    return redirect(url_for("contact_import.page", job_id=job_id), 303)


@blueprint.post("/directory/contacts/<job_id>/drop")
def drop(job_id: str) -> ResponseReturnValue:
    """Give the list up."""
    try:
        gateway().imports.drop(job_id, g.visitor.account.name)
    except Conflict:
        return shown(job_id, g.words("contacts.too_late")), 409
    return redirect(url_for("contact_import.index"), 303)


def stored(file: IO[bytes], name: str) -> Job:
    """Return the job of a file, its pieces stored unless the same bytes wait already."""
    digest = sha256()
    for piece in pieces(file):
        digest.update(piece)
    file.seek(0)
    running = gateway()
    job = running.imports.begin(name, digest.hexdigest(), g.visitor.account.name, stored=True)
    with running.outside.store.reading() as work:
        known = work.imports.size(job.id, PIECE)
    for number, piece in enumerate(pieces(file)):
        if number * PIECE >= known:
            with running.outside.store.writing() as work:
                work.imports.add_piece(job.id, number, piece)
    running.imports.sent(job.id)
    return job


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file in equal pieces, the last one shorter."""
    while piece := file.read(PIECE):
        yield piece


def listed(refused: Markup | None = None) -> str:
    """Render the page of lists."""
    running = gateway()
    with running.outside.store.reading() as work:
        jobs = work.imports.list(SHOWN)
    wording = running.content.catalogue().get(g.words.language, AGREED_TO).text
    columns = NAMES[g.words.language]
    return render_template("contacts.html", jobs=jobs, refused=refused, wording=wording, columns=columns)


def shown(job_id: str, refused: Markup | None = None, typed: dict[tuple[int, str], str] | None = None) -> str:
    """Render the page of one list."""
    line, _, column = request.args.get("after", "0-").partition("-")
    after = (int(line) if line.isdecimal() and len(line) < 9 else 0, column)
    with gateway().outside.store.reading() as work:
        job = work.imports.get(job_id)
        flaws: Sequence[Flaw] = work.imports.flaws(job_id, after, FLAWS)
        left = work.imports.open_flaws(job_id)
    reason, _, where = (job.refusal or "").partition(" ")
    return render_template(
        "contact_import.html",
        job=job,
        flaws=flaws,
        left=left,
        more=f"{flaws[-1].line}-{flaws[-1].column}" if len(flaws) == FLAWS else None,
        refused=refused,
        typed=typed or {},
        at_work=job.state in AT_WORK,
        refusal=(reason, where),
        longest=LONGEST_NAME,
    )

"""``gateway i18n``: what a language still lacks, and the way of its texts to a translator and back."""

import os
from collections import Counter
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.printing import columns, json_line
from gateway.content.files import read_sources, shown
from gateway.content.pseudo import LANGUAGES, pseudo_files
from gateway.content.translations import Row, Sheet, translatable
from gateway.content.translations_back import Verdict, files_after, judge
from gateway.content.translations_po import from_po, to_po
from gateway.content.translations_xlsx import from_xlsx, to_xlsx
from gateway.errors import MalformedRequest
from gateway.text.segments import measure

WRITERS = {"po": to_po, "xlsx": to_xlsx}
READERS = {".po": from_po, ".xlsx": from_xlsx}
EXPECTED = ("lo", "en", "hmn", "lo-Latn")


@click.group()
def i18n() -> None:
    r"""Texts to translators and back; routing stands in other files and cannot change.

    \b
    Examples:
      gateway i18n status
      gateway i18n export --lang hmn --format xlsx
    """


@i18n.command()
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def status(as_json: bool) -> None:
    r"""Count the texts of every language: there, missing, stale, waiting for review, over one SMS segment.

    Stale: its source has changed since it was translated.

    \b
    Examples:
      gateway i18n status
      gateway i18n status --json
    """
    spoken = {language for language, texts in read_sources(content_root()).messages.items() if texts}
    facts = [_facts(_sheet(language)) for language in dict.fromkeys((*EXPECTED, *sorted(spoken)))]
    for line in facts if as_json else ():
        json_line(line)
    if not as_json:
        names = tuple(facts[0])
        columns(
            [tuple(str(line[name]) for name in names) for line in facts], [name.replace("_", " ") for name in names]
        )


def _facts(sheet: Sheet) -> dict[str, object]:
    wanted = [row for row in sheet.rows if row.variant == "text"]
    states = Counter(row.state for row in wanted)
    long = sum(measure(row.target).segments > 1 for row in sheet.rows)
    return {
        "language": sheet.language,
        "texts": len(wanted),
        "there": len(wanted) - states["missing"],
        "missing": states["missing"],
        "stale": sum(row.state == "stale" for row in sheet.rows),
        "to_review": states["review"],
        "over_one_segment": long,
    }


def _sheet(language: str) -> Sheet:
    """Return the rows of a language; English is translated from Lao, every other from English."""
    return translatable(content_root(), language, "lo" if language == "en" else "en")


@i18n.command()
@click.option("--lang", required=True, help="Language to translate into.")
@click.option("--format", "form", type=click.Choice(list(WRITERS)), default="po", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File to write (default: LANG.FORMAT).")
def export(lang: str, form: str, out: Path | None) -> None:
    r"""Write every text of a language, in the order of the conversation, into a file for translators.

    \b
    Examples:
      gateway i18n export --lang hmn --format xlsx
      gateway i18n export --lang lo --out lao.po
    """
    sheet = _sheet(lang)
    path = out or Path(f"{lang}.{form}")
    path.write_bytes(WRITERS[form](sheet))
    missing = sum(row.state == "missing" for row in sheet.rows)
    click.echo(f"{path}: {len(sheet.rows)} texts, {missing} missing")


@i18n.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--lang", required=True, help="Language the file is meant for.")
@click.option("--write/--dry-run", default=False, help="Change messages/, or only say what would change (default).")
@click.pass_context
def bring_back(ctx: click.Context, file: Path, lang: str, write: bool) -> None:
    r"""Take translations back: say what is taken, refused and unchanged; exit 1 when a row is refused.

    \b
    Examples:
      gateway i18n import hmn.xlsx --lang hmn
      gateway i18n import hmn.xlsx --lang hmn --write
    """
    if file.suffix not in READERS:
        raise click.UsageError("the file must end in .po or .xlsx")
    try:
        returned = READERS[file.suffix](file.read_bytes())
    except MalformedRequest as error:
        raise click.UsageError(str(error)) from error
    sheet = _sheet(lang)
    verdict = judge(sheet, returned)
    files = files_after(content_root(), sheet, verdict.taken, verdict.confirmed)
    _tell(verdict)
    for path, text in files.items():
        if write:
            _write(path, text)
        click.echo(f"{'written' if write else 'would be written'}: {shown(path, content_root())}")
    if not write and files:
        click.echo("nothing was written; add --write", err=True)
    if verdict.refused:
        ctx.exit(1)


def _tell(verdict: Verdict) -> None:
    """Print the lists."""
    for row, target in verdict.taken:
        click.echo(f"taken      {row.key}: {_short(row, target)}")
    for row in verdict.confirmed:
        click.echo(f"confirmed  {row.key}")
    for refused in verdict.refused:
        click.echo(f"refused    {refused.row.key} (row {refused.row.line}): {refused.reason}")
    for key in verdict.unchanged:
        click.echo(f"unchanged  {key}")
    counts = f"{len(verdict.taken)} taken, {len(verdict.refused)} refused, {len(verdict.unchanged)} unchanged"
    click.echo(f"{counts}, {len(verdict.confirmed)} confirmed" if verdict.confirmed else counts)


def _short(row: Row, target: str) -> str:
    size = measure(target)
    long = "" if size.segments < 2 else f"  [{size.segments} segments: over {row.limit} characters]"
    return target.replace("\n", " / ") + long


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, so that a running gateway reads the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode("utf-8"))
    os.replace(beside, path)


@i18n.command()
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option("--lang", required=True, help="Language whose texts fit their sources as they are now.")
def confirm(keys: tuple[str, ...], lang: str) -> None:
    r"""Record that texts (default: all) fit their present source, after an edit by hand.

    \b
    Examples:
      gateway i18n confirm --lang lo
      gateway i18n confirm report.danger report.thanks#neutral --lang hmn
    """
    sheet = _sheet(lang)
    rows = {row.key: row for row in sheet.rows if row.target}
    unknown = [key for key in keys if key not in rows]
    if unknown or not sheet.is_recorded:
        raise click.UsageError(f"{lang} has no translation {unknown[0]}" if unknown else f"{lang} is no translation")
    for path, text in files_after(content_root(), sheet, (), [rows[key] for key in keys or rows]).items():
        _write(path, text)
    click.echo(f"{len(keys or rows)} texts fit their sources")


@i18n.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def pseudo(folder: Path) -> None:
    r"""Write two invented languages into FOLDER/messages: qps, 40 % longer, and qps-Laoo, with stacked Lao marks.

    \b
    Examples:
      gateway i18n pseudo build
      gateway i18n pseudo ~/content-to-try
    """
    sheet = _sheet("qps")
    for language, speak in LANGUAGES.items():
        place = folder / "messages" / language
        place.mkdir(parents=True, exist_ok=True)
        for name, text in pseudo_files(sheet, speak).items():
            (place / name).write_text(text, "utf-8")
        click.echo(str(place))

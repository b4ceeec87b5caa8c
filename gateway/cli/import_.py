"""``gateway import``: conversations written elsewhere, as flows and messages of this gateway."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.channels.strict_json import read_object
from gateway.cli.printing import json_line
from gateway.content.files import read_sources
from gateway.content.running import load
from gateway.conversation.flow import Flow
from gateway.conversation.loader import read_flow
from gateway.conversation.structure import check_together
from gateway.errors import ContentRefused, Finding, MalformedRequest
from gateway.integrations.rapidpro.conversion import Converted, NoSuchFlow, Wishes, convert
from gateway.integrations.rapidpro.export import read_export
from gateway.strict_yaml import read
from gateway.text.catalogue import parse_messages
from gateway.text.lexicon import Lexicon

_MOST_BYTES = 16 * 1024 * 1024
# Protection flows need a person behind every answer: an author makes an import one, and the loader then checks it.
_PURPOSES = ("information", "survey", "course", "campaign")
_ROUTING = ("signal", "topic", "context")


@click.group("import")
def import_() -> None:
    r"""Read conversations written for other systems.

    \b
    Examples:
      gateway import rapidpro export.json
      gateway import rapidpro export.json --out ~/content
    """


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--flow", "only", default="", help="Only the flow of this name or uuid, and those it calls.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Write flows/ and messages/ below this.")
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.option("--purpose", type=click.Choice(_PURPOSES), default="information", show_default=True)
@click.option("--language", type=click.Choice(["en", "lo"]), default="en", help="Of texts whose language is not said.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_context
def rapidpro(
    ctx: click.Context,
    file: Path,
    only: str,
    out: Path | None,
    force: bool,
    purpose: str,
    language: str,
    as_json: bool,
) -> None:
    r"""Convert flows exported from RapidPro (version 13 or 14); says line by line what could not be taken over.

    Without --out nothing is written. Exit 1 when a whole flow was refused.

    \b
    Examples:
      gateway import rapidpro export.json
      gateway import rapidpro export.json --flow Registration --out ~/content
    """
    lexicon = load(content_root()).library.lexicon
    shipped = read_sources(content_root()).flows
    wishes = Wishes(purpose, language, frozenset(shipped), lambda word: meaning(lexicon, word))
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise click.UsageError(f"{file} has more than {_MOST_BYTES // 1024 // 1024} MiB")
        converted = convert(read_export(read_object(file.read_bytes())), wishes, only)
    except MalformedRequest as error:
        raise click.UsageError(f"{file} is not an export: {error} expected") from error
    except NoSuchFlow as error:
        raise click.UsageError(f"{file} holds no flow '{only}' that can be read") from error
    refuse_unsound(converted.files, shipped)
    if out is not None:
        write(converted.files, out, force=force)
    report(converted, out, as_json=as_json)
    if any(line.degree == "refused" for line in converted.lines):
        ctx.exit(1)


def meaning(lexicon: Lexicon, word: str) -> Iterable[str]:
    """Return the one intent that a word means by itself, if it may lead to an answer of a question."""
    meant = [name for name in lexicon.whole(word) if lexicon.class_of(name) in _ROUTING or name in ("YES", "NO")]
    return meant if len(meant) == 1 else ()


def refuse_unsound(files: Mapping[str, str], shipped: Mapping[str, Flow]) -> None:
    """Read files as the strict loader will, beside the flows that are there; raises ContentRefused if it would."""
    findings: list[Finding] = []
    flows = dict(shipped)
    for path, text in files.items():
        if path.startswith("messages/"):
            parse_messages(Path(path).stem, read(text, path))
            continue
        flow, found = read_flow(text, path)
        findings += found
        if flow is not None:
            flows[flow.name] = flow
    findings += check_together(flows)
    if findings:
        raise ContentRefused(findings)


def write(files: Mapping[str, str], out: Path, *, force: bool) -> None:
    """Write every file below ``out``, or none when one is there already and ``force`` is not."""
    there = [path for path in files if (out / path).exists()]
    if there and not force:
        raise click.UsageError(f"{out / there[0]} is there already; --force overwrites it")
    for path, text in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, "utf-8")


def report(converted: Converted, out: Path | None, *, as_json: bool) -> None:
    """Print what was made and every line to look at."""
    if as_json:
        for path in converted.files:
            json_line({"file": path, "written": out is not None})
        for line in converted.lines:
            json_line(asdict(line))
        return
    for there, here in converted.flows:
        click.echo(f"converted: '{' '.join(there.split())}' as {here}")
    for line in converted.lines:
        click.echo(str(line))
    for path in converted.files:
        click.echo(f"{'written' if out else 'would write'}: {path}")
    counted = {degree: sum(line.degree == degree for line in converted.lines) for degree in ("narrowed", "replaced")}
    refused = len(converted.lines) - sum(counted.values())
    click.echo(
        f"{len(converted.flows)} flows converted, {refused} refused; {counted['narrowed']} narrowed, "
        f"{counted['replaced']} replaced" + ("" if out else "; nothing written, --out DIR writes"),
        err=True,
    )

"""``gateway lint`` and ``gateway understand``: what authors run before a villager meets their words."""

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.printing import json_line
from gateway.content.checking import findings_below
from gateway.content.running import load


@click.command()
@click.argument("path", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def lint(ctx: click.Context, path: Path | None, form: str) -> None:
    r"""Check the flows and messages below PATH (default: the gateway's own); exit 1 when there is an error.

    \b
    Examples:
      gateway lint
      gateway lint ~/content --format json
    """
    root, part = root_and_part(path) if path else (content_root(), "")
    findings = [finding for finding in findings_below(root) if finding.file.startswith(part)]
    for finding in findings:
        if form == "json":
            json_line(asdict(finding))
        else:
            click.echo(f"{finding}" if finding.severity == "error" else f"{finding} (warning)")
    errors = sum(finding.severity == "error" for finding in findings)
    click.echo(f"{errors} errors, {len(findings) - errors} warnings", err=True)
    if errors:
        ctx.exit(1)


def root_and_part(path: Path) -> tuple[Path, str]:
    """Return the folder that holds flows/ and messages/, and how the findings asked for begin."""
    asked = path.resolve()
    for folder in (asked, *asked.parents):
        if (folder / "flows").is_dir():
            return folder, "" if folder == asked else str(asked.relative_to(folder))
    raise click.UsageError(f"{path} lies in no folder that holds flows/")


@click.command()
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def understand(texts: tuple[str, ...], as_json: bool) -> None:
    r"""Show how texts are read; without TEXT, standard input is read, one text a line.

    \b
    Examples:
      gateway understand 'ຊ່ວຍແດ່' 'they took my passport'
      gateway understand --json < texts.txt
    """
    lexicon = load(content_root()).library.lexicon
    for text in texts or lines_of(sys.stdin):
        reading = lexicon.read(text)
        if as_json:
            json_line(
                {
                    "text": text,
                    "kind": reading.kind,
                    "primary": reading.primary,
                    "intents": list(reading.intents),
                    "evidence": [asdict(found) for found in reading.evidence],
                }
            )
        else:
            click.echo(f"{text}  ->  {reading.kind} {reading.primary or ' '.join(reading.intents) or '-'}")


def lines_of(stream: Iterable[str]) -> Iterable[str]:
    """Return each line without its end."""
    return (line.rstrip("\r\n") for line in stream)

"""``gateway lint``: what authors run before a villager meets their words."""

from dataclasses import asdict
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.printing import json_line
from gateway.content.checking import findings_below


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

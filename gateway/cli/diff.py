"""``gateway diff``: what an edit of flows and texts means, for whoever reads or approves it."""

from dataclasses import asdict
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.content import root_and_part
from gateway.cli.printing import json_line
from gateway.content.files import read_sources
from gateway.conversation.diff import Content, diff
from gateway.conversation.diff_html import html
from gateway.errors import ContentRefused


@click.command("diff")
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
def compare(old: Path, new: Path | None, form: str) -> None:
    r"""Say what changed from OLD to NEW (default: the gateway's own content): folders with flows/, or one flow file.

    \b
    Examples:
      gateway diff ~/content-of-last-week
      gateway diff old/flows/report.yaml new/flows/report.yaml --format html > report.html
    """
    before, after = read_side(old), read_side(new or content_root())
    changes = diff(before, after)
    if form == "html":
        click.echo(html(changes, str(old), str(new or content_root())), nl=False)
        return
    for change in changes:
        if form == "json":
            json_line(asdict(change))
        else:
            click.echo(str(change))
    click.echo(f"{len(changes)} changes", err=True)


def read_side(path: Path) -> Content:
    """Read one side; of a flow file that flow and its texts alone. Raises ContentRefused when it cannot be read."""
    root, part = root_and_part(path)
    sources = read_sources(root)
    errors = [finding for finding in sources.findings if finding.severity == "error"]
    if errors:
        raise ContentRefused(errors)
    if not path.is_file():
        return Content(sources.flows, sources.messages)
    flows = {name: flow for name, flow in sources.flows.items() if flow.file == part}
    messages = {
        language: {key: text for key, text in texts.items() if key.partition(".")[0] in flows}
        for language, texts in sources.messages.items()
    }
    return Content(flows, messages)

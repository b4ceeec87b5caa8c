"""``gateway diff``: what an edit of flows and texts means, for whoever reads or approves it."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.content import root_and_part
from gateway.cli.opening import open_gateway
from gateway.cli.printing import json_line
from gateway.content.files import read_sources
from gateway.content.published import read_live
from gateway.conversation.diff import Content, content_of, diff, waiting
from gateway.conversation.diff_html import cost_in_words, html
from gateway.errors import ContentRefused

LIVE = "what is live"


@click.command("diff")
@click.argument("sides", metavar="[OLD] [NEW]", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--live", is_flag=True, help="OLD is what the gateway says to villagers now; with who is inside.")
@click.option("--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True)
def compare(sides: tuple[Path, ...], live: bool, form: str) -> None:
    r"""Say what changed from OLD to NEW (default: the gateway's own content): folders with flows/, or one flow file.

    \b
    Examples:
      gateway diff --live
      gateway diff old/flows/report.yaml new/flows/report.yaml --format html > report.html
    """
    if len(sides) not in ((0, 1) if live else (1, 2)):
        raise click.UsageError("name OLD and perhaps NEW; with --live only NEW, or nothing")
    new = sides[-1] if len(sides) == (1 if live else 2) else content_root()
    after = read_side(new)
    before, people = live_side(after, whole=not new.is_file()) if live else (read_side(sides[0]), {})
    changes = diff(before, after, people)
    inside = waiting(changes, before, people)
    if form == "html":
        click.echo(html(changes, LIVE if live else str(sides[0]), str(new), inside), nl=False)
        return
    for change in changes:
        if form == "json":
            json_line(asdict(change))
        else:
            click.echo(str(change))
    cost = cost_in_words(changes)
    said = [f"{len(changes)} changes", f"segments: {cost}" if cost else "", f"{inside} wait at changed steps" * live]
    click.echo("; ".join(part for part in said if part), err=True)


def live_side(new: Content, *, whole: bool) -> tuple[Content, Mapping[str, int]]:
    """Return what is live, and how many conversations wait at each of its steps; not ``whole``: only NEW's flows."""
    with open_gateway().outside.store.reading() as work:
        if not work.bundles.version():
            raise click.UsageError("nothing was published yet")
        loaded, inside = read_live(work), work.bundles.inside()
    library, people = loaded.library, dict[str, int]()
    for place in inside:
        people[f"{place.flow}.{place.step}"] = people.get(f"{place.flow}.{place.step}", 0) + place.people
    flows = {name: library.bundles[hash_].flows[name] for name, hash_ in library.current.items()}
    content = content_of(flows, loaded.catalogue)
    return (content if whole else only(content, new.flows)), people


def read_side(path: Path) -> Content:
    """Read one side; of a flow file that flow and its texts alone. Raises ContentRefused when it cannot be read."""
    root, part = root_and_part(path)
    sources = read_sources(root)
    errors = [finding for finding in sources.findings if finding.severity == "error"]
    if errors:
        raise ContentRefused(errors)
    content = Content(sources.flows, sources.messages)
    named = {name: flow for name, flow in sources.flows.items() if flow.file == part}
    return only(content, named) if path.is_file() else content


def only(content: Content, names: Mapping[str, object]) -> Content:
    """Return some flows of a content with their texts."""
    flows = {name: flow for name, flow in content.flows.items() if name in names}
    messages = {
        language: {key: text for key, text in texts.items() if key.partition(".")[0] in flows}
        for language, texts in content.messages.items()
    }
    return Content(flows, messages)

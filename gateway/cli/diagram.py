"""``gateway diagram``: a flow as a picture, or as text for Mermaid and Graphviz."""

from collections.abc import Iterator
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.opening import open_gateway
from gateway.content.running import load
from gateway.conversation.diagram import diagram_of
from gateway.conversation.diagram_svg import svg
from gateway.conversation.diagram_text import dot, mermaid
from gateway.conversation.passages import Passage, in_words, traffic

FORMATS = {"svg": svg, "mermaid": mermaid, "dot": dot}
ENDINGS = {"svg": "svg", "mermaid": "mmd", "dot": "dot"}


@click.command()
@click.argument("flow", required=False)
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="svg", show_default=True)
@click.option("--lang", default="en", show_default=True, help="Language of the texts in the boxes.")
@click.option(
    "--all", "folder", type=click.Path(file_okay=False, path_type=Path), help="Draw every flow into a folder."
)
@click.option("--counts", is_flag=True, help="Say at each arrow how many people went along it, from stored messages.")
def diagram(flow: str | None, form: str, lang: str, folder: Path | None, counts: bool) -> None:
    r"""Draw FLOW on standard output, or every flow into a folder.

    What people wrote is sealed, so where two answers lead to the same question each may have been the one ("up to
    40"). Fewer than five people are not told apart, and silence leaves no message.

    \b
    Examples:
      gateway diagram report --counts > report.svg
      gateway diagram --all drawings --format mermaid
    """
    loaded = load(content_root())
    flows = loaded.sources.flows
    if lang not in loaded.catalogue.languages:
        raise click.UsageError(f"no texts in {lang}; use one of: {', '.join(loaded.catalogue.languages)}")
    if (flow is None) == (folder is None):
        raise click.UsageError("name one flow, or a folder with --all")
    if folder is None and flow not in flows:
        raise click.UsageError(f"there is no flow {flow}; use one of: {', '.join(sorted(flows))}")
    passages = list(went()) if counts else []
    for name in [str(flow)] if folder is None else sorted(flows):
        people = in_words(traffic(flows[name], passages)) if counts else {}
        drawn = FORMATS[form](diagram_of(flows[name], loaded.catalogue, lang, people))
        if folder is None:
            click.echo(drawn, nl=False)
        else:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.{ENDINGS[form]}").write_text(drawn, "utf-8")
            click.echo(str(folder / f"{name}.{ENDINGS[form]}"))


def went() -> Iterator[Passage]:
    """Yield where every stored message of this gateway went."""
    with open_gateway().outside.store.reading() as work:
        yield from work.inbox.passages()

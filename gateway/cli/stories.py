"""``gateway test``: plays .chat stories against a whole gateway in this process, and says which exits they took."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.printing import columns, json_line
from gateway.cli.story_content import StoryContent
from gateway.cli.story_home import prepare_template
from gateway.cli.story_world import StoryWorld
from gateway.conversation.coverage import Gap, Row, Taken, gaps, rows
from gateway.conversation.lint_material import REQUIRED
from gateway.conversation.rehearsal import Failure, play
from gateway.conversation.transcript import read_chat
from gateway.errors import ContentRefused

SHIPPED = "tests/conversations"


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--coverage", "list_gaps", is_flag=True, help="List the exits that no story takes.")
@click.option("--json", "as_json", is_flag=True, help="One object a line: stories, then coverage, then gaps.")
@click.pass_context
def test(ctx: click.Context, paths: tuple[Path, ...], list_gaps: bool, as_json: bool) -> None:
    r"""Play stories (default: all shipped ones); exit 1 when one does not hold.

    \b
    Examples:
      gateway test
      gateway test tests/conversations/mother_falls_silent.chat --coverage
    """
    files = stories_of(paths or (content_root() / SHIPPED,))
    if not files:
        raise click.UsageError("there is no .chat file at that place")
    content = StoryContent(content_root())
    told = tell_json if as_json else tell_text
    failed, seen = 0, set[Taken]()
    for one in play_all(files, content):
        told(one)
        failed += one.failure is not None
        seen |= one.taken
    flows = content.loaded().sources.flows
    covered, missing = rows(flows, seen, REQUIRED), gaps(flows, seen, REQUIRED) if list_gaps else []
    if as_json:
        report_json(covered, missing)
    else:
        touched = {row.flow for row in covered if row.taken or not paths}
        report_text([row for row in covered if row.flow in touched], missing)
        click.echo(f"{len(files) - failed} passed, {failed} failed")
    if failed:
        ctx.exit(1)


@dataclass(frozen=True, slots=True)
class Played:
    """How one story went: what did not hold, if anything, and the exits it took."""

    file: Path
    failure: Failure | ContentRefused | None
    taken: frozenset[Taken]


def play_all(files: Sequence[Path], content: StoryContent) -> Iterator[Played]:
    """Play stories one after the other, each in a world of its own; yield each as soon as it is over."""
    with tempfile.TemporaryDirectory(prefix="sd-") as folder:
        prepare_template(Path(folder) / "template", content)
        for number, file in enumerate(files):
            world = StoryWorld(Path(folder) / "template", Path(folder) / str(number), content)
            failure = played(file, world)
            world.close()
            yield Played(file, failure, frozenset(world.taken))


def stories_of(paths: tuple[Path, ...]) -> list[Path]:
    """Return every story below the paths."""
    return sorted(file for path in paths for file in (path.rglob("*.chat") if path.is_dir() else [path]))


def played(file: Path, world: StoryWorld) -> Failure | ContentRefused | None:
    """Play one story; return how it fails, or None."""
    try:
        return play(read_chat(file.read_text("utf-8"), str(file)), world)
    except ContentRefused as refused:
        return refused


def tell_text(one: Played) -> None:
    """Print a story that does not hold; one that does needs no word."""
    if one.failure is not None:
        click.echo(str(one.failure))


def tell_json(one: Played) -> None:
    """Print how one story went."""
    facts: dict[str, object] = {"story": str(one.file), "passed": one.failure is None}
    if isinstance(one.failure, Failure):
        facts |= {"line": one.failure.line, "expected": one.failure.expected, "got": one.failure.got}
    elif one.failure is not None:
        facts |= {"findings": [asdict(finding) for finding in one.failure.findings]}
    json_line(facts)


def report_text(covered: list[Row], missing: list[Gap]) -> None:
    """Print one line a flow, and where the exits stand that nobody takes."""
    for gap in missing:
        click.echo(str(gap))
    by_flow = groupby(covered, key=lambda row: row.flow)
    columns([(flow, ", ".join(map(str, of_flow))) for flow, of_flow in by_flow], ("flow", "exits taken"))


def report_json(covered: list[Row], missing: list[Gap]) -> None:
    """Print coverage and gaps, one object a line."""
    for row in covered:
        json_line(asdict(row))
    for gap in missing:
        json_line({**asdict(gap.exit), "languages": gap.languages, "file": gap.mark.file, "line": gap.mark.line})

"""``gateway test``: plays .chat stories against a whole gateway in this process."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.story_world import StoryContent, StoryWorld, prepare_template
from gateway.conversation.rehearsal import Failure, play
from gateway.conversation.transcript import read_chat
from gateway.errors import ContentRefused

SHIPPED = "tests/conversations"


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.pass_context
def test(ctx: click.Context, paths: tuple[Path, ...]) -> None:
    r"""Play stories (default: all shipped ones); exit 1 when one does not hold.

    \b
    Examples:
      gateway test
      gateway test tests/conversations/mother_falls_silent.chat
    """
    files = stories_of(paths or (content_root() / SHIPPED,))
    if not files:
        raise click.UsageError("there is no .chat file at that place")
    failures = 0
    for found in play_all(files):
        failures += 1
        click.echo(found)
    click.echo(f"{len(files) - failures} passed, {failures} failed")
    if failures:
        ctx.exit(1)


def play_all(files: Sequence[Path]) -> Iterator[str]:
    """Play stories one after the other, each in a world of its own; yield how one fails as soon as it does."""
    with tempfile.TemporaryDirectory(prefix="sd-") as folder:
        content = StoryContent(content_root())
        prepare_template(Path(folder) / "template", content)
        for number, file in enumerate(files):
            world = StoryWorld(Path(folder) / "template", Path(folder) / str(number), content)
            found = played(file, world)
            world.close()
            if found is not None:
                yield found


def stories_of(paths: tuple[Path, ...]) -> list[Path]:
    """Return every story below the paths."""
    return sorted(file for path in paths for file in (path.rglob("*.chat") if path.is_dir() else [path]))


def played(file: Path, world: StoryWorld) -> str | None:
    """Play one story; return how it fails, or None."""
    try:
        failure: Failure | None = play(read_chat(file.read_text("utf-8"), str(file)), world)
    except ContentRefused as refused:
        return str(refused)
    return None if failure is None else str(failure)

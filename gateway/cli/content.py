"""``gateway lint``: what authors run before a villager meets their words."""

import time
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.findings import FORMATS, rules_as_markdown
from gateway.cli.opening import open_gateway
from gateway.cli.stories import SHIPPED, play_all, stories_of
from gateway.cli.story_content import StoryContent
from gateway.content.checking import Checked, checked_below
from gateway.content.fixing import fix_below
from gateway.conversation.lint_material import Given
from gateway.conversation.lint_sessions import segments_of
from gateway.errors import Finding
from gateway.services.held_codes import held_codes
from gateway.system.clock import SystemClock


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@click.option("--fix", is_flag=True, help="Repair what cannot change what a person hears, then check.")
@click.option("--rules", is_flag=True, help="Print the list of rules instead.")
@click.option("--stories", is_flag=True, help="Play the stories, too: which ways does none of them take?")
@click.option("--live", is_flag=True, help="Ask the gateway's database which codes running conversations hold.")
@click.pass_context
def lint(
    ctx: click.Context, paths: tuple[Path, ...], form: str, fix: bool, rules: bool, stories: bool, live: bool
) -> None:
    r"""Check the flows and messages below each PATH (default: the gateway's own); exit 1 when there is an error.

    \b
    Examples:
      gateway lint --stories --live
      gateway lint ~/content --format sarif > lint.sarif
    """
    if rules:
        click.echo(rules_as_markdown(), nl=False)
        return
    began = time.perf_counter()
    root, parts = root_and_parts(paths) if paths else (content_root(), ("",))

    def wanted(file: str) -> bool:
        return any(part in ("", file) or file.startswith(f"{part}/") for part in parts)

    for file in fix_below(root, wanted) if fix else ():
        click.echo(f"repaired {file}", err=True)
    checked = checked_below(root, given_now(root, stories=stories, live=live))
    findings = [finding for finding in checked.findings if wanted(finding.file)]
    FORMATS[form](findings)
    click.echo(_summary(findings, checked, time.perf_counter() - began), err=True)
    if any(finding.severity == "error" for finding in findings):
        ctx.exit(1)


def given_now(root: Path, *, stories: bool, live: bool) -> Given:
    """Return what no file says: the day; for ``stories`` the exits they take; for ``live`` the codes that are held."""
    today, taken, in_use = SystemClock().now().date(), None, {}
    if stories:
        played = play_all(stories_of((root / SHIPPED,)), StoryContent(root))
        taken = frozenset(exit_ for one in played for exit_ in one.taken)
    if live:
        with open_gateway().outside.store.reading() as work:
            in_use = held_codes(work)
    return Given(today, in_use, taken)


def _summary(findings: list[Finding], checked: Checked, seconds: float) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    counted = f"{_counted(errors, 'error')}, {_counted(len(findings) - errors, 'warning')}"
    read = f"{_counted(checked.flows, 'flow')}, {_counted(checked.languages, 'language')}, {seconds * 1000:.0f} ms"
    if checked.material is None or not checked.material.flows:
        return f"{counted} · {read}"
    sessions = ((segments_of(checked.material, flow), name) for name, flow in checked.material.flows.items())
    segments, name = max(sessions)
    return f"{counted} · {read} · worst session: {name} {_counted(segments, 'segment')}"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def root_and_parts(paths: tuple[Path, ...]) -> tuple[Path, tuple[str, ...]]:
    """Return the one folder that holds flows/ and messages/, and which parts of it were asked for."""
    found = [root_and_part(path) for path in paths]
    if len({root for root, _ in found}) > 1:
        raise click.UsageError("the paths lie in several folders that hold flows/; check one after the other")
    return found[0][0], tuple(part for _, part in found)


def root_and_part(path: Path) -> tuple[Path, str]:
    """Return the folder that holds flows/ and messages/, and the path of what was asked for inside it."""
    asked = path.resolve()
    for folder in (asked, *asked.parents):
        if (folder / "flows").is_dir():
            return folder, "" if folder == asked else str(asked.relative_to(folder))
    raise click.UsageError(f"{path} lies in no folder that holds flows/")

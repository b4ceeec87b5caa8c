"""``gateway publish``, ``rollback`` and ``versions``: from files to what villagers hear, by two people, and back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict

import click

from gateway.assembly import content_root
from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.cli.stories import SHIPPED, play_all, stories_of
from gateway.cli.story_content import StoryContent
from gateway.content.checking import findings_below
from gateway.content.drafting import cost_of, documents_of
from gateway.conversation.coverage import gaps
from gateway.conversation.lint_material import REQUIRED, Given
from gateway.ports.bundle_book import Inside, People
from gateway.services.held_codes import held_codes
from gateway.services.journal import live_of
from gateway.services.publishing import Draft
from gateway.wiring import Gateway

SHOWN = 16  # characters of a hash on a line
AS = click.option("--as", "actor", metavar="NAME", help="The account that takes this step.")


@click.group(invoke_without_command=True)
@AS
@click.option("--note", default="", help="What changed and why, for the second person.")
@click.option(
    "--people", type=click.Choice(["keep", "map", "withdraw"]), default="keep", show_default=True,
    help="People inside finish on their version, go on at a mapped step, or are called back from it.",
)  # fmt: skip
@click.option("--step", "steps", multiple=True, metavar="FLOW.OLD=FLOW.NEW", help="Where people go, with map.")
@click.option("--untried", default="", metavar="WHY", help="Why protection flows may have exits in no story; recorded.")
@click.pass_context
def publish(
    ctx: click.Context, actor: str | None, note: str, people: People, steps: tuple[str, ...], untried: str
) -> None:
    r"""Propose the files as they are; a second person approves the hash it prints.

    The lint and the stories must be green, and stories must take every exit of every protection flow, in Lao and in
    English.

    \b
    Examples:
      gateway publish --as author --note 'shorter first question'
      gateway publish --as author --note 'a wrong price' --untried 'stories follow tomorrow'
      gateway publish --as author --people map --step report.where=report.place
    """
    if ctx.invoked_subcommand is not None:
        return
    name, mapped, root = required(actor), dict(pair(step) for step in steps), content_root()
    gateway = open_gateway()
    report = {**linted(gateway), **rehearsed(untried)}
    show_inside(gateway.publishing.inside())
    draft = Draft(documents_of(root), note, report, cost_of(root), people, mapped)
    hash_ = gateway.publishing.propose(draft, name)
    click.echo(f"proposed {hash_}\nA second person reads it and approves: gateway publish approve {hash_} --as NAME")


@publish.command()
@click.argument("hash_", metavar="HASH")
@AS
def approve(hash_: str, actor: str | None) -> None:
    r"""Approve exactly this hash as the second person: it goes live at once.

    \b
    Examples:
      gateway publish approve 4f0c9a1b77e2 --as approver
      gateway publish approve "$HASH" --as approver
    """
    gateway = open_gateway()
    name = required(actor)
    show_inside(gateway.publishing.inside())
    edition = gateway.publishing.approve(hash_, name)
    click.echo(f"live: {edition.hash}; people inside: {edition.people}")


@click.command()
@click.argument("flow", required=False)
@click.option("--all", "everything", is_flag=True, help="Undo the whole last publication.")
@click.option(
    "--people", type=click.Choice(["keep", "withdraw"]), default="keep", show_default=True,
    help="People inside finish on their version, or are called back from it.",
)  # fmt: skip
@AS
def rollback(flow: str | None, everything: bool, people: People, actor: str | None) -> None:
    r"""Put back what was live before, with every flow that holds FLOW; again goes one further back.

    \b
    Examples:
      gateway rollback report --as author
      gateway rollback --all --people withdraw --as approver
    """
    if (flow is None) is not everything:
        raise click.UsageError("name a FLOW, or say --all")
    gateway = open_gateway()
    moves = gateway.publishing.roll_back((flow,) if flow else (), required(actor), people)
    columns([[move.name, (move.bundle or "-")[:SHOWN]] for move in moves], ("back", "bundle"))


@click.group()
def versions() -> None:
    """What is live, what waits for a second person, and what was live before."""


@versions.command("list")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def list_versions(as_json: bool) -> None:
    r"""List the editions, newest first: who wrote and who approved them, and whether they are live.

    \b
    Examples:
      gateway versions list
      gateway versions list --json
    """
    gateway = open_gateway()
    with gateway.outside.store.reading() as work:
        editions, live = work.bundles.editions(), live_of(work.bundles.moves())
    for edition in editions if as_json else ():
        json_line({**asdict(edition), "live": sorted(share(edition.parts, live))})
    if not as_json:
        columns(
            (
                [
                    local(edition.created_at, gateway.settings.timezone),
                    edition.hash[:SHOWN],
                    edition.author,
                    edition.approver or "-",
                    f"{len(share(edition.parts, live))} of {len(edition.parts)}",
                    edition.note,
                ]
                for edition in editions
            ),
            ("at", "hash", "author", "approver", "live", "note"),
        )


def share(parts: Mapping[str, str], live: Mapping[str, str]) -> set[str]:
    """Return the names that an edition's bundle is live for."""
    return {name for name, hash_ in parts.items() if live.get(name) == hash_}


def required(actor: str | None) -> str:
    """Return the account, or ask for it."""
    if not actor:
        raise click.UsageError("say who takes this step: --as NAME")
    return actor


def pair(step: str) -> tuple[str, str]:
    """Return the old and the new step."""
    old, _, new = step.partition("=")
    if not old or not new:
        raise click.UsageError(f"{step!r} is not FLOW.OLD=FLOW.NEW")
    return old, new


def linted(gateway: Gateway) -> dict[str, object]:
    """Lint the files, today and with the people who are inside; every error is printed, and none may be left."""
    with gateway.outside.store.reading() as work:
        given = Given(gateway.outside.clock.now().date(), held_codes(work))
    findings = findings_below(content_root(), given)
    errors = [finding for finding in findings if finding.severity == "error"]
    for finding in errors:
        click.echo(str(finding))
    click.echo(f"lint: {len(errors)} errors, {len(findings) - len(errors)} warnings")
    if errors:
        raise click.ClickException("not proposed: the lint is not green")
    return {"errors": 0, "warnings": [str(finding) for finding in findings]}


def rehearsed(untried: str) -> dict[str, object]:
    """Play every story; each failure is printed, and none may be left. The exits no story takes go into the report.

    Exits of protection flows may be among them only with a reason, ``untried``, which goes into the report as well.
    """
    files, content = stories_of((content_root() / SHIPPED,)), StoryContent(content_root())
    played = list(play_all(files, content))
    failures = [one.failure for one in played if one.failure is not None]
    for failure in failures:
        click.echo(failure)
    seen = {taken for one in played for taken in one.taken}
    flows = content.loaded().sources.flows
    missing = gaps(flows, seen, REQUIRED)
    passed = len(files) - len(failures)
    click.echo(f"stories: {passed} passed, {len(failures)} failed; {len(missing)} exits in no story")
    if failures or not files:
        raise click.ClickException("not proposed: the stories are not green")
    unsafe = [gap for gap in missing if flows[gap.exit.flow].protects]
    for gap in () if untried else unsafe:
        click.echo(str(gap))
    if unsafe and not untried:
        raise click.ClickException(
            f"not proposed: {len(unsafe)} exits of protection flows are in no story; write it, or say --untried WHY"
        )
    report: dict[str, object] = {"stories": len(files), "untaken": list(map(str, missing)), "green": True}
    return {**report, "untried": untried} if unsafe else report


def show_inside(inside: Iterable[Inside]) -> None:
    """Say how many people wait at which steps."""
    steps: Counter[str] = Counter()
    for place in inside:
        steps[f"{place.flow}.{place.step}"] += place.people
    click.echo(
        f"{steps.total()} wait on {len(steps)} steps" + "".join(f"\n  {n} {step}" for step, n in sorted(steps.items()))
    )

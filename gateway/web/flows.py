"""Flows: what is live and who stands for it, who is inside, what waits for a second person, and the way back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.errors import Conflict, NotFound
from gateway.ports.bundle_book import Edition, Inside, Move, People
from gateway.services.journal import live_of, standing
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("flows", __name__)
SAID = ("approve", "rollback")


@dataclass(frozen=True, slots=True)
class Live:
    """One name as it is live: its bundle, who stands for it, how many people wait inside, and of them on older ones."""

    name: str
    bundle: str
    edition: Edition
    since: datetime
    people: int
    steps: int
    older: int
    undoable: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edition that waits for its second person, and the names that it would move."""

    edition: Edition
    names: tuple[str, ...]
    own: bool


@blueprint.get("/flows")
def page() -> str:
    """Show the live versions and what waits for approval."""
    return shown()


@blueprint.post("/flows/approve")
def approve() -> ResponseReturnValue:
    """Let the visitor approve exactly the edition that the page showed."""
    return taken("approve", lambda name: gateway().publishing.approve(request.form.get("seen", ""), name))


@blueprint.post("/flows/rollback")
def rollback() -> ResponseReturnValue:
    """Put back what was live before."""
    people: People = "withdraw" if request.form.get("people") == "withdraw" else "keep"
    flow = request.form.get("flow", "")
    return taken("rollback", lambda name: gateway().publishing.roll_back((flow,), name, people))


def taken(step: str, take: Callable[[str], object]) -> ResponseReturnValue:
    """Take a step in the visitor's name; a refusal is the page again, with the reason."""
    try:
        take(g.visitor.account.name)
    except (Conflict, NotFound) as refused:
        return shown(in_words(g.words, refused.told)), 409
    return redirect(url_for("flows.page", said=step), 303)


def shown(refused: Markup | None = None) -> str:
    """Render the page."""
    with gateway().outside.store.reading() as work:
        journal, inside = work.bundles.moves(), work.bundles.inside()
        live, version = live_of(journal), work.bundles.version()
        named = {hash_: work.bundles.edition(hash_) for hash_ in {move.edition for move in journal}}
        editions = {hash_: edition for hash_, edition in named.items() if edition is not None}
        waiting = [row for row in work.bundles.editions() if row.base == version]
    said = request.args.get("said")
    return render_template(
        "flows.html",
        live=[live_row(name, hash_, journal, editions, inside) for name, hash_ in sorted(live.items())],
        proposals=[proposal(edition, live) for edition in waiting],
        refused=refused,
        said=said if said in SAID else None,
    )


def live_row(
    name: str, hash_: str, journal: tuple[Move, ...], editions: dict[str, Edition], inside: tuple[Inside, ...]
) -> Live:
    """Return what is to be told of one live name."""
    stack = standing(journal, name)
    last = max((move for move in journal if move.name == name), key=lambda move: move.number)
    here = [place for place in inside if place.flow == name]
    bundles = set(live_of(journal).values())
    return Live(
        name,
        hash_,
        editions[stack[-1].edition],
        last.at,
        sum(place.people for place in here),
        len({place.step for place in here}),
        sum(place.people for place in here if place.bundle not in bundles),
        len(stack) > 1 or stack[-1].edition != journal[0].edition,
    )


def proposal(edition: Edition, live: dict[str, str]) -> Proposal:
    """Return an edition with the names that approving it would move."""
    names = sorted(name for name in edition.parts.keys() | live.keys() if edition.parts.get(name) != live.get(name))
    return Proposal(edition, tuple(names), edition.author == g.visitor.account.name)

"""An officer's own turns: which lie ahead, what colleagues ask, and asking one to take a turn."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.cases.case import Actor
from gateway.directory.post import Post, live
from gateway.directory.shift import takes
from gateway.directory.turn import Turn, turn_of, turns_ahead
from gateway.errors import Conflict, NotFound
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.case_desk import actor_of
from gateway.services.posts import Posts
from gateway.services.swaps import Swaps
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("turns", __name__, url_prefix="/turns")

SHOWN_DAYS = 14
APART = "/"
STEPS = {"accept": Swaps.accept, "refuse": Swaps.refuse, "withdraw": Swaps.withdraw}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a post can ask for: its own turns, and each colleague with hers."""

    own: tuple[Turn, ...]
    colleagues: Mapping[Post, tuple[Turn, ...]]


@blueprint.get("")
def page() -> str:
    """Show the visitor's turns and what waits for an answer."""
    return shown()


@blueprint.post("")
def ask() -> ResponseReturnValue:
    """Ask a colleague."""
    try:
        with gateway().directory.posts.changing() as work:
            ask_colleague(work, own_post(work).id, by())
    except Conflict as conflict:
        return shown(in_words(g.words, conflict.told)), 409
    return redirect(url_for("turns.page", said="sent"), 303)


@blueprint.post("/<swap>")
def answer(swap: str) -> ResponseReturnValue:
    """Accept or refuse what a colleague asks, or take one's own question back."""
    step = STEPS.get(request.form.get("do", ""))
    if step is None:
        raise NotFound
    now = gateway().outside.clock.now()
    try:
        with gateway().directory.posts.changing() as work:
            step(gateway().directory.swaps, work, swap, (own_post(work).id,), by(), now)
    except Conflict as conflict:
        return shown(in_words(g.words, conflict.told)), 409
    return redirect(url_for("turns.page"), 303)


def by() -> Actor:
    """Return who acts."""
    return Actor(*actor_of(g.visitor))


def own_post(work: UnitOfWork) -> Post:
    """Return the visitor's post; NotFound for an account without one."""
    seat = work.directory.seat(g.visitor.account.post_id or "")
    if seat is None:
        raise NotFound
    return seat.post


def ask_colleague(work: UnitOfWork, post_id: str, actor: Actor) -> None:
    """Ask, for a post, the colleague and the turns that the form names."""
    colleague, _, wanted = request.form.get("whom", "").partition(APART)
    gives, gets = turn_of(request.form.get("gives", "")), turn_of(wanted)
    if gives is None or (wanted and gets is None) or work.directory.seat(colleague) is None:
        raise Conflict("There is no such turn.")
    gateway().directory.swaps.ask(work, post_id, colleague, gives, gets, actor, gateway().outside.clock.now())


def choice_of(work: UnitOfWork, post: Post) -> Choice:
    """Return the turns of a post in the next two weeks, and those of its colleagues who can be reached now."""
    now = gateway().outside.clock.now()
    ahead = turns_ahead(now, SHOWN_DAYS)
    office = [seat.post for seat in Posts.office(work, post.agency, post.level, post.place)]
    others = [other for other in office if other.id != post.id and other.on_duty and live(other, now)]
    return Choice(
        tuple(turn for turn in ahead if takes(post, turn)),
        {other: tuple(turn for turn in ahead if takes(other, turn)) for other in others},
    )


def shown(refused: Markup | None = None) -> str:
    """Render the page."""
    now = gateway().outside.clock.now()
    with gateway().outside.store.reading() as work:
        post = own_post(work)
        swaps, choice = Swaps.waiting_for(work, post.id, now), choice_of(work, post)
    return render_template(
        "turns.html", post=post, swaps=swaps, swap=choice, refused=refused, sent=request.args.get("said") == "sent"
    )

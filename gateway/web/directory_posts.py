"""One post on a page: who held it when, its turn, leaving it, its open cases, and handing it over."""

from collections.abc import Callable, Mapping

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.cases.case import Actor
from gateway.contacts.phone import mask
from gateway.directory.agency import agencies
from gateway.directory.hand_over import LIFE
from gateway.directory.post import COURSES, LEVELS, POST, Post
from gateway.directory.turn import DAYS, HALVES
from gateway.errors import Conflict, NotFound
from gateway.ports.directory_book import Seat
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.case_desk import actor_of
from gateway.services.handing_over import HandingOver
from gateway.services.posts import Posts
from gateway.text.lao import ascii_digits
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.turns import ask_colleague, choice_of

blueprint = Blueprint("directory_posts", __name__, url_prefix="/directory/posts")
STEPS = frozenset({"begin", "approve", "stop"})


def by() -> Actor:
    """Return who acts."""
    return Actor(*actor_of(g.visitor))


def in_scope(post: Post) -> bool:
    """Whether a post lies in the visitor's places; the country's own belong to whoever has the whole country."""
    place = post.place or ""
    mine = g.visitor.account.places
    return not mine or place in mine or place[:4] in mine


def seat_of(work: UnitOfWork, post_id: str) -> Seat:
    """Return a seat of the visitor's; NotFound for another's as for none."""
    seat = work.directory.seat(post_id)
    if seat is None or not in_scope(seat.post):
        raise NotFound
    return seat


@blueprint.get("/new")
def new() -> str:
    """Ask what post is wanted."""
    return asked(None)


@blueprint.post("/new")
def create() -> ResponseReturnValue:
    """Make a vacant post."""
    form = request.form
    wanted = Post("", form.get("agency", ""), next(iter(LEVELS)), code_of(form.get("place", "")))
    if not in_scope(wanted):
        raise NotFound
    try:
        with gateway().directory.posts.changing() as work:
            made = gateway().directory.posts.create(
                work, wanted.agency, form.get("level", ""), wanted.place, number(form.get("order", "")), by()
            )
    except Conflict as conflict:
        return asked(in_words(g.words, conflict.told)), 409
    return redirect(url_for("directory_posts.page", post_id=made.id), 303)


def asked(refused: Markup | None) -> str:
    """Render the form of a new post, with what was typed."""
    return render_template("post_new.html", refused=refused, form=request.form, agencies=agencies(), levels=LEVELS)


@blueprint.get("/<post_id>")
def page(post_id: str) -> str:
    """Show one post."""
    return shown(post_id)


@blueprint.post("/<post_id>")
def change(post_id: str) -> ResponseReturnValue:
    """Do one of the things that the page offers."""
    act = CHANGES.get(request.form.get("do", ""))
    if act is None:
        raise NotFound
    try:
        with gateway().directory.posts.changing() as work:
            seat_of(work, post_id)
            act(gateway().directory.posts, work, post_id)
    except Conflict as conflict:
        return shown(post_id, in_words(g.words, conflict.told)), 409
    return redirect(url_for("directory_posts.page", post_id=post_id, done=request.form["do"]), 303)


def reassign(posts: Posts, work: UnitOfWork, post_id: str) -> None:
    """Give the post's open cases to another of the visitor's."""
    target = seat_of(work, request.form.get("target", ""))
    posts.moves.reassign(work, post_id, target.post.id, by(), posts.outside.clock.now())


CHANGES: Mapping[str, Callable[[Posts, UnitOfWork, str], object]] = {
    "order": lambda posts, work, post: posts.reorder(work, post, number(request.form.get("order", "")), by()),
    "shifts": lambda posts, work, post: posts.set_shifts(work, post, frozenset(request.form.getlist("shift")), by()),
    "courses": lambda posts, work, post: posts.set_courses(work, post, frozenset(request.form.getlist("course")), by()),
    "duty_on": lambda posts, work, post: posts.set_duty(work, post, on=True, by=by()),
    "duty_off": lambda posts, work, post: posts.set_duty(work, post, on=False, by=by()),
    "leave": lambda posts, work, post: posts.go_on_leave(work, post, by()),
    "back": lambda posts, work, post: posts.come_back(work, post, by()),
    "vacate": lambda posts, work, post: posts.vacate(work, post, by()),
    "reassign": reassign,
    "swap": lambda posts, work, post: ask_colleague(work, post, by()),
}


def shown(post_id: str, refused: Markup | None = None) -> str:
    """Render the page of a post: no name, and of the number the last digits only."""
    with gateway().outside.store.reading() as work:
        seat = seat_of(work, post_id)
        post = seat.post
        office = work.directory.every_seat(post.place[:4] if post.place else None)
        tenures, cases = work.directory.tenures(post_id), len(work.caseload.owned_by(post_id))
        pending = HandingOver.of_post(work, post_id)
        swap = choice_of(work, post)
    others = [other.post for other in office if other.post.id != post_id and other.contact_id and in_scope(other.post)]
    return render_template(
        "post.html",
        post=post,
        where=where(post),
        number=mask(post.phones[0]) if post.phones else "",
        tenures=tenures,
        cases=cases,
        others=[(other.id, g.words.agency(other.agency), where(other), other.order) for other in others],
        may={event for state, event in POST if state == post.state},
        may_write=g.visitor.may("directory:write"),
        pending=pending,
        swap=swap,
        days=DAYS,
        halves=HALVES,
        courses=COURSES,
        refused=refused,
        done=request.args.get("done", "") if request.args.get("done", "") in CHANGES else "",
    )


@blueprint.get("/<post_id>/hand-over")
def hand_over(post_id: str) -> str:
    """Show how far the hand-over of a post is, and what comes next."""
    return wizard(post_id)


@blueprint.post("/<post_id>/hand-over")
def go_on(post_id: str) -> ResponseReturnValue:
    """Begin, approve (the one-time code is shown on this answer and never again), or stop it."""
    handing_over, now, key = gateway().directory.handing_over, gateway().outside.clock.now(), ""
    do = request.form.get("do", "")
    try:
        with gateway().directory.posts.changing() as work:
            seat_of(work, post_id)
            if do == "begin":
                handing_over.begin(work, post_id, by(), now, request.form.get("name", "").strip()[:80])
            row = HandingOver.of_post(work, post_id)
            if row is None or do not in STEPS:
                raise NotFound
            for other in row.posts:  # whoever leaves several posts leaves them together: all must be the visitor's
                seat_of(work, other)
            if do == "stop":
                handing_over.undo(work, row, by(), now)
            else:
                row, key = handing_over.approve(work, row, by(), now)
    except Conflict as conflict:
        return wizard(post_id, in_words(g.words, conflict.told)), 409
    if do == "stop":
        return redirect(url_for("directory_posts.hand_over", post_id=post_id), 303)
    return wizard(post_id, key=key)


def wizard(post_id: str, refused: Markup | None = None, key: str = "") -> str:
    """Render the wizard at the step where the hand-over stands."""
    with gateway().outside.store.reading() as work:
        post, pending = seat_of(work, post_id).post, HandingOver.of_post(work, post_id)
    may = {event for state, event in LIFE if pending is not None and state == pending.state}
    return render_template(
        "hand_over.html", post=post, where=where(post), pending=pending, may=may, key=key, refused=refused
    )


def where(post: Post) -> str:
    """Return the place of a post in words."""
    return str(g.words.place(post.place) if post.place else g.words("place.country"))


def number(typed: str) -> int:
    """Return a typed number in digits of any script; 0 for anything else, which every service refuses."""
    digits = ascii_digits(typed).strip()
    return int(digits) if digits.isdecimal() and len(digits) < 3 else 0


def code_of(typed: str) -> str | None:
    """Return a typed place code in its one spelling; the digits alone are enough, in any script."""
    code = ascii_digits(typed).strip().upper()
    return f"LA{code}" if code.isdecimal() else code or None

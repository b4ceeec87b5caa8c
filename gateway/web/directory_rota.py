"""The week of one place: whose turn each half day is, and where it is nobody's."""

from flask import Blueprint, g, render_template, request

from gateway.directory.shift import coverage
from gateway.directory.turn import HALVES, turn_at, week_of
from gateway.errors import NotFound
from gateway.web.directory import in_places, provinces_in_scope
from gateway.web.running import gateway
from gateway.web.words import places

blueprint = Blueprint("directory_rota", __name__)


@blueprint.get("/directory/rota")
def page() -> str:
    """Show this week, or the next, of a province or district of the visitor's."""
    choice = [
        place
        for province in provinces_in_scope()
        for place in (province, *places().districts(province.code))
        if in_places(place.code)
    ]
    asked = request.args.get("place", "")
    chosen = next((place for place in choice if place.code == asked), None)
    if asked and chosen is None:
        raise NotFound
    now = gateway().outside.clock.now()
    with gateway().outside.store.reading() as work:
        seats = work.directory.every_seat(chosen.province) if chosen else ()
    posts = [seat.post for seat in seats if chosen and seat.post.place == chosen.code]
    later = 1 if request.args.get("week") == "next" else 0
    turns = week_of(now, later)
    covered = coverage(posts, turns, now)
    return render_template(
        "rota.html",
        choice=choice,
        chosen=chosen,
        posts=posts,
        covered=covered,
        share=100 * sum(map(bool, covered.values())) // len(covered),
        days=[turns[at : at + len(HALVES)] for at in range(0, len(turns), len(HALVES))],
        halves=HALVES,
        later=later,
        present=turn_at(now),
        name=lambda post: g.words("post.short", agency=g.words.agency(post.agency), n=post.order),
    )

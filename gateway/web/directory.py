"""Who can be reached: the posts of a province and its districts, vacant ones too, without names and numbers."""

from flask import Blueprint, g, render_template, request

from gateway.geography.place import Place
from gateway.ports.directory_book import Seat
from gateway.services.post_upkeep import places_in_want
from gateway.web.running import gateway
from gateway.web.words import places

blueprint = Blueprint("directory", __name__)


@blueprint.get("/directory")
def page() -> str:
    """Show the national desk and the posts of one province of the visitor's."""
    provinces = provinces_in_scope()
    asked = request.args.get("province")
    chosen = next((place for place in provinces if place.code == asked), provinces[0] if len(provinces) == 1 else None)
    return render_template(
        "directory.html", provinces=provinces, chosen=chosen, offices=offices(chosen), wanting=wanting(chosen)
    )


def provinces_in_scope() -> tuple[Place, ...]:
    """Return the provinces that the account's places lie in; all when it has none."""
    mine = {code[:4] for code in g.visitor.account.places}
    return tuple(place for place in places().provinces() if not mine or place.code in mine)


def offices(province: Place | None) -> list[tuple[str, list[Seat]]]:
    """Return (place name, every seat in order, vacant or not), the country's first; no place without posts."""
    own = g.visitor.account.places
    with gateway().outside.store.reading() as work:
        national = work.directory.seats(None, "national", "") if own else work.directory.every_seat()
        seats = [seat for seat in national if seat.post.level == "national"]
        seats += work.directory.every_seat(province.code) if province is not None else ()
    found: dict[str | None, list[Seat]] = {None: []}
    for seat in sorted(seats, key=lambda seat: seat.post.place or ""):
        if seat.post.place is None or in_places(seat.post.place) or seat.post.level == "province":
            found.setdefault(seat.post.place, []).append(seat)
    return [(g.words.place(code) if code else str(g.words("place.country")), found[code]) for code in found]


def in_places(code: str) -> bool:
    """Whether a province or district lies in the visitor's places."""
    mine = g.visitor.account.places
    return not mine or code in mine or code[:4] in mine


def wanting(province: Place | None) -> list[str]:
    """Return the names of districts in the visitor's places where fewer than two people would answer."""
    with gateway().outside.store.reading() as work:
        found = places_in_want(work, gateway().outside.clock.now(), province.code if province else None)
    return [g.words.place(code) for code in found if in_places(code)]

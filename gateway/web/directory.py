"""Who can be reached: the posts of a province and its districts, without names and numbers."""

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


def offices(province: Place | None) -> list[tuple[str, tuple[Seat, ...]]]:
    """Return (place name, live seats in duty order), the country's first."""
    own = g.visitor.account.places
    with gateway().outside.store.reading() as work:
        found = [(str(g.words("place.country")), work.directory.seats(None, "national", ""))]
        if province is not None:
            found.append((g.words.place(province.code), work.directory.seats(None, "province", province.code)))
            for district in places().districts(province.code):
                if not own or {district.code, province.code} & own:
                    found.append((g.words.place(district.code), work.directory.seats(None, "district", district.code)))
    return found


def wanting(province: Place | None) -> list[str]:
    """Return the names of districts in the visitor's places where fewer than two people would answer."""
    own = g.visitor.account.places
    with gateway().outside.store.reading() as work:
        found = places_in_want(work, gateway().outside.clock.now(), province.code if province else None)
    return [g.words.place(code) for code in found if not own or {code, code[:4]} & own]

"""Disasters: declared for provinces and districts, confirmed by a second person, ended by date or by hand."""

from collections.abc import Callable
from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.cases.disaster import Disaster, stands
from gateway.errors import Conflict
from gateway.web import campaign_form as form
from gateway.web.directory import in_places, provinces_in_scope
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.words import places

blueprint = Blueprint("disasters", __name__)

LONGEST_NAME = 80

LASTS = timedelta(days=7)


@blueprint.get("/disasters")
def page() -> str:
    """List the declarations."""
    return listed()


@blueprint.post("/disasters")
def declare() -> ResponseReturnValue:
    """Declare one."""
    where = places_of(request.form)
    now = gateway().outside.clock.now()
    try:
        until = form.instant(request.form.get("day", ""), request.form.get("hour", "")) or now + LASTS
        gateway().disasters.declare(
            " ".join(request.form.get("name", "").split())[:LONGEST_NAME], where, until, g.visitor.account.name,
            lifts_quiet=request.form.get("lifts_quiet") == "yes",
        )  # fmt: skip
    except form.UnreadableHour:
        return listed(g.words("refused.unreadable_hour"), where), 409
    except Conflict as conflict:
        return listed(in_words(g.words, conflict.told), where), 409
    return redirect(url_for("disasters.page"), 303)


@blueprint.post("/disasters/<disaster_id>/confirm")
def confirm(disaster_id: str) -> ResponseReturnValue:
    """Confirm as a second person."""
    return taken(gateway().disasters.confirm, disaster_id)


@blueprint.post("/disasters/<disaster_id>/end")
def end(disaster_id: str) -> ResponseReturnValue:
    """End one: what it changed is as before."""
    return taken(gateway().disasters.end, disaster_id)


def taken(step: Callable[[str, str], object], disaster_id: str) -> ResponseReturnValue:
    """Take a step for the visitor and lead back to the list, or show it with the reason why not."""
    try:
        step(disaster_id, g.visitor.account.name)
    except Conflict as conflict:
        return listed(in_words(g.words, conflict.told)), 409
    return redirect(url_for("disasters.page"), 303)


def places_of(posted: form.Form) -> frozenset[str]:
    """Return the places that the form names; a ticked province stands for itself, reports without a district too."""
    provinces = set(posted.getlist("province")) & {place.code for place in places().provinces()}
    districts = set(posted.getlist("district")) & {place.code for place in places().districts()}
    return frozenset(provinces | {code for code in districts if code[:4] not in provinces})


def listed(refused: Markup | None = None, chosen: frozenset[str] = frozenset()) -> str:
    """Render the list of declarations; a supervisor acts in her own places only."""
    now = gateway().outside.clock.now()
    with gateway().outside.store.reading() as work:
        rows = [(row, stands(row, now), mine(row)) for row in work.disasters.list()]
    scope = [(province, places().districts(province.code)) for province in provinces_in_scope()]
    return render_template("disasters.html", disasters=rows, provinces=scope, refused=refused, districts=chosen)


def mine(disaster: Disaster) -> bool:
    """Whether a disaster lies in the visitor's places only."""
    return all(in_places(code) for code in disaster.places)

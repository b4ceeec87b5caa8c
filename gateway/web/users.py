"""Who may come in: accounts, their open sessions, the switch that stops one at once; administrators invite."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.directory.agency import agencies
from gateway.errors import Conflict
from gateway.services.roles import ROLES
from gateway.web import dashboard
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.words import LANGUAGES

blueprint = Blueprint("users", __name__)


@blueprint.get("/users")
def page() -> str:
    """Show the accounts within reach."""
    return shown()


@blueprint.post("/users/<name>/stop")
def stop(name: str) -> ResponseReturnValue:
    """End an account's sessions and keep it out."""
    try:
        gateway().membership.stop(g.visitor, name)
    except Conflict as refused:
        return shown(in_words(g.words, refused.told)), 409
    return redirect(url_for("users.page", said="stopped"), 303)


@blueprint.post("/users/<name>/invite")
def invite(name: str) -> ResponseReturnValue:
    """Invite an account anew; the address is shown once, here."""
    try:
        token = gateway().membership.invite(name, g.visitor.account.name)
    except Conflict:
        abort(404)
    return shown(invited=name, address=address_of(token))


@blueprint.post("/users")
def add() -> ResponseReturnValue:
    """Add an account and show its invitation."""
    form, access = request.form, gateway().access
    name, language = form.get("name", "").strip(), form.get("language", "lo")
    try:
        access.add_account(
            name,
            None,
            frozenset(form.getlist("role")),
            frozenset(form.get("places", "").upper().split()),
            language if language in LANGUAGES else "lo",
            post_at(form.get("agency", ""), form.get("post_place", "").strip().upper()),
            by=g.visitor.account.name,
        )
    except Conflict as refused:
        return shown(in_words(g.words, refused.told)), 409
    return shown(invited=name, address=address_of(gateway().membership.invite(name, g.visitor.account.name)))


@blueprint.post("/alarms/<alarm_id>/seen")
def seen(alarm_id: str) -> ResponseReturnValue:
    """Take note of an alarm."""
    outside, account = gateway().outside, g.visitor.account
    if alarm_id not in {alarm.id for alarm in dashboard.alarms_in_reach()}:
        abort(404)
    with outside.store.writing() as work:
        if not work.alarms.see(alarm_id, account.name, outside.clock.now()):
            abort(404)
        work.audit.append(outside.clock.now(), account.name, g.visitor.roles, "alarm.seen", alarm_id)
    return redirect(url_for("dashboard.page"), 303)


def shown(refused: Markup | None = None, invited: str = "", address: str = "") -> str:
    """Render the page."""
    return render_template(
        "users.html",
        members=gateway().membership.members(g.visitor),
        roles=tuple(ROLES),
        agencies=tuple(agencies()),
        refused=refused,
        invited=invited,
        address=address,
        stopped=request.args.get("said") == "stopped",
    )


def address_of(token: str) -> str:
    """Return the invitation as it is handed over."""
    return f"{gateway().settings.public_base_url}{url_for('entry.invitation', token=token)}"


def post_at(agency: str, place: str) -> str | None:
    """Return the id of the duty post of an agency at a district, province or the country (``LA``)."""
    if not place:
        return None
    level = "national" if place == "LA" else "province" if len(place) == 4 else "district"
    with gateway().outside.store.reading() as work:
        seats = work.directory.seats(agency or None, level, "" if place == "LA" else place)
    if not seats:
        raise Conflict("There is no such post.")
    return seats[0].post.id

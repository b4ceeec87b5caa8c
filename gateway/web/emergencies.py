"""Emergency texts in two steps by two people, and the disasters in which they may leave at night."""

from datetime import timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.disaster import holds
from gateway.errors import Conflict
from gateway.services.emergencies import EMERGENCY, PREPARED
from gateway.web import campaign_form as form
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("emergencies", __name__)

LASTS = timedelta(days=7)


@blueprint.get("/campaigns/emergency")
def page() -> str:
    """Show the prepared texts and the districts."""
    return shown()


@blueprint.post("/campaigns/emergency")
def prepare() -> ResponseReturnValue:
    """Ask for the release of a prepared text: the next person to open its page can let it go."""
    districts = form.rule_of(request.form, AudienceRule()).districts
    try:
        template = request.form.get("template", "")
        name = str(g.words.code("prepared", f"emergency_{template}"))
        campaign = gateway().emergencies.prepare(template, districts, g.visitor.account.name, name)
    except Conflict as conflict:
        return shown(in_words(g.words, conflict.told), districts), 409
    return redirect(url_for("campaigns.page", campaign_id=campaign, said="submit"), 303)


@blueprint.get("/disasters")
def disasters() -> str:
    """List the declarations."""
    return listed()


@blueprint.post("/disasters")
def declare() -> ResponseReturnValue:
    """Declare one."""
    districts = form.rule_of(request.form, AudienceRule()).districts
    now = gateway().outside.clock.now()
    try:
        ends = form.instant(request.form.get("day", ""), request.form.get("hour", "")) or now + LASTS
        gateway().emergencies.declare(
            form.name_of(request.form), districts, ends, g.visitor.account.name,
            lifts_quiet=request.form.get("lifts_quiet") == "yes",
        )  # fmt: skip
    except form.UnreadableHour:
        return listed(g.words("refused.unreadable_hour"), districts), 409
    except Conflict as conflict:
        return listed(in_words(g.words, conflict.told), districts), 409
    return redirect(url_for("emergencies.disasters"), 303)


@blueprint.post("/disasters/<disaster_id>/confirm")
def confirm(disaster_id: str) -> ResponseReturnValue:
    """Confirm as a second person."""
    try:
        gateway().emergencies.confirm(disaster_id, g.visitor.account.name)
    except Conflict as conflict:
        return listed(in_words(g.words, conflict.told)), 409
    return redirect(url_for("emergencies.disasters"), 303)


@blueprint.post("/disasters/<disaster_id>/end")
def end(disaster_id: str) -> ResponseReturnValue:
    """End one: the quiet hours hold again."""
    gateway().emergencies.end(disaster_id, g.visitor.account.name)
    return redirect(url_for("emergencies.disasters"), 303)


def shown(refused: Markup | None = None, districts: frozenset[str] = frozenset()) -> str:
    """Render the page of prepared texts."""
    templates = {
        name.removeprefix(EMERGENCY.removeprefix(PREPARED)): texts
        for name, texts in sorted(gateway().emergencies.templates().items())
    }
    return render_template(
        "emergency.html", templates=templates, provinces=form.by_province(), refused=refused, districts=districts,
        in_force=gateway().emergencies.in_force(),
    )  # fmt: skip


def listed(refused: Markup | None = None, districts: frozenset[str] = frozenset()) -> str:
    """Render the list of declarations."""
    now = gateway().outside.clock.now()
    with gateway().outside.store.reading() as work:
        rows = [(row, holds(row, now)) for row in work.declarations.list()]
    return render_template(
        "disasters.html", disasters=rows, provinces=form.by_province(), refused=refused, districts=districts
    )

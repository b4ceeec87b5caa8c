"""Emergency texts in two steps by two people."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.web import campaign_form as form
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("emergencies", __name__)


@blueprint.get("/campaigns/emergency")
def page() -> str:
    """Show the prepared texts and the districts."""
    return shown()


@blueprint.post("/campaigns/emergency")
def prepare() -> ResponseReturnValue:
    """Ask for the release of a prepared text, whose page a second person opens; or keep it for these districts."""
    districts = form.rule_of(request.form, AudienceRule()).districts
    template, by = request.form.get("template", ""), g.visitor.account.name
    name = str(g.words.code("prepared", f"emergency_{template}"))
    try:
        if request.form.get("go") == "keep":
            kept = gateway().emergencies.keep(template, districts, by, f"{name}: {somewhere(districts)}")
            return redirect(url_for("wizard.message", campaign_id=kept), 303)
        campaign = gateway().emergencies.prepare(template, districts, by, name)
    except Conflict as conflict:
        return shown(in_words(g.words, conflict.told), districts), 409
    return redirect(url_for("campaigns.page", campaign_id=campaign, said="submit"), 303)


@blueprint.post("/campaigns/emergency/<campaign_id>")
def release(campaign_id: str) -> ResponseReturnValue:
    """Ask for the release of what is kept for some districts."""
    try:
        campaign = gateway().emergencies.release(campaign_id, g.visitor.account.name)
    except Conflict as conflict:
        return shown(in_words(g.words, conflict.told)), 409
    return redirect(url_for("campaigns.page", campaign_id=campaign, said="submit"), 303)


def somewhere(districts: frozenset[str]) -> str:
    """Return the first of some districts, and how many more there are."""
    first, *others = [g.words.place(code) for code in sorted(districts)] or [""]
    return f"{first} + {len(others)}" if others else first


def shown(refused: Markup | None = None, districts: frozenset[str] = frozenset()) -> str:
    """Render the page of prepared texts."""
    return render_template(
        "emergency.html", templates=gateway().emergencies.templates(), provinces=form.by_province(),
        refused=refused, districts=districts, in_force=gateway().disasters.in_force(),
        kept=gateway().emergencies.kept(),
    )  # fmt: skip

"""Emergency texts in two steps by two people."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.services.emergencies import EMERGENCY, PREPARED
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
    """Ask for the release of a prepared text: the next person to open its page can let it go."""
    districts = form.rule_of(request.form, AudienceRule()).districts
    try:
        template = request.form.get("template", "")
        name = str(g.words.code("prepared", f"emergency_{template}"))
        campaign = gateway().emergencies.prepare(template, districts, g.visitor.account.name, name)
    except Conflict as conflict:
        return shown(in_words(g.words, conflict.told), districts), 409
    return redirect(url_for("campaigns.page", campaign_id=campaign, said="submit"), 303)


def shown(refused: Markup | None = None, districts: frozenset[str] = frozenset()) -> str:
    """Render the page of prepared texts."""
    templates = {
        name.removeprefix(EMERGENCY.removeprefix(PREPARED)): texts
        for name, texts in sorted(gateway().emergencies.templates().items())
    }
    return render_template(
        "emergency.html", templates=templates, provinces=form.by_province(), refused=refused, districts=districts,
        in_force=gateway().disasters.in_force(),
    )  # fmt: skip

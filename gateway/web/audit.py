"""Who saw or did what: the newest rows of the chain. Reading them is written down too."""

from flask import Blueprint, g, render_template

from gateway.services.case_reading import NUMBER, TEXTS
from gateway.web.running import gateway

blueprint = Blueprint("audit", __name__)
SHOWN = 200


@blueprint.get("/audit")
def page() -> str:
    """Show the newest rows, this very reading among them."""
    outside, account = gateway().outside, g.visitor.account
    with outside.store.writing() as work:
        work.audit.append(outside.clock.now(), account.name, ",".join(sorted(account.roles)), "audit.read", "audit")
        rows = work.audit.rows(SHOWN)
    return render_template("audit.html", rows=rows, shown=SHOWN, bold=(NUMBER, TEXTS))

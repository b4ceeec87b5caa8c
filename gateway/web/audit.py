"""Who saw or did what: the newest rows of the chain, and whether it holds. Looking is written down too."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request

from gateway.services.case_reading import NUMBER, TEXTS
from gateway.web.running import gateway

blueprint = Blueprint("audit", __name__)
SHOWN, LONGEST = 200, 80


@blueprint.get("/audit")
def page() -> str:
    """Show the newest rows, or those of one person or one kind; this very reading is among them."""
    return shown("audit.read")


@blueprint.post("/audit/verify")
def verify() -> str:
    """Recompute the chain and say what it holds, or the first row that does not fit."""
    with gateway().outside.store.reading() as work:
        wrong, head, beginning = list(work.audit.verify()), work.audit.head(), work.audit.beginning()
    found = {"wrong": wrong[0] if wrong else None, "rows": head.seq if head else 0, "pruned": beginning.pruned}
    return shown("audit.verified", found)


def shown(did: str, found: Mapping[str, object] | None = None) -> str:
    """Write down what was done here, and show the rows that are looked for."""
    outside, account = gateway().outside, g.visitor.account
    who, what = (request.args.get(name, "").replace("\0", "").strip()[:LONGEST] for name in ("who", "what"))
    result = "refused" if found and found["wrong"] else "ok"
    with outside.store.writing() as work:
        work.audit.append(outside.clock.now(), account.name, g.visitor.roles, did, "audit", result)
        rows = work.audit.rows(SHOWN, who, what)
    return render_template("audit.html", rows=rows, shown=SHOWN, bold=(NUMBER, TEXTS), who=who, what=what, found=found)

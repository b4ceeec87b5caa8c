"""Who opens the texts of the visitor's office, and letting a newcomer in."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.web.running import gateway

blueprint = Blueprint("office", __name__)


@blueprint.get("/office")
def page() -> str:
    """Show who can open texts, and who waits."""
    return shown(done=request.args.get("said") == "done")


@blueprint.post("/office")
def let_in() -> ResponseReturnValue:
    """Let one newcomer in; without an unlocked key nothing can be given, and the page says so."""
    if not gateway().office_desk.let_in(g.visitor, request.form.get("name", "")):
        return shown(locked=True), 409
    return redirect(url_for("office.page", said="done"), 303)


def shown(*, done: bool = False, locked: bool = False) -> str:
    """Render the page."""
    offices = gateway().office_desk.offices(g.visitor)
    return render_template("office.html", offices=offices, done=done, locked=locked)

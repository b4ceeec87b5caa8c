"""The legal hold of a case: asked for, agreed to, and lifted in the same way."""

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from gateway.errors import Conflict
from gateway.web.case_steps import again, done
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("holds", __name__)


@blueprint.post("/cases/<code>/hold")
def act(code: str) -> ResponseReturnValue:
    """Take one step."""
    step, reason = request.form.get("step", ""), request.form.get("reason", "")
    try:
        if step == "ask":
            gateway().holding.ask(g.visitor, code, reason)
        else:
            gateway().holding.step(g.visitor, code, step, reason)
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))
    return done(code, "hold")

"""What was written in a case, opened by the reader's own key; every reading is written down before it is shown."""

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from gateway.services.case_texts import REASONS
from gateway.web.cases import post
from gateway.web.running import gateway

blueprint = Blueprint("case_texts", __name__)


@blueprint.post("/cases/<code>/texts")
def read(code: str) -> ResponseReturnValue:
    """Show the texts of a case, or say in plain words why they stay closed."""
    reading = gateway().case_texts.read(g.visitor, code, request.form.get("reason", ""))
    texts = [(text, post(g.words, text.author)) for text in reading.texts]
    page = render_template("case_texts.html", code=code, reading=reading, texts=texts, reasons=REASONS)
    return page, 403 if reading.refusal in ("not_yours", "reason") else 200

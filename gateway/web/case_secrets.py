"""What a case hides: its number and its texts, shown for a minute after a reason; and the letter that goes with it."""

from flask import Blueprint, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.directory.agency import agencies
from gateway.errors import Conflict
from gateway.services.case_reading import Shown
from gateway.web.case_words import CONTACT, FACTS, facts, post
from gateway.web.cases import Told
from gateway.web.cases import shown as page_of
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("case_secrets", __name__)
SHOWN_FOR = 60
IN_A_LETTER = tuple(name for name in FACTS if name not in ("place", "signals"))  # signals are words of the story


@blueprint.post("/cases/<code>/number")
def number(code: str) -> ResponseReturnValue:
    """Show the number of the person."""
    try:
        read = gateway().case_reading.number(g.visitor, code, request.form.get("reason", ""))
    except Conflict as refused:
        return unread(code, refused)
    return for_a_minute(code, page_of(read.view, Told(number=read.number or "", may_call=read.may_call)))


@blueprint.post("/cases/<code>/texts")
def texts(code: str) -> ResponseReturnValue:
    """Show the texts of the case."""
    try:
        read = gateway().case_reading.texts(g.visitor, code, request.form.get("reason", ""))
    except Conflict as refused:
        return unread(code, refused)
    return for_a_minute(code, page_of(read.view, Told(texts=read.texts, closed=read.closed)))


@blueprint.get("/cases/<code>/letter")
def letter(code: str) -> ResponseReturnValue:
    """Show the letter of a referral, to be printed: no number, no story."""
    return written(gateway().case_reading.letter(g.visitor, code, None))


@blueprint.post("/cases/<code>/letter")
def letter_with_number(code: str) -> ResponseReturnValue:
    """Show the letter with the number in it."""
    try:
        read = gateway().case_reading.letter(g.visitor, code, request.form.get("reason", ""))
    except Conflict as refused:
        return written(gateway().case_reading.letter(g.visitor, code, None), refused), 409
    return written(read)


def written(read: Shown, refused: Conflict | None = None) -> str:
    """Render the letter."""
    wanted = request.values.get("to", "")
    referral = next((row for row in reversed(read.view.referrals) if row.agency == wanted), None)
    return render_template(
        "letter.html",
        case=read.view.case,
        number=read.number,
        to=wanted if wanted in agencies() and agencies()[wanted].word else None,
        referral=referral,
        sender=post(g.words, g.visitor.account.post_id or g.visitor.account.name),
        facts=facts(g.words, read.view, IN_A_LETTER),
        contact=facts(g.words, read.view, CONTACT),
        refused=in_words(g.words, refused.told) if refused else None,
    )


def unread(code: str, refused: Conflict) -> ResponseReturnValue:
    """Show the case without what was asked for, and the reason."""
    return page_of(gateway().case_desk.show(g.visitor, code), Told(in_words(g.words, refused.told))), 409


def for_a_minute(code: str, page: str) -> Response:
    """Answer with a page that leads back to the masked one by itself, with or without script."""
    response = make_response(page)
    response.headers["Refresh"] = f"{SHOWN_FOR}; url={url_for('cases.page', code=code)}"
    return response

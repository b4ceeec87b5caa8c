"""The buttons of a case, the officers' words by page; what came in between is shown, never lost."""

from flask import Blueprint, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.errors import Conflict
from gateway.services.case_acts import Stale
from gateway.services.case_reading import right_to_read
from gateway.services.case_texts import CaseText
from gateway.text.lao import ascii_digits
from gateway.web.cases import SAID, Told, shown
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("case_steps", __name__)


@blueprint.post("/cases/<code>/accept")
def accept(code: str) -> ResponseReturnValue:
    """Accept the case for the visitor's post."""
    try:
        gateway().case_acts.accept(g.visitor, code)
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))
    return done(code, "accepted")


@blueprint.post("/cases/<code>/pass")
def pass_on(code: str) -> ResponseReturnValue:
    """Hand the case to the next post."""
    try:
        gateway().case_acts.pass_on(g.visitor, code, seen())
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))
    return done(code, "passed")


@blueprint.post("/cases/<code>/undo")
def undo(code: str) -> ResponseReturnValue:
    """Take back the last word."""
    try:
        return judged(code, gateway().case_acts.take_back(g.visitor, code, seen()))
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))


@blueprint.post("/cases/<code>/note")
def note(code: str) -> ResponseReturnValue:
    """Seal a note to the case; one that is not taken stands in the form again, beside what others wrote meanwhile."""
    text = request.form.get("text", "")
    try:
        return judged(code, gateway().case_acts.note(g.visitor, code, seen(), text), text)
    except Stale as stale:
        return again(code, in_words(g.words, stale.told), text, meanwhile=True)
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told), text)


@blueprint.post("/cases/<code>/answer")
def answer(code: str) -> ResponseReturnValue:
    """Pass words to the person; those that are not taken stand in the form again."""
    text = request.form.get("words", "")
    try:
        verdict = gateway().case_acts.answer(g.visitor, code, seen(), text)
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told), unsent=text)
    if verdict in SAID:
        return done(code, verdict)
    return again(code, g.words(f"refused.case_{verdict}"), unsent=text)


@blueprint.post("/cases/<code>/refer")
def refer(code: str) -> ResponseReturnValue:
    """Refer the case to another office."""
    agreed = request.form.get("agreed") == "yes"
    try:
        verdict = gateway().case_acts.refer(g.visitor, code, seen(), request.form.get("to", ""), agreed=agreed)
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))
    return judged(code, verdict)


@blueprint.post("/cases/<code>/level")
def judge(code: str) -> ResponseReturnValue:
    """Make the case more urgent, or ask another agency to agree that it is less so."""
    try:
        verdict = gateway().case_acts.judge(g.visitor, code, seen(), request.form.get("level", ""))
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))
    return judged(code, verdict)


@blueprint.post("/cases/<code>/close")
def close(code: str) -> ResponseReturnValue:
    """Wish to close the case, or agree to another agency's wish."""
    kept = ascii_digits(request.form.get("kept", "")).replace(" ", "")
    try:
        verdict = gateway().case_acts.close(g.visitor, code, seen(), request.form.get("outcome", ""), kept)
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))
    return judged(code, verdict)


@blueprint.post("/cases/<code>/exclude")
def exclude(code: str) -> ResponseReturnValue:
    """Keep local offices out of the case."""
    try:
        return judged(code, gateway().case_acts.exclude(g.visitor, code, seen()))
    except Conflict as refused:
        return again(code, in_words(g.words, refused.told))


def seen() -> int:
    """Return the version of the case that the form was made of; a form without one is as one too old."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def judged(code: str, verdict: str, mine: str = "") -> ResponseReturnValue:
    """Lead back to the page when it was done; else show the page with the reason."""
    if verdict in SAID:
        return done(code, verdict)
    return again(code, g.words(f"refused.case_{verdict}"), mine)


def done(code: str, said: str) -> ResponseReturnValue:
    """Lead back to the page."""
    return redirect(url_for("cases.page", code=code, said=said), 303)


def again(
    code: str, refused: Markup, mine: str = "", *, unsent: str = "", meanwhile: bool = False
) -> ResponseReturnValue:
    """Show the case as it is now, with the reason and a text that was not taken."""
    view = gateway().case_desk.show(g.visitor, code)
    news: tuple[CaseText, ...] = ()
    known = request.form.get("known", "")
    if meanwhile and known.isdecimal() and right_to_read(g.visitor, view) == "role":
        read = gateway().case_reading.texts(g.visitor, code, "")
        news = (read.texts or ())[int(known[:6]) :]
    return shown(view, Told(refused, mine=mine, unsent=unsent, news=news)), 409

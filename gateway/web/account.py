"""One's own account: language, second factor, passphrase, open sessions; and a code where a session owes one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.errors import Conflict, Forbidden
from gateway.web.entry import digits, let_in, local, network
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.words import LANGUAGES

blueprint = Blueprint("account", __name__)
SAID = ("language", "passphrase", "sessions", "enrolled")


@dataclass(frozen=True, slots=True)
class Session:
    """One of one's sessions; ``here`` is the one that asks."""

    since: datetime
    seen: datetime
    here: bool


@blueprint.get("/account")
def page() -> str:
    """Show what one may change oneself."""
    return shown()


@blueprint.post("/account/language")
def language() -> ResponseReturnValue:
    """Keep the language of one's pages."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        gateway().membership.speak(g.visitor, chosen)
        g.new_language = chosen
    return redirect(url_for("account.page", said="language"), 303)


@blueprint.post("/account/passphrase")
def passphrase() -> ResponseReturnValue:
    """Change one's passphrase; every other session ends."""
    present, new = request.form.get("present", ""), request.form.get("new", "")
    try:
        token, _ = gateway().membership.change_passphrase(g.visitor, present, new, network())
    except Forbidden:
        return shown(g.words("account.wrong_passphrase")), 409
    except Conflict as weak:
        return shown(in_words(g.words, weak.told)), 409
    return let_in(token, url_for("account.page", said="passphrase"))


@blueprint.post("/account/sessions")
def close_others() -> ResponseReturnValue:
    """End one's other sessions."""
    gateway().membership.close_others(g.visitor)
    return redirect(url_for("account.page", said="sessions"), 303)


@blueprint.get("/account/second-factor")
def second_factor() -> ResponseReturnValue:
    """Show the secret to be put into an app, or where one comes from here."""
    if gateway().settings.demo:
        return redirect(url_for("account.page"), 303)
    try:
        return enrolling()
    except Conflict:
        return redirect(url_for("account.page"), 303)


@blueprint.post("/account/second-factor")
def enrol() -> ResponseReturnValue:
    """Take the app's first code."""
    if gateway().membership.enrol(g.visitor, digits(request.form.get("code", "")), network()):
        return redirect(url_for("account.page", said="enrolled"), 303)
    try:
        return enrolling(wrong=True), 409
    except Conflict:
        return redirect(url_for("account.page"), 303)


@blueprint.get("/account/code")
def code() -> str:
    """Ask for a fresh code."""
    return render_template("code.html", next=local(request.args.get("next")))


@blueprint.post("/account/code")
def confirm() -> ResponseReturnValue:
    """Take a fresh code, and lead on to the page that was asked for."""
    wanted = local(request.form.get("next"))
    if gateway().membership.confirm(g.visitor, digits(request.form.get("code", "")), network()):
        return redirect(wanted, 303)
    return render_template("code.html", next=wanted, wrong=True), 409


def shown(refused: Markup | None = None) -> str:
    """Render the page."""
    said = request.args.get("said")
    return render_template(
        "account.html", sessions=list(sessions()), refused=refused, said=said if said in SAID else None
    )


def sessions() -> Iterator[Session]:
    """Yield one's sessions, newest first."""
    for session in gateway().membership.sessions(g.visitor):
        yield Session(session.created_at, session.last_seen_at, session.token_sha256 == g.visitor.token_sha256)


def enrolling(*, wrong: bool = False) -> str:
    """Render the page of the second factor; Conflict where there is one."""
    secret = gateway().membership.begin_second_factor(g.visitor)
    name = quote(f"Saiduan:{g.visitor.account.name}")
    address = f"otpauth://totp/{name}?secret={secret}&issuer=Saiduan"
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template("second_factor.html", secret=spaced, address=address, wrong=wrong)

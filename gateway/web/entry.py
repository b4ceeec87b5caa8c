"""Signing in and out, and coming for the first time."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.errors import Conflict, Forbidden
from gateway.text.lao import ascii_digits
from gateway.web import cookies
from gateway.web.refusals import in_words
from gateway.web.running import gateway

blueprint = Blueprint("entry", __name__)


@blueprint.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Ask for name and passphrase."""
    if g.visitor is not None:
        return redirect(local(request.args.get("next")), 303)
    return render_template("sign_in.html", next=local(request.args.get("next")), refused=False, name="")


@blueprint.post("/sign-in")
def enter() -> ResponseReturnValue:
    """Begin a new session, or say no in the same words for every reason."""
    wanted, name = local(request.form.get("next")), request.form.get("name", "").strip()
    try:
        token, _ = gateway().access.sign_in(
            name, request.form.get("passphrase", ""), network(), digits(request.form.get("code", ""))
        )
    except Forbidden:
        return render_template("sign_in.html", next=wanted, refused=True, name=name), 403
    return let_in(token, wanted)


@blueprint.get("/invitation/<token>")
def invitation(token: str) -> str:
    """Ask whoever was invited for a passphrase of her own."""
    return render_template("invitation.html", account=gateway().membership.invited(token), token=token)


@blueprint.post("/invitation/<token>")
def join(token: str) -> ResponseReturnValue:
    """Take the invitation, once."""
    try:
        session, _ = gateway().membership.join(token, request.form.get("passphrase", ""))
    except Conflict as weak:
        account, why = gateway().membership.invited(token), in_words(g.words, weak.told)
        return render_template("invitation.html", account=account, token=token, refused=why), 409
    return let_in(session, url_for("account.page"))


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session here and in the browser, and have the browser forget what it showed."""
    gateway().access.sign_out(g.visitor)
    response = make_response(redirect(url_for("entry.sign_in"), 303))
    cookies.drop(response, cookies.SESSION)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def let_in(token: str, wanted: str) -> Response:
    """Lead on, with the session's cookie."""
    response = make_response(redirect(wanted, 303))
    cookies.put(response, cookies.SESSION, token)
    cookies.drop(response, cookies.DOOR)
    return response


def digits(typed: str) -> str:
    """Return a code as it is compared: Lao digits count, spaces do not."""
    return "".join(ascii_digits(typed).split())


def network() -> str:
    """Return the network that this request comes from."""
    return network_of(request.remote_addr)


def local(wanted: str | None) -> str:
    """Return ``wanted`` if it is a path of this site, else the first page."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc or "\\" in wanted or parts.path == "/sign-in" else wanted


def network_of(address: str | None) -> str:
    """Return the /24 (or /64) of an address: what sign-in throttling counts by."""
    if address is None:
        return "unknown"
    return ":".join(address.split(":")[:4]) if ":" in address else ".".join(address.split(".")[:3])

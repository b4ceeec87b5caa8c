"""Only our own pages change anything: a token in every form, and the browser's word about where it came from."""

from hmac import compare_digest
from urllib.parse import urlsplit

from flask import g, request

from gateway.errors import Forbidden
from gateway.web import cookies
from gateway.web.running import gateway

JSON_ONLY = frozenset({"simulator.messages", "simulator.advance"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check() -> None:
    """Refuse a changing request that another site made, or that carries no token of the present session.

    What reads JSON alone needs no token: another site cannot send that without asking first, and nobody says yes.
    """
    if request.method in SAFE or request.endpoint is None:
        return
    if not comes_from_here():
        raise Forged("origin")
    if request.endpoint in JSON_ONLY:
        return
    given = request.form.getlist("csrf")
    if len(given) != 1 or not compare_digest(given[0].encode(), token().encode()):
        raise Forged("token")


def token() -> str:
    """Return the token that a form of this visitor carries: the session's, or the door's before sign-in."""
    return g.visitor.csrf if g.visitor is not None else cookies.door()


def comes_from_here() -> bool:
    """Believe Sec-Fetch-Site and Origin where the browser sends them.

    Our no-referrer policy makes browsers send ``Origin: null`` with forms, so that alone says nothing.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin", "null")
    settings = gateway().settings
    if origin in ("null", settings.public_base_url):
        return True
    # The demo may be opened as localhost or through an ssh tunnel with another port.
    return settings.demo and origin == f"http://{request.host}" and urlsplit(origin).hostname in LOOPBACK


class Forged(Forbidden):
    """The form came from elsewhere, or from a session that has ended."""

    told = "This page is too old, or came from elsewhere. Go back, load it again, and repeat."

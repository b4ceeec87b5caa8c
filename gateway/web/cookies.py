"""The three cookies: who is signed in, the token of forms before sign-in, and the language."""

from flask import Response, g, request

from gateway.web.running import gateway

SESSION, DOOR, LANGUAGE = "session", "door", "language"
A_YEAR = 365 * 86400


def name_of(cookie: str) -> str:
    """Return a cookie's full name; the prefix lets a browser take it from this host over https only."""
    return f"__Host-{cookie}" if _secure() else f"saiduan-{cookie}"


def read(cookie: str) -> str | None:
    """Return the cookie's value."""
    return request.cookies.get(name_of(cookie))


def put(response: Response, cookie: str, value: str, max_age: int | None = None) -> None:
    """Set a cookie that no script reads and no other site sends."""
    response.set_cookie(name_of(cookie), value, max_age=max_age, secure=_secure(), httponly=True, samesite="Strict")


def drop(response: Response, cookie: str) -> None:
    """Delete a cookie."""
    response.delete_cookie(name_of(cookie), secure=_secure(), httponly=True, samesite="Strict")


def door() -> str:
    """Return the token of forms before sign-in, a new one if the browser has none yet."""
    known = read(DOOR) or g.get("new_door")
    if known is None:
        known = g.new_door = gateway().outside.chance.token()
    return known


def keep(response: Response) -> Response:
    """Set what this request made: the door's token, the language that was chosen."""
    if "new_door" in g:
        put(response, DOOR, g.new_door)
    if "new_language" in g:
        put(response, LANGUAGE, g.new_language, A_YEAR)
    return response


def _secure() -> bool:
    """Say whether browsers get here by https: always, but for the demo on loopback."""
    settings = gateway().settings
    return not settings.demo or settings.public_base_url.startswith("https://")

"""Writes a screen as a provider wants it: a beginning and the text, or a JSON object by rows of ``name=shown``.

``{text}`` is the screen, ``{name}`` what the provider sent under that name, ``a|b`` is a while the session goes on and
b at its end; ``true``, ``false`` and whole numbers are written as JSON's own.
"""

import json
import re
from collections.abc import Callable
from typing import Final

from gateway.channels.ussd_http.profiles import Profile
from gateway.ports.channel import Response

_ECHO: Final = re.compile(r"\{(\w+)\}")
_LITERALS: Final = {"true": True, "false": False}


def write(profile: Profile, screen: str, over: bool, sent: Callable[[str], str | None]) -> Response:
    """Render one screen; ``sent`` gives back a field of the request."""
    if len(profile.reply) == 2 and "=" not in "".join(profile.reply):
        shown = profile.reply[over] + screen
        return Response(200, "text/plain; charset=utf-8", shown.encode(errors="replace"))
    rows = dict(row.split("=", 1) for row in profile.reply)
    known = {name: _value(shown, screen, over, sent) for name, shown in rows.items()}
    return as_json({name: value for name, value in known.items() if value is not None})


def as_json(fields: dict[str, str | bool | int]) -> Response:
    """Render an object."""
    shown = json.dumps(fields, ensure_ascii=False)
    return Response(200, "application/json", shown.encode(errors="replace"))


def _value(shown: str, screen: str, over: bool, sent: Callable[[str], str | None]) -> str | bool | int | None:
    if shown == "{text}":
        return screen
    if echo := _ECHO.fullmatch(shown):
        return sent(echo[1])
    first, parted, last = shown.partition("|")
    word = last if parted and over else first
    return _LITERALS[word] if word in _LITERALS else int(word) if word.isdecimal() and word.isascii() else word

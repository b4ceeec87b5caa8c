"""What each aggregator calls its fields and how it wants its answers: a row here is a provider served."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway.errors import ConfigurationError

GENERIC: Final = "generic"


@dataclass(frozen=True, slots=True)
class Profile:
    """One aggregator's wire format.

    ``text`` holds what was typed: with ``event`` empty, all inputs of the session joined by ``separator``, else the
    last one, and ``event`` is the field that says by one of ``begins`` or ``ends`` where the session is. ``sequence``
    numbers the requests of a session, where the provider does. ``ended`` is the field of an end notice that says how a
    session ended. ``in_path``: session and event stand in the address instead of the body. ``reply`` is a row of
    ``name=shown`` for a JSON answer, else the two beginnings of a plain one; see gateway.channels.ussd_http.answers.
    """

    session: str
    phone: str
    text: str
    reply: tuple[str, ...]
    service: str = ""
    body: Literal["form", "json"] = "json"
    event: str = ""
    begins: frozenset[str] = frozenset()
    ends: frozenset[str] = frozenset()
    sequence: str = ""
    ended: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    separator: str = "*"
    in_path: bool = False


PROFILES: Final[Mapping[str, Profile]] = {
    # Names agree in several public integrations of Africa's Talking; its help page says text/plain.
    "africastalking": Profile(
        body="form",
        session="sessionId",
        phone="phoneNumber",
        service="serviceCode",
        text="text",
        ended="status",
        notes={"networkCode": "network"},
        reply=("CON ", "END "),
    ),
    # developers.hubtel.com, programmable services.
    "hubtel": Profile(
        session="SessionId",
        phone="Mobile",
        service="ServiceCode",
        text="Message",
        event="Type",
        begins=frozenset({"initiation"}),
        ends=frozenset({"release", "timeout"}),
        sequence="Sequence",
        notes={"Operator": "network"},
        reply=("Type=response|release", "Message={text}", "ClientState={ClientState}"),
    ),
    # praekelt/vumi's transport; today's API was not seen. Where the session is stands in the address.
    "infobip": Profile(
        session="session",
        phone="msisdn",
        service="shortCode",
        text="text",
        event="verb",
        begins=frozenset({"start"}),
        ends=frozenset({"end"}),
        ended="reason",
        in_path=True,
        reply=("shouldClose=false|true", "ussdMenu={text}", "responseExitCode=200", "responseMessage="),
    ),
    # JSON by POST and the user id are confirmed; the other names are not.
    "nalo": Profile(
        session="USERID",
        phone="MSISDN",
        text="USERDATA",
        event="MSGTYPE",
        begins=frozenset({"true"}),
        notes={"NETWORK": "network"},
        reply=("USERID={USERID}", "MSISDN={MSISDN}", "USERDATA={USERDATA}", "MSG={text}", "MSGTYPE=true|false"),
    ),
}

_NAMES: Final = ("session", "phone", "text", "service", "event", "sequence", "ended", "separator")
_WORDS: Final = ("begins", "ends")
_ROW: Final = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


def generic_profile(channel: str, fields: Mapping[str, str], reply: tuple[str, ...]) -> Profile:
    """Return the profile that an operator wrote down; ConfigurationError names what is missing or unknown."""
    setting = f"channels.{channel}.fields"
    for name in ("session", "phone", "text"):
        if name not in fields:
            raise ConfigurationError(f"{setting}.{name}", "is missing", "Name the provider's field for it.")
    for name in set(fields) - {*_NAMES, *_WORDS, "body"}:
        known = ", ".join((*_NAMES, *_WORDS, "body"))
        raise ConfigurationError(f"{setting}.{name}", "is not known here", f"Use: {known}.")
    body: Literal["form", "json"] = "form" if fields.get("body", "json") == "form" else "json"
    plain = len(reply) == 2 and not any(_ROW.fullmatch(row) for row in reply)
    if not reply or not (plain or all(_ROW.fullmatch(row) for row in reply)):
        cure = "Write `name={text}`, `name=while it goes on|at its end` and `name={their field}`, or two beginnings."
        raise ConfigurationError(f"channels.{channel}.reply", "cannot be used", cure)
    names = {name: fields[name] for name in _NAMES if name in fields}
    words = {name: frozenset(fields[name].lower().split("|")) for name in _WORDS if name in fields}
    return Profile(**names, **words, body=body, reply=reply)  # type: ignore[arg-type] # names are texts, words are sets

"""One partner system as the configuration file has it: where it is, what it wants to hear, how it knows us."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from gateway.binds import Place

PartnerKind = Literal["webhook", "primero"]
EVENTS: Final = ("case.opened", "case.acknowledged", "case.escalated", "case.referred", "case.closed")
FACTS: Final = (
    "code", "level", "category", "who", "under_18", "country", "province", "district", "language", "opened_at",
    "agency", "ground",
)  # fmt: skip
"""What a field of the partner's may be filled with; free text, names and numbers are not among them."""
_KINDS: Final[Mapping[str, PartnerKind]] = {"webhook": "webhook", "primero": "primero"}
_SHORTEST_SECRET: Final = 24


@dataclass(frozen=True, slots=True)
class PartnerEntry:
    """A webhook hears of ``events``; a case system gets the cases that officers refer to one of ``agencies``.

    ``secrets`` sign what is sent, the newest first, two while they are changed. ``fields`` fills the partner's own
    field names with our facts; a value that begins with ``=`` is written as it stands.
    """

    name: str
    kind: PartnerKind
    url: str
    secrets: tuple[str, ...] = field(default=(), repr=False)
    events: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    user: str = ""
    password: str = field(default="", repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)


def read_partners(place: Place) -> tuple[PartnerEntry, ...]:
    """Read the section ``partners``; raises ConfigurationError naming line, value and cure."""
    return tuple(_partner(name, item) for name, item in place.members().items())


def _partner(name: str, place: Place) -> PartnerEntry:
    got = place.members(
        "kind", "url", "secret_file", "next_secret_file", "events", "agencies", "user", "password_file", "fields"
    )
    if "kind" not in got or got["kind"].text() not in _KINDS:
        raise place.refuse("has no usable kind", f"Add `kind:` with one of: {', '.join(_KINDS)}.")
    kind = _KINDS[got["kind"].text()]
    needed = ("url", "secret_file", "events") if kind == "webhook" else ("url", "user", "password_file", "agencies")
    for missing in needed:
        if missing not in got:
            raise place.refuse(f"has no {missing}", f"Add `{missing}:` below it.")
    return PartnerEntry(
        name,
        kind,
        _url(got["url"]),
        tuple(_secret(got[key]) for key in ("next_secret_file", "secret_file") if key in got),
        _known(got["events"], EVENTS) if "events" in got else (),
        got["agencies"].texts() if "agencies" in got else (),
        got["user"].text() if "user" in got else "",
        got["password_file"].read_file(got["password_file"].text()) if "password_file" in got else "",
        _fields(got["fields"]) if "fields" in got else {},
    )


def _url(place: Place) -> str:
    parts = urlsplit(place.text())
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.fragment:
        raise place.refuse(f"{place.text()!r} cannot be used", "Write https://host/path without a user in it.")
    if parts.scheme == "http" and parts.hostname != "127.0.0.1":
        raise place.refuse("would send in the clear", "Use https.")
    return place.text()


def _secret(place: Place) -> str:
    secret = place.read_file(place.text())
    if len(secret) < _SHORTEST_SECRET:
        raise place.refuse("is too short a secret", f"Use at least {_SHORTEST_SECRET} random characters.")
    return secret


def _known(place: Place, known: tuple[str, ...]) -> tuple[str, ...]:
    for value in place.texts():
        if value not in known:
            raise place.refuse(f"{value!r} is not known here", f"Use some of: {', '.join(known)}.")
    return place.texts()


def _fields(place: Place) -> dict[str, str]:
    found = {name: item.text() for name, item in place.members().items()}
    for name, value in found.items():
        if not value.startswith("=") and value not in FACTS:
            raise place.refuse(f"{name}: {value!r} is no fact", f"Use one of: {', '.join(FACTS)}, or =text.")
    return found

"""One channel of the configuration: its record, and which words each kind of channel may and must be given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from typing import Final

from gateway.binds import Bind

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class ChannelEntry:
    """One channel; ``rate`` in segments a second, ``price`` in kip a segment by script, ``options`` as its kind says.

    An empty ``token`` means the one kept under GATEWAY_KEYS as ``<name>.token``, made on first start. ``prefixes``
    are the beginnings of the numbers this operator serves (``209`` for +856209...); empty: it is no operator's own.
    ``addresses``: networks from which its provider calls us (203.0.113.0/24); empty: from anywhere with the token.
    ``fields`` and ``reply`` belong to the USSD profile ``generic``, ``bind`` to the kind ``smpp``.
    """

    name: str
    kind: str
    profile: str = ""
    service_codes: tuple[str, ...] = ()
    short_code: str = ""
    prefixes: tuple[str, ...] = ()
    addresses: tuple[Network, ...] = ()
    token: str = field(default="", repr=False)
    ussd_script: str = "lao"
    rate: float = 10.0
    price: Mapping[str, int] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)
    fields: Mapping[str, str] = field(default_factory=dict)
    reply: tuple[str, ...] = ()
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    bind: Bind | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """What one kind of channel takes; ``sends`` when texts nobody asked for may leave by it."""

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    sends: bool = True

    @property
    def options(self) -> frozenset[str]:
        """Every option of this kind."""
        return self.required | self.optional


def _kind(required: str = "", optional: str = "", *, sends: bool = True) -> Kind:
    return Kind(frozenset(required.split()), frozenset(optional.split()), sends)


KINDS: Final[Mapping[str, Kind]] = {
    "simulator": _kind(sends=False),
    "twilio": _kind(optional="reply_mode redact decode_base64"),
    "ussd_http": _kind(sends=False),
    "kannel": _kind("url username password", "sender smsc recode"),
    "jasmin": _kind("url username password", "sender"),
    "africastalking": _kind("username api_key", "url sender"),
    "smpp": _kind(),
    "android": _kind("url username password signing_key", "sim"),
}
SECRETS: Final = frozenset({"token", "password", "api_key", "signing_key"})
"""Each may be given as ``<name>_file`` instead: a path beside the configuration file."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "reply_mode": ("response", "rest"),
    "redact": ("true", "false"),
    "decode_base64": ("true", "false"),
    "recode": ("true", "false"),
    "sim": ("1", "2", "3"),
    "ussd_script": ("lao", "latin"),
}

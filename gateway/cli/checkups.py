"""How each channel is: whether its provider answers and knows us, and which addresses are to be pasted there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.binds import Bind
from gateway.carriers import hooks_of
from gateway.channel_entry import KINDS, ChannelEntry
from gateway.channels.kannel import INBOUND_FIELDS
from gateway.channels.origins import is_loopback
from gateway.ports.channel import Probed, SendResult
from gateway.services.health import alive, bind_role
from gateway.settings import Settings
from gateway.wiring import Gateway

State = Literal["ok", "warn", "fail"]
# What an address must end in at the provider, by kind: {} is the channel's own address.
ADDRESSES: Final[Mapping[str, Mapping[str, str]]] = {
    "twilio": {"a message comes in (POST)": "{}/inbound#rc=5&rp=all&tt=15000"},
    "kannel": {"sms-service, with catch-all = true and max-messages = 0, post-url": "{}/inbound?" + INBOUND_FIELDS},
    "jasmin": {"HTTP client connector, POST": "{}/inbound"},
    "africastalking": {"incoming messages": "{}/inbound", "delivery reports": "{}/status"},
    "android": {"webhooks sms:received, sms:sent, sms:delivered, sms:failed": "{}/inbound"},
    "ussd_http": {"USSD callback": "{}/ussd", "end of session": "{}/status"},
    "smpp": {},
}
_VERDICTS: Final[Mapping[str, tuple[State, str, str]]] = {
    "accepted": ("ok", "answers and knows us", ""),
    "temporary": ("fail", "cannot be reached", "Is it running, and is its url right? Does the firewall let us out?"),
    "broken": ("fail", "does not know us", "Correct user name, password, key or sender; is there credit?"),
    "ambiguous": ("warn", "gives no usable answer", "Look at its status page and try again in a minute."),
    "permanent": ("ok", "not asked: a demo speaks to this computer only", ""),
}
# What a bind says of TLS, by the code it gives: no login was sent.
_TLS: Final[Mapping[str, tuple[State, str, str]]] = {
    "untrusted_certificate": (
        "fail",
        "shows a certificate that we do not trust",
        "Ask the operator for its authority's certificate, by another way than this line, and name it as bind.ca_file.",
    ),
    "certificate_of_another_name": (
        "fail",
        "shows a certificate for another name than its host",
        "Put the name that the operator gave you in writing as bind.tls_name; if it gave none, ask it.",
    ),
    "no_tls": ("fail", "speaks no TLS at this port", "Ask the operator for its TLS port; do not turn tls off instead."),
    "tls_unanswered": (
        "fail",
        "is there, but says nothing to TLS",
        "Is this its TLS port? If it is, try again in a minute.",
    ),
}


@dataclass(frozen=True, slots=True)
class Checkup:
    """One channel as it was found; ``addresses`` to be pasted at the provider, by what they are for."""

    name: str
    kind: str
    state: State
    fact: str
    cure: str
    addresses: Mapping[str, str]


def checkups(gateway: Gateway) -> list[Checkup]:
    """Look at every configured channel but the simulator."""
    return [_checkup(gateway, entry) for entry in gateway.settings.channels if entry.kind in ADDRESSES]


def _checkup(gateway: Gateway, entry: ChannelEntry) -> Checkup:
    ours = hooks_of(gateway.settings, entry, gateway.outside.chance.token)
    addresses = {what: shape.replace("{}", ours) for what, shape in ADDRESSES[entry.kind].items()}
    state, fact, cure = _verdict(gateway, entry)
    if state == "ok" and (wanting := _wanting(gateway.settings, entry)):
        state, cure = "warn", wanting
    return Checkup(entry.name, entry.kind, state, fact, cure, addresses)


def _verdict(gateway: Gateway, entry: ChannelEntry) -> tuple[State, str, str]:
    channel = gateway.channels[entry.name]
    if not isinstance(channel, Probed):
        return "ok", "answers only; nothing to ask", ""
    if entry.bind is not None:
        return _verdict_on_bind(gateway, entry.name, entry.bind, channel)
    return _told(channel.probe())


def _verdict_on_bind(gateway: Gateway, name: str, bind: Bind, channel: Probed) -> tuple[State, str, str]:
    """A bind that stands answers for itself; asked a second time, many an operator would end it."""
    with gateway.outside.store.reading() as work:
        roles = alive(work, gateway.outside.clock.now())
    if bind_role(name, bound=True) in roles:
        return "ok", "bound" + (", over TLS" if bind.tls else ""), ""
    if gateway.settings.demo and not is_loopback(f"smpp://{bind.host}"):
        return _VERDICTS["permanent"]
    found = channel.probe()
    if found.outcome == "accepted" and bind_role(name, bound=False) not in roles:
        return "warn", "knows us, but its process does not run", "gateway serve --all"
    return _TLS.get(found.provider_code or "") or _told(found)


def _told(found: SendResult) -> tuple[State, str, str]:
    state, fact, cure = _VERDICTS[found.outcome]
    code = f" ({found.provider_code})" if found.provider_code and state != "ok" else ""
    return state, fact + code, cure


def _wanting(settings: Settings, entry: ChannelEntry) -> str:
    """Return what is not wrong yet, but will be missed."""
    if not settings.demo and is_loopback(settings.public_base_url):
        return "No provider can reach this address: set PUBLIC_BASE_URL to the one they can."
    if KINDS[entry.kind].sends and not entry.price and not settings.demo:
        return "Set its price, or the daily cap counts nothing for it."
    return ""

"""Opens the configured channels: one builder for each kind, and the secrets they are known by."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.channel_entry import ChannelEntry
from gateway.channels.africastalking import AfricasTalking
from gateway.channels.android import Android
from gateway.channels.jasmin import Jasmin
from gateway.channels.kannel import Kannel
from gateway.channels.provider import Provider
from gateway.channels.simulator import Simulator
from gateway.channels.smpp.channel import Smpp
from gateway.channels.twilio.channel import Twilio
from gateway.channels.ussd_http.channel import UssdHttp
from gateway.channels.ussd_http.profiles import GENERIC, generic_profile
from gateway.errors import ConfigurationError
from gateway.ports.channel import Channel, Ledger, Receipt
from gateway.ports.outside import Outside
from gateway.ports.simulated_phones import SimulatedPhones
from gateway.ports.ussd_memory import UssdMemory
from gateway.settings import Settings

AFRICAS_TALKING: Final = "https://api.africastalking.com"
SIGNED: Final = frozenset({"twilio", "simulator", "smpp"})
"""Kinds whose address holds no token: their provider signs, or there is none."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a channel may need besides its own entry; ``receive`` takes receipts of simulated phones."""

    settings: Settings
    outside: Outside
    memory: UssdMemory
    phones: SimulatedPhones | None
    receive: Callable[[Receipt], object]

    def token(self, entry: ChannelEntry) -> str:
        """Return the channel's secret: the configured one, else the one under GATEWAY_KEYS, made on first start."""
        return token_of(self.settings, entry, self.outside.chance.token)

    def hooks(self, entry: ChannelEntry) -> str:
        """Return our public address of a channel, up to and with its token."""
        return hooks_of(self.settings, entry, self.outside.chance.token)

    def provider(self, entry: ChannelEntry, url: str = "") -> Provider:
        """Return the far side of a channel."""
        return Provider(
            setting=f"channels.{entry.name}.url", url=entry.options.get("url", url), demo=self.settings.demo
        )


def open_channels(around: Surroundings) -> dict[str, Channel]:
    """Return every configured channel by name; simulated phones exist in a demo only."""
    entries = (entry for entry in around.settings.channels if entry.kind in BUILDERS)
    return {
        entry.name: BUILDERS[entry.kind](around, entry)
        for entry in entries
        if entry.kind != "simulator" or around.phones is not None
    }


def ledgers_of(channels: Mapping[str, Channel]) -> dict[str, Ledger]:
    """Return the channels whose provider can be asked what it took for us."""
    return {name: channel for name, channel in channels.items() if isinstance(channel, Twilio) and channel.may_be_asked}


def token_of(settings: Settings, entry: ChannelEntry, make: Callable[[], str]) -> str:
    """Return a channel's secret: the configured one, else the one under GATEWAY_KEYS."""
    return entry.token or kept_token(settings.keys, entry, make)


def hooks_of(settings: Settings, entry: ChannelEntry, make: Callable[[], str]) -> str:
    """Return the public address of a channel, up to the purpose."""
    plain = f"{settings.public_base_url}/hooks/{entry.name}"
    return plain if entry.kind in SIGNED else f"{plain}/{token_of(settings, entry, make)}"


def kept_token(keys: Path, entry: ChannelEntry, make: Callable[[], str]) -> str:
    """Return the secret kept for a channel, made on first start and readable by the owner only."""
    path = keys / f"{entry.name}.token"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(make())
    return path.read_text("ascii").strip()


def _simulator(around: Surroundings, entry: ChannelEntry) -> Channel:
    assert around.phones is not None
    return Simulator(phones=around.phones, clock=around.outside.clock, receive=around.receive)


def _twilio(around: Surroundings, entry: ChannelEntry) -> Channel:
    account = around.settings.twilio
    if account is None:
        raise ConfigurationError(
            "TWILIO_ACCOUNT_SID", f"is missing for channel {entry.name}", "Set it and TWILIO_AUTH_TOKEN."
        )
    return Twilio(
        account_sid=account.account_sid,
        auth_tokens=tuple(token for token in (account.auth_token, account.auth_token_next) if token),
        public_base_url=around.settings.public_base_url,
        clock=around.outside.clock,
        from_=account.sender or None,
        messaging_service_sid=account.messaging_service_sid or None,
        api_base_url=account.api_base_url,
        api_key=(account.api_key_sid, account.api_key_secret) if account.api_key_sid else None,
        shared_keys=entry.shared_keys,
        replies_in_response=entry.options.get("reply_mode", "response") == "response",
        decode_base64=entry.options.get("decode_base64") == "true",
        demo=around.settings.demo,
        name=entry.name,
    )


def _ussd_http(around: Surroundings, entry: ChannelEntry) -> Channel:
    return UssdHttp(
        name=entry.name,
        profile=entry.profile,
        token=around.token(entry),
        memory=around.memory,
        service_codes=entry.service_codes,
        generic=generic_profile(entry.name, entry.fields, entry.reply) if entry.profile == GENERIC else None,
        latin=entry.ussd_script == "latin",
    )


def _kannel(around: Surroundings, entry: ChannelEntry) -> Channel:
    return Kannel(
        name=entry.name,
        provider=around.provider(entry),
        username=entry.options["username"],
        password=entry.options["password"],
        sender=entry.options.get("sender", entry.short_code),
        token=around.token(entry),
        hooks=around.hooks(entry),
        clock=around.outside.clock,
        smsc=entry.options.get("smsc", ""),
        recode=entry.options.get("recode", "true") == "true",
    )


def _jasmin(around: Surroundings, entry: ChannelEntry) -> Channel:
    return Jasmin(
        name=entry.name,
        provider=around.provider(entry),
        username=entry.options["username"],
        password=entry.options["password"],
        sender=entry.options.get("sender", entry.short_code),
        token=around.token(entry),
        hooks=around.hooks(entry),
        clock=around.outside.clock,
    )


def _africastalking(around: Surroundings, entry: ChannelEntry) -> Channel:
    return AfricasTalking(
        name=entry.name,
        provider=around.provider(entry, AFRICAS_TALKING),
        username=entry.options["username"],
        api_key=entry.options["api_key"],
        token=around.token(entry),
        sender=entry.options.get("sender", entry.short_code),
    )


def _smpp(around: Surroundings, entry: ChannelEntry) -> Channel:
    assert entry.bind is not None  # the configuration refuses a bind's absence
    return Smpp(name=entry.name, bind=entry.bind, short_code=entry.short_code, clock=around.outside.clock)


def _android(around: Surroundings, entry: ChannelEntry) -> Channel:
    return Android(
        name=entry.name,
        provider=around.provider(entry),
        username=entry.options["username"],
        password=entry.options["password"],
        signing_key=entry.options["signing_key"],
        token=around.token(entry),
        clock=around.outside.clock,
        sim=int(entry.options["sim"]) if "sim" in entry.options else None,
    )


BUILDERS: Final[Mapping[str, Callable[[Surroundings, ChannelEntry], Channel]]] = {
    "simulator": _simulator,
    "twilio": _twilio,
    "ussd_http": _ussd_http,
    "kannel": _kannel,
    "jasmin": _jasmin,
    "africastalking": _africastalking,
    "android": _android,
    "smpp": _smpp,
}

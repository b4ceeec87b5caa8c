"""The environment, ``.env`` and the configuration file, read once into one frozen record."""

import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from gateway.channel_entry import ChannelEntry
from gateway.configuration import Configuration, read_configuration
from gateway.environment import Source
from gateway.errors import ConfigurationError

TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True, slots=True)
class Twilio:
    """One account; ``auth_token_next`` is accepted too while a token is being rotated."""

    account_sid: str
    auth_token: str = field(repr=False)
    auth_token_next: str = field(default="", repr=False)
    api_key_sid: str = ""
    api_key_secret: str = field(default="", repr=False)
    sender: str = ""
    messaging_service_sid: str = ""
    api_base_url: str = TWILIO_API


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the gateway was told; paths are absolute, ``redis_url`` is empty for the embedded server."""

    home: Path
    keys: Path
    database_url: str = field(repr=False)
    key_store_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    public_base_url: str
    host: str
    port: int
    web_workers: int
    web_threads: int
    mode: Literal["production", "demo"]
    log_level: str
    log_format: Literal["json", "text"]
    timezone: ZoneInfo
    twilio: Twilio | None
    configuration: Configuration
    channels: tuple[ChannelEntry, ...]

    @property
    def demo(self) -> bool:
        """Whether nothing may leave this computer."""
        return self.mode == "demo"

    def may_call(self, channel: str, address: str) -> bool:
        """Whether a provider's request may come from this address; a proxy before us is the address that is seen."""
        networks = next((entry.addresses for entry in self.channels if entry.name == channel), ())
        return not networks or any(ip_address(address) in network for network in networks)

    @property
    def sqlite(self) -> bool:
        """Whether the database is one file of this host."""
        return self.database_url.startswith("sqlite")


def _read_bind(source: Source) -> tuple[str, int]:
    value = source.text("BIND", "127.0.0.1:8000")
    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+):([0-9]{1,5})", value)
    if match is None or not 1 <= int(match[2]) <= 65535:
        raise ConfigurationError("BIND", f"{value!r} is not address:port", "Write it like 127.0.0.1:8000.")
    return match[1], int(match[2])


def _read_twilio(source: Source) -> Twilio | None:
    """Return the account when SID and token are both set; one alone is a mistake."""
    sid, token = source.text("TWILIO_ACCOUNT_SID"), source.text("TWILIO_AUTH_TOKEN")
    key, secret = source.text("TWILIO_API_KEY_SID"), source.text("TWILIO_API_KEY_SECRET")
    for here, there, name, other in (
        (sid, token, "TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"),
        (token, sid, "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"),
        (key, secret, "TWILIO_API_KEY_SECRET", "TWILIO_API_KEY_SID"),
        (secret, key, "TWILIO_API_KEY_SID", "TWILIO_API_KEY_SECRET"),
    ):
        if here and not there:
            raise ConfigurationError(name, f"is missing while {other} is set", "Set both or neither.")
    account = Twilio(
        account_sid=sid,
        auth_token=token,
        auth_token_next=source.text("TWILIO_AUTH_TOKEN_NEXT"),
        api_key_sid=key,
        api_key_secret=secret,
        sender=source.text("TWILIO_FROM"),
        messaging_service_sid=source.text("TWILIO_MESSAGING_SERVICE_SID"),
        api_base_url=source.origin("TWILIO_API_BASE_URL", TWILIO_API),
    )
    return account if sid else None


def config_path(environment: Mapping[str, str], folder: Path) -> Path:
    """Return where the configuration file is, or would be."""
    return Source(environment, folder).path("GATEWAY_CONFIG", folder / "gateway.yaml")


def _read_file(source: Source) -> Configuration:
    """Read ``GATEWAY_CONFIG``, or ``gateway.yaml`` if present, or nothing."""
    path = source.path("GATEWAY_CONFIG", source.folder / "gateway.yaml")
    if not path.is_file():
        if source.text("GATEWAY_CONFIG"):
            raise ConfigurationError("GATEWAY_CONFIG", f"{path} is not a file", "Correct the path or unset it.")
        return Configuration()
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError("GATEWAY_CONFIG", f"{path} cannot be read", "It must be readable UTF-8.") from error
    return read_configuration(text, path.name, lambda name: source.file(str(path.parent / name), f"{path.name} {name}"))


def _channels(configuration: Configuration, twilio: Twilio | None, demo: bool) -> tuple[ChannelEntry, ...]:
    """Return the file's channels and the ones that come by themselves; the file wins by name."""
    own = [ChannelEntry("twilio", "twilio")] if twilio else []
    if demo:
        own += [
            ChannelEntry("simulator", "simulator", rate=1000.0),
            ChannelEntry("africastalking", "ussd_http", profile="africastalking"),
        ]
    chosen = {entry.name: entry for entry in (*own, *configuration.channels)}
    for entry in chosen.values():
        if entry.kind == "twilio" and twilio is None:
            raise ConfigurationError(
                "TWILIO_ACCOUNT_SID", f"is missing for channel {entry.name}", "Set it and TWILIO_AUTH_TOKEN."
            )
    for name in configuration.alert_channels:
        if name not in chosen:
            raise ConfigurationError("alerts.channels", f"{name!r} is no channel", f"Use: {', '.join(chosen)}.")
    return tuple(chosen.values())


def _read_timezone(source: Source) -> ZoneInfo:
    name = source.text("TZ_NAME", "Asia/Vientiane")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # its three ways of not finding a zone
        raise ConfigurationError("TZ_NAME", f"{name!r} is no time zone", "Write it like Asia/Vientiane.") from None


def read_settings(environment: Mapping[str, str], folder: Path, *, mode: str | None = None) -> Settings:
    """Read everything from ``environment`` and ``folder``; ``mode`` overrides GATEWAY_MODE (``gateway demo``).

    Raises ConfigurationError: one line naming the setting, the problem and the cure; secrets are never quoted.
    """
    source = Source(environment, folder)
    home = source.path("GATEWAY_HOME", folder / "var")
    database_url = source.database("DATABASE_URL", f"sqlite:///{home / 'gateway.db'}")
    small = database_url.startswith("sqlite")
    host, port = _read_bind(source)
    chosen_mode = source.choice("GATEWAY_MODE", "production", "production", "demo") if mode is None else mode
    redis_url = source.text("REDIS_URL")
    if redis_url and not re.match(r"(rediss?|unix)://.", redis_url):
        raise ConfigurationError("REDIS_URL", "is not a redis address", "Use redis://host:6379/0, or unset it.")
    configuration, twilio = _read_file(source), _read_twilio(source)
    return Settings(
        home=home,
        keys=source.path("GATEWAY_KEYS", home / "keys"),
        database_url=database_url,
        key_store_url=source.database("KEY_STORE_URL", f"sqlite:///{home / 'keys.db'}"),
        redis_url=redis_url,
        public_base_url=source.origin("PUBLIC_BASE_URL", f"http://127.0.0.1:{port}"),
        host=host,
        port=port,
        web_workers=source.count("WEB_WORKERS", 1 if small else os.cpu_count() or 1, most=64),
        web_threads=source.count("WEB_THREADS", 16 if small else 8, most=256),
        mode="demo" if chosen_mode == "demo" else "production",
        log_level=source.choice("LOG_LEVEL", "info", "debug", "info", "warning", "error"),
        log_format="text" if source.choice("LOG_FORMAT", "json", "json", "text") == "text" else "json",
        timezone=_read_timezone(source),
        twilio=twilio,
        configuration=configuration,
        channels=_channels(configuration, twilio, chosen_mode == "demo"),
    )


def make_home(settings: Settings, least_free: int = 200 * 1024 * 1024) -> None:
    """Create GATEWAY_HOME and the key folder, for the owner only.

    Raises ConfigurationError when a folder cannot be written or less than ``least_free`` bytes are free.
    """
    for name, path in (("GATEWAY_HOME", settings.home), ("GATEWAY_KEYS", settings.keys)):
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not os.access(path, os.W_OK | os.X_OK):
                raise PermissionError
        except OSError as error:
            raise ConfigurationError(name, f"{path} cannot be written", f"Choose another: {name}=/path.") from error
    free = shutil.disk_usage(settings.home).free
    if free < least_free:
        problem = f"{settings.home} has {free // 1024**2} MB free, {least_free // 1024**2} are needed"
        raise ConfigurationError("GATEWAY_HOME", problem, "Free some, or choose another: GATEWAY_HOME=/path.")


def moved_to_port(settings: Settings, port: int) -> Settings:
    """Return the settings with another port, in the public address too where it named the old one."""
    public = re.sub(rf":{settings.port}$", f":{port}", settings.public_base_url)
    return replace(settings, port=port, public_base_url=public)

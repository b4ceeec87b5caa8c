"""The configuration file ``gateway.yaml``: strict nodes in, one frozen record out, every default in one place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import time, timedelta
from ipaddress import ip_network
from typing import Any

from gateway import strict_yaml
from gateway.binds import read_bind
from gateway.campaigns.pacing import MARGIN, never_open
from gateway.channel_entry import CHOICES, KINDS, SECRETS, ChannelEntry
from gateway.config_place import ConfigPlace, number, rate
from gateway.errors import ConfigurationError, ContentRefused
from gateway.partner_entry import PartnerEntry, read_partners


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local time in which no broadcast leaves; ``start`` may be later than ``end`` (over midnight)."""

    start: time = time(21, 0)
    end: time = time(7, 0)


@dataclass(frozen=True, slots=True)
class Caps:
    """Spend a day in kip; ``reserve`` is the part only alerts, help and the report path may use."""

    daily_spend: int = 500_000
    reserve: int = 100_000


@dataclass(frozen=True, slots=True)
class Retention:
    """How long each thing is kept; proposals that the partners confirm."""

    closed_cases: timedelta = timedelta(days=365)
    free_text: timedelta = timedelta(days=30)
    free_text_at_most: timedelta = timedelta(days=365)
    reporter_link: timedelta = timedelta(days=30)
    bodies: timedelta = timedelta(days=40)
    messages: timedelta = timedelta(days=365)
    contacts: timedelta = timedelta(days=730)
    audit: timedelta = timedelta(days=1826)


@dataclass(frozen=True, slots=True)
class Escalation:
    """Minutes of the ladder's steps by triage level, the last the repeat interval; P2 in working minutes."""

    p0: tuple[int, ...] = (0, 2, 5, 10, 15, 20)
    p1: tuple[int, ...] = (0, 5, 15, 30, 60, 60)
    p2: tuple[int, ...] = (0, 240, 480, 960, 960)
    resume_after_ok_p0: int = 30
    resume_after_ok_other: int = 60


@dataclass(frozen=True, slots=True)
class LocalPosts:
    """When posts of the district hear of a case."""

    danger_wait: timedelta = timedelta(minutes=3)
    abandoned_ussd: timedelta = timedelta(minutes=10)
    abandoned_sms: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Configuration:
    """The whole file; without one, all defaults. ``alert_channels``: first, then fallback; empty = every sender."""

    channels: tuple[ChannelEntry, ...] = ()
    alert_channels: tuple[str, ...] = ()
    team: frozenset[str] = frozenset()  # numbers that may text ``draft <flow>``, and get tests of broadcasts
    quiet_hours: QuietHours = QuietHours()
    caps: Caps = Caps()
    retention: Retention = Retention()
    escalation: Escalation = Escalation()
    local_posts: LocalPosts = LocalPosts()
    partners: tuple[PartnerEntry, ...] = ()


_OF_CHANNEL: dict[str, Callable[[ConfigPlace], Any]] = {
    "profile": ConfigPlace.text,
    "short_code": ConfigPlace.text,
    "service_codes": ConfigPlace.texts,
    "prefixes": ConfigPlace.texts,
    "reply": ConfigPlace.texts,
    "ussd_script": lambda place: _option("ussd_script", place),
    "addresses": lambda place: tuple(item.read(ip_network, "Write 203.0.113.0/24.") for item in place.items()),
    "fields": lambda place: {name: item.text() for name, item in place.members().items()},
    "shared_keys": lambda place: dict(_shared_key(item) for item in place.items()),
    "rate": lambda place: place.read(rate, "Write segments a second, 0.01 to 10000."),
    "price": lambda place: {script: kip.integer() for script, kip in place.members("gsm7", "ucs2").items()},
    "bind": read_bind,
}


def _channel(name: str, place: ConfigPlace) -> ChannelEntry:
    kind = _kind_of(place)
    options = KINDS[kind].options
    files = {f"{secret}_file" for secret in SECRETS & (options | {"token"})}
    got = place.members("kind", *_OF_CHANNEL, "token", *sorted(options | files))
    values: dict[str, Any] = {key: reader(got[key]) for key, reader in _OF_CHANNEL.items() if key in got}
    secrets = {secret: _secret(got, secret) for secret in SECRETS if secret in got or f"{secret}_file" in got}
    values["token"] = secrets.pop("token", "")
    values["options"] = secrets | {key: _option(key, got[key]) for key in options - SECRETS if key in got}
    for missing in sorted(KINDS[kind].required - set(values["options"])):
        raise place.refuse(f"has no {missing}", f"Add `{missing}:` below it.")
    if (kind == "smpp") != ("bind" in got):
        raise place.refuse("needs `bind:` if it is of kind smpp, and only then", "Say where: host, port, system_id.")
    return ChannelEntry(name, kind, **values)


def _kind_of(place: ConfigPlace) -> str:
    if not isinstance(place.node, strict_yaml.Mapping) or "kind" not in (got := place.members()):
        raise place.refuse("has no kind", f"Add `kind:` with one of: {', '.join(KINDS)}.")
    kind = got["kind"].text()
    if kind not in KINDS:
        raise got["kind"].refuse(f"{kind!r} is no kind of channel", f"Use one of: {', '.join(KINDS)}.")
    return kind


def _secret(got: Mapping[str, ConfigPlace], name: str) -> str:
    """Return a secret from its own value or from its file, never both."""
    if name in got and f"{name}_file" in got:
        raise got[name].refuse(f"is given twice, with {name}_file", f"Keep {name}_file.")
    if name in got:
        return got[name].text()
    place = got[f"{name}_file"]
    return place.read_file(place.text())


def _option(name: str, place: ConfigPlace) -> str:
    if name in CHOICES and place.text() not in CHOICES[name]:
        raise place.refuse(f"{place.text()!r} cannot be used", f"Use one of: {', '.join(CHOICES[name])}.")
    return place.text()


def _shared_key(place: ConfigPlace) -> tuple[str, str]:
    got = place.members("id", "secret", "secret_file")
    if "id" not in got or not {"secret", "secret_file"} & set(got):
        raise place.refuse("is no key", "Write `{id: KEY, secret_file: keys/KEY.secret}`.")
    return got["id"].text(), _secret(got, "secret")


def _quiet_hours(place: ConfigPlace) -> QuietHours:
    fields = {"from": "start", "to": "end"}
    quiet = QuietHours(**{fields[name]: value.hour() for name, value in place.members(*fields).items()})
    if never_open(quiet.start, quiet.end):
        minutes = MARGIN // timedelta(minutes=1)
        problem = f"leaves no time for broadcasts, which stop {minutes} minutes before the quiet hours"
        raise place.refuse(problem, f"Put `from` more than {minutes} minutes after `to`.")
    return quiet


def _caps(place: ConfigPlace) -> Caps:
    return Caps(**{name: value.integer() for name, value in place.members("daily_spend", "reserve").items()})


def _retention(place: ConfigPlace) -> Retention:
    got = place.members(*(field.name for field in fields(Retention)))
    return Retention(**{name: value.duration() for name, value in got.items()})


def _escalation(place: ConfigPlace) -> Escalation:
    got = place.members("P0", "P1", "P2", "resume_after_ok")
    values: dict[str, Any] = {name.lower(): got[name].integers() for name in ("P0", "P1", "P2") if name in got}
    for name, minutes in values.items():
        if len(minutes) < 2 or minutes[-1] == 0:
            raise got[name.upper()].refuse("has no repeat interval", "Give minutes, the last at least 1.")
    resume = got["resume_after_ok"].members("P0", "other") if "resume_after_ok" in got else {}
    values |= {f"resume_after_ok_{name.lower()}": value.integer() for name, value in resume.items()}
    return Escalation(**values)


def _local_posts(place: ConfigPlace) -> LocalPosts:
    got = place.members("danger_wait", "abandoned")
    waits = {"danger_wait": got["danger_wait"].duration()} if "danger_wait" in got else {}
    if "abandoned" in got:
        waits |= {f"abandoned_{k}": v.duration() for k, v in got["abandoned"].members("ussd", "sms").items()}
    return LocalPosts(**waits)


def _team(place: ConfigPlace) -> frozenset[str]:
    return frozenset(item.read(number, 'Write numbers in quotes, as "+8562055500001".') for item in place.items())


_SECTIONS: dict[str, Callable[[ConfigPlace], Any]] = {
    "quiet_hours": _quiet_hours,
    "caps": _caps,
    "retention": _retention,
    "escalation": _escalation,
    "local_posts": _local_posts,
    "partners": read_partners,
    "team": _team,
}


def read_configuration(text: str, file: str, read_file: Callable[[str], str]) -> Configuration:
    """Read the text of ``gateway.yaml``; ``read_file`` gives the content of a secret's file.

    Raises ConfigurationError naming file, line, column and the value's path.
    """
    if not text.strip():
        return Configuration()
    try:
        root = ConfigPlace(strict_yaml.read(text, file), "", read_file)
    except ContentRefused as refused:
        place = str(refused.findings[0]).splitlines()[0]
        raise ConfigurationError(place, "cannot be read", "Correct that line.") from refused
    got = root.members("channels", "alerts", *_SECTIONS)
    entries = got["channels"].members() if "channels" in got else {}
    alerts = got["alerts"].members("channels") if "alerts" in got else {}
    return Configuration(
        channels=tuple(_channel(name, place) for name, place in entries.items()),
        alert_channels=alerts["channels"].texts() if "channels" in alerts else (),
        **{name: reader(got[name]) for name, reader in _SECTIONS.items() if name in got},
    )

"""The configuration file ``gateway.yaml``: strict nodes in, one frozen record out, every default in one place."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import time, timedelta
from typing import Any, TypeVar

from gateway import strict_yaml
from gateway.binds import read_bind
from gateway.channel_entry import CHOICES, KINDS, SECRETS, ChannelEntry
from gateway.errors import ConfigurationError, ContentRefused

_T = TypeVar("_T")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


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
    quiet_hours: QuietHours = QuietHours()
    caps: Caps = Caps()
    retention: Retention = Retention()
    escalation: Escalation = Escalation()
    local_posts: LocalPosts = LocalPosts()


@dataclass(frozen=True, slots=True)
class _Place:
    """A node with the path that names it in an error, and the reader of secret files."""

    node: strict_yaml.Node
    path: str
    read_file: Callable[[str], str]

    def refuse(self, problem: str, cure: str) -> ConfigurationError:
        mark = self.node.mark
        return ConfigurationError(f"{mark.file}:{mark.line}:{mark.column} {self.path}", problem, cure)

    def members(self, *known: str) -> dict[str, "_Place"]:
        """Return the entries of a mapping; an unknown name is refused (no names given: any well-formed one)."""
        if not isinstance(self.node, strict_yaml.Mapping):
            raise self.refuse("is not a group of names and values", "Write `name: value` lines under it.")
        found = {}
        for name, node in self.node.entries:
            path = f"{self.path}.{name.value}".lstrip(".")
            place = _Place(node, path, self.read_file)
            if known and name.value not in known:
                raise place.refuse("is not known here", f"Use one of: {', '.join(known)}.")
            if not known and not _NAME.fullmatch(name.value):
                raise place.refuse("is not a usable name", "Use a-z, 0-9 and _, beginning with a letter.")
            found[name.value] = place
        return found

    def items(self) -> list["_Place"]:
        """Return the places of a list."""
        if not isinstance(self.node, strict_yaml.Sequence):
            raise self.refuse("is not a list", "Write it as `[one, two]`.")
        return [_Place(node, f"{self.path}[{at}]", self.read_file) for at, node in enumerate(self.node.items)]

    def text(self) -> str:
        if not isinstance(self.node, strict_yaml.Scalar) or not self.node.value:
            raise self.refuse("is not a single value", "Write one value after the colon.")
        return self.node.value

    def texts(self) -> tuple[str, ...]:
        return tuple(item.text() for item in self.items())

    def read(self, reader: Callable[[str], _T], cure: str) -> _T:
        """Return the value as ``reader`` understands it; its ValueError becomes a refusal with ``cure``."""
        try:
            return reader(self.text())
        except ValueError:
            raise self.refuse(f"{self.text()!r} cannot be used", cure) from None

    def integer(self) -> int:
        return self.read(_count, "Write a whole number of 0 or more.")

    def integers(self) -> tuple[int, ...]:
        return tuple(item.integer() for item in self.items())

    def duration(self) -> timedelta:
        return self.read(_duration, "Write a number with a unit: 30s, 3m, 12h or 365d.")

    def hour(self) -> time:
        return self.read(_hour, 'Write hours and minutes in quotes, as "21:00".')


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def _rate(text: str) -> float:
    rate = float(text)
    if not 0.01 <= rate <= 10_000:
        raise ValueError(text)
    return rate


def _duration(text: str) -> timedelta:
    if text[-1] not in _UNITS:
        raise ValueError(text)
    return timedelta(**{_UNITS[text[-1]]: _count(text[:-1])})


def _hour(text: str) -> time:
    if not re.fullmatch(r"\d\d:\d\d", text):
        raise ValueError(text)
    return time.fromisoformat(text)


def _channel(name: str, place: _Place) -> ChannelEntry:
    kind = _kind_of(place)
    options = KINDS[kind].options
    files = {f"{secret}_file" for secret in SECRETS & (options | {"token"})}
    texts, lists = ("profile", "short_code", "ussd_script"), ("service_codes", "prefixes", "reply")
    maps = ("price", "fields", "shared_keys", "bind")
    got = place.members("kind", *texts, *lists, "token", *sorted(options | files), "rate", *maps)
    values: dict[str, Any] = {key: got[key].text() for key in texts if key in got}
    values |= {key: got[key].texts() for key in lists if key in got}
    values |= {
        key: {name: item.text() for name, item in got[key].members().items()} for key in ("fields",) if key in got
    }
    secrets = {secret: _secret(got, secret) for secret in SECRETS if secret in got or f"{secret}_file" in got}
    values["token"] = secrets.pop("token", "")
    values["options"] = secrets | {key: _option(key, got[key]) for key in options - SECRETS if key in got}
    for missing in sorted(KINDS[kind].required - set(values["options"])):
        raise place.refuse(f"has no {missing}", f"Add `{missing}:` below it.")
    if "shared_keys" in got:
        values["shared_keys"] = dict(_shared_key(item) for item in got["shared_keys"].items())
    if "rate" in got:
        values["rate"] = got["rate"].read(_rate, "Write segments a second, 0.01 to 10000.")
    if "price" in got:
        values["price"] = {script: kip.integer() for script, kip in got["price"].members("gsm7", "ucs2").items()}
    if "bind" in got:
        values["bind"] = read_bind(got["bind"])
    if (kind == "smpp") != ("bind" in got):
        raise place.refuse("needs `bind:` if it is of kind smpp, and only then", "Say where: host, port, system_id.")
    return ChannelEntry(name, kind, **values)


def _kind_of(place: _Place) -> str:
    if not isinstance(place.node, strict_yaml.Mapping) or "kind" not in (got := place.members()):
        raise place.refuse("has no kind", f"Add `kind:` with one of: {', '.join(KINDS)}.")
    kind = got["kind"].text()
    if kind not in KINDS:
        raise got["kind"].refuse(f"{kind!r} is no kind of channel", f"Use one of: {', '.join(KINDS)}.")
    return kind


def _secret(got: Mapping[str, _Place], name: str) -> str:
    """Return a secret from its own value or from its file, never both."""
    if name in got and f"{name}_file" in got:
        raise got[name].refuse(f"is given twice, with {name}_file", f"Keep {name}_file.")
    if name in got:
        return got[name].text()
    place = got[f"{name}_file"]
    return place.read_file(place.text())


def _option(name: str, place: _Place) -> str:
    if name in CHOICES and place.text() not in CHOICES[name]:
        raise place.refuse(f"{place.text()!r} cannot be used", f"Use one of: {', '.join(CHOICES[name])}.")
    return place.text()


def _shared_key(place: _Place) -> tuple[str, str]:
    got = place.members("id", "secret", "secret_file")
    if "id" not in got or not {"secret", "secret_file"} & set(got):
        raise place.refuse("is no key", "Write `{id: KEY, secret_file: keys/KEY.secret}`.")
    return got["id"].text(), _secret(got, "secret")


def _quiet_hours(place: _Place) -> QuietHours:
    fields = {"from": "start", "to": "end"}
    return QuietHours(**{fields[name]: value.hour() for name, value in place.members(*fields).items()})


def _caps(place: _Place) -> Caps:
    return Caps(**{name: value.integer() for name, value in place.members("daily_spend", "reserve").items()})


def _retention(place: _Place) -> Retention:
    got = place.members(*(field.name for field in fields(Retention)))
    return Retention(**{name: value.duration() for name, value in got.items()})


def _escalation(place: _Place) -> Escalation:
    got = place.members("P0", "P1", "P2", "resume_after_ok")
    values: dict[str, Any] = {name.lower(): got[name].integers() for name in ("P0", "P1", "P2") if name in got}
    for name, minutes in values.items():
        if len(minutes) < 2 or minutes[-1] == 0:
            raise got[name.upper()].refuse("has no repeat interval", "Give minutes, the last at least 1.")
    resume = got["resume_after_ok"].members("P0", "other") if "resume_after_ok" in got else {}
    values |= {f"resume_after_ok_{name.lower()}": value.integer() for name, value in resume.items()}
    return Escalation(**values)


def _local_posts(place: _Place) -> LocalPosts:
    got = place.members("danger_wait", "abandoned")
    waits = {"danger_wait": got["danger_wait"].duration()} if "danger_wait" in got else {}
    if "abandoned" in got:
        waits |= {f"abandoned_{k}": v.duration() for k, v in got["abandoned"].members("ussd", "sms").items()}
    return LocalPosts(**waits)


_SECTIONS: dict[str, Callable[[_Place], Any]] = {
    "quiet_hours": _quiet_hours,
    "caps": _caps,
    "retention": _retention,
    "escalation": _escalation,
    "local_posts": _local_posts,
}


def read_configuration(text: str, file: str, read_file: Callable[[str], str]) -> Configuration:
    """Read the text of ``gateway.yaml``; ``read_file`` gives the content of a secret's file.

    Raises ConfigurationError naming file, line, column and the value's path.
    """
    if not text.strip():
        return Configuration()
    try:
        root = _Place(strict_yaml.read(text, file), "", read_file)
    except ContentRefused as refused:
        raise ConfigurationError(
            str(refused.findings[0]).splitlines()[0], "cannot be read", "Correct that line."
        ) from refused
    got = root.members("channels", "alerts", *_SECTIONS)
    entries = got["channels"].members() if "channels" in got else {}
    alerts = got["alerts"].members("channels") if "alerts" in got else {}
    return Configuration(
        channels=tuple(_channel(name, place) for name, place in entries.items()),
        alert_channels=alerts["channels"].texts() if "channels" in alerts else (),
        **{name: reader(got[name]) for name, reader in _SECTIONS.items() if name in got},
    )

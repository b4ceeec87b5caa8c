"""Transcripts: a conversation written down line by line (``.chat``), read into records with their line numbers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from gateway.errors import ContentRefused, Finding

HEADERS: Final = ("flow", "channel", "language", "start", "phones", "given", "bundle")
EVENTS: Final = ("drop", "redial", "twice", "lost receipt", "stop worker", "no redis")
FACTS: Final = ("case", "case.triage", "case.state", "case.district", "cases", "alerts.open", "segments", "bundle")
KNOWN_OF_PHONES: Final = MappingProxyType(
    {
        "district": "LA[0-9]{4}",
        "language": "[A-Za-z-]{2,8}",
        "safety": "unknown|safe|shared|unsafe",
        "opted_in": "yes|no",
        "gives_turn": r"[a-z][a-z0-9_]*",
    }
)
GIVEN: Final = ("directory.dialled", "area.disaster")
_UNITS: Final = MappingProxyType({"second": 1, "minute": 60, "hour": 3600, "day": 86_400})
_HEADER: Final = re.compile(r"([a-z]+):\s*(.*)")
_SAYS: Final = re.compile(r"(?:([a-z][a-z0-9_]*)\s*)?>(?: (.*)|)")
_HEARS: Final = re.compile(r"(?:([a-z][a-z0-9_]*)\s*)?< ?(.*)")
_MESSAGE: Final = re.compile(r"@([a-z][a-z0-9_.]*)(?: in ([A-Za-z-]{2,8}))?")
_DURATION: Final = re.compile(r"([0-9]{1,5}) (second|minute|hour|day)s?")
_UNTIL: Final = re.compile(r"until (?:([0-9]{4}-[0-9]{2}-[0-9]{2}) )?([0-2][0-9]:[0-5][0-9])")
_CLAIM: Final = re.compile(r"(?:(value) )?([a-z][a-z0-9_.]*) ?(=|<=|>=) ?(\S.*)")
_GIVEN: Final = re.compile(r"([a-z][a-z0-9_]*)\.([a-z][a-z0-9_.]*) ?= ?(\S+)")
_PHONE: Final = re.compile(r"([a-z][a-z0-9_]*)=([0-9]{3})")
_HASH: Final = re.compile(r"([0-9a-f]{8,64})?")
_PUBLISH: Final = re.compile(r"publish [a-z][a-z0-9_]*( withdraw)?")
_ACTS: Final = re.compile(r"([a-z][a-z0-9_]*) acts 0[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Says:
    """A person texts; ``""`` in the file is the empty message."""

    line: int
    phone: str
    text: str


@dataclass(frozen=True, slots=True)
class Hears:
    """A person hears a message by id (perhaps in a language), a part of a text, a whole text, or nothing."""

    line: int
    phone: str
    kind: Literal["message", "part", "text", "nothing"]
    value: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Time passes: some seconds, or until a local time ``HH:MM``, perhaps of a day ``YYYY-MM-DD``."""

    line: int
    seconds: int = 0
    clock: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """Something happens to the gateway or to a phone; ``words`` as written."""

    line: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What must hold now: a fact compared with ``value``, no fact, a text never heard, or a value of the report."""

    line: int
    kind: Literal["fact", "no", "never", "value"]
    fact: str
    operator: str = ""
    value: str = ""


Line = Says | Hears | Pause | Event | Claim


@dataclass(frozen=True, slots=True)
class Chat:
    """One transcript; ``phones`` maps roles to three digits, ``given`` is (role, fact, value), ``start`` is local."""

    file: str
    flow: str
    channel: str
    language: str
    start: datetime
    phones: Mapping[str, str]
    given: tuple[tuple[str, str, str], ...]
    bundle: str
    lines: tuple[Line, ...]


class _Refused(Exception):
    """One line cannot be read; its only argument says why."""


def read_chat(text: str, file: str) -> Chat:
    """Read a transcript; raises ContentRefused with a finding (T100) for every line that cannot be read."""
    findings: list[Finding] = []
    headers: dict[str, list[str]] = {}
    lines: list[Line] = []
    roles: tuple[str, ...] = ()
    for number, raw in enumerate(text.split("\n"), 1):
        written = raw.strip()
        if not written or written.startswith("#"):
            continue
        try:
            header = _HEADER.fullmatch(written) if not lines else None
            if header is not None and header[1] in HEADERS:
                headers.setdefault(header[1], []).append(header[2])
                roles = tuple(_phones(headers.get("phones", [])))
            else:
                lines.append(_line(number, written, roles))
        except _Refused as refused:
            findings.append(Finding(file, number, 1, "T100", str(refused), excerpt=raw))
    chat = None
    try:
        chat = _chat(file, headers, tuple(lines))
    except _Refused as refused:
        findings.append(Finding(file, 1, 1, "T100", str(refused)))
    if findings or chat is None:
        raise ContentRefused(findings)
    return chat


def _chat(file: str, headers: Mapping[str, list[str]], lines: tuple[Line, ...]) -> Chat:
    def one(name: str, absent: str = "") -> str:
        return headers.get(name, [absent])[-1]

    try:
        start = datetime.fromisoformat(one("start", "2026-11-23 10:00"))
    except ValueError:
        raise _Refused("'start' is a local date and time such as 2026-11-23 21:10") from None
    if not one("flow"):
        raise _Refused("a transcript names its 'flow'")
    if one("channel", "sms") not in ("sms", "ussd"):
        raise _Refused("'channel' is sms or ussd")
    phones = _phones(headers.get("phones", []))
    if not phones:
        raise _Refused("a transcript names its 'phones', such as mother=001")
    if not _HASH.fullmatch(one("bundle")):
        raise _Refused("'bundle' is the content hash of a version, or its first 8 digits or more")
    return Chat(
        file=file,
        flow=one("flow"),
        channel=one("channel", "sms"),
        language=one("language"),
        start=start,
        phones=MappingProxyType(phones),
        given=_given(headers.get("given", []), phones),
        bundle=one("bundle"),
        lines=lines,
    )


def _phones(values: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in " ".join(values).split():
        match = _PHONE.fullmatch(pair)
        if match is None:
            raise _Refused(f"'{pair}' is no phone; write role=001")
        found[match[1]] = match[2]
    return found


def _given(values: list[str], phones: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    found: list[tuple[str, str, str]] = []
    for given in (part.strip() for value in values for part in value.split(",")):
        match = _GIVEN.fullmatch(given)
        if match is None:
            raise _Refused(f"'{given}' is no given fact; write mother.district = LA1704")
        if f"{match[1]}.{match[2]}" not in GIVEN and (match[1] not in phones or match[2] not in KNOWN_OF_PHONES):
            raise _Refused(f"'{given}' is of no phone here, or unknown: {', '.join((*KNOWN_OF_PHONES, *GIVEN))}")
        if match[1] in phones and not re.fullmatch(KNOWN_OF_PHONES[match[2]], match[3]):
            raise _Refused(f"'{given}': {match[2]} is {KNOWN_OF_PHONES[match[2]]}")
        found.append((match[1], match[2], match[3]))
    return tuple(found)


def _line(number: int, written: str, roles: tuple[str, ...]) -> Line:
    """Read one line by its first sign."""
    if written.startswith("*"):
        return _event(number, written.removeprefix("*").strip(), roles)
    for sign, read in _SIGNS.items():
        if written.startswith(sign):
            return read(number, written.removeprefix(sign).strip())
    says, hears = _SAYS.fullmatch(written), _HEARS.fullmatch(written)
    if says is not None and (hears is None or written.index(">") < written.index("<")):
        return Says(number, _role(says[1], roles), _typed(says[2] or ""))
    if hears is not None:
        return _hears(number, _role(hears[1], roles), hears[2].strip())
    raise _Refused("a line is '>' says, '<' hears, '---' a pause, '*' an event, '!' a claim or '#' a comment")


def _role(name: str | None, roles: tuple[str, ...]) -> str:
    if not roles:
        raise _Refused("'phones' must stand before the first line")
    if name is not None and name not in roles:
        raise _Refused(f"'{name}' is not one of the phones: {', '.join(roles)}")
    return name or roles[0]


def _typed(text: str) -> str:
    r"""Return what is typed: ``""`` is empty, ``\u200b`` and its like are the characters they name."""
    if text == '""':
        return ""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def _hears(number: int, phone: str, expected: str) -> Hears:
    if expected == "nothing":
        return Hears(number, phone, "nothing")
    if expected.startswith("~"):
        return Hears(number, phone, "part", _typed(expected[1:].strip()))
    message = _MESSAGE.fullmatch(expected)
    if message is not None:
        return Hears(number, phone, "message", message[1], message[2] or "")
    if not expected or expected.startswith("@"):
        raise _Refused("heard is @id, @id in language, ~part, nothing, or the text itself")
    return Hears(number, phone, "text", _typed(expected))


def _pause(number: int, written: str) -> Line:
    duration, until = _DURATION.fullmatch(written), _UNTIL.fullmatch(written)
    if duration is not None:
        return Pause(number, seconds=int(duration[1]) * _UNITS[duration[2]])
    if until is not None:
        return Pause(number, clock=until[2], day=until[1] or "")
    raise _Refused("a pause is '--- 5 minutes' or '--- until 07:00'")


def _event(number: int, written: str, roles: tuple[str, ...]) -> Line:
    acts = _ACTS.fullmatch(written)
    if acts is not None:
        _role(acts[1], roles)
    elif written not in EVENTS and _PUBLISH.fullmatch(written) is None:
        raise _Refused(f"an event is {', '.join(EVENTS)}, publish FLOW [withdraw], or PHONE acts 086")
    return Event(number, tuple(written.split()))


def _claim(number: int, written: str) -> Line:
    if written.startswith("no "):
        return Claim(number, "no", _fact(written[3:].strip()))
    if written.startswith("never "):
        rest = written[6:].strip()
        quoted = len(rest) > 2 and rest[0] == rest[-1] == '"'
        if not quoted and rest != "guarded":
            raise _Refused("never is followed by a quoted text or by guarded")
        return Claim(number, "never", "heard" if quoted else "guarded", value=_typed(rest[1:-1]) if quoted else "")
    match = _CLAIM.fullmatch(written)
    if match is None:
        raise _Refused("a claim is 'fact = value', 'no fact', 'never \"text\"' or 'value name = code'")
    if match[1]:
        return Claim(number, "value", match[2], match[3], match[4].strip())
    return Claim(number, "fact", _fact(match[2]), match[3], match[4].strip())


def _fact(name: str) -> str:
    """Return the name of a fact; one that there is not would hold by never being found."""
    if name not in FACTS:
        raise _Refused(f"'{name}' is no fact; there are {', '.join(FACTS)}")
    return name


_SIGNS: Final[Mapping[str, Callable[[int, str], Line]]] = MappingProxyType({"---": _pause, "!": _claim})

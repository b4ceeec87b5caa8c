"""Where one conversation stands, as a record that round-trips through at most 4 KB of JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Final, Literal

from gateway.errors import Defect

ENGINE: Final = 1
MAX_BYTES: Final = 4096
MAX_VALUES: Final = 40
MAX_STACK: Final = 3
_HISTORY: Final = 12

Status = Literal["waiting", "handoff", "ended"]
How = Literal["root", "call", "aside"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One flow in progress; ``how`` it was entered decides where its end leads: nowhere, to its caller, or back."""

    flow: str
    bundle: str
    step: str = ""
    how: How = "root"
    values: Mapping[str, str] = field(default_factory=dict)
    tries: int = 0
    page: int = 0
    history: tuple[str, ...] = ()
    case: str = ""
    visits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """One running conversation of a contact on a channel; instants are aware UTC.

    ``ancestry`` counts the flows that started one another before this one: no chain of them goes on for ever.
    """

    id: str
    contact: str
    channel: str
    here: Frame
    stack: tuple[Frame, ...] = ()
    turn: int = 0
    status: Status = "waiting"
    ancestry: int = 0
    begin: str = ""
    opened: datetime | None = None
    spoken: datetime | None = None
    expires: datetime | None = None
    language: str = ""
    mode: Literal["open", "neutral", "silent"] = "neutral"
    confirmed: datetime | None = None
    duress: bool = False
    report: str = ""
    pin_given: bool = False
    asking: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    pages: int = 1
    closing: bool = False
    hashes: tuple[str, ...] = ()

    @property
    def flow(self) -> str:
        """Name of the flow that is running."""
        return self.here.flow

    @property
    def step(self) -> str:
        """Name of the step that is waiting."""
        return self.here.step

    @property
    def bundle(self) -> str:
        """Content hash of the bundle the running flow belongs to."""
        return self.here.bundle


# Written out field by field: a generic copy of the record costs more than the rest of a turn.
_OF_FRAME: Final = tuple(item.name for item in fields(Frame))
_PLAIN: Final = tuple(item.name for item in fields(Session) if item.name not in ("here", "stack"))


def to_json(session: Session) -> str:
    """Render a session as compact JSON; the same session gives the same bytes."""
    record: dict[str, Any] = {"engine": ENGINE, "here": _slim(session.here)}
    for name in _PLAIN:
        value = getattr(session, name)
        if value or name == "turn":
            record[name] = value.isoformat() if isinstance(value, datetime) else value
    if session.stack:
        record["stack"] = [_slim(frame) for frame in session.stack]
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _slim(frame: Frame) -> dict[str, Any]:
    """Return the fields of a frame that say anything."""
    return {name: value for name in _OF_FRAME if (value := getattr(frame, name))}


def from_json(text: str) -> Session:
    """Read a session back; raises Defect when the record is not one of this engine."""
    try:
        record = json.loads(text)
        if record.pop("engine") != ENGINE:
            raise Defect("a session of another engine")
        record.pop("foreground", None)  # written by the release before this one; the row says it now
        record["here"] = _frame(record["here"])
        record["stack"] = tuple(_frame(frame) for frame in record.get("stack", ()))
        for name in ("opened", "spoken", "expires", "confirmed"):
            if name in record:
                record[name] = datetime.fromisoformat(record[name])
        for name in ("asking", "lead", "hashes"):
            record[name] = tuple(record.get(name, ()))
        return Session(**record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Defect("a session that cannot be read") from error


def _frame(record: dict[str, Any]) -> Frame:
    return Frame(**{**record, "history": tuple(record.get("history", ()))})


def size(session: Session) -> int:
    """Return the bytes of a session's JSON."""
    return len(to_json(session).encode())


def trimmed(session: Session) -> Session:
    """Return a session of at most 4 KB: first the way back shortens, then counters, then what was laid aside."""
    if len(session.here.history) > _HISTORY or len(session.stack) > MAX_STACK:
        here = replace(session.here, history=session.here.history[-_HISTORY:])
        session = replace(session, here=here, stack=session.stack[-MAX_STACK:])
    if size(session) <= MAX_BYTES:
        return session
    session = replace(session, lead=(), hashes=(), here=_bare(session.here), stack=tuple(map(_bare, session.stack)))
    while size(session) > MAX_BYTES and session.stack:
        session = replace(session, stack=session.stack[1:])
    while size(session) > MAX_BYTES and session.here.values:
        first = next(iter(session.here.values))
        values = {name: value for name, value in session.here.values.items() if name != first}
        session = replace(session, here=replace(session.here, values=values))
    return session


def _bare(frame: Frame) -> Frame:
    """Drop what a frame can live without."""
    return replace(frame, history=frame.history[-2:], visits={})

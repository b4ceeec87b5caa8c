"""Rows of the directory as people edit them: read cell by cell, each fault with its cell, its reason and its cure."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from gateway.directory.agency import agencies
from gateway.directory.hotline import Hotline
from gateway.directory.post import COURSES, LEVELS
from gateway.directory.turn import SHIFTS

Kind = Literal["posts", "hotlines"]

POST_COLUMNS: Final = (
    "post", "agency", "level", "place", "order", "on_duty", "shifts", "courses", "holder", "phone",
    "language", "until",
)  # fmt: skip
HOTLINE_COLUMNS: Final = tuple(Hotline.__dataclass_fields__)
VERIFICATION: Final = ("verified_by", "verified_on", "expires")
"""Written on export and never read back: only a named person who dialled verifies."""
COLUMNS: Final[Mapping[Kind, tuple[str, ...]]] = {"posts": POST_COLUMNS, "hotlines": HOTLINE_COLUMNS}
REQUIRED: Final[Mapping[Kind, tuple[str, ...]]] = {
    "posts": ("agency", "level", "place", "order"),
    "hotlines": ("id", "country", "number", "owner"),
}
MASKED: Final = ".."
LANGUAGES: Final = ("lo", "en")
_YES_NO: Final = {"": None, "yes": True, "no": False}
_NUMBER: Final = re.compile(r"\+?[0-9]{2,15}")


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that cannot be taken; what stood in it is never repeated, for it may be a number."""

    cell: str
    column: str
    reason: str
    cure: str

    def __str__(self) -> str:
        """Render as one line."""
        return f"{self.cell} {self.column}: {self.reason}. {self.cure}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: ``line`` is 1-based, ``cells`` by column, ``letters`` say where each column stands."""

    line: int
    cells: Mapping[str, str] = field(repr=False)
    letters: Mapping[str, str]

    def fault(self, column: str, reason: str, cure: str) -> Fault:
        """Return a fault of one cell of this row; a column that the file lacks is said of its first cell."""
        return Fault(f"{self.letters.get(column, 'A')}{self.line}", column, reason, cure)


@dataclass(frozen=True, slots=True)
class PostLine:
    """What a row says of a post; None and empty mean: as it is."""

    row: Row
    post: str
    agency: str
    level: str
    place: str | None
    order: int
    on_duty: bool | None = None
    shifts: frozenset[str] | None = None
    courses: frozenset[str] | None = None
    holder: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    language: str = "lo"
    until: date | None = None

    @property
    def key(self) -> tuple[str, str, str | None, int]:
        """What names a post without its id."""
        return self.agency, self.level, self.place, self.order


def letter(number: int) -> str:
    """Return the letters of a column, the first being 0."""
    ahead, last = divmod(number, 26)
    return (letter(ahead - 1) if ahead else "") + chr(ord("A") + last)


def kind_of(head: Iterable[str]) -> Kind | None:
    """Return what a file lists, by the columns it has; None when the required ones of neither are there."""
    known = set(head)
    kinds: tuple[Kind, ...] = ("posts", "hotlines")
    return next((kind for kind in kinds if known.issuperset(REQUIRED[kind])), None)


def read_post(row: Row) -> PostLine | list[Fault]:
    """Return what a row says of a post, or everything that is wrong with it."""
    said = {name: row.cells.get(name, "").strip() for name in POST_COLUMNS}
    checks: tuple[tuple[str, bool, str, str], ...] = (
        ("agency", said["agency"] in agencies(), "no such agency", f"Use one of: {', '.join(sorted(agencies()))}."),
        ("level", said["level"] in LEVELS, "no such level", f"Use one of: {', '.join(LEVELS)}."),
        ("order", said["order"].isdecimal() and 0 < int(said["order"]) < 100, "no number of the order", "1 is first."),
        ("on_duty", said["on_duty"] in _YES_NO, "neither yes nor no", "Write yes, no, or nothing for: as it is."),
        ("shifts", set(said["shifts"].split()) <= {*SHIFTS, "always"}, "no such shift", "Such as: mon-day tue-night."),
        ("courses", set(said["courses"].split()) <= {*COURSES, "none"}, "no such course", f"Such as: {COURSES[0]}."),
        ("language", said["language"] in ("", *LANGUAGES), "no such language", "Write lo or en."),
        ("until", _date(said["until"]) is not None or not said["until"], "no date", "Write it as 2026-12-31."),
        ("holder", bool(said["holder"]) or not _is_new(said["phone"]), "no name", "Say who has that phone."),
    )
    faults = [row.fault(column, reason, cure) for column, holds, reason, cure in checks if not holds]
    if faults:
        return faults
    shifts, courses = said["shifts"].split(), said["courses"].split()
    return PostLine(
        row, said["post"], said["agency"], said["level"], said["place"] or None, int(said["order"]),
        _YES_NO[said["on_duty"]], frozenset(shifts) - {"always"} if shifts else None,
        frozenset(courses) - {"none"} if courses else None,
        said["holder"], said["phone"] if _is_new(said["phone"]) else "", said["language"] or "lo",
        _date(said["until"]),
    )  # fmt: skip


def read_hotline(row: Row) -> Hotline | list[Fault]:
    """Return the entry of a row, not verified whatever the file says; or everything that is wrong with it."""
    said = {name: row.cells.get(name, "").strip() for name in HOTLINE_COLUMNS}
    flags = ("nationals_only", "recorded")
    checks: tuple[tuple[str, Callable[[str], bool], str, str], ...] = (
        ("id", bool, "no id", "Give it a short name, such as la-1362."),
        ("country", lambda text: len(text) == 2 and text.isascii() and text.isupper(), "no country", "Such as LA."),
        ("number", lambda text: bool(_NUMBER.fullmatch(text)), "no number", "Digits only, or + and digits."),
        ("owner", bool, "no owner", "Say whose line it is."),
        *((name, lambda text: text in _YES_NO, "neither yes nor no", "Write yes or no.") for name in flags),
    )
    faults = [row.fault(column, reason, cure) for column, holds, reason, cure in checks if not holds(said[column])]
    if faults:
        return faults
    texts: dict[str, Any] = {
        name: said[name] for name in HOTLINE_COLUMNS if name not in (*VERIFICATION, *flags, "purposes", "languages")
    }
    return Hotline(
        **texts,
        purposes=tuple(said["purposes"].split()),
        languages=tuple(said["languages"].split()),
        nationals_only=said["nationals_only"] == "yes",
        recorded=said["recorded"] == "yes",
    )


def _is_new(phone: str) -> bool:
    return bool(phone) and not phone.startswith(MASKED)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

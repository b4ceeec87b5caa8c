"""Reads one row of a list of contacts: who it is and what she agreed to, or every cell that cannot be taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, get_args

from gateway.campaigns.plan import DATES
from gateway.contacts.cells import (
    Reason,
    is_formula,
    read_consent,
    read_country,
    read_date,
    read_language,
    read_number,
    read_role,
)
from gateway.contacts.importing import Column, Flaw, Newcomer
from gateway.conversation.conditions import lies_in
from gateway.conversation.library import Places

Kind = Literal["good", "flawed", "without_consent", "repeated"]
Repairs = Mapping[tuple[int, str], str]

LONGEST_FIELD: Final = 80  # characters of a name, a village, a group
COLUMNS: Final = get_args(Column)
_SOMEBODY: Final = "+8562022000000"  # stands in for the number while another cell is judged; nothing is stored of it
MOST_REMEMBERED: Final = 10_000  # spellings of districts


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row says; ``newcomer`` is None when a cell of it cannot be taken."""

    kind: Kind
    newcomer: Newcomer | None = None
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads rows under one header; ``repairs`` stand instead of the cells they repair.

    ``within``: places outside of which, or without a district, nobody is taken; empty for the whole country.
    """

    header: Mapping[Column, int]
    places: Places
    today: date
    repairs: Repairs = field(default_factory=dict)
    simulated: bool = False
    within: frozenset[str] = frozenset()
    _districts: dict[str, str | Reason] = field(default_factory=dict)

    def read(self, line: int, cells: Sequence[str], is_new: Callable[[str], bool]) -> Reading:
        """Return what a row says; ``is_new``: whether a number was not named above."""
        said = {column: self._cell(column, line, cells) for column in self.header}
        country = read_country(said.get("country", ""))
        read: dict[Column, Any] = {
            "country": country,
            "phone": read_number(
                said["phone"], None if isinstance(country, Reason) else country, simulated=self.simulated
            ),
            "language": read_language(said.get("language", "")),
            "district": self._district(said.get("district", "")),
            "role": read_role(said.get("role", "")),
            "consent": read_consent(said.get("consent", "")),
            "consent_on": read_date(said.get("consent_on", ""), self.today),
            "name": _field(said.get("name", "")),
            "village": _field(said.get("village", "")),
            "group": _field(said.get("group", "")),
            "departure": read_date(said.get("departure", ""), date.max),  # a day of a trip may lie ahead
            "return": read_date(said.get("return", ""), date.max),
        }
        flaws = tuple(
            Flaw(line, column, found, said.get(column, "")[:LONGEST_FIELD])
            for column, found in read.items()
            if isinstance(found, Reason)
        )
        if flaws:
            return Reading("flawed", None, flaws)
        newcomer = _newcomer(read)
        if not is_new(newcomer.msisdn):
            return Reading("repeated", newcomer, (Flaw(line, "phone", Reason.REPEATED, said["phone"][:LONGEST_FIELD]),))
        return Reading("good" if newcomer.agrees else "without_consent", newcomer)

    def _cell(self, column: Column, line: int, cells: Sequence[str]) -> str:
        position = self.header.get(column)
        cell = cells[position] if position is not None and position < len(cells) else ""
        return (self.repairs.get((line, column), cell) if self.repairs else cell).strip()

    def _district(self, cell: str) -> str | Reason | None:
        if not cell:
            return Reason.DISTRICT_ELSEWHERE if self.within else None
        if cell not in self._districts:
            if len(self._districts) >= MOST_REMEMBERED:
                self._districts.clear()
            self._districts[cell] = self._found(cell)
        return self._districts[cell]

    def _found(self, cell: str) -> str | Reason:
        place = self.places.by_code(cell.upper())
        if place is None:
            reading = self.places.read(cell)
            if len(reading.places) != 1 or reading.question is not None:
                return Reason.DISTRICT_UNCLEAR if reading.places else Reason.DISTRICT_UNKNOWN
            place = reading.places[0]
        if place.level != "district":
            return Reason.DISTRICT_UNCLEAR
        return place.code if not self.within or lies_in(place.code, self.within) else Reason.DISTRICT_ELSEWHERE

    def judge(self, column: str, text: str) -> Reason | None:
        """Return why one cell cannot be taken, None when it can; ``header`` and ``repairs`` do not matter."""
        phone: dict[Column, int] = {"phone": 0}
        header = {**phone, **{name: 1 for name in COLUMNS if name == column and name != "phone"}}
        cells = (text, "") if column == "phone" else (_SOMEBODY, text)
        reading = replace(self, header=header, repairs={}).read(1, cells, lambda _: True)
        return next((flaw.reason for flaw in reading.flaws if flaw.column == column), None)


def _field(cell: str) -> str | Reason:
    if is_formula(cell):
        return Reason.FORMULA
    return cell if len(cell) <= LONGEST_FIELD else Reason.TOO_LONG


def _newcomer(read: Mapping[Column, Any]) -> Newcomer:
    role = read["role"]
    groups = (part.strip() for part in read["group"].replace(";", ",").split(","))
    return Newcomer(
        read["phone"],
        read["language"],
        read["district"],
        frozenset(group for group in groups if group),
        frozenset({role} if role else ()),
        {name: value for name, value in (("name", read["name"]), ("village", read["village"])) if value},
        read["consent"],
        read["consent_on"],
        {of: day for of in DATES if (day := read[of])},
    )

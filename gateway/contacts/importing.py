"""An import of contacts: its columns, who a row speaks of, and the life of one file as a table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from gateway.contacts.cells import Reason
from gateway.errors import Conflict
from gateway.text import lao

Column = Literal[
    "phone",
    "country",
    "language",
    "district",
    "village",
    "group",
    "role",
    "consent",
    "consent_on",
    "name",
    "departure",
    "return",
]
State = Literal["sending", "checking", "checked", "accepted", "done", "refused", "dropped"]
Event = Literal["sent", "read", "refuse", "accept", "drop", "finish"]

LIFE: Mapping[tuple[State, Event], State] = {
    ("sending", "sent"): "checking",
    ("sending", "drop"): "dropped",
    ("checking", "read"): "checked",
    ("checking", "refuse"): "refused",
    ("checking", "drop"): "dropped",
    ("checked", "accept"): "accepted",
    ("checked", "drop"): "dropped",
    ("accepted", "finish"): "done",
}
"""Nothing of a file is stored of anybody before ``accept``; after it a crash goes on where the file stopped."""

AT_WORK: Final = frozenset({"checking", "accepted"})

_HEADERS: Final[tuple[tuple[Column, str], ...]] = (
    ("phone", "phone|phone number|number|mobile|telephone|tel|msisdn|ເບີໂທ|ເບີໂທລະສັບ|ໂທລະສັບ|ເບີ|ເບີມືຖື"),
    ("country", "country|ປະເທດ"),
    ("language", "language|lang|ພາສາ"),
    ("district", "district|district code|ເມືອງ|ລະຫັດເມືອງ"),
    ("village", "village|ບ້ານ"),
    ("group", "group|groups|ກຸ່ມ"),
    ("role", "role|duty|ໜ້າທີ່|ບົດບາດ|ຕຳແໜ່ງ"),
    ("consent", "consent|agreed|ຍິນຍອມ|ການຍິນຍອມ|ຕົກລົງ"),
    ("consent_on", "consent on|consent date|agreed on|ວັນທີຍິນຍອມ|ວັນທີຕົກລົງ|ວັນທີ"),
    ("name", "name|full name|ຊື່|ຊື່ແລະນາມສະກຸນ|ຊື່ ແລະ ນາມສະກຸນ"),
    ("departure", "departure|departure on|leaves on|ວັນອອກເດີນທາງ|ວັນເດີນທາງ"),
    ("return", "return|return on|returns on|ວັນກັບບ້ານ|ວັນກັບ"),
)
NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": tuple(column for column, _ in _HEADERS),
    "lo": tuple(next(word for word in words.split("|") if not word.isascii()) for _, words in _HEADERS),
}
"""What the columns are called where a reader is told of them, by the language of the page."""
HEADERS: Final = {lao.key(word): column for column, words in _HEADERS for word in words.split("|")}


class FileRefused(Conflict):
    """A file cannot be read as a list of contacts; ``reason`` names why, ``where`` the row or column it stands in."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason} {where}".strip())
        self.reason, self.where = reason, where


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a row says of somebody; ``answers``: purpose -> agreed, ``on``: the day on which she did.

    ``dates``: days of her own that messages go by (gateway.campaigns.plan).
    """

    msisdn: str = field(repr=False)
    language: str | None = None
    district: str | None = None
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    answers: Mapping[str, bool] = field(default_factory=dict)
    on: date | None = None
    dates: Mapping[str, date] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether she agreed to anything: of anybody else nothing new is stored."""
        return any(self.answers.values())


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell (1-based line, column) that cannot be taken as it stands; ``repaired``: what was typed instead."""

    line: int
    column: str
    reason: Reason
    cell: str = field(repr=False)
    repaired: str | None = field(default=None, repr=False)


def after(state: State, event: Event) -> State:
    """Return the state after ``event``; Conflict when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Conflict(f"An import that is {state} cannot take the step: {event}.") from None


def read_header(cells: Iterable[str]) -> Mapping[Column, int]:
    """Return column -> position; FileRefused without a phone column, or with one column twice."""
    found: dict[Column, int] = {}
    for position, cell in enumerate(cells):
        column = HEADERS.get(lao.key(cell.replace("_", " ").strip("\ufeff ")))
        if column is None:
            continue
        if column in found:
            raise FileRefused("column_twice", column)
        found[column] = position
    if "phone" not in found:
        raise FileRefused("no_phone_column")
    return found

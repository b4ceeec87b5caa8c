"""Dates as people type them: numbers or month names, Lao, English or Thai, digits of any script, either era."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from gateway.text import lao

_MONTHS: Final[tuple[tuple[str, ...], ...]] = (
    ("january", "jan", "ມັງກອນ", "ມ.ກ", "มกราคม", "มกรา", "ม.ค"),
    ("february", "feb", "ກຸມພາ", "ກ.ພ", "กุมภาพันธ์", "กุมภา", "ก.พ"),
    ("march", "mar", "ມີນາ", "ມ.ນ", "มีนาคม", "มีนา", "มี.ค"),
    ("april", "apr", "ເມສາ", "ມ.ສ", "เมษายน", "เมษา", "เม.ย"),
    ("may", "ພຶດສະພາ", "ພ.ພ", "พฤษภาคม", "พฤษภา", "พ.ค"),
    ("june", "jun", "ມິຖຸນາ", "ມິ.ຖ", "มิถุนายน", "มิถุนา", "มิ.ย"),
    ("july", "jul", "ກໍລະກົດ", "ກ.ລ", "กรกฎาคม", "กรกฎา", "ก.ค"),
    ("august", "aug", "ສິງຫາ", "ສ.ຫ", "สิงหาคม", "สิงหา", "ส.ค"),
    ("september", "sept", "sep", "ກັນຍາ", "ກ.ຍ", "กันยายน", "กันยา", "ก.ย"),
    ("october", "oct", "ຕຸລາ", "ຕ.ລ", "ตุลาคม", "ตุลา", "ต.ค"),
    ("november", "nov", "ພະຈິກ", "ພ.ຈ", "พฤศจิกายน", "พฤศจิกา", "พ.ย"),
    ("december", "dec", "ທັນວາ", "ທ.ວ", "ธันวาคม", "ธันวา", "ธ.ค"),
)
"""Names and usual abbreviations, January first; a last full stop may follow an abbreviation."""

_NUMBERS: Final[Mapping[str, int]] = MappingProxyType(
    {lao.key(name): number for number, names in enumerate(_MONTHS, 1) for name in names}
)
# Words around the numbers that say which is which; without them the rest reads the same.
_AROUND: Final = ("ວັນທີ", "ເດືອນ", "ປີ", "ພ.ສ", "ຄ.ສ", "วันที่", "เดือน", "ปี", "พ.ศ", "ค.ศ")
_FILLING: Final = re.compile(
    "|".join(
        (*(re.escape(lao.key(word)) for word in _AROUND), r"(?<=[0-9])(?:st|nd|rd|th)\b", r"\b(?:of|the|be|ce|ad)\b")
    )
)
_NAME: Final = "|".join(rf"{re.escape(name)}(?![a-z])" for name in sorted(_NUMBERS, key=len, reverse=True))
_GAP: Final = r"[\s.,/-]*"
_DAY, _YEAR = r"(?<![0-9])(?P<day>[0-9]{1,2})", r"(?P<year>[0-9]{4})(?![0-9])"
_ORDERS: Final = tuple(
    re.compile(order)
    for order in (
        rf"{_DAY}[\s./-]+(?P<month>[0-9]{{1,2}})[\s./-]+{_YEAR}",
        r"(?<![0-9])(?P<year>[0-9]{4})[\s./-]+(?P<month>[0-9]{1,2})[\s./-]+(?P<day>[0-9]{1,2})(?![0-9])",
        rf"{_DAY}{_GAP}(?P<month>{_NAME}){_GAP}{_YEAR}",
        rf"(?<![a-z])(?P<month>{_NAME}){_GAP}(?P<day>[0-9]{{1,2}})[\s.,/-]+{_YEAR}",
    )
)
_BUDDHIST: Final = 543
_FIRST_BUDDHIST: Final = 2400  # a year from here on is of the Buddhist era
_YEARS: Final = range(1900, 2200)


def read_date(text: str) -> date | None:
    """Return the one date a text names; None for none, an impossible one, or several.

    The year has four digits and stands last or, before numbers only, first; of two numbers the first is the day.
    """
    plain = _FILLING.sub(" ", lao.key(text))
    found = set(_found(plain))
    return found.pop() if len(found) == 1 else None


def _found(plain: str) -> Iterator[date | None]:
    """Yield every date of a folded text, None for an impossible one."""
    for order in _ORDERS:
        for match in order.finditer(plain):
            month = _NUMBERS.get(match["month"]) or int(match["month"])
            yield _valid(int(match["year"]), month, int(match["day"]))


def _valid(year: int, month: int, day: int) -> date | None:
    if year >= _FIRST_BUDDHIST:
        year -= _BUDDHIST
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None

"""Cells of a contact list as people and spreadsheets leave them: what each says, or what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from gateway.contacts.contact import LANGUAGES
from gateway.contacts.numbering import lao_mobile, plain
from gateway.contacts.phone import REPLY_COUNTRIES, PhoneReading, read_phone
from gateway.text import lao


class Reason(StrEnum):
    """Why a cell cannot be taken: a type of its own, so that no value of a cell is one, however it is spelled."""

    EMPTY = "empty"
    FORMULA = "formula"
    EXPONENT = "exponent"
    DIGITS_MISSING = "digits_missing"
    WHICH_COUNTRY = "which_country"
    TWO_NUMBERS = "two_numbers"
    NO_NUMBER = "no_number"
    FIXED_LINE = "fixed_line"
    COUNTRY_NOT_SERVED = "country_not_served"
    COUNTRY_UNKNOWN = "country_unknown"
    LANGUAGE_UNKNOWN = "language_unknown"
    DISTRICT_UNKNOWN = "district_unknown"
    DISTRICT_UNCLEAR = "district_unclear"
    DISTRICT_ELSEWHERE = "district_elsewhere"
    ROLE_UNKNOWN = "role_unknown"
    CONSENT_UNCLEAR = "consent_unclear"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_FUTURE = "date_in_future"
    TOO_LONG = "too_long"
    REPEATED = "repeated"


REASONS: Final = frozenset(Reason)

ANSWERS: Final = {
    "yes": "yes", "y": "yes", "true": "yes", "1": "yes", "ok": "yes", "x": "yes",
    "ແມ່ນ": "yes", "ຕົກລົງ": "yes", "ຍິນຍອມ": "yes", "ໃຊ່": "yes",
    "no": "no", "n": "no", "false": "no", "0": "no",
    "ບໍ່": "no", "ບໍ່ແມ່ນ": "no", "ບໍ່ຕົກລົງ": "no", "ບໍ່ຍິນຍອມ": "no",
}  # fmt: skip
PURPOSES: Final = ("information", "training", "survey", "travel")
"""What somebody can agree to; a plain yes is to information, ``travel`` is to texts around a trip of her own."""

_ROLES: Final = {
    "village chief": "village_chief", "chief": "village_chief", "nai ban": "village_chief", "ນາຍບ້ານ": "village_chief",
    "lwu head": "lwu_head", "lwu": "lwu_head", "women's union": "lwu_head", "ແມ່ຍິງ": "lwu_head",
    "ສະຫະພັນແມ່ຍິງ": "lwu_head", "ປະທານແມ່ຍິງ": "lwu_head", "ຫົວໜ້າແມ່ຍິງ": "lwu_head",
    "trainer": "trainer", "ຄູຝຶກ": "trainer", "ວິທະຍາກອນ": "trainer",
    "volunteer": "volunteer", "ອາສາສະໝັກ": "volunteer",
    "teacher": "teacher", "ຄູ": "teacher", "ຄູສອນ": "teacher",
}  # fmt: skip
_LANGUAGES: Final = {
    "lao": "lo", "ລາວ": "lo", "ພາສາລາວ": "lo", "english": "en", "ອັງກິດ": "en", "ພາສາອັງກິດ": "en",
    "hmong": "hmn", "hmoob": "hmn", "ມົ້ງ": "hmn", "ພາສາມົ້ງ": "hmn", "khmu": "kjg", "ກຶມມຸ": "kjg", "ພາສາກຶມມຸ": "kjg",
    "lao romanised": "lo-Latn", "karaoke": "lo-Latn",
}  # fmt: skip
_COUNTRIES: Final = {
    "laos": "LA", "lao pdr": "LA", "ລາວ": "LA", "thailand": "TH", "ໄທ": "TH", "vietnam": "VN", "ຫວຽດນາມ": "VN",
    "china": "CN", "ຈີນ": "CN", "cambodia": "KH", "ກຳປູເຈຍ": "KH", "myanmar": "MM", "ມຽນມາ": "MM", "malaysia": "MY",
    "ມາເລເຊຍ": "MY",
}  # fmt: skip
SPELLINGS: Final = 4096  # of a list's columns few are different: each is read once
_EXPONENT: Final = re.compile(r"(\d(?:[.,]\d+)?)[eE]\+?(\d{1,2})")
_WHOLE: Final = re.compile(r"(\d+)[.,]0+")
_DATES: Final = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?:[T ].*)?"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
)
_QUESTIONS: Final[dict[str | None, Reason]] = {
    "full_number": Reason.DIGITS_MISSING,
    "which_country": Reason.WHICH_COUNTRY,
    "which_number": Reason.TWO_NUMBERS,
}
_KEYED: Final = {
    name: {lao.key(word): value for word, value in table.items()}
    for name, table in {
        "answer": ANSWERS,
        "role": _ROLES | {code: code for code in set(_ROLES.values())},
        "language": _LANGUAGES | {code: code for code in LANGUAGES},
        "country": _COUNTRIES | {code: code for code in REPLY_COUNTRIES},
    }.items()
}  # fmt: skip


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would compute this cell; a plus before digits is a phone number."""
    return cell[:1] in "=@" and cell != "" or (cell[:1] in "+-" and any(map(str.isalpha, cell)))


def read_number(cell: str, country: str | None = None, *, simulated: bool = False) -> str | Reason:
    """Return the E.164 number of a cell, or the reason why it is none; never a guess."""
    if is_formula(cell):
        return Reason.FORMULA
    if not cell.strip():
        return Reason.EMPTY
    typed = _unspoilt(plain(cell).strip().strip("'"))
    if typed is None:
        return Reason.EXPONENT
    quick = lao_mobile(typed) if country in (None, "LA") else None
    return quick or _number(read_phone(typed, sender_country=country, simulated=simulated))


def _number(reading: PhoneReading) -> str | Reason:
    if reading.e164 is None:
        return _QUESTIONS.get(reading.question, Reason.NO_NUMBER)
    if reading.country not in REPLY_COUNTRIES:
        return Reason.COUNTRY_NOT_SERVED
    return Reason.FIXED_LINE if reading.kind == "fixed" else reading.e164


def _unspoilt(typed: str) -> str | None:
    """Undo what a spreadsheet did to digits when none is lost; None when some are."""
    if whole := _WHOLE.fullmatch(typed):
        return whole.group(1)
    if power := _EXPONENT.fullmatch(typed):
        digits = re.sub(r"[.,]", "", power.group(1))
        return digits if len(digits) == int(power.group(2)) + 1 else None
    return typed


@lru_cache(SPELLINGS)
def read_language(cell: str) -> str | None | Reason:
    """Return a language code, None for an empty cell."""
    return _listed("language", cell) if cell.strip() else None


@lru_cache(SPELLINGS)
def read_country(cell: str) -> str | None | Reason:
    """Return an ISO 3166-1 code, None for an empty cell."""
    return _listed("country", cell) if cell.strip() else None


@lru_cache(SPELLINGS)
def read_role(cell: str) -> str | None | Reason:
    """Return a role of gateway.campaigns.audience, None for an empty cell."""
    return _listed("role", cell) if cell.strip() else None


@lru_cache(SPELLINGS)
def read_consent(cell: str) -> Mapping[str, bool] | Reason:
    """Return purpose -> agreed; empty when nothing was said. Purposes may be named, with a comma between."""
    said = [lao.key(part) for part in re.split(r"[,;/]", cell) if part.strip()]
    if not said:
        return {}
    if all(part in PURPOSES for part in said):
        return dict.fromkeys(said, True)
    answer = _KEYED["answer"].get(said[0]) if len(said) == 1 else None
    if answer is None:
        return Reason.CONSENT_UNCLEAR
    return {PURPOSES[0]: True} if answer == "yes" else dict.fromkeys(PURPOSES, False)


@lru_cache(SPELLINGS)
def read_date(cell: str, today: date) -> date | None | Reason:
    """Return a day written as yyyy-mm-dd or dd/mm/yyyy, None for an empty cell."""
    typed = plain(cell).strip()
    if not typed:
        return None
    for form in _DATES:
        if found := form.fullmatch(typed):
            try:
                day = date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return Reason.DATE_UNREADABLE
            return day if day <= today else Reason.DATE_IN_FUTURE
    return Reason.DATE_UNREADABLE


def _listed(table: str, cell: str) -> str | Reason:
    unknown: dict[str, Reason] = {
        "language": Reason.LANGUAGE_UNKNOWN,
        "country": Reason.COUNTRY_UNKNOWN,
        "role": Reason.ROLE_UNKNOWN,
    }
    return _KEYED[table].get(lao.key(cell.replace("_", " "))) or _KEYED[table].get(lao.key(cell)) or unknown[table]

"""How digits become international numbers: Lao forms, foreign forms, and which of them are valid."""

import re
import unicodedata
from typing import Final, Literal

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

from gateway.text import lao

Kind = Literal["mobile", "fixed", "premium", "simulated", "other", "none"]

_KINDS: Final[dict[int, Kind]] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed",
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.SHARED_COST: "premium",
}
# Satellite and international networks: valid to the library, and dear.
NEVER_DIALLED: Final = ("+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979")
_SPOKEN: Final = re.compile(r"(?:[23579]\d|8[78])\d{6}")
_THAI_START: Final = re.compile(r"0[689]\d{7,8}")
_THAI_IDD: Final = re.compile(r"00[1-9](\d{9,})")
_PLUS: Final = str.maketrans(dict.fromkeys("\uff0b\ufe62\u207a", "+"))


def plain(text: str) -> str:
    """Write digits of every script in ASCII and every plus as one; drop direction marks and other invisible signs."""
    if text.isascii():
        return text
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return lao.ascii_digits(seen).translate(_PLUS)


def _mobile_form(country: str) -> re.Pattern[str]:
    """Return what the library itself asks of a mobile number of a country."""
    metadata = PhoneMetadata.metadata_for_region(country, None)
    form = metadata.mobile.national_number_pattern if metadata and metadata.mobile else None
    return re.compile(form or "(?!)")


_LAO_MOBILE: Final = _mobile_form("LA")
_WRITTEN: Final = re.compile(r"(?:\+|00)?8560?|0")


def lao_mobile(typed: str) -> str | None:
    """Return the E.164 number of a Lao mobile written with its 020 or 030, however spaced: the quick way for lists.

    None says nothing: the number may still be read by the slow way. What this returns the slow way returns, too.
    """
    digits = typed.replace(" ", "").replace("-", "").replace(".", "")
    if not (digits.removeprefix("+").isascii() and digits.removeprefix("+").isdigit()):
        return None
    start = _WRITTEN.match(digits)
    national = digits[start.end() :] if start else digits
    return f"+856{national}" if _LAO_MOBILE.fullmatch(national) else None


def could_be_thai(digits: str) -> bool:
    """Whether 06, 08 or 09 begins a valid Thai number, should the person say that it is one."""
    return bool(_THAI_START.fullmatch(digits) and known_numbers(["+66" + digits[1:]]))


def lao_forms(digits: str, plus: bool) -> list[str]:
    """Complete ``digits`` to an international number as somebody in Laos writes it."""
    bare = digits.removeprefix("00") if not plus else digits
    if bare.startswith("8560"):
        bare = "856" + bare[4:]
    if plus or digits.startswith("00"):
        return ["+" + bare]
    if bare.startswith("856") and len(bare) >= 11:
        return ["+" + bare]
    if _SPOKEN.fullmatch(digits):
        return ["+85620" + digits]
    if digits.startswith("0"):
        return ["+856" + digits[1:]]
    # 20 and 30 without their 0, as spreadsheets leave them, or a country code without its plus.
    return ["+856" + digits] if re.fullmatch(r"20\d{8}|30\d{7}", digits) else ["+" + digits]


def foreign_forms(digits: str, country: str | None) -> list[str]:
    """Complete ``digits`` as dialled in ``country``; 00856 stays Lao, though Thailand's prefix 008 hides in it."""
    if country in (None, "LA") or digits.startswith("00856"):
        return []
    if country == "TH" and digits.startswith("00"):
        abroad = _THAI_IDD.fullmatch(digits)
        return ["+" + abroad.group(1)] if abroad else []
    try:
        number = phonenumbers.parse(digits, country) if digits.startswith("0") or country == "CN" else None
    except phonenumbers.NumberParseException:
        return []
    return [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)] if number else []


def network_forms(digits: str, plus: bool, country: str) -> list[str]:
    """Complete a sender's digits: the channel's own country first, else a Thai 001 would be read as America."""
    if plus:
        return lao_forms(digits, True)
    return foreign_forms(digits, country) or lao_forms(digits, False)


def known_numbers(forms: list[str]) -> list[tuple[str, str, Kind]]:
    """Keep the forms that are valid numbers: E.164, country, kind. Merely "possible" ones are not."""
    found: list[tuple[str, str, Kind]] = []
    for form in forms:
        try:
            number = phonenumbers.parse(form, None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            kind = _KINDS.get(phonenumbers.number_type(number), "other")
            if form.startswith(NEVER_DIALLED):
                kind = "premium"
            region = phonenumbers.region_code_for_number(number) or "001"
            found.append((phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), region, kind))
    return found

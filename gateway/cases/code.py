"""Case codes: six digits, never beginning with 0, the last an ISO 7064 MOD 11,10 check digit."""

import re

from gateway.errors import Defect

_BODY = re.compile(r"[1-9][0-9]{4}")
_CODE = re.compile(r"[1-9][0-9]{5}")


def with_check(five_digits: str) -> str:
    """Return the six-digit code of five digits (first not 0), e.g. 41270 -> 412706; Defect otherwise."""
    if not _BODY.fullmatch(five_digits):
        raise Defect("a code is made of five digits, the first not 0")
    return five_digits + _check_digit(five_digits)


def valid(code: str) -> bool:
    """Whether ``code`` is six ASCII digits, the first not 0, with the right check digit."""
    return bool(_CODE.fullmatch(code)) and _check_digit(code[:5]) == code[5]


def _check_digit(digits: str) -> str:
    """Return the check digit of ISO 7064's hybrid system: it finds every wrong digit and most swaps."""
    carry = 10
    for digit in digits:
        carry = ((carry + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - carry) % 10)

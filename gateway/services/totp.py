"""Codes of the second factor: time-based one-time passwords (RFC 6238), six digits every 30 seconds."""

import base64
import hmac
from datetime import datetime
from hashlib import sha1
from hmac import compare_digest
from typing import Final

STEP_SECONDS: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
TOLERATED: Final = (0, -1, 1)  # a phone's clock may be one step off


def secret_of(chance: str) -> str:
    """Return a base32 secret made of a URL-safe token of 256 random bits."""
    drawn = base64.urlsafe_b64decode(chance + "=" * (-len(chance) % 4))
    return base64.b32encode(drawn[:SECRET_BYTES]).decode()


def step_of(now: datetime) -> int:
    """Return the number of the 30 seconds that ``now`` lies in."""
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    """Return the code of a step (RFC 4226: the last nibble of the digest says where to cut)."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), sha1).digest()
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_that_fits(secret: str, code: str, now: datetime) -> int | None:
    """Return the step within one of now whose code this is."""
    steps = [step_of(now) + around for around in TOLERATED]
    return next((step for step in steps if compare_digest(code_at(secret, step).encode(), code.encode())), None)

"""A secret in three parts of which any two give it back and one says nothing: Shamir's scheme over GF(256)."""

import os
from base64 import b32decode, b32encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from gateway.errors import MalformedRequest

PARTS, NEEDED = 3, 2
POLYNOMIAL = 0x11B  # the field of AES
MARK = "SAIDUAN"
NAME_BYTES, CHECK_BYTES, GROUP = 5, 5, 4
Draw = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class Share:
    """One part; ``name`` is the same for the parts of one secret, ``number`` counts from 1."""

    name: str
    number: int
    value: bytes

    def __str__(self) -> str:
        """Write it as a person copies it by hand: groups of letters and digits with a check at the end."""
        return f"{MARK}-{self.name}-{self.number}-{_grouped(self.value + _check(self))}"


def split(secret: bytes, name: str, draw: Draw = os.urandom) -> tuple[Share, ...]:
    """Return three parts of a secret; the line through them is drawn anew for every byte."""
    slopes = draw(len(secret))
    return tuple(
        Share(name, x, bytes(byte ^ _times(slope, x) for byte, slope in zip(secret, slopes, strict=True)))
        for x in range(1, PARTS + 1)
    )


def join(one: Share, other: Share) -> bytes:
    """Return the secret of two parts; MalformedRequest for parts that are not two of one secret."""
    if one.name != other.name or one.number == other.number or len(one.value) != len(other.value):
        raise MalformedRequest("these are not two parts of one secret")
    over = _inverse(one.number ^ other.number)
    pairs = zip(one.value, other.value, strict=True)
    return bytes(_times(over, _times(a, other.number) ^ _times(b, one.number)) for a, b in pairs)


def read_share(text: str) -> Share:
    """Read a part as it was written, in any case and spacing; MalformedRequest when a letter is wrong."""
    try:
        mark, name, number, *groups = "".join(text.split()).upper().split("-")
        letters = "".join(groups)
        raw = b32decode(letters + "=" * (-len(letters) % 8))
        share = Share(name, int(number), raw[:-CHECK_BYTES])
    except ValueError as error:
        raise MalformedRequest("this is no part of a secret") from error
    if mark != MARK or not 1 <= share.number <= PARTS or raw[-CHECK_BYTES:] != _check(share):
        raise MalformedRequest("this part is not copied rightly")
    return share


def name_of(public: str) -> str:
    """Return the name of a secret by its public half: it tells parts of two ceremonies apart."""
    return b32encode(sha256(public.encode()).digest()[:NAME_BYTES]).decode()


def _check(share: Share) -> bytes:
    return sha256(f"{share.name}|{share.number}|".encode() + share.value).digest()[:CHECK_BYTES]


def _grouped(raw: bytes) -> str:
    letters = b32encode(raw).decode().rstrip("=")
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _times(a: int, b: int) -> int:
    """Multiply in GF(256)."""
    product = 0
    while b:
        product ^= a if b & 1 else 0
        a = a << 1 ^ (POLYNOMIAL if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """Return the number whose product with ``a`` is 1: a to the power of 254."""
    result = 1
    for _ in range(254):
        result = _times(result, a)
    return result

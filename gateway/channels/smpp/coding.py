"""Texts as octets of a bind and back: alphabets, and the header by which parts find each other."""

from dataclasses import dataclass

from gateway.channels.smpp.records import (
    MESSAGE_PAYLOAD,
    SAR_NUMBER,
    SAR_REFERENCE,
    SAR_TOTAL,
    UDH_PRESENT,
    Delivered,
)
from gateway.text import gsm7, segments

GSM7, ASCII, LATIN1, UCS2 = 0, 1, 3, 8
_SMALL_REFERENCE, _LARGE_REFERENCE = 0x00, 0x08  # information elements of a user data header


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text as it came: ``number`` of ``total`` under ``reference``; a whole text is 1 of 1."""

    reference: int
    total: int
    number: int
    octets: bytes


def coding_of(text: str) -> int:
    """Return the data coding that the whole of a text needs; every part of it is sent in the same."""
    return GSM7 if segments.encoding_of(text) == "gsm7" else UCS2


def octets_of(part: str, coding: int) -> bytes:
    """Return one part of a text in the coding of the whole."""
    return gsm7.to_octets(part) if coding == GSM7 else part.encode("utf-16-be", "replace")


def header(reference: int, total: int, number: int) -> bytes:
    """Return the user data header of one part."""
    return bytes([5, _SMALL_REFERENCE, 3, reference % 256, total, number])


def decoded(octets: bytes, data_coding: int) -> str:
    """Return the text of octets; what cannot be read shows as a replacement character and never raises."""
    if data_coding == UCS2 or data_coding & 0x0C == UCS2:
        return octets.decode("utf-16-be", "replace")
    if data_coding in (ASCII, LATIN1):
        return octets.decode("latin-1")
    return gsm7.from_octets(octets)


def part_of(delivered: Delivered) -> Part:
    """Return which part of a text was delivered, by its header or its optional fields."""
    octets = delivered.message or delivered.tlvs.get(MESSAGE_PAYLOAD, b"")
    if delivered.esm_class & UDH_PRESENT and octets and octets[0] < len(octets):
        length = octets[0] + 1
        found, octets = _concatenation(octets[1:length]), octets[length:]
        if found is not None:
            return Part(*found, octets)
    total, number = delivered.number(SAR_TOTAL), delivered.number(SAR_NUMBER)
    reference = delivered.number(SAR_REFERENCE)
    if reference is not None and total is not None and number is not None and 1 <= number <= total and total > 1:
        return Part(reference, total, number, octets)
    return Part(0, 1, 1, octets)


def _concatenation(elements: bytes) -> tuple[int, int, int] | None:
    """Return reference, total and number from the elements of a header, or None for a text in one piece."""
    at = 0
    while at + 2 <= len(elements):
        kind, length = elements[at], elements[at + 1]
        value = elements[at + 2 : at + 2 + length]
        if (kind, len(value)) in ((_SMALL_REFERENCE, 3), (_LARGE_REFERENCE, 4)):
            reference, total, number = int.from_bytes(value[:-2], "big"), value[-2], value[-1]
            return (reference, total, number) if 1 <= number <= total and total > 1 else None
        at += 2 + length
    return None

"""The alphabet as bytes agrees with the one that texts are measured in, and nothing of it is lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text import gsm7
from gateway.text.segments import encoding_of, units

ALPHABET = [
    sign for sign in map(chr, range(0x110000)) if not 0xD800 <= ord(sign) < 0xE000 and encoding_of(sign) == "gsm7"
]


@given(st.text(st.sampled_from(ALPHABET)))
def test_what_is_gsm7_survives_as_bytes_of_the_measured_length(text: str) -> None:
    raw = gsm7.to_octets(text)
    assert gsm7.from_octets(raw) == text
    assert len(raw) == units(text, "gsm7")


def test_known_codes() -> None:
    assert gsm7.to_octets("@£€{ü") == bytes([0x00, 0x01, 0x1B, 0x65, 0x1B, 0x28, 0x7E])
    with pytest.raises(KeyError):
        gsm7.to_octets("ກ")


@given(st.binary())
def test_any_bytes_are_some_text(raw: bytes) -> None:
    assert isinstance(gsm7.from_octets(raw), str)

"""Logs know how long a text is and its script, nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.redaction import redacted, scripts


@pytest.mark.parametrize(
    ("text", "logged"),
    [
        ("", "<empty>"),
        ("help", "<4 characters, latin>"),
        ("ຊ່ວຍ 2", "<6 characters, lao+digit>"),
        ("໒", "<1 characters, digit>"),
        ("ช่วย", "<4 characters, thai>"),
        ("?!", "<2 characters, no letters>"),
        ("ⴰ", "<1 characters, other>"),
    ],
)
def test_a_text_is_logged_as_its_length_and_script(text: str, logged: str) -> None:
    assert redacted(text) == logged


@given(st.text(alphabet="zqxjkບຊ7", min_size=6, max_size=40))
def test_nothing_typed_is_in_the_log(text: str) -> None:
    assert text not in redacted(text)
    assert set(scripts(text)) <= {"latin", "lao", "digit"}

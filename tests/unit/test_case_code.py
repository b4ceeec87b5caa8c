"""A case code is six digits that catch a slip of the finger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cases.code import valid, with_check
from gateway.errors import Defect

BODIES = st.integers(10_000, 99_999).map(str)


def test_the_code_of_the_documents_is_valid() -> None:
    assert with_check("41270") == "412706"
    assert valid("412706")


@pytest.mark.parametrize("code", ["412707", "012345", "41270", "4127066", "", "41270a", "໔໑໒໗໐໖", "412706\n"])
def test_anything_else_is_no_code(code: str) -> None:
    assert not valid(code)


@pytest.mark.parametrize("body", ["01234", "1234", "123456", "12a45"])
def test_a_code_is_made_of_five_digits_not_beginning_with_zero(body: str) -> None:
    with pytest.raises(Defect):
        with_check(body)


@given(BODIES, st.integers(0, 5), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(body: str, position: int, shift: int) -> None:
    code = with_check(body)
    assert valid(code)
    wrong = str((int(code[position]) + shift) % 10)
    assert not valid(code[:position] + wrong + code[position + 1 :])

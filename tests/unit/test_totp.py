"""Codes of the second factor, against the tables of RFC 6238 and RFC 4226."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from gateway.services.totp import code_at, secret_of, step_of, step_that_fits

SECRET = base64.b32encode(b"12345678901234567890").decode()
NOON = datetime(2026, 11, 24, 5, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_are_those_of_rfc_6238(second: int, code: str) -> None:
    assert code_at(SECRET, step_of(datetime.fromtimestamp(second, UTC))) == code


@pytest.mark.parametrize(
    ("count", "code"), list(enumerate("755224 287082 359152 969429 338314 254676 287922 162583 399871 520489".split()))
)
def test_the_counter_is_that_of_rfc_4226(count: int, code: str) -> None:
    assert code_at(SECRET, count) == code


@pytest.mark.parametrize("around", [-1, 0, 1])
def test_a_phone_whose_clock_is_one_step_off_gets_in(around: int) -> None:
    step = step_of(NOON) + around
    assert step_that_fits(SECRET, code_at(SECRET, step), NOON) == step


@pytest.mark.parametrize(
    "code", [code_at(SECRET, step_of(NOON) + 2), code_at(SECRET, step_of(NOON) - 2), "", "28708", "\u0ed1"]
)
def test_two_steps_off_or_no_code_at_all_fits_nothing(code: str) -> None:
    assert step_that_fits(SECRET, code, NOON) is None


def test_a_secret_has_160_bits_of_what_was_drawn() -> None:
    drawn = base64.urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
    assert base64.b32decode(secret_of(drawn)) == bytes(range(20))

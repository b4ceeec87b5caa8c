"""Two of three parts give the secret back; one part, or parts of two secrets, give nothing."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import MalformedRequest
from gateway.store.shares import Share, join, name_of, read_share, split

SECRETS = st.binary(min_size=1, max_size=40)


@given(secret=SECRETS)
def test_any_two_parts_in_any_order_give_the_secret(secret: bytes) -> None:
    parts = split(secret, "NAME")
    assert {join(one, other) for one, other in permutations(parts, 2)} == {secret}


@given(secret=SECRETS, guess=SECRETS, number=st.integers(0, 2))
def test_one_part_fits_every_secret_equally_well(secret: bytes, guess: bytes, number: int) -> None:
    """Whatever the secret, some line through it leads to this very part: the part rules nothing out."""
    part = split(secret, "NAME")[number]
    if len(guess) != len(secret):
        return
    slopes = bytes(_divided(a ^ b, number + 1) for a, b in zip(part.value, guess, strict=True))
    assert split(guess, "NAME", lambda _: slopes)[number] == part


def _divided(a: int, b: int) -> int:
    return next(q for q in range(256) if split(b"\x00", "", lambda _, q=q: bytes([q]))[b - 1].value == bytes([a]))  # type: ignore[misc]


@given(secret=SECRETS, lower=st.booleans(), spaces=st.integers(0, 3))
def test_a_part_is_read_as_it_was_written(secret: bytes, lower: bool, spaces: int) -> None:
    for part in split(secret, name_of("public")):
        text = str(part).replace("-", "-" + " " * spaces)
        assert read_share(text.lower() if lower else text) == part


@given(secret=SECRETS, data=st.data())
def test_a_wrong_letter_is_noticed(secret: bytes, data: st.DataObject) -> None:
    text = str(split(secret, "NAME")[0])
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-"))
    changed = text[:at] + other + text[at + 1 :]
    if changed != text:
        try:
            assert read_share(changed) == read_share(text), "only a hyphen between groups may go astray"
        except MalformedRequest:
            return


@pytest.mark.parametrize("text", ["", "SAIDUAN", "SAIDUAN-X-9-AAAA", "OTHER-X-1-AAAA", "SAIDUAN-X-ONE-AAAA"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(MalformedRequest):
        read_share(text)


def test_parts_of_two_secrets_or_one_part_twice_are_refused() -> None:
    one, two, _ = split(b"secret", "NAME")
    for wrong in (one, Share("OTHER", 2, two.value), Share("NAME", 2, b"longer than it")):
        with pytest.raises(MalformedRequest):
            join(one, wrong)

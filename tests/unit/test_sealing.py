"""Seals to a public key and locks under a passphrase: nothing opens that was changed, swapped or put back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import Damaged
from gateway.ports.seals import Locked
from gateway.store.encryption import place, to_bytes, to_text
from gateway.store.personal_keys import PersonalSeals
from gateway.store.sealing import new_pair, open_sealed, public_of, seal_to

ALICE, BOB = new_pair(), new_pair()
PLACES = st.tuples(st.sampled_from(["case_key", "office_member"]), st.sampled_from(["c1/e1", "c1/e2"]), st.just("w"))
SEALS = PersonalSeals()
LOCKED = SEALS.lock(ALICE.private, "correct horse battery", "a1", 2)


@given(plain=st.binary(max_size=64), where=PLACES)
def test_the_holder_of_the_private_half_opens_it_in_its_place(plain: bytes, where: tuple[str, str, str]) -> None:
    sealed = seal_to(ALICE.public, plain, place(*where))
    assert open_sealed(ALICE.private, sealed, place(*where)) == plain
    assert seal_to(ALICE.public, plain, place(*where)) != sealed


@given(plain=st.binary(min_size=1, max_size=32), data=st.data())
def test_any_flipped_bit_is_refused(plain: bytes, data: st.DataObject) -> None:
    version, once, ciphertext = seal_to(ALICE.public, plain, b"here").split(".")
    raw = [bytearray(to_bytes(once)), bytearray(to_bytes(ciphertext))]
    part = data.draw(st.integers(0, 1))
    bit = data.draw(st.integers(0, len(raw[part]) * 8 - 1))
    raw[part][bit // 8] ^= 1 << bit % 8
    changed = f"{version}.{to_text(bytes(raw[0]))}.{to_text(bytes(raw[1]))}"
    with pytest.raises(Damaged):
        open_sealed(ALICE.private, changed, b"here")


@given(here=PLACES, there=PLACES)
def test_a_seal_moved_to_another_place_is_refused(here: tuple[str, str, str], there: tuple[str, str, str]) -> None:
    sealed = seal_to(ALICE.public, b"a data key", place(*here))
    if here == there:
        return
    with pytest.raises(Damaged):
        open_sealed(ALICE.private, sealed, place(*there))


@given(cut=st.integers(1, 40), text=st.text(max_size=20))
def test_neither_another_key_nor_anything_else_opens_or_crashes(cut: int, text: str) -> None:
    sealed = seal_to(ALICE.public, b"a data key", b"here")
    for private, wrong in ((BOB.private, sealed), (ALICE.private, sealed[:-cut]), (ALICE.private, text)):
        with pytest.raises(Damaged):
            open_sealed(private, wrong, b"here")


def test_a_low_order_point_is_refused_and_no_public_key_is_taken_for_one() -> None:
    with pytest.raises(Damaged):
        open_sealed(ALICE.private, f"v1.{to_text(bytes(32))}.{to_text(bytes(48))}", b"here")
    for wrong in ("", "AAAA", "not a key"):
        with pytest.raises(Damaged):
            seal_to(wrong, b"a data key", b"here")


def test_the_public_half_follows_from_the_private_one() -> None:
    assert public_of(ALICE.private) == ALICE.public != BOB.public
    assert "private" not in repr(ALICE) and ALICE.private.hex() not in repr(ALICE)


def test_a_personal_key_opens_with_its_passphrase_alone() -> None:
    assert SEALS.unlock(LOCKED, "correct horse battery", "a1", 2) == ALICE.private
    with pytest.raises(Damaged):
        SEALS.unlock(LOCKED, "correct horse batterz", "a1", 2)


def test_a_key_locked_for_another_account_or_an_earlier_passphrase_put_back_is_refused() -> None:
    for account, version in (("a2", 2), ("a1", 3), ("a1", 1)):
        with pytest.raises(Damaged):
            SEALS.unlock(LOCKED, "correct horse battery", account, version)
    with pytest.raises(Damaged):
        SEALS.unlock(Locked(LOCKED.wrapped, "no salt!"), "correct horse battery", "a1", 2)


@settings(max_examples=50)
@given(token=st.text(min_size=1, max_size=43), other=st.text(min_size=1, max_size=43))
def test_only_the_cookie_opens_what_its_session_keeps(token: str, other: str) -> None:
    kept = SEALS.keep(ALICE.private, token, "hash of it")
    assert SEALS.take(kept, token, "hash of it") == ALICE.private
    for value, row in ((token, "hash of another"), (other, "hash of it")):
        if (value, row) != (token, "hash of it"):
            with pytest.raises(Damaged):
                SEALS.take(kept, value, row)

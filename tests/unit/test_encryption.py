"""Sealed values open only in their own place and unchanged; keys are files that nobody else can read."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from gateway.errors import ConfigurationError, Damaged
from gateway.store.encryption import Keyring, Secrets
from gateway.store.key_files import FIELDS, FILES, WRAPPING, create_keys, load_keys


def keyring(**fields: bytes) -> Keyring:
    return Keyring(Secrets("w", b"w" * 32, fields or {"f0001": b"f" * 32}, b"i" * 32, b"a" * 32, b"p" * 32))


KEYS = keyring()


@given(some.text())
def test_what_is_sealed_opens_in_its_place(text: str) -> None:
    assert KEYS.open(KEYS.seal(text, "contact", "7", "msisdn"), "contact", "7", "msisdn") == text


def test_a_seal_names_its_format_and_its_key_and_never_repeats() -> None:
    first, second = (KEYS.seal("+8562000000001", "contact", "7", "msisdn") for _ in range(2))
    assert first.startswith("v1.f0001.") and len(first.split(".")) == 4
    assert first != second
    assert "8562000000001" not in first


@pytest.mark.parametrize(
    "place", [("session", "7", "msisdn"), ("contact", "8", "msisdn"), ("contact", "7", "name")], ids=" ".join
)
def test_a_seal_moved_to_another_place_is_damaged(place: tuple[str, str, str]) -> None:
    with pytest.raises(Damaged):
        KEYS.open(KEYS.seal("number", "contact", "7", "msisdn"), *place)


SEALED = KEYS.seal("ຂ້ອຍຕ້ອງການຄວາມຊ່ວຍເຫຼືອ", "inbound", "7", "body")  # one for all examples: each seal differs


@given(some.integers(0, len(SEALED) - 1), some.sampled_from("AZaz09-_.=é\0"))
def test_any_changed_character_is_detected(at: int, other: str) -> None:
    assume(other != SEALED[at])
    with pytest.raises(Damaged):
        KEYS.open(SEALED[:at] + other + SEALED[at + 1 :], "inbound", "7", "body")


@pytest.mark.parametrize("sealed", ["", "v1", "v1.f0001.x", "v2.f0001.AAAA.AAAA", "v1.other.AAAA.AAAA", "v1.f0001.é.A"])
def test_what_is_no_seal_is_damaged(sealed: str) -> None:
    with pytest.raises(Damaged):
        KEYS.open(sealed, "contact", "7", "msisdn")


def test_a_new_field_key_seals_and_the_old_one_still_opens() -> None:
    before = KEYS.seal("text", "inbound", "7", "body")
    rotated = keyring(f0001=b"f" * 32, f0002=b"g" * 32)
    assert rotated.open(before, "inbound", "7", "body") == "text"
    assert rotated.seal("text", "inbound", "7", "body").startswith("v1.f0002.")


def test_a_number_is_found_by_a_short_keyed_digest() -> None:
    assert KEYS.index("+8562000000001") == KEYS.index("+8562000000001")
    assert KEYS.index("+8562000000001") != KEYS.index("+8562000000002")
    assert len(KEYS.index("+8562000000001")) == 32


def test_fingerprints_of_two_purposes_differ() -> None:
    assert KEYS.fingerprint("pin", "4711") != KEYS.fingerprint("safe_word", "4711")


def test_a_wrapped_key_opens_only_for_its_entry() -> None:
    wrapped = KEYS.wrap(b"k" * 32, "case_key", "case/entry", "server")
    assert KEYS.unwrap(wrapped, "case_key", "case/entry", "server") == b"k" * 32
    with pytest.raises(Damaged):
        KEYS.unwrap(wrapped, "case_key", "case/other", "server")


def test_keys_are_made_once_and_read_back(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "keys"
    create_keys(folder)
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == dict.fromkeys(FILES, 0o400)
    sealed = load_keys(folder).seal("text", "inbound", "7", "body")
    assert load_keys(folder).open(sealed, "inbound", "7", "body") == "text"
    with pytest.raises(ConfigurationError, match="not empty"):
        create_keys(folder)


def test_keys_may_be_made_in_an_empty_folder_that_waits_for_them(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    create_keys(tmp_path / "keys")
    assert load_keys(tmp_path / "keys")


@pytest.mark.parametrize("name", FILES)
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, name: str) -> None:
    create_keys(tmp_path / "keys")
    os.chmod(tmp_path / "keys" / name, 0o440)
    with pytest.raises(ConfigurationError, match=r"0440.*chmod 0400"):
        load_keys(tmp_path / "keys")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_key_is_named_with_the_cure(tmp_path: Path, name: str) -> None:
    create_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).unlink()
    with pytest.raises(ConfigurationError, match=f"{name} is missing.*gateway init"):
        load_keys(tmp_path / "keys")


def test_field_keys_of_another_installation_are_refused(tmp_path: Path) -> None:
    create_keys(tmp_path / "ours")
    create_keys(tmp_path / "theirs")
    (tmp_path / "ours" / FIELDS).unlink()
    (tmp_path / "theirs" / FIELDS).rename(tmp_path / "ours" / FIELDS)
    with pytest.raises(ConfigurationError, match="does not open"):
        load_keys(tmp_path / "ours")


@pytest.mark.parametrize(
    ("name", "text"), [(WRAPPING, "short"), (FIELDS, "{}"), (FIELDS, "[]"), (FIELDS, json.dumps({"f": 1}))]
)
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, name: str, text: str) -> None:
    create_keys(tmp_path / "keys")
    (tmp_path / "keys" / name).unlink()
    (tmp_path / "keys" / name).write_text(text)
    os.chmod(tmp_path / "keys" / name, 0o400)
    with pytest.raises(ConfigurationError):
        load_keys(tmp_path / "keys")

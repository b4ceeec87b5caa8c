"""A contact holds what is needed, shows nothing by accident, and has no field that must not exist."""

from dataclasses import FrozenInstanceError, fields

import pytest

from gateway.contacts.contact import Contact


def test_a_new_contact_has_agreed_to_nothing() -> None:
    contact = Contact(id="c1", msisdn="+8562055512345")
    assert contact.safety == "unknown"
    assert contact.contact_ok is None and contact.hours is None
    assert not contact.opted_in and contact.opted_out_at is None
    assert contact.tags == frozenset()


def test_neither_number_nor_secret_words_show() -> None:
    contact = Contact(id="c1", msisdn="+8562055512345", safe_word_hash="5afe", duress_hash="d00d")
    assert not any(secret in repr(contact) for secret in ("5551", "5afe", "d00d"))


def test_a_contact_is_never_changed_in_place() -> None:
    contact = Contact(id="c1", msisdn="+8562055512345")
    with pytest.raises(FrozenInstanceError):
        contact.language = "lo"  # type: ignore[misc]


def test_nothing_is_kept_that_the_law_calls_sensitive() -> None:
    names = {field.name for field in fields(Contact)}
    assert not {"ethnicity", "religion", "id_number", "name", "sexual_behaviour", "village"} & names

"""A bundle written down and read back is the same bundle: same hash, same flows, same conversation."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content.bundles import compile_bundle, shared_document
from gateway.conversation.canonical import document_of, packed, read_bundle, sha256, unpacked, written
from gateway.conversation.flow import Step
from gateway.conversation.library import Bundle, Library
from gateway.errors import Damaged
from gateway.strict_yaml import Mark
from gateway.text.catalogue import Message
from tests.unit.talking import Person, shipped_content, shipped_library
from tests.unit.test_engine_properties import ANY_TEXT
from tests.unit.trial_flow import LIBRARY

EVERY = [*LIBRARY.bundles.values(), *shipped_library().bundles.values()]
NOWHERE = Mark("", 1, 1)


def read_back(bundle: Bundle) -> Bundle:
    return read_bundle(document_of(bundle), bundle.hash)


@cache
def from_rows(trial: bool) -> Library:
    """Return a library in which every bundle went through its document."""
    library = LIBRARY if trial else shipped_library()
    return replace(library, bundles={hash_: read_back(bundle) for hash_, bundle in library.bundles.items()})


def placeless(value: object) -> object:
    """Return what a record says, without where it stands in a file."""
    if is_dataclass(value):
        kept = [item.name for item in fields(value) if item.name not in ("mark", "marks", "file")]
        return {name: placeless(getattr(value, name)) for name in kept}
    if isinstance(value, dict):
        return {key: placeless(item) for key, item in value.items()}
    return [placeless(item) for item in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("bundle", EVERY, ids=lambda bundle: f"{bundle.name}-{bundle.hash[:6]}")
def test_a_bundle_read_back_is_the_same(bundle: Bundle) -> None:
    again = read_back(bundle)
    assert sha256(document_of(again)) == bundle.hash == sha256(document_of(bundle))
    assert placeless(dict(again.flows)) == placeless(dict(bundle.flows))
    assert [list(flow.steps) for flow in again.flows.values()] == [list(flow.steps) for flow in bundle.flows.values()]


@settings(max_examples=60, deadline=None)
@given(story=st.lists(ANY_TEXT, max_size=10), trial=st.booleans(), ussd=st.booleans())
def test_a_conversation_over_bundles_read_back_is_byte_equal(story: list[str], trial: bool, ussd: bool) -> None:
    library = LIBRARY if trial else shipped_library()
    entry = "trial" if trial else ""
    first, second = Person(library, entry=entry, ussd=ussd), Person(from_rows(trial), entry=entry, ussd=ussd)
    for text in ("hello", *story):
        first.text(text)
        second.text(text)
        assert (first.session, first.effects) == (second.session, second.effects)


def test_the_hash_follows_the_content_and_nothing_else() -> None:
    flows, messages = shipped_content().sources.flows, shipped_content().sources.messages
    before = compile_bundle("stop", flows, messages)
    moved = {
        name: replace(flow, file="elsewhere.yaml", mark=Mark("elsewhere.yaml", 9, 9)) for name, flow in flows.items()
    }
    assert compile_bundle("stop", moved, messages).hash == before.hash
    changed = {**messages, "en": {**messages["en"], "stop.done": Message("No more.")}}
    assert compile_bundle("stop", flows, changed).hash != before.hash
    elsewhere = {**messages, "en": {**messages["en"], "officer.accepted": Message("Taken.")}}
    assert compile_bundle("stop", flows, elsewhere).hash == before.hash, "a text of a flow that it never comes to"


def test_what_has_its_usual_value_is_left_out_so_that_old_content_keeps_its_hash() -> None:
    record = unpacked(document_of(EVERY[0]), EVERY[0].hash)
    usual = {item.name: item.default for item in fields(Step)}
    for flow in record["flows"].values():
        for step in flow["steps"].values():
            assert not [name for name, value in step.items() if usual[name] == value]


def test_a_step_may_be_called_mark_or_file() -> None:
    flow = replace(shipped_content().sources.flows["stop"], steps={"file": Step("file", "end", NOWHERE, ending="done")})
    document = written("stop", {"stop": flow}, {})
    assert list(read_bundle(document, sha256(document)).flows["stop"].steps) == ["file"]


def test_texts_that_no_flow_owns_are_a_document_of_their_own() -> None:
    sources = shipped_content().sources
    document = shared_document(sources.flows, sources.messages)
    shared = read_bundle(document, sha256(document))
    assert not shared.flows and {key.partition(".")[0] for key in shared.catalogue.ids("en")} == {
        "common",
        "campaigns",
        "consent",
    }


@pytest.mark.parametrize(
    "spoil",
    [
        lambda record: record | {"schema": 2},
        lambda record: record | {"flows": {"stop": {"name": "stop"}}},
        lambda record: record | {"flows": {"stop": record["flows"]["stop"] | {"colour": "red"}}},
        lambda record: record | {"flows": {"stop": record["flows"]["stop"] | {"expires": "soon"}}},
        lambda record: {name: value for name, value in record.items() if name != "texts"},
        lambda record: [record],
    ],
)
def test_a_document_that_cannot_be_understood_is_refused(spoil: Callable[[dict[str, Any]], Any]) -> None:
    bundle = shipped_library().bundles[shipped_library().current["stop"]]
    document = packed(spoil(unpacked(document_of(bundle), bundle.hash)))
    with pytest.raises(Damaged):
        read_bundle(document, sha256(document))


def test_a_document_that_is_not_the_one_of_its_hash_is_refused() -> None:
    bundle = EVERY[0]
    with pytest.raises(Damaged):
        read_bundle(document_of(bundle).replace("danger", "dangem", 1), bundle.hash)
    with pytest.raises(Damaged):
        read_bundle("", bundle.hash)

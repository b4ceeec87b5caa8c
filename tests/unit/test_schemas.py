"""The published schemas are what the loader reads by: same files, same verdict, as far as a schema can say it."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from gateway.content.schemas import HERE, SCHEMAS, rendered
from gateway.conversation.lint_sources import has_schema, schema_line
from gateway.conversation.loader import read_flow
from gateway.errors import ContentRefused, Finding
from gateway.strict_yaml import read
from gateway.text.catalogue import parse_messages
from gateway.text.vocabulary import read_vocabulary
from tests.support.plain_yaml import plain
from tests.unit.talking import ROOT
from tests.unit.trial_flow import CHILD_EN, EN, TRIAL

Tree: TypeAlias = Any  # JSON of any shape, on purpose of a wrong one
VALIDATORS = {name: Draft7Validator(schema()) for name, schema in SCHEMAS.items()}
BROKEN = sorted((Path(__file__).parent / "broken_flows").glob("*.yaml"))
SHIPPED = [
    path for folder in ("flows", "messages") for path in sorted((ROOT / folder).rglob("*.yaml"))
    if has_schema(str(path.relative_to(ROOT)))
]  # fmt: skip
# What the loader finds in the form of one file; all else is about names that must be known elsewhere.
FORM = frozenset({"E003", "E004", "E005", "E014", "E018", "E019", "E025", "E030"})
BEYOND = {
    "choice_named_no": "quotes are gone before a schema looks",
    "step_named_yes": "quotes are gone before a schema looks",
    "value_named_true": "quotes are gone before a schema looks",
    "step_named_null": "quotes are gone before a schema looks",
    "octal_key": "to other tools 01 is the number 1",
    "condition_too_deep": "a schema does not count how deep it is",
    "condition_too_long": "a schema does not count across a tree",
    "flow_named_otherwise": "a schema does not know the file's name",
    "pick_saved_as_one": "the kind of a value stands elsewhere in the file",
    "departure_from_a_number": "the kind of a value stands elsewhere in the file",
}
BEYOND_SAYS = (
    "stands in a file named",
    "a pick saves several",
    "is kept from a value of kind date",
    "nested at most",
    "a condition may hold at most",
)


def of_form(findings: tuple[Finding, ...]) -> bool:
    """Say whether findings are about the form of a file, as a schema can say it."""
    said = [finding for finding in findings if not any(text in finding.message for text in BEYOND_SAYS)]
    return any(finding.code in FORM or "lacks 'on_error'" in finding.message for finding in said)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_published_file_is_what_the_loader_reads_by(name: str) -> None:
    assert (HERE / f"{name}.schema.json").read_text("utf-8") == rendered(name), "run scripts/schemas"
    Draft7Validator.check_schema(SCHEMAS[name]())


def properties(schema: Tree) -> Iterator[tuple[str, Tree]]:
    """Yield every property that a schema allows, at any depth."""
    if isinstance(schema, dict):
        for key in ("properties", "patternProperties"):
            yield from ((name, inner) for name, inner in schema.get(key, {}).items() if inner is not False)
        for inner in schema.values():
            yield from properties(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from properties(inner)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_property_has_a_sentence_and_an_example(name: str) -> None:
    found = [(key, inner) for key, inner in properties(SCHEMAS[name]()) if "then" != key or "description" in inner]
    described = [(key, inner) for key, inner in found if inner != {"items": {"required": ["then"]}}]
    assert described
    for key, inner in described:
        assert inner["description"].endswith(".") and inner["examples"], key


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shipped_file_names_its_schema_and_fits_it(path: Path) -> None:
    text, file = path.read_text("utf-8"), str(path.relative_to(ROOT))
    line = text.split("\n", 1)[0]
    assert line == schema_line(file)
    schema = (path.parent / line.partition("$schema=")[2]).resolve()
    assert schema.is_file()
    validator = VALIDATORS[schema.name.partition(".")[0]]
    assert [error.message for error in validator.iter_errors(plain(read(text, file)))] == []


def readable(path: Path) -> bool:
    """Say whether a file is YAML at all; what is forbidden never comes as far as a schema."""
    try:
        read(path.read_bytes(), "flows/trial.yaml")
    except ContentRefused:
        return False
    return True


@pytest.mark.parametrize("path", [path for path in BROKEN if readable(path)], ids=lambda path: path.stem)
def test_schema_and_loader_agree_on_a_broken_file(path: Path) -> None:
    text = path.read_bytes()
    node = read(text, "flows/trial.yaml")
    _, findings = read_flow(text, "flows/trial.yaml")
    refused = any(finding.code in FORM or "lacks 'on_error'" in finding.message for finding in findings)
    assert VALIDATORS["flow"].is_valid(plain(node)) is not (refused and path.stem not in BEYOND)


STRANGE: tuple[object, ...] = (5, 0, 1.5, "", "x y", "close", "12h", "200d", "now", True, [], {}, ["a"], {"zz": 1}, "9")


def changed(tree: Tree, chance: random.Random) -> Tree:
    """Return a copy of a tree with one thing in it other than it should be."""
    tree = copy.deepcopy(tree)
    inner = tree
    while True:
        key = chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
        deeper = isinstance(inner[key], dict | list) and inner[key]
        if not deeper or chance.random() < 0.15:
            break
        inner = inner[key]
    match chance.randrange(4) if isinstance(inner, dict) else chance.choice((0, 2)):
        case 0:
            inner[key] = copy.deepcopy(chance.choice(STRANGE))
        case 1:
            inner[chance.choice(("zz", "then", "save", "note", "words", "via", "min"))] = chance.choice(STRANGE)
        case 2:
            del inner[key]
        case _:
            inner[f"{key}s"] = inner.pop(key)
    return tree


TREES = [plain(read(TRIAL, "flows/trial.yaml"))]
TREES += [plain(read(path.read_text("utf-8"), "flows/x.yaml")) for path in sorted((ROOT / "flows").glob("*.yaml"))]


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), which=st.integers(0, len(TREES) - 1), edits=st.integers(0, 3))
def test_schema_and_loader_agree_on_generated_flows(seed: int, which: int, edits: int) -> None:
    chance, tree = random.Random(seed), TREES[which]
    for _ in range(edits):
        tree = changed(tree, chance) or tree
    file = f"flows/{tree.get('flow', 'trial') if isinstance(tree, dict) else 'trial'}.yaml"
    _, findings = read_flow(json.dumps(tree, ensure_ascii=False, indent=0), file)
    complaints = [f"{list(error.absolute_path)}: {error.message}" for error in VALIDATORS["flow"].iter_errors(tree)]
    assert bool(complaints) is of_form(findings), f"{complaints[:3]} {[str(finding) for finding in findings[:3]]}"


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), edits=st.integers(0, 2))
def test_schema_and_loader_agree_on_generated_texts(seed: int, edits: int) -> None:
    chance, tree = random.Random(seed), plain(read(EN + CHILD_EN.replace("hours", "times"), "messages/en/trial.yaml"))
    for _ in range(edits):
        tree = changed(tree, chance) or tree
    try:
        parse_messages("trial", read(json.dumps(tree, ensure_ascii=False, indent=0), "messages/en/trial.yaml"))
        refused = False
    except ContentRefused:
        refused = True
    assert VALIDATORS["message"].is_valid(tree) is not refused


INTENTS = read("HELP: {class: help}\nSTOP: {class: stop}\nINFO: {class: topic}\n", "messages/intents.yaml")
WORDS = {
    "HELP": {"forms": ["help", "sos"], "blockers": ["self help"]},
    "STOP": {"forms": ["stop"], "objects": ["messages"]},
    "INFO": {"forms": ["info"], "asks": ["news"]},
    "_words": {"particles": ["please"], "negation": ["not"], "fillers": ["all"]},
}


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 2**32), edits=st.integers(0, 2))
def test_schema_and_loader_agree_on_generated_words(seed: int, edits: int) -> None:
    chance, tree = random.Random(seed), WORDS
    for _ in range(edits):
        tree = changed(tree, chance) or tree
    try:
        read_vocabulary(INTENTS, {"en": read(json.dumps(tree, indent=0), "messages/en/lexicon.yaml")})
        findings: tuple[Finding, ...] = ()
    except ContentRefused as refused:
        findings = refused.findings
    # Which intents there are stands in another file, and which words collide is no matter of form.
    assume(not any("is no intent" in finding.message for finding in findings))
    assert VALIDATORS["lexicon"].is_valid(tree) is all(finding.code == "E031" for finding in findings)

"""What ``--fix`` repairs, and that every other byte, and everything a person hears, stays as it was."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content.checking import findings_below
from gateway.content.fixing import fix_below
from gateway.conversation.lint import lint
from gateway.conversation.lint_fix import fixed
from gateway.conversation.lint_material import Material
from gateway.conversation.lint_rules import RULES
from gateway.strict_yaml import Mapping, Scalar, read
from gateway.text.catalogue import parse_messages
from gateway.text.guarded import GuardedWords
from tests.support.lint_examples import Example, examples

FILE = "messages/lo/trial.yaml"
UNSEEN = "\u200b\u2060\u00ad"
REPAIRED = [example for example in examples() if example.code in {rule.code for rule in RULES if rule.fixed}]


def once(source: str) -> str:
    """Lint one messages file and repair it."""
    node = read(source, FILE)
    messages = {"lo": parse_messages("trial", node)}
    material = Material({}, messages, {"lo": {"trial": node}}, GuardedWords([]), {FILE: source}, schemas=True)
    return fixed(FILE, source, lint(material))


def values(source: str) -> dict[str, str]:
    node = read(source, FILE)
    assert isinstance(node, Mapping)
    return {name.value: text.value for name, text in node.entries if isinstance(text, Scalar)}


def seen(text: str) -> str:
    """Return what an eye sees of a text."""
    plain = "".join(" " if sign == "\u00a0" else sign for sign in text if sign not in UNSEEN)
    return unicodedata.normalize("NFC", plain).strip()


@pytest.mark.parametrize("example", [example for example in REPAIRED if not example.good], ids=lambda e: e.code)
def test_what_a_rule_says_it_repairs_is_repaired(example: Example, tmp_path: Path) -> None:
    root = example.build(tmp_path)
    changed = fix_below(root, lambda file: True)
    assert changed == tuple(sorted({place.split(":")[0] for place in example.expected}))
    assert findings_below(root) == ()
    assert fix_below(root, lambda file: True) == ()


def test_only_what_was_asked_for_is_repaired(tmp_path: Path) -> None:
    edits = tuple((f"messages/{language}/trial.yaml", "\nfirst:", "  \nfirst:") for language in ("en", "lo"))
    root = Example("", False, "", frozenset(), edits).build(tmp_path)
    assert fix_below(root, lambda file: file.startswith("messages/en/")) == ("messages/en/trial.yaml",)
    assert {finding.file for finding in findings_below(root)} == {"messages/lo/trial.yaml"}


def test_a_repair_leaves_lines_it_does_not_concern_alone_with_their_endings() -> None:
    source = "# first\r\na: 'ຂອບ\u200bໃຈ'   # why\r\nb:   \"x\"   \r\n\r\nc: [1]"
    source = source.replace("c: [1]", 'c: "y"')
    repaired = once(source)
    head = "# yaml-language-server: $schema=../../gateway/content/message.schema.json\r\n"
    assert repaired == head + '# first\r\na: \'ຂອບໃຈ\'   # why\r\nb:   "x"\r\n\r\nc: "y"\n'


def test_a_marker_inside_a_text_is_part_of_the_text() -> None:
    source = 'a: "press # lint-ok: C201 now"\n'
    assert values(once(source)) == values(source)


def test_a_stale_schema_line_is_replaced_and_a_remark_is_not() -> None:
    stale = "# yaml-language-server: $schema=elsewhere.json\n# keep\na: x\n"
    assert once(stale).split("\n")[:3] == [once("a: x\n").split("\n")[0], "# keep", "a: x"]


PIECES = st.sampled_from(
    [
        "ຂອບໃຈ",
        "ນ້ຳ",
        "e\u0301",
        "\u200b",
        "\u00a0",
        "\u2060",
        "\u00ad",
        "word",
        ". ",
        "  ",
        "#",
        " # lint-ok: C201 why",
        "'",
    ]
)
ENDINGS = st.sampled_from(["\n", "\r\n"])
LINES = st.lists(
    st.tuples(st.lists(PIECES, max_size=6).map("".join), st.sampled_from(["", " ", "   ", " # lint-ok: C203 reason"])),
    min_size=1,
    max_size=5,
)


@settings(max_examples=300, deadline=None)
@given(lines=LINES, ending=ENDINGS, last=st.booleans())
def test_repairing_twice_is_repairing_once_and_nothing_visible_changes(
    lines: list[tuple[str, str]], ending: str, last: bool
) -> None:
    source = ending.join(f'a{number}: "{text}"{after}' for number, (text, after) in enumerate(lines))
    source += ending if last else ""
    repaired = source
    for _ in range(5):
        repaired = once(repaired)
    assert once(repaired) == repaired
    before, after = values(source), values(repaired)
    assert before.keys() == after.keys()
    assert all(seen(after[name]) == seen(before[name]) for name in before)
    assert all(not re.search(f"[{UNSEEN}\u00a0]", text) for text in after.values())

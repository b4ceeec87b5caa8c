"""What a programme officer sees while typing: a real language server reads the published schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.conversation.lint_sources import schema_line
from tests.support.language_server import Editor, editing

pytestmark = [pytest.mark.slow, pytest.mark.needs("yaml-language-server")]
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    with editing(ROOT) as found:
        yield found


@dataclass(frozen=True)
class Case:
    """A file being typed: ``^`` marks where completion is asked for, ``~`` where the mouse rests."""

    file: str
    typed: str
    wrong: tuple[tuple[int, str], ...]
    offered: frozenset[str]
    shown: str

    def text(self) -> str:
        return f"{schema_line(self.file)}\n{self.typed}"

    def place(self, mark: str) -> tuple[int, int]:
        before = self.text().replace("~" if mark == "^" else "^", "").partition(mark)[0]
        return before.count("\n"), len(before) - before.rfind("\n") - 1

    def plain(self) -> str:
        return self.text().replace("^", "").replace("~", "")


CASES = {
    "a misspelt purpose": Case(
        "flows/typed_purpose.yaml",
        """schema: 1
flow: typed_purpose
purpose: ^protecton
channels: [sms]
start: close
on_~error: close
steps:
  close: {end: done}
""",
        ((3, "Value is not accepted. Valid values:"),),
        frozenset({"information", "protection", "survey", "course", "campaign", "officer"}),
        "The step after an author's fault; must lead to a person.",
    ),
    "a question that lacks what follows silence": Case(
        "flows/typed_question.yaml",
        """schema: 1
flow: typed_question
purpose: information
channels: [sms, ussd]
start: first
on_error: person
steps:
  first:
    menu: first
    choices:
      - {code: one, ke~y: 8, then: person}
      - {code: two, key: 2, then: person}
    tries: 2
    else: person
    ^
  person: {handoff: {reason: asked}, released: close}
  close: {end: done}
""",
        ((8, 'Missing property "no_reply".'), (11, "Value is above the maximum of 7.")),
        frozenset({"no_reply", "save", "order", "note"}),
        "The digit that is shown, 1 to 7; 0, 8 and 9 belong to the gateway.",
    ),
    "keys of two kinds in one step": Case(
        "flows/typed_kinds.yaml",
        """schema: 1
flow: typed_kinds
purpose: information
channels: [sms]
start: told
on_error: told
steps:
  told: {say: told, released: close, th~en: close}
  close: {end: ^don}
""",
        ((8, "Property released is not allowed."), (9, "Value is not accepted. Valid values:")),
        frozenset({"done", "quiet", "abandoned"}),
        "The next step.",
    ),
    "a variant of a text that nobody says": Case(
        "messages/en/typed_texts.yaml",
        """done: "Stopped."
thanks:
  te~xt: "Thank you."
  neutrl: "Thanks."
  ^
""",
        ((4, "Property neutrl is not allowed."),),
        frozenset({"neutral", "ussd", "retry", "without_directory", "source"}),
        "The text.",
    ),
    "words that are no list": Case(
        "messages/en/lexicon.yaml",
        """HELP:
  fo~rms: help
  ^
_words: {particles: [please]}
""",
        ((2, 'Incorrect type. Expected "array".'),),
        frozenset({"asks", "blockers", "objects"}),
        "Spellings that mean the intent.",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_an_editor_marks_offers_and_explains(case: Case, editor: Editor) -> None:
    found = sorted(
        (item["range"]["start"]["line"], str(item["message"])) for item in editor.open(case.file, case.plain())
    )
    assert len(found) == len(case.wrong), found
    for (line, message), (expected, begins) in zip(found, case.wrong, strict=True):
        assert line == expected and message.startswith(begins)
    assert case.offered <= editor.completion(case.file, *case.place("^"))
    assert case.shown in editor.hover(case.file, *case.place("~"))


@pytest.mark.parametrize("name", ["report", "officer"])
def test_an_editor_finds_nothing_in_what_ships(name: str, editor: Editor) -> None:
    file = f"flows/{name}.yaml"
    assert editor.open(file, (ROOT / file).read_text("utf-8")) == []


def test_an_editor_finds_nothing_in_lao_texts(editor: Editor) -> None:
    file = "messages/lo/report.yaml"
    assert editor.open(file, (ROOT / file).read_text("utf-8")) == []

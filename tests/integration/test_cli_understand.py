"""`gateway understand`: how a text is read alone, and as the answer at a step, as the engine would."""

from pathlib import Path

import pytest

from tests.support.command_line import CommandLine

ALONE = {"text", "kind", "primary", "intents", "evidence"}


@pytest.fixture
def gateway(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path)


def test_texts_are_read_one_object_a_line(gateway: CommandLine) -> None:
    done = gateway("understand", "--json", typed="ຊ່ວຍແດ່\nSTOP\nblue\n\nntshai")
    rows = done.objects()
    assert [row["text"] for row in rows] == ["ຊ່ວຍແດ່", "STOP", "blue", "", "ntshai"]
    assert [row["kind"] for row in rows] == ["primary", "primary", "unknown", "unknown", "ask_back"]
    assert [row["primary"] for row in rows] == ["HELP", "STOP", None, None, None]
    assert rows[4]["intents"] == ["DANGER", "AFRAID"]
    assert all(set(row) == ALONE for row in rows)
    assert gateway("understand", "HELP").out == "HELP  ->  primary HELP\n"


@pytest.mark.parametrize(
    ("flow", "step", "text", "kind", "intents", "test"),
    [
        ("report", "danger", "1", "primary", "now", "key"),
        ("report", "danger", "໒.", "primary", "not_now", "key"),
        ("report", "danger", "maen leo", "primary", "now", "words"),
        ("report", "danger", "ບໍ່ແນ່ໃຈ", "primary", "not_sure", "label"),
        ("report", "danger", "yes no", "ask_back", "now not_now", "ask_back"),
        ("report", "danger", "the road is bad", "unknown", "", ""),
        ("report", "danger", "please help", "primary", "HELP", "global"),
        ("report", "danger", "0", "primary", "BACK", "global"),
        ("report", "danger", "8", "primary", "PERSON", "global"),
        ("report", "danger", "English", "primary", "LANG_EN", "global"),
        ("report", "danger", "menu", "primary", "MENU", "global"),
        ("report", "danger", "412706 4711", "primary", "CASE", "global"),
        ("report", "where", "ປາກເຊ", "primary", "LA1601", "expect"),
        ("report", "where", "1601", "primary", "LA1601", "expect"),
        ("report", "where", "Vientiane", "ask_back", "LA01 LA10", "place"),
        ("report", "tell", "1 3", "primary", "women_union office", "pick"),
        ("report", "story", "help my child", "primary", "any_text", "expect"),
        ("report", "story", "7", "primary", "key", "also"),
        ("welcome", "main", "ລູກສາວຂ້ອຍຫາຍໄປ", "primary", "tell", "words"),
        ("welcome", "main", "passpotr", "ask_back", "information", "ask_back"),
        ("officer", "command", "OK 412706", "primary", "command", "also"),
    ],
)
def test_a_text_is_read_at_a_step_as_the_engine_would(
    gateway: CommandLine, flow: str, step: str, text: str, kind: str, intents: str, test: str
) -> None:
    [row] = gateway("understand", text, "--flow", flow, "--step", step, "--json").objects()
    assert set(row) == ALONE | {"flow", "step", "test"}
    assert (row["kind"], row["intents"], row["test"]) == (kind, intents.split(), test)
    assert row["primary"] == (intents.split()[0] if kind == "primary" else None)


def test_the_language_of_the_phone_decides_the_labels(gateway: CommandLine) -> None:
    at = ("--flow", "report", "--step", "danger", "--json")
    [in_english] = gateway("understand", "Not sure", *at, "--lang", "en").objects()
    assert (in_english["primary"], in_english["test"]) == ("not_sure", "label")


def test_without_a_step_the_first_question_of_the_flow_is_meant(gateway: CommandLine) -> None:
    [row] = gateway("understand", "1", "--flow", "report", "--json").objects()
    assert (row["step"], row["primary"]) == ("danger", "now")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--flow", "nothing"), "there is no flow nothing; use one of: after_disaster"),
        (("--flow", "report", "--step", "thanks"), "no step thanks of report asks anything; use one of: danger"),
        (("--step", "danger"), "there is no flow ?"),
    ],
)
def test_a_place_that_does_not_exist_is_refused_with_what_there_is(
    gateway: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    done = gateway("understand", "1", *arguments)
    assert done.status == 2 and said in done.err

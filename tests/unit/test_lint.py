"""Each lint rule finds its own example and leaves its good twin alone; what ships has no error."""

import pytest

from gateway.content.files import read_sources
from gateway.conversation.lint import lint
from gateway.conversation.lint_material import Material
from gateway.conversation.lint_safety import paths_of_unknown_phones
from gateway.conversation.loader import load_flow
from gateway.errors import Finding
from gateway.strict_yaml import read
from gateway.text.catalogue import parse_messages
from gateway.text.guarded import GuardedWords
from tests.unit.talking import ROOT, shipped_library

FLOW = """
schema: 1
flow: trial
purpose: information
channels: [sms, ussd]
start: first
on_error: person
steps:
  first:
    menu: first
    choices:
      - {code: one, key: 1, words: [INFO], then: told}
      - {code: two, key: 2, then: close}
    tries: 2
    else: person
    no_reply: {after: 12h, then: close}
  told: {choose: [{when: {field: mode, is: open}, then: openly}], else: close}
  openly: {say: openly, then: close}
  person: {handoff: {reason: asked}, say: person_soon, released: close}
  close: {end: done}
"""
EN = """
first: "What now?"
first.one: "One"
first.two: "Two"
openly: "We fight trafficking."
person_soon: {text: "Somebody comes about trafficking.", neutral: "Somebody comes."}
"""
LO = """
first: "ຕ້ອງການຫຍັງ?"
first.one: "ໜຶ່ງ"
first.two: "ສອງ"
openly: "ຕ້ານການຄ້າມະນຸດ"
person_soon: {text: "ຈະມີຄົນມາ", neutral: "ລໍຖ້າ"}
"""
GUARDED = GuardedWords([("traffick*", ()), ("ຄ້າມະນຸດ", ())])


def found(en: str = EN, lo: str = LO, flow: str = FLOW, more: str = "More") -> list[Finding]:
    nodes, messages = {}, {}
    for language, text in (("en", en), ("lo", lo)):
        trial = read(text, f"messages/{language}/trial.yaml")
        common = read(f'more: "{more}"\nback: "Back"\n', f"messages/{language}/common.yaml")
        nodes[language] = {"trial": trial, "common": common}
        messages[language] = {**parse_messages("trial", trial), **parse_messages("common", common)}
    material = Material(
        flows={"trial": load_flow(flow, "flows/trial.yaml")},
        messages=messages,
        nodes=nodes,
        guarded=GUARDED,
        sources={"messages/en/trial.yaml": en, "messages/lo/trial.yaml": lo, "flows/trial.yaml": flow},
        intents=frozenset(shipped_library().lexicon.intents),
    )
    return list(lint(material))


def places(findings: list[Finding]) -> list[str]:
    return [f"{finding.file}:{finding.line}:{finding.column}:{finding.code}" for finding in findings]


def test_good_content_has_no_finding() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("language", "old", "new", "place"),
    [
        ("flow", "menu: first", "menu: frist", "flows/trial.yaml:10:11:E020"),
        ("flow", "[INFO]", "[INFOS]", "flows/trial.yaml:12:9:E022"),
        ("lo", 'openly: "ຕ້ານການຄ້າມະນຸດ"\n', "", "flows/trial.yaml:18:17:T401"),
        ("lo", 'first.two: "ສອງ"\n', "", "flows/trial.yaml:13:9:T401"),
        ("en", '"Two"', '"Two {district}"', "messages/lo/trial.yaml:4:12:T403"),
        ("en", '"What now?"', '"What now, {who}?"', "messages/en/trial.yaml:2:8:E022"),
        ("en", '"What now?"', '"What now? 1 or 2"', "messages/en/trial.yaml:2:8:T407"),
        ("lo", '"ຕ້ອງການຫຍັງ?"', '"ພິມ ໑"', "messages/lo/trial.yaml:2:8:T407"),
        ("en", '"What now?"', '"Stop trafficking?"', "messages/en/trial.yaml:2:8:S301"),
        ("en", '"Two"', '"Trafficker"', "messages/en/trial.yaml:4:12:S301"),
        ("en", 'neutral: "Somebody comes."', 'neutral: "Trafficking."', "messages/en/trial.yaml:6:67:S301"),
        ("en", '"What now?"', '"Call 020 5551 2345"', "messages/en/trial.yaml:2:8:S302"),
        ("en", '"What now?"', '"Call 191 now"', "messages/en/trial.yaml:2:8:S302"),
        ("lo", '"ຕ້ອງການຫຍັງ?"', '"ໂທ ໑໖໒໓"', "messages/lo/trial.yaml:2:8:S302"),
        ("en", '"What now?"', '"You stay anonymous."', "messages/en/trial.yaml:2:8:S315"),
        ("lo", '"ຕ້ອງການຫຍັງ?"', '"ບໍ່ມີໃຜຮູ້"', "messages/lo/trial.yaml:2:8:S315"),
        ("en", '"What now?"', f'"{"word " * 32}?"', "messages/en/trial.yaml:2:8:C201"),
        ("lo", '"ຕ້ອງການຫຍັງ?"', f'"{"ກ" * 60}?"', "messages/lo/trial.yaml:2:8:C201"),
        ("lo", '"ຕ້ອງການຫຍັງ?"', f'"{"ກ" * 200}?"', "messages/lo/trial.yaml:2:8:C202"),
    ],
)
def test_a_rule_finds_its_example(language: str, old: str, new: str, place: str) -> None:
    texts = {"en": EN, "lo": LO, "flow": FLOW}
    assert old in texts[language]
    texts[language] = texts[language].replace(old, new)
    findings = found(**texts)
    assert place in places(findings)
    codes = {finding.code for finding in findings}
    assert codes <= {place.rsplit(":", 1)[1], "T403"} or place.endswith("T407")


def test_a_screen_whose_footer_leaves_no_room_is_over_the_budget() -> None:
    crowded = FLOW.replace("One", "x")
    findings = found(en=EN.replace("What now?", "word " * 40), flow=crowded, more="m" * 170)
    assert "messages/en/trial.yaml:2:8:C204" in places(findings)


@pytest.mark.parametrize("text", ["Fees: 500,000 kip", "Since 2017", "Under 18 or 30 days", "2 of 3 know it"])
def test_sums_years_and_small_numbers_are_no_phone(text: str) -> None:
    assert "S302" not in {finding.code for finding in found(en=EN.replace("What now?", text))}


def test_a_text_only_open_phones_hear_may_be_plain() -> None:
    paths = paths_of_unknown_phones(load_flow(FLOW, "flows/trial.yaml"))
    assert "openly" not in paths
    assert paths["told"] == ("first", "told")


def test_a_line_silences_a_rule_with_a_reason_but_never_a_safety_rule() -> None:
    long = "word " * 32
    warned = EN.replace('first: "What now?"', f'first: "{long}?"  # lint-ok: C201 no shorter way')
    assert found(en=warned) == []
    unsafe = EN.replace('first: "What now?"', 'first: "trafficking?"  # lint-ok: S301 never')
    assert {finding.code for finding in found(en=unsafe)} == {"S301"}


def test_a_finding_says_what_to_write() -> None:
    finding = next(
        finding for finding in found(flow=FLOW.replace("menu: first", "menu: frist")) if finding.code == "E020"
    )
    assert finding.hint == "did you mean 'trial.first'?"


def test_what_ships_has_no_error() -> None:
    sources, library = read_sources(ROOT), shipped_library()
    intents = frozenset(library.lexicon.intents)
    material = Material(sources.flows, sources.messages, sources.nodes, library.guarded, intents=intents)
    assert [str(finding) for finding in lint(material) if finding.severity == "error"] == []

"""Flows exported from RapidPro: what they become, how it feels to talk with them, and that nothing is lost."""

import json
from collections.abc import Mapping as Files
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.cli.import_ import meaning, refuse_unsound
from gateway.content.files import read_sources
from gateway.conversation.flow import ASKING, NAME, RESERVED
from gateway.conversation.library import Library
from gateway.conversation.turn import Tag
from gateway.integrations.rapidpro.answer_tests import read_test
from gateway.integrations.rapidpro.conversion import Converted, NoSuchFlow, Wishes, convert
from gateway.integrations.rapidpro.export import read_export
from gateway.integrations.rapidpro.naming import Names
from gateway.integrations.rapidpro.wording import worded
from gateway.strict_yaml import Mapping, read
from tests.support.flows import load_flow
from tests.unit.rapidpro_flows import MARKER, exports
from tests.unit.talking import ROOT, Person, shipped_library, small_library

EXPORTS = Path(__file__).parent / "rapidpro_exports"
SHIPPED = read_sources(ROOT).flows
CALM = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
ANSWERS = ("", "1", "2", "3", "yes", "no", "18", "25", "red blue", "border pass", "ໄປ", "xyz", "26/11/2026")
WISHES = Wishes(taken=frozenset(SHIPPED), meaning=lambda word: meaning(shipped_library().lexicon, word))


def converted(name: str, only: str = "") -> Converted:
    return convert(read_export(json.loads((EXPORTS / f"{name}.json").read_text("utf-8"))), WISHES, only)


def library_of(files: Files[str, str]) -> Library:
    """Return the shipped content with converted flows beside it, in the languages this gateway speaks."""
    flows = {Path(path).stem: text for path, text in files.items() if path.startswith("flows/")}
    texts = {
        path.removeprefix("messages/").removesuffix(".yaml"): text
        for path, text in files.items()
        if path.startswith(("messages/en/", "messages/lo/", "messages/hmn/"))
    }
    return small_library(flows, texts)


def someone_in(name: str, flow: str, language: str = "en") -> Person:
    """Return a person about to talk with a converted flow."""
    return Person(library_of(converted(name).files), entry=flow, language=language)


@pytest.mark.parametrize("name", ["safe_work", "not_ours"])
def test_a_small_export_becomes_exactly_these_files_and_lines(name: str) -> None:
    done = converted(name)
    written = sorted(path for path in (EXPORTS / name).rglob("*.yaml"))
    assert {str(path.relative_to(EXPORTS / name)): path.read_text("utf-8") for path in written} == dict(done.files)
    told = [
        line for line in (EXPORTS / name / "lines.txt").read_text("utf-8").splitlines() if "converted: " not in line
    ]
    assert told == [str(line) for line in done.lines]


def test_one_flow_brings_those_it_calls_and_no_other() -> None:
    assert [there for there, _ in converted("safe_work", "Safe work").flows] == ["Safe work", "Papers"]
    assert [there for there, _ in converted("safe_work", "f2").flows] == ["Papers"]
    with pytest.raises(NoSuchFlow):
        converted("safe_work", "Unsafe work")


def test_the_whole_way_through_a_flow_and_its_sub_flow() -> None:
    person = someone_in("safe_work", "safe_work")
    assert person.text("") == ("Hello! Will you go abroad to work?\n1 Yes\n2 Not yet",)
    assert person.text("yes") == ("How old are you?",)
    assert Tag("leaving_soon", on=True) in person.effects
    person.contact = replace(person.contact, tags=frozenset({"leaving_soon"}))
    assert person.text("old enough") == ("Please type your age as a number.",)
    assert person.text("I am 25") == ("Which papers do you hold?",)
    assert person.text("Border Pass") == ("Tell us in your own words what worries you.",)
    assert person.text("The broker keeps them.") == ("Thank you.", "Have a safe way.")


def test_a_child_meets_a_person_where_the_export_opened_a_ticket() -> None:
    person = someone_in("safe_work", "safe_work", "lo")
    assert person.text("")[0].endswith("1 ໄປ\n2 ຍັງບໍ່ໄປ")
    assert person.text("໑") == ("ເຈົ້າອາຍຸຈັກປີ?",)
    person.text("໑໖")
    assert person.session is not None and person.session.status == "handoff"


def test_an_answer_that_a_refused_test_may_have_meant_goes_to_a_person() -> None:
    person = someone_in("not_ours", "not_ours")
    person.text("")
    assert person.session is not None and person.session.status == "handoff"
    person.meet("release")
    person.text("1234")
    assert person.session is not None and person.session.status == "handoff"


def test_a_number_behind_a_test_that_is_none_here_goes_to_a_person_first() -> None:
    router = {
        "type": "switch",
        "operand": "@input.text",
        "wait": {"type": "msg"},
        "result_name": "Code",
        "categories": [{"uuid": name, "name": name, "exit_uuid": "x"} for name in ("Code", "Number", "Word", "Other")],
        "cases": [
            {"uuid": "1", "type": "has_pattern", "arguments": ["^9"], "category_uuid": "Code"},
            {"uuid": "2", "type": "has_number", "arguments": [], "category_uuid": "Number"},
            {"uuid": "3", "type": "has_any_word", "arguments": ["no"], "category_uuid": "Word"},
            {"uuid": "4", "type": "has_any_word", "arguments": ["never"], "category_uuid": "Word"},
        ],
        "default_category_uuid": "Other",
    }
    node = {"uuid": "n", "actions": [], "router": router, "exits": [{"uuid": "x"}]}
    done = convert(read_export({"uuid": "f", "name": "Codes", "nodes": [node]}), WISHES)
    flow = load_flow(done.files["flows/codes.yaml"], "flows/codes.yaml")
    ask = flow.steps["code"]
    assert [flow.steps[step].kind for step in (ask.then, ask.otherwise)] == ["handoff", "handoff"]
    assert [(door.test.name, door.test.options, door.then) for door in ask.also] == [
        ("equals", ("no", "never"), "close"),
        ("words", ("NO",), "close"),
    ]


@given(exports())
@CALM
def test_whatever_is_exported_becomes_flows_that_the_strict_loader_takes(raw: dict[str, Any]) -> None:
    done = convert(read_export(raw), WISHES)
    refuse_unsound(done.files, SHIPPED)
    assert done == convert(read_export(json.loads(json.dumps(raw))), WISHES), "the same file gives the same flows"
    for _, name in done.flows:
        flow = load_flow(done.files[f"flows/{name}.yaml"], f"flows/{name}.yaml")
        node = read(done.files.get(f"messages/en/{name}.yaml", "review: needed"), f"messages/en/{name}.yaml")
        assert isinstance(node, Mapping)
        labels = {f"{step.message}.{choice.code}" for step in flow.steps.values() for choice in step.choices}
        said = {step.message for step in flow.steps.values() if step.message and "." not in step.message}
        assert said | labels == set(node.names()) - {"review"}, "every text is there, and none that nobody says"
        assert all(step.tries == 1 for step in flow.steps.values() if step.kind in ASKING)


@given(exports(), st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=6))
@settings(CALM, max_examples=20)
def test_whatever_was_converted_can_be_talked_with(raw: dict[str, Any], typed: list[str]) -> None:
    done = convert(read_export(raw), WISHES)
    library = library_of(done.files)
    for _, name in done.flows:
        person = Person(library, entry=name)
        for answer in typed:
            assert person.text(answer) or person.session is None or person.session.status != "waiting"


@given(exports())
@CALM
def test_nothing_is_dropped_without_a_line(raw: dict[str, Any]) -> None:
    done = convert(read_export(raw), WISHES)
    written = "".join(done.files.values())
    looked_at = {(line.flow, line.node) for line in done.lines}
    names = dict(done.flows)
    for flow in raw["flows"]:
        for node in flow["nodes"]:
            for action in node["actions"]:
                if (names[flow["name"]], node["uuid"]) in looked_at or _by_a_loop(done, names[flow["name"]]):
                    continue
                assert action["type"] != "send_msg" or MARKER.findall(action["text"])[0] in written
                assert action["type"] not in ("call_webhook", "send_email", "set_contact_name", "unheard_of")


def _by_a_loop(done: Converted, flow: str) -> bool:
    """Say whether a loop was broken in a flow: what only it led to is left out with its line."""
    return any(line.flow == flow and line.what.startswith("loop") for line in done.lines)


@pytest.mark.parametrize(
    ("test", "arguments", "written"),
    [
        ("has_any_word", ["yes  yeah"], {"equals": ["yes", "yeah"]}),
        ("has_all_words", ["red blue"], {"equals": ["red blue"]}),
        ("has_only_phrase", ["border pass"], {"equals": ["border pass"]}),
        ("has_beginning", ["report"], {"starts": ["report"]}),
        ("has_text", [], "any_text"),
        ("has_number", [], "number"),
        ("has_number_eq", ["3"], {"number": {"min": "3", "max": "3"}}),
        ("has_number_lt", ["18"], {"number": {"min": "0", "max": "17"}}),
        ("has_number_lte", ["18"], {"number": {"min": "0", "max": "18"}}),
        ("has_number_gt", ["18"], {"number": {"min": "19", "max": "999999999"}}),
        ("has_number_gte", ["18"], {"number": {"min": "18", "max": "999999999"}}),
        ("has_number_between", ["5", "9"], {"number": {"min": "5", "max": "9"}}),
        ("has_date_lt", ["2026-11-26"], {"date": {"before": "2026-11-26"}}),
        ("has_date_eq", ["2026-03-01"], {"date": {"after": "2026-02-28", "before": "2026-03-02"}}),
        ("has_phone", ["LA"], {"phone": {"countries": ["LA"]}}),
        ("has_district", ["@fields.state"], ""),
        ("has_state", [], {"place": "province"}),
        ("has_pattern", ["a*"], ""),
        ("has_email", [], ""),
        ("has_number_lt", ["0"], ""),
        ("has_number_between", ["9", "5"], ""),
        ("has_number_eq", ["1.5"], ""),
        ("has_date_gt", ["tomorrow"], ""),
        ("has_any_word", [" "], ""),
        ("has_top_intent", ["x", "0.5"], ""),
        ("never_heard_of", [], ""),
    ],
)
def test_each_test_of_an_answer(test: str, arguments: list[str], written: object) -> None:
    reading = read_test(test, tuple(arguments))
    assert reading.test == written and bool(reading.refused) == (written == "")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hi @contact.name!", ("Hi!",)),
        ("Hi @(title(contact.name)) (@results.age)", ("Hi",)),
        ("mail@example.org or @@home", ("mail@example.org or @home",)),
        ("{code}\tis\r\nhidden\u200b", ("(code) is\nhidden",)),
        ("@(never closed", ("@(never closed",)),
        ("<%= 4 + 4 %>", ()),
        ("@fields.x", ()),
        ("word " * 300, (("word " * 200).strip(), ("word " * 100).strip())),
        ("x" * 1001, ("x" * 1000, "x")),
    ],
)
def test_texts_lose_what_is_computed_and_nothing_else(text: str, parts: tuple[str, ...]) -> None:
    assert worded(text).parts == parts


@given(st.lists(st.text(max_size=60), max_size=30))
@CALM
def test_names_are_legal_and_never_alike(wanted: list[str]) -> None:
    names = Names(("close",))
    given_out = [names.new(name, "step") for name in wanted]
    assert len({*given_out, "close"}) == len(given_out) + 1
    assert all(NAME.fullmatch(name) and name not in RESERVED for name in given_out)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        ({"nodes": [{"uuid": "a", "actions": [], "exits": []}]}, "has no exit"),
        ({"nodes": [{"uuid": "a", "exits": [{"uuid": "x", "destination_uuid": "b"}]}]}, "does not exist"),
        ({"nodes": [None]}, "no object"),
        ({"nodes": [{"uuid": "a", "actions": [1], "exits": [{"uuid": "x"}]}]}, "no object"),
        ({"nodes": [{"uuid": "a", "exits": [{"uuid": "x"}]}] * 2}, "stands twice"),
        ({"nodes": [], "type": "voice"}, "voice"),
        ({"action_sets": []}, "before version 13"),
        ({"anything": 1}, "no flow"),
    ],
)
def test_a_flow_that_is_not_sound_is_refused_with_its_reason(broken: dict[str, Any], why: str) -> None:
    done = convert(read_export({"flows": [{"uuid": "u", "name": "Broken", **broken}]}), WISHES)
    [line] = done.lines
    assert line.degree == "refused" and line.flow == "Broken" and why in line.why and not done.files

"""Differences by meaning: every kind of edit gives its own line and no other; nothing changed gives nothing."""

import re

import pytest

from gateway.conversation.diff import Change, Content, content_of, cost, diff, waiting
from gateway.conversation.diff_flows import stayed_in_order
from gateway.conversation.diff_html import html
from gateway.conversation.loader import read_flow
from gateway.strict_yaml import read
from gateway.text.catalogue import parse_messages
from tests.unit.talking import shipped_library
from tests.unit.trial_flow import CHILD, EN, TRIAL

LO = 'danger: "ມີໃຜຕົກຢູ່ໃນອັນຕະລາຍບໍ?"\ndanger.now: "ມີ"\n'


def content(trial: str = TRIAL, en: str = EN, lo: str = LO, child: str = CHILD) -> Content:
    texts = {"trial": trial, "trial_child": child}
    read_flows = {name: read_flow(text, f"flows/{name}.yaml")[0] for name, text in texts.items() if text}
    flows = {name: flow for name, flow in read_flows.items() if flow is not None}
    assert len(flows) == len(read_flows), "an edit of this test must leave flows that can be read"
    messages = {language: parse_messages("trial", read(text, "x.yaml")) for language, text in (("en", en), ("lo", lo))}
    return Content(flows, messages)


def lines(old: Content, new: Content) -> list[str]:
    return [str(change) for change in diff(old, new)]


def test_equal_contents_have_no_difference() -> None:
    assert diff(content(), content()) == []
    library = shipped_library()
    flows = {name: library.bundles[hash_].flows[name] for name, hash_ in library.current.items()}
    assert diff(Content(flows, {}), Content(dict(reversed(flows.items())), {})) == []
    bundle = library.bundles[library.current["welcome"]]
    assert diff(content_of(bundle.flows, bundle.catalogue), content_of(bundle.flows, bundle.catalogue)) == []
    assert (
        content_of(bundle.flows, bundle.catalogue).messages["en"]["report.danger"].text == "Is someone in danger now?"
    )


NUDGE = "  nudge: {say: nudge, then: close}\n"
GROWN = "- {when: {field: age, below: 18}, then: person}"
EDITS = [
    ("purpose: protection", "purpose: campaign\nexpires: 24h", "head changed: trial purpose: protection -> campaign"),
    ("channels: [sms, ussd]", "channels: [sms, ussd]\nexpires: 12h", "head changed: trial expires: 1d -> 12h"),
    ("channels: [sms, ussd]", "channels: [sms]", "head changed: trial channels: sms, ussd -> sms"),
    ("values:\n", "values:\n  extra: {kind: code, class: topic}\n",
     "value added: trial.extra: now kind code, class topic"),
    ("age: {kind: age, class: answer}", "age: {kind: age, class: safety}",
     "value changed: trial.age class: answer -> safety"),
    (NUDGE, NUDGE + "  spare: {say: thanks, then: close}\n", "step added: trial.spare: now say"),
    ("then: nudge}\n  nudge:", "then: remind}\n  remind:", "step renamed: trial.remind: nudge -> remind"),
    ("start: danger\n", "start: age\n", "head changed: trial start: danger -> age"),
    ("{say: thanks, then: pause}", "{say: nudge, then: pause}", "step changed: trial.thanks text: thanks -> nudge"),
    ("{say: thanks, then: pause}", "{say: thanks, then: close}", "leads elsewhere: trial.thanks then: pause -> close"),
    ("then: safe\n    refused: story", "then: safe\n    refused: person",
     "leads elsewhere: trial.agree refused: story -> person"),
    ("after: 12h, then: nudge", "after: 6h, then: nudge", "step changed: trial.danger no_reply after: 12h -> 6h"),
    ("after: 12h, then: nudge", "after: 12h, then: close", "leads elsewhere: trial.danger no_reply: nudge -> close"),
    ("- {code: now, key: 1", "- {code: now, key: 5", "choice changed: trial.danger now key: 1 -> 5"),
    ('words: ["YES", DANGER]', 'words: ["YES"]', "choice changed: trial.danger now words: YES DANGER -> YES"),
    (", set: {country: LA}", ", set: {country: TH}",
     "choice changed: trial.danger later set: country LA -> country TH"),
    ("when: {field: mode, is: open}, then", "when: {field: mode, is: silent}, then",
     "choice changed: trial.danger hidden when: mode is open -> mode is silent"),
    ("{code: women_union, key: 1}, {code: police, key: 2}", "{code: women_union, key: 1}",
     "choice gone: trial.tell police: was key 2"),
    ("{code: nobody, key: 4}", "{code: nobody, key: 4}, {code: office, key: 5}",
     "choice added: trial.tell office: now key 5"),
    ("{code: women_union, key: 1}, {code: police, key: 2}", "{code: police, key: 2}, {code: women_union, key: 1}",
     "step changed: trial.tell order: choice women_union, choice police, choice nobody, choice skipped -> "
     "choice police, choice women_union, choice nobody, choice skipped"),
    (GROWN, GROWN + "\n      - {when: {field: mode, is: open}, then: tell}",
     "branch added: trial.grown mode is open: now then tell"),
    ('also: [{test: {key: "7"}, then: thanks}]\n    ', "", "also gone: trial.story key 7: was then thanks"),
    ("{min: 5, max: 110}", "{min: 7, max: 110}", "step changed: trial.age expect: age 5 to 110 -> age 7 to 110"),
    ("save: age\n", "save: country\n", "step changed: trial.age save: age -> country"),
    ("tries: 2\n    else: person\n    no_reply: {after: 12h, then: nudge}",
     "tries: 3\n    else: person\n    no_reply: {after: 12h, then: nudge}", "step changed: trial.danger tries: 2 -> 3"),
    ("{add_tag: {tag: told}}", "{add_tag: {tag: filed}}",
     "step changed: trial.file_it actions: open_report kind suspicion danger danger; add_tag tag told -> "
     "open_report kind suspicion danger danger; add_tag tag filed"),
    ("at_most: 2", "at_most: 3", "step changed: trial.tell at_most: 2 -> 3"),
    ("with: {via: via}, ", "", "step changed: trial.safe with: was via via"),
    ("{wait: {for: 3d}", "{wait: {for: 4d}", "step changed: trial.pause for: 3d -> 4d"),
    ("urgent: true}", "urgent: false}", "step changed: trial.person urgent: was yes"),
    ("recipient: women_union", "recipient: police", "step changed: trial.agree recipient: women_union -> police"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "line"), EDITS)
def test_an_edit_of_a_flow_gives_exactly_its_line(before: str, after: str, line: str) -> None:
    assert TRIAL.count(before) == 1
    assert lines(content(), content(TRIAL.replace(before, after))) == [line]


TEXTS = [
    ('"How old?"', '"What age?"', ["text changed: trial.age in en: How old? -> What age? (1 -> 1 segments)"]),
    ('age: "How old?"\n', "", ["text gone: trial.age in en: was How old? (1 -> 0 segments)"]),
    ("danger.now", 'other: "Hello"\ndanger.now', ["text added: trial.other in en: now Hello (0 -> 1 segments)"]),
    (', ussd: "Place?"', "", ["text gone: trial.place ussd in en: was Place? (1 -> 0 segments)"]),
    (', retry: "Please answer by number."', ', retry: "A number, please."',
     ["text changed: trial.danger retry in en: Please answer by number. -> A number, please. (1 -> 1 segments)"]),
    ('"How old?"', '"' + "How old? " * 20 + '"',
     [f"text changed: trial.age in en: How old? -> {'How old? ' * 20} (1 -> 2 segments)"]),
    ('danger.now: "Now"', 'danger.now: "' + "Now " * 40 + '"',
     [f"text changed: trial.danger.now in en: Now -> {'Now ' * 40} (1 -> 2 segments)"]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), TEXTS)
def test_an_edit_of_a_text_gives_exactly_its_line_and_its_cost(before: str, after: str, expected: list[str]) -> None:
    assert EN.count(before) == 1
    assert lines(content(), content(en=EN.replace(before, after))) == expected


def test_flows_and_steps_that_come_go_and_move() -> None:
    assert lines(content(), content(child="")) == ["flow gone: trial_child"]
    assert lines(content(child=""), content()) == ["flow added: trial_child"]
    gone = TRIAL.replace(NUDGE, "").replace("then: nudge", "then: close")
    assert lines(content(), content(gone)) == [
        "step gone: trial.nudge: was say",
        "leads elsewhere: trial.danger no_reply: nudge -> close",
    ]
    end = "  close: {end: done}\n"
    moved = TRIAL.replace(NUDGE, "").replace(end, NUDGE + end)
    assert lines(content(), content(moved)) == ["step moved: trial.nudge"]
    less = TRIAL.replace("below: 18", "below: 16")
    assert lines(content(), content(less)) == [
        "branch gone: trial.grown age below 18: was then person",
        "branch added: trial.grown age below 16: now then person",
    ]


def test_a_step_renamed_and_rewired_is_still_the_same_step() -> None:
    new = TRIAL.replace(NUDGE, "  remind: {say: nudge, then: person}\n").replace("then: nudge", "then: remind")
    assert lines(content(), content(new)) == [
        "step renamed: trial.remind: nudge -> remind",
        "leads elsewhere: trial.remind then: close -> person",
    ]


def test_people_who_wait_inside_are_counted_where_they_are() -> None:
    new = content(TRIAL.replace("{min: 5, max: 110}", "{min: 7, max: 110}").replace("{for: 3d}", "{for: 4d}"))
    inside = {"trial.age": 17, "trial.tell": 4, "trial_child.hours": 2}
    assert [change.people for change in diff(content(), new, inside)] == [17, 0]
    [gone] = diff(content(), content(child=""), inside)
    assert str(gone) == "flow gone: trial_child [2 waiting here]"


def test_whoever_waits_at_a_step_with_several_changes_counts_once() -> None:
    new = content(
        TRIAL.replace("{min: 5, max: 110}", "{min: 7, max: 110}").replace("save: age\n", "save: country\n"),
        lo=LO.replace("ມີໃຜ", "ໃຜ"),
    )
    inside = {"trial.age": 17, "trial.danger": 4, "trial.tell": 3}
    changes = diff(content(), new, inside)
    assert [change.people for change in changes] == [17, 17, 4]
    assert waiting(changes, content(), inside) == 21
    assert cost(changes) == {"lo": 0}


def test_the_page_for_the_approver_is_whole_and_escaped() -> None:
    nasty = Change("text_changed", "report", "report.x", "", "<script>1</script>", 'a "b" & c', "lo", (1, 2), 3)
    page = html([nasty, Change("step_added", "stop", "later", after="say")], "<old>", "new")
    assert "<script" not in page and "&lt;script&gt;" in page and "&lt;old&gt;" in page
    assert 'lang="lo"' in page and "1 &rarr; 2" in page and "<h1>2 changes</h1>" in page and "Segments: lo +1." in page
    assert "2 changes, 3 conversations inside" in html([nasty, nasty], "old", "new", 3)
    assert re.findall(r"<caption>(.*?)</caption>", page) == ["report", "stop"]
    assert not re.search(r"src=|href=|@import|url\(", page)


def test_what_moved_is_as_little_as_possible() -> None:
    assert stayed_in_order("abcdef", "abdefc") == set("abdef")
    assert stayed_in_order("abc", "xaybz") == set("ab")
    assert stayed_in_order("", "ab") == set()


def test_a_value_named_like_a_step_has_nobody_waiting() -> None:
    new = content(TRIAL.replace("age: {kind: age, class: answer}", "age: {kind: age, class: safety}"))
    assert [change.people for change in diff(content(), new, {"trial.age": 17})] == [0]

"""The flow language, element by element: each has a tiny flow that proves it; an element without a row fails."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from gateway.conversation import orders
from gateway.conversation import turn as fx
from gateway.conversation.flow import ACTIONS, ENDINGS, KINDS
from gateway.conversation.loader import WAIT_KEYS
from gateway.conversation.reading import COMPARISONS, FIELDS, JOINS, TESTS
from gateway.conversation.stimulus import CaseFacts, OfficerFacts
from tests.unit.talking import Person, small_library

HEAD = """schema: 1
flow: trial
purpose: PURPOSE
channels: [sms, ussd]
values:
  picked: {kind: choice, class: answer}
  several: {kind: choices, class: answer}
  day: {kind: date, class: answer}
  where: {kind: place, class: place}
  country: {kind: code, class: place}
start: first
on_error: person
steps:
"""
TAIL = """
  person: {handoff: {reason: error}, say: common.person_will_help, released: close}
  close: {end: done}
"""
TEXTS = "hit: Hit\nmiss: Miss\nask: Ask?\nask.a: Apple\nask.b: Berry\nask.c: Cherry\n"
UNREAD = "tries: 1, else: miss, no_reply: {after: 1h, then: miss}"
A_OR_B, CODE, PIN = "choices: [{code: a, key: 1}, {code: b, key: 2}]", "412706", "4711"


def written(steps: str, purpose: str = "information") -> str:
    """Return a flow of these steps, with those of ``hit`` and ``miss`` that something leads to."""
    led = [name for name in ("hit", "miss") if re.search(rf"(?:then|else|refused): {name}\b", steps)]
    said = "".join(f"  {name}: {{say: {name}, then: close}}\n" for name in led)
    return HEAD.replace("PURPOSE", purpose) + steps + said + TAIL


def talk(steps: str, purpose: str = "information") -> Person:
    """Return a person before a flow of these steps; a flow for officers is met by an officer with one open case."""
    flow = written(steps.replace("UNREAD", UNREAD).replace("A_OR_B", A_OR_B), purpose)
    officer = OfficerFacts(("post",), (CODE,), (CODE,)) if purpose == "officer" else None
    library = small_library({"trial": flow}, {"en/trial": TEXTS})
    library = replace(library, entry={**library.entry, "officer": "trial"})
    return Person(library, entry="trial", officer=officer)


def heard(person: Person) -> str:
    """Return the first lines of what was heard last."""
    return " ".join(text.splitlines()[0] for text in person.heard())


STEPS: Final = {
    "say": ("first: {say: hit, then: close}", ("",), "Hit"),
    "menu": ("first: {menu: ask, A_OR_B, save: picked, then: hit, UNREAD}", ("", "2"), "Hit"),
    "pick": ("first: {pick: ask, A_OR_B, save: several, at_least: 2, then: hit, UNREAD}", ("", "12"), "Hit"),
    "ask": (
        'first: {ask: ask, also: [{test: {key: "7"}, then: hit}], expect: any_text, then: miss, UNREAD}',
        ("", "7"),
        "Hit",
    ),
    "choose": ("first: {choose: [{when: {field: picked, is: a}, then: miss}], else: hit}", ("",), "Hit"),
    "do": ("first: {do: [erase_request], then: hit}", ("",), "Hit"),
    "call": ("first: {call: stop, then: hit, else: miss}", ("",), "Hit"),
    "wait": ("first: {wait: {for: 1h}, then: hit}", ("",), ""),
    "consent": (
        "first: {consent: ask, purpose: referral, recipient: police, then: hit, refused: miss, UNREAD}",
        ("", "1"),
        "Hit",
    ),
    "handoff": ("first: {handoff: {reason: asked}, say: hit, released: close}", ("",), "Hit"),
    "help": ("first: {help: menu}", ("",), "What would you like?"),
    "end": ("first: {end: quiet}", ("",), ""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step(kind: str) -> None:
    steps, texts, last = STEPS[kind]
    person = talk(f"  {steps}\n")
    person.text(*texts)
    assert last in heard(person) if kind != "help" else person.at == "help.menu"
    assert kind != "handoff" or person.at == "trial.first handoff"


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_of_a_sub_flow(ending: str) -> None:
    child = HEAD.replace("PURPOSE", "information").replace("trial", "small").replace("first", "over")
    child += f"  over: {{end: {ending}}}\n  person: {{handoff: {{reason: error}}, released: over}}\n"
    flow = written("  first: {call: small, then: hit, else: miss}\n")
    person = Person(small_library({"trial": flow, "small": child}, {"en/trial": TEXTS}), entry="trial")
    person.text("")
    assert heard(person) == ("Hit" if ending == "done" else "Miss")


WAITS: Final = {
    "for": ("{for: 3d}", timedelta(days=3)),
    "until": ('{until: "07:00"}', timedelta(hours=9, minutes=50)),  # it is 21:10
    "until_value": ("{until_value: day}", timedelta(days=3)),
}


@pytest.mark.parametrize("key", WAIT_KEYS)
def test_every_wait(key: str) -> None:
    written, lasts = WAITS[key]
    person = talk(
        "  first: {do: [{set: {value: day, to: 2026-11-26}}], then: pause}\n"
        f"  pause: {{wait: {written}, then: hit}}\n"
    )
    person.may_write = True
    begun = person.now
    person.text("")
    person.fire("wait")
    assert person.now - begun == lasts and heard(person) == "Hit"


# test: (as it is written, a text that passes, one that does not)
REPLIES: Final[dict[str, tuple[str, str, str]]] = {
    "key": ('{key: ["4", "5"]}', "ຂໍ້ ໕".removeprefix("ຂໍ້ "), "6"),
    "equals": ("{equals: [red one]}", "Red  ONE!", "red"),
    "words": ("{words: {all: [THAILAND, WORK]}}", "I want to work in Thailand", "I want to work"),
    "starts": ("{starts: [room]}", "Room 12", "the room"),
    "pattern": ('{pattern: "[0-9]{3}x?"}', "12໓X", "12"),
    "number": ("{number: {min: 2, max: 20}}", "about ๑๒ of us", "21"),
    "age": ("{age: {min: 5, max: 110}}", "໑໗", "4"),
    "date": ("{date: {after: 2026-01-01, before: 2027-01-01}}", "26 ພະຈິກ 2569", "30/2/2026"),
    "place": ("{place: {level: district, within: LA17}}", "Sanxay", "LA0103"),
    "phone": ("{phone: {countries: [LA]}}", "020 5555 1234", "+66 81 234 5678"),
    "yes": ("yes", "ແມ່ນ", "why"),
    "no": ("no", "No!", "why"),
    "any_text": ("{any_text: {max: 20}}", "it is raining", "it is raining " * 3),
    "empty": ("empty", "", "why"),
    "too_long": ("{too_long: {max: 20}}", "it is raining " * 3, "it is raining"),
    "guarded": ("guarded", "they spoke of trafficking", "they spoke of rain"),
    "member": ("{member: leaving}", "why", ""),
    "answered": ("{answered: picked}", "why", ""),
    "command": ("{command: OK}", f"OK {CODE}", f"NOTE {CODE} seen"),
    "case_code": ("case_code", CODE, "why"),
    "case_pin": ("{case_pin: picked}", PIN, "why"),
}


@pytest.mark.parametrize("test", TESTS)
def test_every_reply_test(test: str) -> None:
    written, passing, failing = REPLIES[test]
    purpose = "officer" if test == "command" else "information"
    asked = f"  q: {{ask: ask, expect: {written}, then: hit, {UNREAD}}}\n"
    known = f"  first: {{do: [{{set: {{value: picked, to: '{CODE}'}}}}], then: q}}\n" + asked
    for text, expected in ((passing, "Hit"), (failing, "Miss")):
        person = talk(
            known if (test, text) != ("answered", failing) else asked.replace("q:", "first:"), purpose=purpose
        )
        person.contact = replace(person.contact, tags=frozenset({"leaving"} if text == passing else ()))
        person.text("", text)
        assert expected in heard(person), text


# comparison: (a condition that holds, one that does not), of what STATE sets
STATE = ", ".join(
    f"{{set: {{value: {name}, to: '{to}'}}}}"
    for name, to in {"picked": "a", "day": "2026-11-26", "where": "LA1704", "country": "12"}.items()
)
COMPARED: Final = {
    "is": ("{field: picked, is: a}", "{field: picked, is: b}"),
    "is_not": ("{field: picked, is_not: b}", "{field: picked, is_not: a}"),
    "in": ("{field: picked, in: [b, a]}", "{field: picked, in: [b, c]}"),
    "below": ("{field: country, below: 13}", "{field: country, below: 12}"),
    "at_least": ("{field: country, at_least: 12}", "{field: country, at_least: 13}"),
    "within": ("{field: where, within: LA17}", "{field: where, within: LA01}"),
    "before": ("{field: day, before: 2026-11-27}", "{field: day, before: 2026-11-26}"),
    "after": ("{field: day, after: 2026-11-25}", "{field: day, after: 2026-11-26}"),
    "known": ('{field: picked, known: "yes"}', '{field: several, known: "yes"}'),
    "unknown": ('{field: several, unknown: "yes"}', '{field: picked, unknown: "yes"}'),
    "all": ("{all: [TRUE, TRUE]}", "{all: [TRUE, FALSE]}"),
    "any": ("{any: [FALSE, TRUE]}", "{any: [FALSE, FALSE]}"),
    "none": ("{none: [FALSE, FALSE]}", "{none: [FALSE, TRUE]}"),
}


@pytest.mark.parametrize("name", [*COMPARISONS, *JOINS])
def test_every_comparison_and_join(name: str) -> None:
    for condition, expected in zip(COMPARED[name], ("Hit", "Miss"), strict=True):
        when = condition.replace("TRUE", COMPARED["is"][0]).replace("FALSE", COMPARED["is"][1])
        branch = f"  branch: {{choose: [{{when: {when}, then: hit}}], else: miss}}\n"
        person = talk(f"  first: {{do: [{STATE}], then: branch}}\n" + branch)
        assert person.text("") == (expected,)


SET = f"do: [{{set: {{value: picked, to: '{CODE}'}}}}]"
TYPED = f"first: {{{SET}, then: pin}}\n  pin: {{ask: ask, expect: {{case_pin: picked}}, then: NEXT, UNREAD}}"
FOUND = TYPED.replace("NEXT", "look") + "\n  look: {do: [look_up_case], then: branch}"
ORDERED = "first: {ask: ask, expect: {command: VERB}, then: NEXT, UNREAD}"
# its value, steps before the branch, texts, what is known of the contact
ASKED: Final[dict[str, tuple[str, str, tuple[str, ...], dict[str, Any]]]] = {
    "contact.language": ("en", "", ("",), {}),
    "contact.safety": ("shared", "", ("",), {"safety": "shared"}),
    "contact.stopped": ("yes", "", ("",), {"stopped": True}),
    "contact.known": ("no", "", ("",), {"known": False}),
    "contact.tags": ("leaving", "", ("",), {"tags": frozenset({"leaving", "wages"})}),
    "contact.lists": ("tips", "", ("",), {"lists": frozenset({"tips"})}),
    "contact.courses": ("trip", "first: {do: [{enrol: {course: trip}}], then: branch}", ("",), {}),
    "channel.kind": ("sms", "", ("",), {}),
    "mode": ("open", "first: {do: [{set_contact: {safety: safe}}], then: branch}", ("",), {}),
    "report.open": ("yes", "first: {do: [{open_report: {kind: call}}], then: branch}", ("",), {}),
    "begin": ("text", "", ("",), {}),
    "case.typed": ("yes", TYPED.replace("NEXT", "branch"), ("", PIN), {}),
    "case.found": ("yes", FOUND, ("", PIN), {}),
    "case.state": ("new", FOUND, ("", PIN), {}),
    "case.waiting": ("no", FOUND, ("", PIN), {}),
    "command.case": ("one", ORDERED.replace("VERB", "OK").replace("NEXT", "branch"), ("", "OK"), {}),
    "command.rest": ("known", ORDERED.replace("VERB", "NOTE").replace("NEXT", "branch"), ("", f"NOTE {CODE} seen"), {}),
    "verdict": (
        "on",
        ORDERED.replace("VERB", "DUTY").replace("NEXT", "do_it") + "\n  do_it: {do: [duty], then: branch}",
        ("", "DUTY on"),
        {},
    ),
    "today": ("2026-11-23", "", ("",), {}),
    "hour": ("21", "", ("",), {}),
    "area.disaster_mode": ("yes", "", ("",), {"place": "LA1704"}),
}


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field(field: str) -> None:
    value, before, texts, facts = ASKED[field]
    for operand, expected in ((value, "Hit"), ("elsewise", "Miss")):
        branch = f'choose: [{{when: {{field: {field}, is: "{operand}"}}, then: hit}}], else: miss'
        steps = f"  {before}\n  branch: {{{branch}}}\n" if before else f"  first: {{{branch}}}\n"
        person = talk(steps, purpose="officer" if field.startswith(("command.", "verdict")) else "information")
        person.contact = replace(person.contact, **facts)
        person.found = CaseFacts(CODE, "new")
        person.disasters = frozenset({"LA17"})
        person.text(*texts)
        if field == "verdict":
            person.meet("found", text=texts[-1], verdict="on")
        assert heard(person) == expected


# action: (as it is written, the effect that leaves); an officer's order needs its text
DONE: Final[dict[str, tuple[str, type | None]]] = {
    "open_report": ("{open_report: {kind: call, country: country}}", fx.OpenReport),
    "update_report": ("{open_report: {kind: call}}, {update_report: {country: country}}", fx.UpdateReport),
    "raise_alert": ("{raise_alert: {reason: word}}", fx.RaiseAlert),
    "set_contact": ("{set_contact: {via: call, hours: {value: picked}}}", fx.SetContact),
    "set": ("{set: {value: picked, to: b}}", None),
    "add_tag": ("{add_tag: {tag: leaving}}", fx.Tag),
    "remove_tag": ("{remove_tag: {tag: leaving}}", fx.Tag),
    "subscribe": ("{subscribe: {list: tips}}", fx.Subscription),
    "unsubscribe": ("{unsubscribe: {list: tips}}", fx.Subscription),
    "look_up_case": ("look_up_case", fx.LookUpCase),
    "withdraw_consent": ("{withdraw_consent: {recipient: police}}", fx.WithdrawConsent),
    "count": ("{count: {metric: asked}}", fx.Count),
    "start_flow": ("{start_flow: {flow: help, reason: asked}}", fx.StartFlow),
    "enrol": ("{enrol: {course: trip}}", fx.Enrolment),
    "unenrol": ("{unenrol: {course: trip}}", fx.Enrolment),
    "save_answer": ("{save_answer: {survey: baseline, item: q1, value: picked}}", fx.SaveAnswer),
    "erase_request": ("erase_request", fx.EraseRequest),
    "acknowledge": ("OK", orders.Acknowledge),
    "undo": ("UNDO", orders.Undo),
    "pass_on": ("PASS", orders.PassOn),
    "note": (f"NOTE {CODE} seen", orders.Note),
    "answer": (f"ANSWER {CODE} we come", orders.Answer),
    "hand_over": ("HANDOVER", orders.HandOver),
    "present": ("LIST", orders.Present),
    "refer": (f"REFER {CODE} police", orders.Refer),
    "close": (f"CLOSE {CODE} helped {PIN}", orders.CloseCase),
    "duty": ("DUTY off", orders.Duty),
    "list_open": ("LIST", orders.ListOpen),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action(action: str) -> None:
    did, effect = DONE[action]
    if did[0].isupper():
        asked, done, purpose = ORDERED.replace("VERB", did.split()[0]), action, "officer"
    else:
        asked, purpose = TYPED, "information"
        done = f"{{set: {{value: picked, to: a}}}}, {{set: {{value: country, to: TH}}}}, {did}"
    person = talk(f"  {asked.replace('NEXT', 'do_it')}\n  do_it: {{do: [{done}], then: hit}}\n", purpose)
    person.text("", did if did[0].isupper() else PIN)
    if effect is None:
        assert person.session is not None and person.session.here.values["picked"] == "b"
    else:
        assert person.of(effect), effect.__name__


def test_the_tables_know_every_element_and_nothing_else() -> None:
    assert STEPS.keys() == set(KINDS) and WAITS.keys() == set(WAIT_KEYS) and REPLIES.keys() == set(TESTS)
    assert COMPARED.keys() == {*COMPARISONS, *JOINS} and ASKED.keys() == FIELDS and DONE.keys() == ACTIONS.keys()

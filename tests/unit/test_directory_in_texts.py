"""The number a text holds is the one of the country that the person named; none is better than a wrong one."""

import pytest

from tests.unit.talking import Person, small_library

FLOW = """
schema: 1
flow: trial
purpose: information
channels: [sms]
values:
  land: {kind: code, class: place}
  COUNTRY: {kind: code, class: place}
start: land
on_error: person
steps:
  land:
    menu: land
    choices:
      - {code: th, key: 1, then: tell, set: {COUNTRY: TH}}
      - {code: cn, key: 2, then: tell, set: {COUNTRY: CN}}
      - {code: other, key: 3, then: tell, set: {COUNTRY: other}}
      - {code: skipped, key: 7, then: tell, set: {COUNTRY: skipped}}
      - {code: named, key: 4, then: tell, set: {land: TH}}
    tries: 1
    else: tell
    no_reply: {after: 1h, then: close}
  tell: {say: tell, then: told}
  told: {do: [{update_report: {country: COUNTRY}}], then: close}
  person: {handoff: {reason: error}, say: common.person_will_help, released: close}
  close: {end: done}
"""
TEXTS = """land: "Where?"
land.th: Thailand
land.cn: China
land.other: Elsewhere
land.skipped: Pass
land.named: Named
tell: {text: "Call {directory.help}", without_directory: "No number"}
"""
DIALLED = {("help", ""): "Laos 1362", ("help", "TH"): "Thailand 1300", ("labour", "CN"): "China 1"}


@pytest.mark.parametrize("value", ["country", "whereabouts"])
@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        ("1", "Call Thailand 1300"),
        ("2", "No number"),
        ("3", "No number"),
        ("7", "Call Laos 1362"),
        ("4", "Call Laos 1362"),
        ("what?", "Call Laos 1362"),
    ],
)
def test_the_country_answered_decides_and_the_phones_own_only_without_an_answer(
    value: str, answer: str, heard: str
) -> None:
    """By its name, or because ``update_report`` says that this value is the country."""
    flow = FLOW.replace("COUNTRY", value)
    person = Person(small_library({"trial": flow}, {"en/trial": TEXTS}), entry="trial")
    person.hotlines = DIALLED
    assert person.text("hello", answer)[0] == heard

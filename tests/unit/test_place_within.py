"""A place of one province only: its districts are offered at once, and a place elsewhere is asked again."""

import pytest

from tests.unit.talking import Person, small_library

FLOW = """
schema: 1
flow: trial
purpose: information
channels: [sms, ussd]
values:
  where: {kind: place, class: place}
start: first
on_error: person
steps:
  first:
    ask: ask
    expect: {place: {level: district, within: LA17}}
    save: where
    then: settled
    tries: 2
    else: person
    no_reply: {after: 1h, then: close}
  settled: {say: settled, then: close}
  person: {handoff: {reason: error}, say: common.person_will_help, released: close}
  close: {end: done}
"""
LIBRARY = small_library({"trial": FLOW}, {"en/trial": 'ask: "In which district?"\nsettled: "In {place}."\n'})


def asked(*texts: str, ussd: bool = False) -> Person:
    person = Person(LIBRARY, entry="trial", ussd=ussd)
    _ = person.dial() if ussd else person.text("")
    person.text(*texts)
    return person


@pytest.mark.parametrize("ussd", [False, True])
def test_the_districts_of_the_province_are_the_first_question(ussd: bool) -> None:
    first = asked(ussd=ussd).heard()[0].splitlines()
    assert first[0] == "In which district?" and first[1].startswith("1 ") and first[-1].startswith("7 ")
    assert asked("1", ussd=ussd).heard()[0] == f"In {first[1].removeprefix('1 ')}."


@pytest.mark.parametrize(("typed", "heard"), [("Sanxay", "In Sanxay."), ("LA1704", "In Sanxay.")])
def test_a_district_of_the_province_is_taken(typed: str, heard: str) -> None:
    assert asked(typed).heard() == (heard,)


@pytest.mark.parametrize("typed", ["LA0103", "Luang Namtha", "0103"])
def test_a_place_elsewhere_is_asked_again_then_given_to_a_person(typed: str) -> None:
    assert asked(typed).heard()[0].startswith("In which district?")
    assert asked(typed, typed).at == "trial.person handoff"


def test_dont_know_leaves_the_province_and_back_leads_out_of_the_question() -> None:
    person = asked("7")
    assert person.heard()[0].startswith("In Attap")
    assert asked("back").heard()[0].startswith("In which district?")

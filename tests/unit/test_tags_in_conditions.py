"""A branch on the contact's tags: those the phone came with, and those this very turn has changed."""

from dataclasses import replace

import pytest

from tests.unit.talking import Person, small_library

FLOW = """
schema: 1
flow: trial
purpose: information
channels: [sms]
start: change
on_error: person
steps:
  change: {do: [{add_tag: {tag: leaving}}, {remove_tag: {tag: home}}], then: branch}
  branch:
    choose:
      - {when: {field: contact.tags, is: home}, then: at_home}
      - {when: {all: [{field: contact.tags, is: leaving}, {field: contact.tags, is: wages}]}, then: both}
      - {when: {field: contact.tags, is: leaving}, then: leaving}
    else: close
  at_home: {say: at_home, then: close}
  both: {say: both, then: close}
  leaving: {say: leaving, then: close}
  person: {handoff: {reason: error}, say: common.person_will_help, released: close}
  close: {end: done}
"""
TEXTS = "at_home: at home\nboth: both\nleaving: leaving\n"


@pytest.mark.parametrize(
    ("tags", "heard"),
    [((), "leaving"), (("home",), "leaving"), (("home", "wages"), "both"), (("homeland",), "leaving")],
)
def test_a_tag_counts_from_the_moment_it_is_set(tags: tuple[str, ...], heard: str) -> None:
    person = Person(small_library({"trial": FLOW}, {"en/trial": TEXTS}), entry="trial")
    person.contact = replace(person.contact, tags=frozenset(tags))
    assert person.text("") == (heard,)

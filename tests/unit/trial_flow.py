"""A small flow that nobody ships, with every kind of step, and a person who has begun it."""

from tests.unit.talking import Person, small_library

TRIAL = """
schema: 1
flow: trial
purpose: protection
channels: [sms, ussd]
values:
  danger: {kind: choice, class: safety}
  country: {kind: code, class: place}
  place: {kind: place, class: place}
  tell: {kind: choices, class: consent}
  age: {kind: age, class: answer}
  via: {kind: code, class: contact}
  hours: {kind: code, class: contact}
  story: {kind: sealed, class: free_text}
  agreed: {kind: code, class: consent}
start: danger
on_error: broken
steps:
  danger:
    menu: danger
    choices:
      - {code: now, key: 1, words: ["YES", DANGER], then: file_it}
      - {code: later, key: 2, words: ["NO", PASSPORT], then: file_it, set: {country: LA}}
      - {code: hidden, key: 3, when: {field: mode, is: open}, then: file_it}
    save: danger
    tries: 2
    else: person
    no_reply: {after: 12h, then: nudge}
  nudge: {say: nudge, then: close}
  file_it: {do: [{open_report: {kind: suspicion, danger: danger}}, {add_tag: {tag: told}}], then: age}
  age:
    ask: age
    expect: {age: {min: 5, max: 110}}
    save: age
    then: grown
    tries: 2
    else: person
    no_reply: {after: 12h, then: close}
  grown:
    choose:
      - {when: {field: age, below: 18}, then: person}
    else: place
  place:
    ask: place
    expect: {place: district}
    save: place
    then: tell
    tries: 2
    else: person
    no_reply: {after: 12h, then: close}
  tell:
    pick: tell
    choices: [{code: women_union, key: 1}, {code: police, key: 2}, {code: nobody, key: 4}, {code: skipped, key: 7}]
    at_most: 2
    save: tell
    then: agree
    tries: 2
    else: person
    no_reply: {after: 12h, then: close}
  agree:
    consent: agree
    purpose: referral
    recipient: women_union
    save: agreed
    then: safe
    refused: story
    tries: 2
    else: person
    no_reply: {after: 12h, then: close}
  safe: {call: trial_child, with: {via: via}, take: {hours: hours}, then: story, else: person}
  story:
    ask: story
    also: [{test: {key: "7"}, then: thanks}]
    expect: {any_text: {max: 300}}
    save: story
    then: thanks
    tries: 2
    else: person
    no_reply: {after: 12h, then: close}
  thanks: {say: thanks, then: pause}
  pause: {wait: {for: 3d}, then: check_in}
  check_in: {say: nudge, then: close}
  person: {handoff: {reason: asked, urgent: true}, say: person_soon, released: back_again}
  back_again: {say: nudge, then: close}
  broken: {handoff: {reason: error}, say: person_soon, released: close}
  close: {end: done}
"""
CHILD = """
schema: 1
flow: trial_child
purpose: protection
channels: [sms, ussd]
values:
  via: {kind: code, class: contact}
  hours: {kind: choice, class: contact}
takes: [via]
gives: [hours]
start: hours
on_error: give_up
steps:
  hours:
    menu: hours
    choices:
      - {code: morning, key: 1, then: keep}
      - {code: evening, key: 2, then: keep}
    save: hours
    tries: 1
    else: give_up
    no_reply: {after: 1h, then: give_up}
  keep: {do: [{set_contact: {safety: safe, hours: {value: hours}}}], then: close}
  give_up: {end: abandoned}
  close: {end: done}
"""
EN = """
danger: {text: "Is someone in danger?", retry: "Please answer by number."}
danger.now: "Now"
danger.later: {text: "Later"}
danger.hidden: "Hidden"
nudge: "Are you still there?"
age: "How old?"
place: {text: "Where?", ussd: "Place?"}
tell: "Whom may we tell?"
tell.women_union: "Women"
tell.police: "Officers"
tell.nobody: "Nobody"
agree: "May we tell them?"
story: "Anything to add?"
thanks: "Code {case_code} PIN {case_pin}."
person_soon: "A person comes."
"""
CHILD_EN = """
hours: {text: "When? We fight trafficking.", neutral: "When?"}
hours.morning: "Morning"
hours.evening: "Evening"
"""
LIBRARY = small_library({"trial": TRIAL, "trial_child": CHILD}, {"en/trial": EN, "en/trial_child": CHILD_EN})


def person(*texts: str, ussd: bool = False) -> Person:
    found = Person(LIBRARY, entry="trial", ussd=ussd)
    if ussd:
        found.dial()
        found.text(*texts)
    else:
        found.text("hello", *texts)
    return found

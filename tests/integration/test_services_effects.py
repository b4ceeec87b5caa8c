"""Effects: each has one service that applies it; courses, lists and survey answers are kept and can be asked for."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from gateway.assembly import content_root
from gateway.contacts.membership import COURSE, LIST
from gateway.content.running import RunningContent
from gateway.conversation.turn import Effect
from gateway.errors import Defect
from gateway.services.effects import complete
from tests.support.gateway_in_process import VILLAGER, House, open_house

# A course of this name, a list and a survey; the menu shows who is in.
CLUB = """schema: 1
flow: welcome
purpose: survey
channels: [sms]
values:
  q1: {kind: choice, class: answer}
  age: {kind: age, class: answer}
start: where
on_error: person
steps:
  where:
    choose:
      - {when: {field: contact.courses, is: return_trip}, then: member}
      - {when: {field: contact.lists, is: tips}, then: listed}
    else: q1
  q1: {menu: q1, choices: [{code: agency, key: 1, then: age}, {code: friend, key: 2, then: age}], save: q1, tries: 2,
    else: close, no_reply: {after: 1h, then: close}}
  age: {ask: age, expect: {age: {min: 5, max: 110}}, save: age, then: keep, tries: 2, else: close,
    no_reply: {after: 1h, then: close}}
  keep:
    do:
      - {save_answer: {survey: baseline, item: q1, value: q1}}
      - {save_answer: {survey: baseline, item: age, value: age}}
      - {enrol: {course: return_trip}}
      - {subscribe: {list: tips}}
    then: where
  member: {menu: member, choices: [{code: leave, key: 1, then: leave}, {code: stay, key: 2, then: close}], tries: 2,
    else: close, no_reply: {after: 1h, then: close}}
  leave: {do: [{unenrol: {course: return_trip}}], then: where}
  listed: {menu: listed, choices: [{code: leave, key: 1, then: unlist}, {code: stay, key: 2, then: close}], tries: 2,
    else: close, no_reply: {after: 1h, then: close}}
  unlist: {do: [{unsubscribe: {list: tips}}], then: bye}
  bye: {say: bye, then: close}
  person: {handoff: {reason: error}, released: close}
  close: {end: done}
"""
TEXTS = """q1: "Who checks an offer?"
q1.agency: Agency
q1.friend: Friend
age: "How old are you?"
member: "You are in."
member.leave: Leave
member.stay: Stay
listed: "You get tips."
listed.leave: Leave
listed.stay: Stay
bye: "Bye."
"""


@pytest.fixture(scope="module")
def club(tmp_path_factory: pytest.TempPathFactory) -> RunningContent:
    """Shipped content whose entry is the club's flow."""
    root = tmp_path_factory.mktemp("content")
    for folder in ("flows", "messages"):
        shutil.copytree(content_root() / folder, root / folder)
    (root / "flows" / "welcome.yaml").write_text(CLUB, "utf-8")
    for language in ("en", "lo"):
        texts = (root / "messages" / language / "welcome.yaml").read_text("utf-8")
        (root / "messages" / language / "welcome.yaml").write_text(texts + "\n" + TEXTS, "utf-8")
    return RunningContent(root)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path, club: RunningContent) -> Iterator[House]:
    copy = request.param == "postgresql"
    url = request.getfixturevalue("migrated_postgres")() if copy else None
    with open_house(tmp_path, database_url=url, content=club) as opened:
        opened.alpha.inline = True
        opened.introduce(opted_in=False)
        yield opened


def heard(house: House, *texts: str) -> str:
    """Let the villager text; return the first line that the last text brought."""
    answers = [house.hear(text) for text in texts]
    return answers[-1].texts[0].text.splitlines()[0]


def joined(house: House) -> list[str]:
    """Return the villager's courses, then her lists."""
    contact = house.contact()
    with house.reading() as work:
        return [*work.memberships.names(contact, COURSE), *work.memberships.names(contact, LIST)]


def test_a_gateway_with_an_effect_that_nobody_serves_does_not_start(house: House) -> None:
    servers = house.gateway.inbound.conversing.effects.servers
    assert set(servers) == set(get_args(Effect))
    for kind in get_args(Effect):
        without = {known: server for known, server in servers.items() if known is not kind}
        with pytest.raises(Defect, match=kind.__name__):
            complete(without)
        with pytest.raises(Defect, match=kind.__name__):
            complete(servers, {kind: servers[kind]})


def test_who_enrols_is_known_at_once_and_the_next_time(house: House) -> None:
    assert heard(house, "hello", "1", "31") == "You are in.", "a branch of the same turn"
    assert joined(house) == ["return_trip", "tips"]
    house.hear("2")
    assert heard(house, "hello") == "You are in.", "and of another conversation"
    assert heard(house, "1") == "You get tips.", "who leaves the course keeps the list"
    assert joined(house) == ["tips"]
    assert heard(house, "1") == "Bye."
    assert joined(house) == []


def test_leaving_one_list_is_no_stop_and_stop_leaves_everything(house: House) -> None:
    house.say_all("hello", "1", "31", "1", "1")
    with house.reading() as work:
        contact = work.people.get(house.contact())
    assert contact is not None and contact.opted_in and contact.opted_out_at is None
    house.say_all("hello", "1", "31")
    assert joined(house) == ["return_trip", "tips"]
    house.hear("STOP")
    assert joined(house) == []
    with house.reading() as work:
        contact = work.people.get(house.contact())
    assert contact is not None and contact.opted_out_at == house.clock.now()


def test_survey_answers_stand_under_no_name_and_what_was_typed_is_sealed(house: House) -> None:
    house.say_all("hello", "1", "I am 31")
    house.introduce("+8562055501002")
    house.say_all("hello", "2", "40", sender="+8562055501002")
    with house.reading() as work:
        answers = work.surveys.answers("baseline")
        assert work.surveys.tally("baseline") == {"q1": {"agency": 1, "friend": 1}}
    assert sorted((answer.item, answer.value, answer.telling) for answer in answers) == [
        ("age", "31", True),
        ("age", "40", True),
        ("q1", "agency", False),
        ("q1", "friend", False),
    ]
    assert len({answer.respondent for answer in answers}) == 2
    assert not {answer.respondent for answer in answers} & {house.contact(), VILLAGER}
    assert all(answer.language == "en" and len(answer.bundle) == 64 for answer in answers)

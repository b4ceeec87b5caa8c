"""Several running conversations of one phone: one is in front, the others wait with their timers kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.assembly import content_root
from gateway.content.running import RunningContent
from gateway.conversation.turn import StartFlow
from tests.support.gateway_in_process import VILLAGER, House, open_house

NEWS = """schema: 1
flow: news
purpose: campaign
channels: [sms]
expires: 2d
start: more
on_error: person
steps:
  more: {menu: more, choices: [{code: again, key: 1, then: quiz}, {code: enough, key: 2, then: thanks}], tries: 2,
    else: close, no_reply: {after: 2h, then: close}}
  quiz: {do: [{start_flow: {flow: quiz, reason: asked}}], then: thanks}
  thanks: {say: thanks, then: close}
  person: {handoff: {reason: error}, released: close}
  close: {end: done}
"""
QUIZ = """schema: 1
flow: quiz
purpose: survey
channels: [sms]
expires: 1d
start: q1
on_error: person
steps:
  q1: {menu: q1, choices: [{code: agree, key: 1, then: close}, {code: deny, key: 2, then: close}], tries: 2,
    else: close, no_reply: {after: 1h, then: close}}
  person: {handoff: {reason: error}, released: close}
  close: {end: done}
"""
TEXTS = {
    "news": "more: More?\nmore.again: Again\nmore.enough: Enough\nthanks: Fine.\n",
    "quiz": "q1: True?\nq1.agree: It is\nq1.deny: It is not\n",
}
SAFE: dict[str, Any] = {"safety": "safe", "contact_ok": "sms", "language": "en", "hours": (0, 24)}


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> RunningContent:
    """Shipped content and two flows more."""
    root = tmp_path_factory.mktemp("content")
    for folder in ("flows", "messages"):
        shutil.copytree(content_root() / folder, root / folder)
    for name, flow in (("news", NEWS), ("quiz", QUIZ)):
        (root / "flows" / f"{name}.yaml").write_text(flow, "utf-8")
        for language in ("en", "lo"):
            (root / "messages" / language / f"{name}.yaml").write_text(TEXTS[name], "utf-8")
    return RunningContent(root)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path, content: RunningContent) -> Iterator[House]:
    """Open a house on either database, with a phone that may be written to at noon."""
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url, content=content) as opened:
        opened.alpha.inline = True
        opened.introduce(**SAFE)
        yield opened


def queue(house: House, flow: str) -> None:
    """Let a flow stand ready for the villager's phone, and let the clock go round."""
    known = house.contact()
    with house.writing() as work:
        contact = work.people.lock_id(known)
        house.gateway.inbound.conversing.foreground.queue(
            work, contact, "alpha:sms", StartFlow(flow, "test"), house.clock.now()
        )
    later(house)


def later(house: House, **by: float) -> None:
    house.clock.forward(**by)
    house.gateway.duties.tick()
    house.deliver("replies")


def heard(house: House, text: str) -> list[str]:
    return [reply.text for reply in house.hear(text).texts]


def test_a_queued_flow_starts_by_itself_and_gets_the_replies(house: House) -> None:
    queue(house, "news")
    assert house.alpha.to(VILLAGER) == ["More?\n1 Again\n2 Enough"]
    assert heard(house, "2") == ["Fine."]


def test_it_pauses_information_and_gives_it_back_with_its_question(house: House) -> None:
    menu = heard(house, "hello")
    queue(house, "news")
    assert heard(house, "2") == ["Fine.", *menu], "news ends, the menu that waited asks again"
    assert heard(house, "1") and house.lines("in"), "and takes the reply"


def test_it_waits_behind_a_report_and_comes_when_that_has_ended(house: House) -> None:
    for text in ("HELP", "2", "1"):
        house.hear(text)
    queue(house, "news")
    assert not house.alpha.to(VILLAGER), "nothing pushes a report aside"
    assert heard(house, "2"), "the report goes on"
    house.hear("exit")
    later(house, minutes=11)
    assert house.alpha.to(VILLAGER)[-1] == "More?\n1 Again\n2 Enough"


def test_a_survey_waits_for_the_end_of_whatever_runs(house: House) -> None:
    house.hear("hello")
    queue(house, "quiz")
    later(house, minutes=11)
    assert not house.alpha.to(VILLAGER)
    house.hear("exit")
    later(house, minutes=11)
    assert house.alpha.to(VILLAGER) == ["True?\n1 It is\n2 It is not"]


def test_one_flow_may_ask_for_another(house: House) -> None:
    queue(house, "news")
    assert heard(house, "1") == ["Fine."]
    later(house)
    assert house.alpha.to(VILLAGER)[-1] == "True?\n1 It is\n2 It is not"


def test_what_is_paused_keeps_its_timer_until_it_is_in_front_again(house: House) -> None:
    queue(house, "news")
    queue(house, "news")
    assert len(house.alpha.to(VILLAGER)) == 2, "news gave way to newer news"
    later(house, minutes=119)
    assert heard(house, "2")[0] == "Fine."
    later(house, minutes=121)
    known = house.contact()
    with house.reading() as work:
        assert work.sessions.foreground(known, "alpha:sms") is None, "two hours of silence ended the first, too"
        assert work.sessions.paused(known, "alpha:sms") is None


def test_nobody_is_written_to_outside_the_hours_and_what_never_may_start_ends(house: House) -> None:
    house.introduce(**{**SAFE, "contact_ok": "none"})
    queue(house, "quiz")
    for _ in range(26):
        later(house, hours=1)
    house.introduce(**SAFE)
    later(house, hours=1)
    assert not house.alpha.to(VILLAGER), "its day is over"


def test_after_exit_what_was_paused_comes_back_without_a_word(house: House) -> None:
    menu = heard(house, "hello")
    queue(house, "news")
    assert heard(house, "exit") == []
    assert heard(house, "zzzz qqqq") == menu

"""People inside while versions come and go: kept, moved, called back; and every row says which version it was of."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy import text as sql

from gateway.content.running import RunningContent
from gateway.errors import Conflict
from gateway.wiring import wire
from tests.support.editions import APPROVER, AUTHOR, PublishingHouse, files_to_edit
from tests.support.gateway_in_process import DESK, House, open_house

PHONES = tuple(f"+85620555010{number:02}" for number in range(1, 6))
LATE = "+8562055501099"
REPORT = "flows/report.yaml"
WHO, DANGER = "Who is it about?", "Is someone in danger now?"


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PublishingHouse]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    with open_house(tmp_path / "home", database_url=url) as house:
        yield prepared(house, tmp_path)


@pytest.fixture
def press(tmp_path: Path) -> Iterator[PublishingHouse]:
    with open_house(tmp_path / "home") as house:
        yield prepared(house, tmp_path)


def prepared(house: House, folder: Path) -> PublishingHouse:
    house.alpha.inline = True
    for number in (*PHONES, LATE):
        house.introduce(number)
    return PublishingHouse(house, files_to_edit(folder / "content"))


def change_much(press: PublishingHouse) -> None:
    """Take a step out, rename one, add a language, and put other words everywhere a villager looks."""
    press.edit(REPORT, "  emergency: {say: emergency, then: after_emergency}\n", "")
    press.edit(REPORT, "then: emergency}", "then: after_emergency}")
    press.edit(REPORT, "\n  who:\n    menu: who", "\n  about:\n    menu: who")
    press.edit(REPORT, "else: who\n", "else: about\n")
    press.edit("messages/en/report.yaml", WHO, "Whom is it about?")
    (press.folder / "messages/hmn/help.yaml").write_text("menu: Pab?\n", "utf-8")


def test_open_conversations_end_on_their_own_version_and_new_ones_use_the_new(anywhere: PublishingHouse) -> None:
    press = anywhere
    for place, number in enumerate(PHONES):
        press.say(*("hello", "2", "1", "2", "2")[: place + 1], sender=number)
    before = {number: press.pinned_to(number) for number in PHONES}
    change_much(press)
    press.publish()
    assert WHO in press.say("2", sender=PHONES[2]), "the step she comes to is called so in her version only"
    press.say("ລາວ", "English", sender=PHONES[3])
    assert {number: press.pinned_to(number) for number in PHONES} == before
    assert "Whom is it about?" in press.say("hello", "2", "1", "2", sender=LATE)
    press.publishing.roll_back((), AUTHOR)
    assert WHO in press.say("menu", "2", "1", "2", sender=PHONES[0]), "begun anew after the rollback"
    press.house.clock.forward(minutes=5)
    assert "Under 18" in press.say("1", sender=LATE), "she finishes on the version that was taken back"
    assert not press.house.counted("bundles_missing")
    assert {line.state for line in press.house.lines("in")} == {"done"}


def test_a_withdrawn_version_is_left_by_everybody_and_silent_phones_hear_nothing(anywhere: PublishingHouse) -> None:
    press = anywhere
    for place, number in enumerate(PHONES):
        press.say(*("hello", "2", "1", "2", "2")[: place + 1], sender=number)
    change_much(press)
    edition = press.publish("withdraw")
    inside = {place.bundle for place in press.publishing.inside()}
    assert not inside & set(edition.parts.values()), "until the next thing happens, nothing is sent and nothing moves"
    sent = len(press.house.lines("out"))
    for number in PHONES[1:]:
        assert "person" in press.say("1", sender=number)
        assert press.pinned_to(number) in edition.parts.values()
    assert len(press.house.lines("out")) > sent
    press.house.clock.forward(hours=13)
    told = len(press.house.told(PHONES[0]))
    press.house.gateway.duties.silences.fire_timers()
    press.house.deliver("replies")
    assert len(press.house.told(PHONES[0])) == told, "a timer finds her inside, but nobody is written to"
    assert press.pinned_to(PHONES[0]) in edition.parts.values()


def test_a_rollback_can_call_back_who_met_the_bad_version(press: PublishingHouse) -> None:
    press.say("hello", sender=PHONES[0])
    good = press.pinned_to(PHONES[0])
    change_much(press)
    press.publish()
    press.say("hello", sender=PHONES[1])
    press.publishing.roll_back((), APPROVER, "withdraw")
    assert "Can you text now?" in press.say("2", sender=PHONES[0]), "hers was good, and is live again"
    assert "person" in press.say("2", sender=PHONES[1])
    assert press.pinned_to(PHONES[0]) == press.pinned_to(PHONES[1]) == good
    press.edit("messages/en/welcome.yaml", "Can you text now?", "Is it safe to text?")
    press.publish()
    assert DANGER in press.say("1", sender=PHONES[0]), "and nobody is called back from a version that was good"


def test_people_go_on_at_the_step_that_theirs_was_mapped_to(anywhere: PublishingHouse) -> None:
    press = anywhere
    press.say("hello", "2", "1", "2", sender=PHONES[0])
    press.say("hello", "2", "1", sender=PHONES[1])
    kept = press.pinned_to(PHONES[1])
    change_much(press)
    edition = press.publish("map", report__who="report.about")
    press.say("2", sender=PHONES[0])
    assert press.pinned_to(PHONES[0]) == edition.parts["welcome"]
    assert '"who": "family"' in press.house.case(press.house.case_codes()[-1]).answers
    press.say("2", sender=PHONES[1])
    assert press.pinned_to(PHONES[1]) == kept


@pytest.mark.parametrize(
    ("people", "steps"),
    [
        ("map", {}),
        ("keep", {"report__who": "report.about"}),
        ("map", {"report__who": "stop.leave"}),
        ("map", {"report__who": "report.what"}),
        ("map", {"report__nothing": "report.about"}),
    ],
)
def test_a_map_that_would_change_what_an_answer_means_is_refused(
    press: PublishingHouse, people: str, steps: dict[str, str]
) -> None:
    change_much(press)
    with pytest.raises(Conflict, match=r"People cannot be mapped|Steps are named"):
        press.propose(people, **steps)  # type: ignore[arg-type]  # one of the three words


def test_who_waits_where_is_counted_before_anything_goes_live(press: PublishingHouse) -> None:
    press.say("hello", "2", sender=PHONES[0])
    press.say("hello", "2", sender=PHONES[1])
    press.say("hello", sender=PHONES[2])
    assert {(place.flow, place.step): place.people for place in press.publishing.inside()} == {
        ("welcome", "text_now"): 2,
        ("welcome", "main"): 1,
    }


def test_every_message_and_answer_says_which_version_of_which_step_it_was_of(anywhere: PublishingHouse) -> None:
    press = anywhere
    press.say("hello", "2", "1", "1", sender=PHONES[0])
    press.house.pass_minutes(1)
    with press.house.store.reading() as work:
        run = work.tx.connection.execute
        out = run(sql("SELECT * FROM outbox WHERE channel = 'alpha' ORDER BY created_at, id")).all()
        answers = run(sql("SELECT * FROM inbound ORDER BY received_at, id")).all()
        stored = set(run(sql("SELECT hash FROM bundle")).scalars())
    replies = [row for row in out if row.kind == "reply"]
    assert {row.kind for row in out} == {"reply", "alert"} and press.house.alerts_to(DESK)
    assert all(row.bundle in stored and row.text_sha256 and row.language and row.content_id for row in out)
    assert {row.flow_step for row in replies} == {"welcome.main", "welcome.text_now", "report.danger", "report.who"}
    assert all(row.step is not None and row.bundle in stored for row in answers)
    first, *later = answers
    assert first.answered_step is None, "the first words answer nothing"
    assert {row.answered_step for row in later} == {"welcome.main", "welcome.text_now", "report.danger"}
    hashes = {row.text_sha256[:12] for row in replies}
    assert all(row.answered_bundle in stored and row.language == "en" and row.asked_sha256 in hashes for row in later)


def costs(press: PublishingHouse, content: RunningContent, moments: tuple[float, ...], ticks: list[float]) -> list[int]:
    """Return how many statements a first word costs at each moment, each of another phone, after some to warm up."""
    gateway = press.house.gateway
    press.house.gateway = wire(gateway.settings, gateway.outside, content, None, gateway.arrivals, press.house.meter)
    press.say("hello", "menu", "menu", sender=LATE)
    engines = (press.house.store._engines.writers, press.house.store._engines.readers)
    counted: list[int] = []
    for moment in moments:
        ticks[0] = moment
        number = f"+8562055501{100 + len(press.house.lines('in'))}"
        press.house.introduce(number)
        statements: list[object] = []

        def seen(*told: object, kept: list[object] = statements) -> None:
            kept.append(told)

        for engine in engines:
            event.listen(engine, "before_cursor_execute", seen)
        press.say("hello", sender=number)
        for engine in engines:
            event.remove(engine, "before_cursor_execute", seen)
        counted.append(len(statements))
    return counted


def test_a_usual_message_costs_no_statement_more_and_a_look_at_the_journal_one_a_second(press: PublishingHouse) -> None:
    ticks, moments = [0.0], (0.1, 0.5, 0.9, 1.1, 1.5)
    by_files = costs(press, RunningContent(press.folder), moments, ticks)
    ticks[0] = 0.0
    following = RunningContent(press.folder, store=press.house.store, ticks=lambda: ticks[0])
    by_journal = costs(press, following, moments, ticks)  # a look is two: a transaction begins, and one question
    assert [more - less for more, less in zip(by_journal, by_files, strict=True)] == [0, 0, 0, 2, 0]

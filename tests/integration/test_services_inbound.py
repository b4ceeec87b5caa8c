"""The one door in, on a real store: each message once, answered once, and a fault costs nobody else anything."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.ports.channel import Answer, SessionEnd
from gateway.ports.people import SessionRow, Timer
from tests.support.gateway_in_process import ALPHA, DISTRICT, VILLAGER, House, beside, open_house

REPORT = ("hello", "2", "1", "2", "2", "2", "5", "1", "Sanxay", "3", "1", "7")
"""A sister is not paid; not in danger, not a child; no contact wanted; the women's union may hear."""


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Open a house on either database."""
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        opened.alpha.inline = True
        opened.introduce()
        yield opened


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        opened.alpha.inline = True
        opened.introduce()
        yield opened


def words(answer: Answer) -> str:
    return "\n".join(text.text for text in answer.texts)


def told_code_and_pin(house: House) -> tuple[str, str]:
    answer = [house.hear(text) for text in REPORT][-1]
    said = words(answer).split()
    return said[said.index("Code") + 1], said[said.index("PIN") + 1].rstrip(".")


def break_session(house: House, number: str = VILLAGER) -> None:
    """Put a conversation into the store that the engine cannot read."""
    with house.writing() as work:
        contact = work.people.lock(number, house.clock.now())
        row = SessionRow(
            "broken",
            contact.id,
            f"{ALPHA}:sms",
            "welcome",
            "?",
            "?",
            "not a document",
            True,
            0,
            house.clock.now() + timedelta(days=1),
        )
        work.sessions.save(row)


def test_a_repeated_message_gets_the_same_bytes_and_changes_nothing(anywhere: House) -> None:
    first = anywhere.hear("hello", key="SM1")
    again = [anywhere.hear("hello", key="SM1") for _ in range(4)]
    assert first.texts and again == [first] * 4
    assert [line.direction for line in anywhere.lines()].count("in") == 1
    assert len(anywhere.lines("out")) == 1


def test_a_repeat_after_three_days_is_still_the_same_message(house: House) -> None:
    first = [house.hear(text, key=f"SM{place}") for place, text in enumerate(REPORT)]
    house.clock.forward(days=3)
    assert [house.hear(text, key=f"SM{place}") for place, text in enumerate(REPORT)] == first
    assert len(house.case_codes()) == 1


def test_the_same_message_from_two_doors_at_once_is_one(anywhere: House) -> None:
    anywhere.say_all("hello", "2", "1")
    answers: list[Answer] = []
    with beside(anywhere) as other:
        doors = [
            threading.Thread(target=lambda door=door: answers.append(door.hear("1", key="SM9")))
            for door in (anywhere, other)
            for _ in range(3)
        ]
        for door in doors:
            door.start()
        for door in doors:
            door.join()
    assert len(answers) == 6 and len(set(answers)) == 1
    assert len(anywhere.case_codes()) == 1


def test_two_messages_of_one_phone_at_once_get_two_answers(anywhere: House) -> None:
    answers: list[Answer] = []
    with beside(anywhere) as other:
        doors = [
            threading.Thread(target=lambda door=door, key=key: answers.append(door.hear("hello", key=key)))
            for door, key in ((anywhere, "SM1"), (other, "SM2"))
        ]
        for door in doors:
            door.start()
        for door in doors:
            door.join()
    assert len(answers) == 2 and all(answer.texts for answer in answers)
    assert {line.state for line in anywhere.lines("in")} == {"done"}


def test_another_text_under_a_known_key_gets_the_stored_reply_and_is_counted(house: House) -> None:
    first = house.hear("hello", key="SM1")
    assert house.hear("99", key="SM1") == first
    assert not house.case_codes()
    assert ("inbound", (("outcome", "repeated_other_body"),)) in house.meter.counters


def test_a_fault_in_a_conversation_keeps_the_message_and_says_so_in_one_line(anywhere: House) -> None:
    break_session(anywhere)
    answer = anywhere.hear("2", key="SM1")
    assert words(answer) == "Not understood. Reply with a number, or text: HELP"
    assert anywhere.hear("2", key="SM1") == answer
    assert [line.state for line in anywhere.lines("in")] == ["failed"]


def test_after_a_fault_the_next_text_begins_anew(house: House) -> None:
    break_session(house)
    house.hear("2")
    assert "What do you need" in words(house.hear("hello"))


def test_a_fault_of_one_phone_is_no_fault_of_another(house: House) -> None:
    break_session(house)
    house.introduce("+8562055501002")
    house.hear("2")
    assert "What do you need" in words(house.hear("hello", sender="+8562055501002"))
    assert sorted(line.state for line in house.lines("in")) == ["done", "failed"]


def test_a_timer_whose_conversation_fails_holds_up_no_other_timer(house: House) -> None:
    break_session(house)
    house.introduce("+8562055501002")
    house.hear("hello", sender="+8562055501002")
    with house.writing() as work:
        work.sessions.set_timers("broken", [Timer("first", "broken", "no_reply", 1, house.clock.now())])
    house.clock.forward(days=4)
    assert house.gateway.duties.silences.fire_timers() > 1
    assert house.counted("timers_failed") == 1
    assert house.gateway.duties.silences.fire_timers() == 0, "nothing stays due for ever"


@pytest.mark.parametrize(
    "sender",
    [
        "LaoTelecom",
        "1444",
        "",
        "\x00",
        "+856\x002055501001",
        "+979123456789",
        "+8562055501001;ext=1",
        "tel:+8562055501001",
        "x" * 5000,
        "+19005550100",
        "ລາວ",
    ],
)
def test_senders_that_are_no_phone_are_stored_and_never_answered(house: House, sender: str) -> None:
    answer = house.hear("99", sender=sender)
    assert answer == Answer()
    assert [line.state for line in house.lines("in")] == ["done"] and not house.lines("out")
    assert house.hear("99", sender=sender) == Answer(), "a second one of the same sender is no fault either"


def test_one_phone_however_the_network_writes_it_is_one_contact(house: House) -> None:
    house.hear("hello")
    for sender in ("8562055501001", "+856 20 5550 1001", "\u202a+8562055501001\u202c", "+໘໕໖໒໐໕໕໕໐໑໐໐໑"):
        house.hear("hello", sender=sender)
    with house.reading() as work:
        assert work.people.get(house.contact()) is not None
    assert (
        len(
            {
                message.contact_id
                for message in (house.row(line.id).message for line in house.lines("out") if line.kind == "reply")
            }
        )
        == 1
    )


def test_ten_parts_of_text_are_heard_as_one(house: House) -> None:
    house.say_all(*REPORT[:-1])
    house.hear("ນາງຖືກກັກຂັງ " * 120)
    with house.reading() as work:
        case = work.caseload.by_code(house.case_codes()[0])
        assert case is not None and [kind for _, kind, *_ in work.caseload.entries(case.id)] == ["story"]
    assert house.case(house.case_codes()[0]).level == "P0", "locked in: urgent words in the story"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\x00",
        "😀😀",
        "?",
        "\u200b",
        "a" * 5000,
        "'; DROP TABLE inbound; --",
        "{0.__class__}",
    ],
)
def test_whatever_is_typed_is_stored_and_answered(house: House, text: str) -> None:
    assert house.hear(text).texts
    assert [line.state for line in house.lines("in")] == ["done"]


def test_a_second_case_within_the_day_is_another_and_the_sixth_joins_the_fifth(house: House) -> None:
    for _ in range(7):
        house.say_all(*REPORT)
        house.clock.forward(minutes=20)
    fifth = house.case_codes()[0]
    assert len(house.case_codes()) == 5
    house.say_all(*REPORT[:3], "1")
    assert len(house.case_codes()) == 5 and house.case(fifth).level == "P0", "what is worse in it counts all the same"
    house.clock.forward(days=1)
    house.say_all(*REPORT)
    assert len(house.case_codes()) == 6


def test_five_wrong_pins_close_the_case_for_a_day_even_for_the_right_one(house: House) -> None:
    code, pin = told_code_and_pin(house)
    wrong = f"{(int(pin) + 1) % 10_000:04}"
    nothing = words(house.hear(f"{code} {wrong}"))
    for _ in range(4):
        assert words(house.hear(f"{code} {wrong}")) == nothing
    assert words(house.hear(f"{code} {pin}")) == nothing, "the sixth try tells nothing, right or wrong"
    house.clock.forward(days=1, minutes=1)
    assert words(house.hear(f"{code} {pin}")) != nothing


def test_somebody_elses_code_reads_like_a_code_that_never_was(house: House) -> None:
    code, _ = told_code_and_pin(house)
    house.introduce("+8562055501002")
    hers, nobodys = (words(house.hear(f"{typed} 0000", sender="+8562055501002")) for typed in (code, "412706"))
    assert hers == nobodys


def test_an_answer_on_a_channel_that_cannot_answer_at_once_waits_in_the_outbox(house: House) -> None:
    house.alpha.inline = False
    assert house.hear("hello") == Answer()
    assert [line.state for line in house.lines("out")] == ["queued"] and house.wakeup.woken == ["replies"]


def test_a_dropped_screen_keeps_the_answers_and_never_raises(house: House) -> None:
    for place, text in enumerate(("", "2", "1", "1")):
        house.hear(text, kind="ussd", session_id="s1", session_event="resume" if place else "begin")
    house.gateway.inbound.cut(SessionEnd(ALPHA, "s1", VILLAGER, "dropped"))
    house.gateway.inbound.cut(SessionEnd(ALPHA, "s2", "nobody", "dropped"))
    assert house.case(house.case_codes()[0]).level == "P0"


def test_stop_takes_back_what_waits_and_help_still_works(house: House) -> None:
    contact = house.introduce(opted_in=True, district=DISTRICT)
    waiting = house.queue("broadcast", campaign_id="c1")
    house.hear("STOP")
    states = {line.id: (line.state, line.reason) for line in house.lines("out")}
    assert states[waiting] == ("suppressed", "opted_out")
    with house.reading() as work:
        person = work.people.get(contact)
    assert person is not None and person.opted_out_at == house.clock.now()
    assert house.hear("HELP").texts


def test_the_providers_own_stop_is_ours_and_is_not_answered_twice(house: House) -> None:
    contact = house.introduce(opted_in=True)
    assert house.hear("unsubscribe", opt_out="stop") == Answer()
    with house.reading() as work:
        person = work.people.get(contact)
    assert person is not None and person.opted_out_at is not None

"""The simulated phones: each behaves as its last digits say, every time."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from gateway.channels.simulator import Simulator
from gateway.ports.channel import Answer, Inbound, Receipt, SendResult, SessionEnd
from tests.contracts.benches import NOON, SIMULATED, StillClock, answer, outgoing, simulator, simulator_request
from tests.doubles.phones import PhonesInMemory


@dataclass
class Stage:
    """A simulator with its phones, its clock and what overtook its own send."""

    phones: PhonesInMemory = field(default_factory=PhonesInMemory)
    clock: StillClock = field(default_factory=StillClock)
    early: list[Receipt] = field(default_factory=list)

    def simulator(self) -> Simulator:
        return Simulator(phones=self.phones, clock=self.clock, receive=self.early.append)

    def send(self, digits: str, times: int = 1) -> list[SendResult]:
        return [self.simulator().send(outgoing(number(digits))) for _ in range(times)]

    def words(self, after: int = 0) -> list[str]:
        return [receipt.status_word for receipt in self.phones.take_due_receipts(NOON + timedelta(seconds=after))]

    def copies(self, digits: str) -> int:
        return len(self.phones.inbox(number(digits)))


def number(digits: str) -> str:
    return "+8562000000" + digits


def outcomes(results: list[SendResult]) -> list[str]:
    return [result.outcome for result in results]


@pytest.mark.parametrize("digits", ["000", "001", "050", "079", "095"])
def test_an_ordinary_phone_gets_its_text_and_says_so(digits: str) -> None:
    stage = Stage()
    (result,) = stage.send(digits)
    (text,) = stage.phones.inbox(number(digits))
    assert (result.outcome, result.segments) == ("accepted", 1)
    assert (text.text, text.at, text.segments) == ("ສະບາຍດີ", NOON, 1)
    assert stage.words() == ["sent", "delivered"]


@pytest.mark.parametrize(
    ("digits", "outcome", "copies", "receipts"),
    [
        ("081", "accepted", 0, ["sent", "undelivered"]),
        ("082", "accepted", 0, ["sent", "expired"]),
        ("083", "permanent", 0, []),
        ("086", "ambiguous", 1, ["sent", "delivered"]),
        ("087", "ambiguous", 0, []),
        ("088", "broken", 0, []),
        ("090", "accepted", 1, ["delivered", "sent", "delivered", "accepted", "sent"]),
        ("091", "permanent", 0, []),
        ("092", "accepted", 1, []),
        ("094", "accepted", 1, ["sent", "delivered"]),
    ],
)
def test_each_phone_with_a_fault_has_its_own(digits: str, outcome: str, copies: int, receipts: list[str]) -> None:
    stage = Stage()
    assert outcomes(stage.send(digits)) == [outcome]
    assert stage.copies(digits) == copies
    assert stage.words() == receipts


def test_a_slow_phone_confirms_after_half_a_minute_and_a_late_one_after_its_failure() -> None:
    slow, late = Stage(), Stage()
    slow.send("080")
    late.send("093")
    assert (slow.words(), slow.words(after=29), slow.words(after=30)) == (["sent"], [], ["delivered"])
    assert (late.words(), late.words(after=60)) == (["undelivered"], ["delivered"])


def test_a_busy_phone_takes_the_third_attempt_of_every_text() -> None:
    stage = Stage()
    assert outcomes(stage.send("084", times=3)) == ["temporary", "temporary", "accepted"]
    assert outcomes([stage.simulator().send(outgoing(number("084"), message_id="another"))]) == ["temporary"]
    assert stage.phones.attempts(number("084")) == 4


def test_a_throttled_phone_asks_for_a_minute() -> None:
    first, second = Stage().send("085", times=2)
    assert (first.outcome, first.throttled, first.retry_after) == ("temporary", True, 60.0)
    assert second.outcome == "accepted"


def test_a_receipt_can_overtake_its_own_send() -> None:
    stage = Stage()
    stage.send("089")
    assert [receipt.state for receipt in stage.early] == ["sent", "delivered"]
    assert stage.words() == []


def test_receipts_carry_our_id_and_a_repeated_one_the_same_key() -> None:
    stage = Stage()
    (result,) = stage.send("090")
    receipts = stage.phones.take_due_receipts(NOON)
    assert {(receipt.message_id, receipt.provider_id) for receipt in receipts} == {
        (outgoing("").id, result.provider_id)
    }
    assert len({receipt.receipt_key for receipt in receipts}) == 3


def test_unsubscribed_and_dead_phones_are_told_apart() -> None:
    (gone,), (dead,) = Stage().send("091"), Stage().send("083")
    assert (gone.opted_out, dead.dead_number) == (True, True)


def test_looking_up_finds_a_text_that_arrived_though_its_answer_was_lost() -> None:
    stage = Stage()
    stage.send("086")
    stage.send("087")
    found = stage.simulator().look_up(outgoing(number("086")))
    assert found is not None
    assert found.outcome == "accepted"
    assert stage.simulator().look_up(outgoing(number("087"))) is None


def test_a_second_copy_is_seen_in_the_phone() -> None:
    stage = Stage()
    stage.send("086", times=2)
    assert stage.copies("086") == 2


# --- what the handset posts and gets back -----------------------------------------------------------------------


def read(simulated: Simulator, text: str, /, **fields: object) -> Inbound:
    (found,) = simulated.read(simulator_request(text, **fields))
    assert isinstance(found, Inbound)
    return found


def test_a_text_of_a_handset_is_read() -> None:
    found = read(simulator(), "ຊ່ວຍ", id="a1", invented=1)
    assert (found.sender, found.text, found.kind, found.recipient) == (SIMULATED, "ຊ່ວຍ", "sms", "0000")


def test_the_same_id_of_two_phones_is_two_messages() -> None:
    one, two = read(simulator(), "1", id="a"), read(simulator(), "1", id="a", **{"from": number("002")})
    assert one.dedupe_key != two.dedupe_key


def test_a_reply_is_shown_in_the_answer_and_kept_once_in_the_phone() -> None:
    stage = Stage()
    asked = simulator_request("ຊ່ວຍ", id="a1")
    bodies = {stage.simulator().answer(answer("ໜຶ່ງ", "ສອງ"), asked).body for _ in range(3)}
    (body,) = bodies
    assert json.loads(body) == {"id": "a1", "replies": ["ໜຶ່ງ", "ສອງ"], "ended": False}
    assert [text.text for text in stage.phones.inbox(SIMULATED)] == ["ໜຶ່ງ", "ສອງ"]


def test_a_screen_leaves_nothing_in_the_phone() -> None:
    stage = Stage()
    asked = simulator_request("*0000#", channel="ussd", session="s1")
    shown = json.loads(stage.simulator().answer(answer("ເມນູ", ends=True), asked).body)
    assert (shown["replies"], shown["ended"]) == (["ເມນູ"], True)
    assert stage.phones.inbox(SIMULATED) == ()


def test_a_session_begins_with_its_first_request_and_goes_on() -> None:
    channel = simulator()
    hops = [read(channel, text, channel="ussd", session="s1") for text in ("", "1", "", "*")]
    assert [hop.session_event for hop in hops] == ["begin", "resume", "resume", "resume"]
    assert [hop.text for hop in hops] == ["", "1", "", "*"]


@pytest.mark.parametrize("dialled", ["*0000#", "*1234*5#"])
def test_dialling_begins_again_also_without_a_session(dialled: str) -> None:
    channel = simulator()
    first, second = read(channel, dialled, channel="ussd"), read(channel, "1", channel="ussd")
    assert (first.session_event, first.text) == ("begin", "")
    assert (second.session_event, second.text) == ("resume", "1")


def test_one_phone_drops_its_session_after_the_second_screen() -> None:
    channel = simulator()
    fields = {"channel": "ussd", "session": "s1", "from": number("094")}
    read(channel, "", **fields)
    read(channel, "1", **fields)
    asked = simulator_request("2", **fields)
    assert channel.read(asked) == (SessionEnd("simulator", "s1", number("094"), "dropped"),)
    assert json.loads(channel.answer(Answer(), asked).body)["ended"] is True

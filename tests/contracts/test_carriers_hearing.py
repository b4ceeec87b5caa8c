"""Hearing what carriers hand over: texts in every alphabet they use, and receipts in every word they have."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from gateway.channels import africastalking, android, jasmin, kannel
from gateway.errors import ConfigurationError
from gateway.ports.channel import Answer, Channel, Ignored, Inbound, Receipt, Request
from gateway.text import gsm7
from tests.contracts import carrier_benches as bench
from tests.contracts.benches import OUR_ID, REAL

LAO = "ຊ່ວຍແດ່ 👋\nດ່ວນ\u200bຫຼາຍ"  # its UTF-16 holds 0x20, 0x0A and 0x0B bytes, which a careless reader takes for spaces


def text_of(channel: Channel, asked: Request) -> Inbound:
    (found,) = channel.read(asked)
    assert isinstance(found, Inbound)
    return found


def receipt_of(channel: Channel, asked: Request) -> Receipt:
    (found,) = channel.read(asked)
    assert isinstance(found, Receipt)
    return found


# --- Kannel -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", ["UTF-8", "UTF-16BE"])
def test_kannel_hands_over_lao_in_either_alphabet(charset: str) -> None:
    found = text_of(bench.kannel(), bench.kannel_text(LAO, charset=charset))
    assert (found.text, found.sender, found.recipient) == (LAO, REAL, "1234")
    assert found.dedupe_key == "unitel:1"


def test_kannel_may_put_the_text_into_the_body() -> None:
    fields = {"from": REAL, "to": "1234", "id": "1", "charset": "UTF-16BE", "smsc": "unitel"}
    asked = bench.kannel_request("inbound", {**fields}, LAO.encode("utf-16-be"))
    assert text_of(bench.kannel(), asked).text == LAO


def test_the_same_id_of_two_operators_is_two_texts() -> None:
    keys = {text_of(bench.kannel(), bench.kannel_text("1", smsc=smsc)).dedupe_key for smsc in ("unitel", "tplus")}
    assert len(keys) == 2


def test_a_broken_sign_costs_itself_and_never_the_text() -> None:
    asked = bench.kannel_request("inbound", {"text": b"help \xff\x00\x1bme", "id": "1", "smsc": "u", "from": REAL})
    assert text_of(bench.kannel(), asked).text == "help \ufffdme"


@pytest.mark.parametrize(("word", "state"), [*kannel.STATES.items(), ("32", None), ("x", None)])
def test_each_word_of_a_kannel_receipt(word: str, state: str | None) -> None:
    found = receipt_of(
        bench.kannel(), bench.kannel_request("status", {"m": OUR_ID, "st": word, "text": "", "smsc": "unitel"})
    )
    assert (found.message_id, found.provider_id, found.state, found.status_word) == (OUR_ID, None, state, word)


@pytest.mark.parametrize(
    ("said", "code", "dead"),
    [
        ("NACK/0x0000000b/Invalid Dest", "0x0000000b", True),
        ("NACK/011", "011", True),
        ("NACK/88", "88", False),
        ("NACK/0x00000058", "0x00000058", False),
        ("", None, False),
    ],
)
def test_a_rejection_keeps_the_carrier_s_code_and_knows_the_one_of_a_dead_number(
    said: str, code: str | None, dead: bool
) -> None:
    found = receipt_of(bench.kannel(), bench.kannel_request("status", {"m": OUR_ID, "st": "16", "text": said}))
    assert (found.code, found.dead_number) == (code, dead)


# --- Jasmin -----------------------------------------------------------------------------------------------------


def test_jasmin_s_bytes_win_over_its_letters() -> None:
    assert text_of(bench.jasmin(), bench.jasmin_text(LAO)).text == LAO
    narrow = bench.jasmin_text("x", coding="0", binary=gsm7.to_octets("Où? 5€ [ok]").hex(), content="O?? 5? ?ok?")
    assert text_of(bench.jasmin(), narrow).text == "Où? 5€ [ok]"


@pytest.mark.parametrize("binary", ["", "zz", "0"])
def test_without_bytes_jasmin_s_letters_must_do(binary: str) -> None:
    assert text_of(bench.jasmin(), bench.jasmin_text("help", binary=binary, content="help")).text == "help"


def test_jasmin_wants_to_hear_its_own_words() -> None:
    assert bench.jasmin().answer(Answer(), bench.jasmin_text("")).body == b"ACK/Jasmin"


@pytest.mark.parametrize(("word", "state"), [*jasmin.STATES.items(), ("ESME_RINVDSTADR", "rejected"), ("ODD", None)])
def test_each_word_of_a_jasmin_receipt(word: str, state: str | None) -> None:
    fields = {"id": "u-1", "level": "2", "message_status": word, "err": "000", "id_smsc": "7"}
    found = receipt_of(bench.jasmin(), bench.posted("jasmin", fields, "status", f"m={OUR_ID}"))
    assert (found.message_id, found.provider_id, found.state) == (OUR_ID, "u-1", state)


# --- Africa's Talking -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "state"), [*africastalking.STATES.items(), ("Odd", None)])
def test_each_word_of_an_africas_talking_receipt(word: str, state: str | None) -> None:
    fields = {"id": "ATXid_1", "status": word, "phoneNumber": REAL, "networkCode": "45701"}
    found = receipt_of(bench.africastalking_sms(), bench.posted("africastalking_sms", fields, "status"))
    assert (found.message_id, found.provider_id, found.state, found.opted_out) == (None, "ATXid_1", state, False)


@pytest.mark.parametrize(
    ("reason", "opted_out", "dead"),
    [("UserInBlackList", True, False), ("UserDoesNotExist", False, True), ("DeliveryFailure", False, False)],
)
def test_a_carrier_s_black_list_is_an_opt_out_and_a_phone_it_does_not_know_is_dead(
    reason: str, opted_out: bool, dead: bool
) -> None:
    fields = {"id": "ATXid_1", "status": "Failed", "phoneNumber": REAL, "failureReason": reason}
    found = receipt_of(bench.africastalking_sms(), bench.posted("africastalking_sms", fields, "status"))
    assert (found.opted_out, found.dead_number) == (opted_out, dead)


# --- Android ----------------------------------------------------------------------------------------------------


def test_two_equal_texts_of_a_phone_are_told_apart_by_their_time() -> None:
    first = bench.android_text("1", "hash")
    later = bench.android_text("1", "hash", receivedAt="2026-11-24T12:00:05.000+07:00")
    assert text_of(bench.android(), first).dedupe_key != text_of(bench.android(), later).dedupe_key


@pytest.mark.parametrize("event", android.EVENTS)
def test_each_event_of_a_phone_comes_home_by_our_id(event: str) -> None:
    asked = replace(bench.android_event(event, {"messageId": OUR_ID, "reason": "no service"}), purpose="status")
    found = receipt_of(bench.android(), asked)
    assert (found.message_id, found.state, found.code) == (OUR_ID, android.EVENTS[event], "no_service")


def test_a_reason_that_names_a_number_is_not_kept() -> None:
    asked = bench.android_event("sms:failed", {"messageId": OUR_ID, "reason": f"cannot reach {REAL}"})
    assert receipt_of(bench.android(), asked).code is None


def test_other_events_of_a_phone_are_let_be() -> None:
    assert bench.android().read(bench.android_event("system:ping", {})) == (Ignored("another event"),)


def test_a_signing_key_that_can_be_guessed_is_refused_at_start() -> None:
    with pytest.raises(ConfigurationError):
        bench.android(signing_key="12345678")


# --- all of them ------------------------------------------------------------------------------------------------

RECEIPTS: Mapping[str, tuple[Callable[[], Channel], Callable[[str], Request]]] = {
    "kannel": (bench.kannel, lambda word: bench.kannel_request("status", {"m": OUR_ID, "st": word, "text": ""})),
    "jasmin": (bench.jasmin, lambda word: bench.posted("jasmin", {"id": "1", "message_status": word}, "status")),
    "africastalking_sms": (
        bench.africastalking_sms,
        lambda word: bench.posted("africastalking_sms", {"id": "1", "status": word}, "status"),
    ),
}


@pytest.mark.parametrize("name", RECEIPTS)
def test_the_same_receipt_has_one_key_and_another_word_another(name: str) -> None:
    make, asked = RECEIPTS[name]
    first, again, other = (receipt_of(make(), asked(word)).receipt_key for word in ("1", "1", "2"))
    assert first == again != other

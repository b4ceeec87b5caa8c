"""USSD aggregators that send one input at a time: where a session is, what is a repeat, and how a screen goes back."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.channels.ussd_http.channel import UssdHttp
from gateway.channels.ussd_http.profiles import GENERIC, generic_profile
from gateway.errors import ConfigurationError
from gateway.ports.channel import Answer, Ignored, Inbound, Request, SessionEnd
from tests.contracts.benches import REAL, answer
from tests.contracts.ussd_benches import (
    HOLLATAGS,
    MOOLRE,
    hollatags,
    hubtel,
    infobip,
    nalo,
    posted_json,
    ussd_by,
)

Make = Callable[[str], Request]
STEPWISE: dict[str, tuple[Callable[[], UssdHttp], Request, Make]] = {
    "hubtel": (lambda: ussd_by("hubtel"), hubtel("*1234#", event="Initiation", sequence=1), hubtel),
    "infobip": (lambda: ussd_by("infobip"), infobip("*1234#", verb="start"), infobip),
    "nalo": (lambda: ussd_by("nalo"), nalo("*1234#", first=True), nalo),
    "generic": (lambda: ussd_by(GENERIC, HOLLATAGS), hollatags("*1234#", operation="begin"), hollatags),
}


def heard(channel: UssdHttp, asked: Request, after: float = 0) -> Inbound:
    (found,) = channel.read(replace(asked, received_at=asked.received_at + timedelta(seconds=after)))
    assert isinstance(found, Inbound)
    return found


def shown(channel: UssdHttp, reply: Answer, asked: Request) -> dict[str, object]:
    response = channel.answer(reply, asked)
    assert (response.status, response.content_type) == (200, "application/json")
    fields: dict[str, object] = json.loads(response.body)
    return fields


@pytest.mark.parametrize("name", STEPWISE)
def test_a_dial_begins_and_what_follows_goes_on(name: str) -> None:
    make, dial, typed = STEPWISE[name]
    channel = make()
    first, second = heard(channel, dial), heard(channel, typed("ບ້ານ*"), after=5)
    assert (first.session_event, first.text, first.session_id) == ("begin", "", "s1")
    assert (second.session_event, second.text) == ("resume", "ບ້ານ*")
    assert {first.sender, second.sender} <= {REAL, REAL[1:]}
    assert first.recipient == "*1234#"
    assert first.dedupe_key != second.dedupe_key


@pytest.mark.parametrize("name", ["infobip", "nalo", "generic"])
def test_the_same_input_within_three_seconds_is_a_repeat_and_later_an_answer(name: str) -> None:
    make, dial, typed = STEPWISE[name]
    channel = make()
    heard(channel, dial)
    first = heard(channel, typed("1"), after=10)
    assert heard(channel, typed("1"), after=12.5).dedupe_key == first.dedupe_key
    honest = heard(channel, typed("1"), after=14)
    assert honest.dedupe_key != first.dedupe_key
    assert honest.dedupe_strength == "weak"


def test_hubtel_numbers_its_requests_so_that_nobody_must_guess() -> None:
    channel = ussd_by("hubtel")
    first, again = heard(channel, hubtel("1", sequence=2)), heard(channel, hubtel("1", sequence=2), after=60)
    honest = heard(channel, hubtel("1", sequence=3), after=0.1)
    assert first.dedupe_key == again.dedupe_key != honest.dedupe_key
    assert first.dedupe_strength == "strong"


@pytest.mark.parametrize("name", STEPWISE)
def test_a_session_id_that_another_number_reuses_is_another_session(name: str) -> None:
    make, _, typed = STEPWISE[name]
    channel, mine = make(), typed("1")
    theirs = replace(mine, body=mine.body.replace(b"55501234", b"55509999"))
    assert heard(channel, mine).dedupe_key != heard(channel, theirs).dedupe_key


@pytest.mark.parametrize(
    ("channel", "asked", "reason"),
    [
        (ussd_by("hubtel"), hubtel("", event="Release"), "ended"),
        (ussd_by("hubtel"), hubtel("", event="Timeout"), "ended"),
        (ussd_by("infobip"), infobip("", verb="end", exitCode=510, reason="User left"), "user left"),
        (ussd_by(GENERIC, HOLLATAGS), hollatags("", operation="end"), "ended"),
    ],
)
def test_the_network_may_end_a_session(channel: UssdHttp, asked: Request, reason: str) -> None:
    (found,) = channel.read(asked)
    assert isinstance(found, SessionEnd)
    assert (found.session_id, found.reason) == ("s1", reason)


def test_each_aggregator_is_answered_in_its_own_fields() -> None:
    go_on, over = answer("1. ແມ່ນ"), answer("ຂອບໃຈ", ends=True)
    assert shown(ussd_by("hubtel"), go_on, hubtel("1")) == {"Type": "response", "Message": "1. ແມ່ນ", "ClientState": "x"}
    assert shown(ussd_by("hubtel"), over, hubtel("1"))["Type"] == "release"
    assert shown(ussd_by("infobip"), go_on, infobip("1")) == {
        "shouldClose": False,
        "ussdMenu": "1. ແມ່ນ",
        "responseExitCode": 200,
        "responseMessage": "",
    }
    assert shown(ussd_by("infobip"), over, infobip("1"))["shouldClose"] is True
    assert shown(ussd_by("nalo"), go_on, nalo("1")) == {
        "USERID": "s1",
        "MSISDN": REAL[1:],
        "USERDATA": "1",
        "MSG": "1. ແມ່ນ",
        "MSGTYPE": True,
    }
    assert shown(ussd_by("nalo"), over, nalo("1"))["MSGTYPE"] is False
    assert shown(ussd_by(GENERIC, HOLLATAGS), over, hollatags("1")) == {
        "session_id": "s1",
        "session_msg": "ຂອບໃຈ",
        "session_operation": "end",
        "session_type": 4,
    }
    moolre = posted_json(GENERIC, {"sessionId": "s1", "new": True, "msisdn": REAL, "message": ""})
    assert shown(ussd_by(GENERIC, MOOLRE), go_on, moolre) == {"message": "1. ແມ່ນ", "reply": True}


def test_infobip_may_ask_whether_a_session_lives() -> None:
    asked = replace(infobip("", verb="status"), method="GET", body=b"")
    channel = ussd_by("infobip")
    assert channel.read(asked) == (Ignored("a question whether the session lives"),)
    assert shown(channel, Answer(), asked)["sessionActive"] is True


def test_a_plain_generic_profile_has_two_beginnings() -> None:
    fields = {"session": "s", "phone": "p", "text": "t", "body": "form"}
    plain = ussd_by(GENERIC, generic_profile("x", fields, ("CON ", "END ")))
    asked = replace(hollatags("1"), body=b"s=1&p=%2B8562055501234&t=")
    assert plain.answer(answer("a", ends=True), asked).body == b"END a"
    assert heard(plain, asked).session_event == "begin"


@pytest.mark.parametrize(
    ("fields", "reply", "says"),
    [
        ({"session": "s", "phone": "p"}, ("m={text}",), "fields.text"),
        ({"session": "s", "phone": "p", "text": "t", "colour": "c"}, ("m={text}",), "fields.colour"),
        ({"session": "s", "phone": "p", "text": "t"}, (), "reply"),
        ({"session": "s", "phone": "p", "text": "t"}, ("one",), "reply"),
    ],
)
def test_a_generic_profile_that_cannot_work_is_refused_at_start(
    fields: dict[str, str], reply: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        generic_profile("own", fields, reply)
    assert says in str(refusal.value)

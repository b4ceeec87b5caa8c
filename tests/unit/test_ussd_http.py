"""A USSD session over HTTP, hop by hop: what was typed last, whose session it is, which screen goes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.ussd_http.channel import UssdHttp
from gateway.channels.ussd_http.cumulative import next_step
from gateway.errors import ConfigurationError
from gateway.ports.channel import Answer, Inbound, SessionEnd, Verdict
from gateway.ports.ussd_memory import UssdHop
from tests.contracts.benches import REAL, TOKEN, answer, ussd, ussd_end, ussd_request
from tests.doubles.phones import HopsInMemory

OTHER = "+8562055509999"


def hear(channel: UssdHttp, text: str, *, session: str = "s1", phone: str = REAL) -> Inbound:
    (found,) = channel.read(ussd_request(text, session=session, phone=phone))
    assert isinstance(found, Inbound)
    return found


def test_each_hop_is_what_was_typed_last() -> None:
    channel = ussd()
    hops = [hear(channel, text) for text in ("", "1", "1*ບ້ານ", "1*ບ້ານ*3")]
    assert [hop.text for hop in hops] == ["", "1", "ບ້ານ", "3"]
    assert [hop.session_event for hop in hops] == ["begin", "resume", "resume", "resume"]
    assert {(hop.sender, hop.recipient, hop.session_id) for hop in hops} == {(REAL, "*1234#", "s1")}


def test_a_typed_star_stays_in_the_text() -> None:
    channel = ussd()
    for text in ("", "1"):
        hear(channel, text)
    assert hear(channel, "1*a*b*").text == "a*b*"
    assert hear(channel, "1*a*b**9").text == "9"


def test_the_same_digit_twice_is_two_answers() -> None:
    channel = ussd()
    hops = [hear(channel, text) for text in ("", "1", "1*1")]
    assert hops[1].text == hops[2].text == "1"
    assert hops[1].dedupe_key != hops[2].dedupe_key


def test_a_repeated_hop_is_the_same_message() -> None:
    channel = ussd()
    for text in ("", "1", "1*2"):
        first = hear(channel, text)
        assert hear(channel, text) == first


def test_a_late_repeat_of_an_older_hop_keeps_its_key_and_disturbs_nothing() -> None:
    channel = ussd()
    old = [hear(channel, text).dedupe_key for text in ("", "1", "1*2")]
    assert [hear(channel, text).dedupe_key for text in ("", "1")] == old[:2]
    assert hear(channel, "1*2*3").text == "3"


def test_after_a_lost_hop_the_screen_is_shown_again_and_the_session_goes_on() -> None:
    channel = ussd()
    for text in ("", "1"):
        hear(channel, text)
    lost = hear(channel, "2*7")
    assert (lost.text, lost.session_event, lost.notes["lost_hop"]) == ("", "resume", "yes")
    assert hear(channel, "2*7*4").text == "4"


def test_a_session_whose_first_hop_never_came_begins_at_the_beginning() -> None:
    first = hear(ussd(), "1*2")
    assert (first.text, first.session_event) == ("", "begin")


def test_a_session_id_that_another_number_reuses_is_another_session() -> None:
    channel = ussd()
    mine = [hear(channel, text) for text in ("", "412706")]
    theirs = hear(channel, "", phone=OTHER)
    assert (theirs.session_event, theirs.sender) == ("begin", OTHER)
    assert theirs.dedupe_key not in {hop.dedupe_key for hop in mine}
    assert hear(channel, "412706*4711").text == "4711"


def test_what_was_typed_is_not_kept_and_its_digest_needs_the_token() -> None:
    memory = HopsInMemory()
    channel = UssdHttp(name="a", profile="africastalking", token=TOKEN, memory=memory)
    other = UssdHttp(name="a", profile="africastalking", token="another", memory=HopsInMemory())
    for text in ("", "412706", "412706*4711"):
        key = hear(channel, text).dedupe_key
    assert "4711" not in repr(memory)
    assert "4711" not in key
    assert hear(other, "412706*4711").dedupe_key != key


def test_an_unescaped_plus_sign_is_put_back() -> None:
    body = b"sessionId=s1&serviceCode=*1234%23&phoneNumber=+8562055501234&text="
    (found,) = ussd().read(ussd_request("", body=body))
    assert isinstance(found, Inbound)
    assert found.sender == REAL


def test_control_signs_are_not_typed() -> None:
    channel = ussd()
    hear(channel, "")
    assert hear(channel, "a\x00\x1bb").text == "ab"


def test_the_network_s_end_notice_ends_the_session() -> None:
    assert ussd().verify(ussd_end()) is Verdict.ACCEPTED
    (ended,) = ussd().read(ussd_end())
    assert ended == SessionEnd("africastalking", "ATUid_1", REAL, "incomplete")
    assert ussd().answer(Answer(), ussd_end()).status == 204


@pytest.mark.parametrize(
    ("reply", "bytes_"),
    [
        (answer("1. ແມ່ນ\n2. ບໍ່"), "CON 1. ແມ່ນ\n2. ບໍ່"),
        (answer("ຂອບໃຈ", ends=True), "END ຂອບໃຈ"),
        (answer("a", "b"), "CON a\nb"),
        (answer("a\x00\x1bb"), "CON ab"),
        (Answer(), "END "),
    ],
)
def test_a_screen_goes_on_or_is_the_last(reply: Answer, bytes_: str) -> None:
    rendered = ussd().answer(reply, ussd_request(""))
    assert rendered.body.decode() == bytes_
    assert rendered.content_type.startswith("text/plain")


def test_without_service_codes_any_code_is_ours() -> None:
    open_to_all = UssdHttp(name="africastalking", profile="africastalking", token=TOKEN, memory=HopsInMemory())
    assert open_to_all.verify(ussd_request("", serviceCode="*7#")) is Verdict.ACCEPTED


@pytest.mark.parametrize(("profile", "token"), [("nobody", TOKEN), ("africastalking", "")])
def test_an_unknown_profile_and_an_empty_token_are_refused_at_start(profile: str, token: str) -> None:
    with pytest.raises(ConfigurationError):
        UssdHttp(name="x", profile=profile, token=token, memory=HopsInMemory())


@given(st.lists(st.text("12*#ກາ ", min_size=1, max_size=8), max_size=8))
def test_whatever_is_typed_comes_back_hop_by_hop(inputs: list[str]) -> None:
    known: UssdHop | None = next_step("", None, str).keep
    for count, typed in enumerate(inputs, start=1):
        step = next_step("*".join(inputs[:count]), known, str)
        assert (step.typed, step.event, step.lost) == (typed, "resume", False)
        known = step.keep

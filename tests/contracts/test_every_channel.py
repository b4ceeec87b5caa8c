"""The promises that all channels share."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.errors import MalformedRequest
from gateway.ports.channel import Answer, Channel, Ignored, Inbound, Receipt, Request, SendResult, SessionEnd, Verdict
from tests.contracts.all_benches import BENCHES
from tests.contracts.benches import REAL, SIMULATED, Bench, answer, outgoing, request

SPOILT = [(name, case) for name, make in BENCHES.items() for case in make().spoilt]
MALFORMED = [(name, case) for name, make in BENCHES.items() for case in make().malformed]


def heard(channel: Channel, asked: Request) -> Inbound:
    (found,) = channel.read(asked)
    assert isinstance(found, Inbound)
    return found


def test_a_true_request_is_accepted_and_read(bench: Bench) -> None:
    asked = bench.inbound("", "1")
    assert bench.channel.verify(asked) is Verdict.ACCEPTED
    found = heard(bench.channel, asked)
    assert found.channel == bench.channel.name
    assert "+" + found.sender.removeprefix("+") in (REAL, SIMULATED)
    assert found.received_at == asked.received_at


@pytest.mark.parametrize(("name", "case"), SPOILT)
def test_a_spoilt_request_is_refused_and_never_an_error(name: str, case: str) -> None:
    bench = BENCHES[name]()
    assert bench.channel.verify(bench.spoilt[case]) is Verdict.REFUSED


@pytest.mark.parametrize(("name", "case"), MALFORMED)
def test_what_cannot_be_read_is_malformed_and_says_nothing_of_it(name: str, case: str) -> None:
    bench = BENCHES[name]()
    with pytest.raises(MalformedRequest) as refusal:
        bench.channel.read(bench.malformed[case])
    assert "856" not in str(refusal.value)


@pytest.mark.parametrize("name", BENCHES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.binary(max_size=300), st.dictionaries(st.sampled_from(["x-twilio-signature", "host"]), st.text()))
def test_any_bytes_give_a_verdict_and_records_or_malformed(name: str, body: bytes, headers: dict[str, str]) -> None:
    channel = BENCHES[name]().channel
    for purpose in ("inbound", "ussd", "status"):
        asked = request(purpose, f"/hooks/{name}/inbound", body, headers)
        assert isinstance(channel.verify(asked), Verdict)
        try:
            found = channel.read(asked)
        except MalformedRequest:
            continue
        assert all(isinstance(item, Inbound | Receipt | SessionEnd | Ignored) for item in found)


def test_a_repeated_request_reads_the_same_every_time(bench: Bench) -> None:
    asked = bench.inbound("1", "7")
    first, *later = [heard(bench.channel, asked) for _ in range(5)]
    assert all(repeat == first for repeat in later)


def test_two_requests_have_two_keys(bench: Bench) -> None:
    keys = {heard(bench.channel, bench.inbound("", key)).dedupe_key for key in ("1", "2", "3")}
    assert len(keys) == 3


def test_the_same_reply_is_the_same_bytes(bench: Bench) -> None:
    asked = bench.inbound("", "1")
    reply = answer("ສະບາຍດີ 👋 <&>\x00")
    assert bench.channel.answer(reply, asked) == bench.channel.answer(reply, asked)


def test_nothing_to_say_is_a_good_answer_too(bench: Bench) -> None:
    given_back = bench.channel.answer(Answer(), bench.inbound("", "1"))
    assert given_back.status == 200
    assert given_back.body


def test_a_real_channel_refuses_simulated_numbers_and_the_simulator_all_others(bench: Bench) -> None:
    foreign = REAL if bench.channel.name == "simulator" else SIMULATED
    assert bench.channel.send(outgoing(foreign)).outcome == "permanent"


def test_a_channel_that_sends_nothing_says_so(bench: Bench) -> None:
    result = bench.channel.send(outgoing("+8562000000092" if bench.channel.name == "simulator" else REAL))
    assert isinstance(result, SendResult)
    if not bench.channel.capabilities.sends:
        assert result.outcome == "permanent"


def test_names_and_texts_of_people_stay_out_of_results(bench: Bench) -> None:
    for number in (REAL, SIMULATED, "nonsense"):
        shown = repr(bench.channel.send(outgoing(number, "a secret story")))
        assert number not in shown
        assert "secret" not in shown


def test_secrets_stay_out_of_a_channel_s_own_words(bench: Bench) -> None:
    assert "token-of" not in repr(bench.channel)
    assert "3f1c9b6e" not in repr(bench.channel)

"""Sending through the provider's own client to a stand-in that remembers, and that breaks on request."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from gateway.channels.twilio.channel import Twilio
from gateway.channels.twilio.codes import MEANINGS
from gateway.ports.channel import Receipt, Request, Verdict
from tests.contracts.benches import NOON, OUR_ID, PUBLIC, REAL, StillClock, outgoing, twilio
from tests.doubles.twilio import API_KEY, TwilioDouble
from workers.__main__ import prepare


@pytest.fixture
def provider() -> Iterator[TwilioDouble]:
    with TwilioDouble(now=NOON.timestamp) as double:
        yield double


@pytest.fixture
def channel(provider: TwilioDouble) -> Twilio:
    return twilio(api_base_url=provider.url)


def test_a_text_is_taken_with_everything_we_promised(provider: TwilioDouble, channel: Twilio) -> None:
    result = channel.send(outgoing(REAL))
    (taken,) = provider.taken
    assert (result.outcome, result.provider_id, result.segments) == ("accepted", taken.sid, 1)
    assert taken.fields == {
        "To": REAL,
        "From": "+12025550123",
        "Body": "ສະບາຍດີ",
        "SmartEncoded": "false",
        "ValidityPeriod": "600",
        "StatusCallback": f"{PUBLIC}/hooks/twilio/status?m={OUR_ID}",
    }


def test_what_a_first_text_needs_is_loaded_and_nobody_is_spoken_to(provider: TwilioDouble, channel: Twilio) -> None:
    prepare(SimpleNamespace(channels={"twilio": channel}), "chores")  # type: ignore[arg-type]  # all that it looks at
    assert "_rest" not in vars(channel)
    prepare(SimpleNamespace(channels={"twilio": channel}), "alerts")  # type: ignore[arg-type]  # as above
    assert "_rest" in vars(channel) and not provider.taken


@pytest.mark.parametrize(("minutes", "validity"), [(-5, 60), (0, 60), (10, 600), (24 * 60, 36000)])
def test_the_provider_may_try_until_the_text_is_too_late(provider: TwilioDouble, minutes: int, validity: int) -> None:
    clock = StillClock(NOON + timedelta(minutes=10) - timedelta(minutes=minutes))
    twilio(api_base_url=provider.url, clock=clock).send(outgoing(REAL))
    assert provider.taken[0].fields["ValidityPeriod"] == str(validity)


def test_a_messaging_service_and_an_api_key_take_the_place_of_number_and_token(provider: TwilioDouble) -> None:
    with_service = twilio(api_base_url=provider.url, from_=None, messaging_service_sid="MG1", api_key=API_KEY)
    assert with_service.send(outgoing(REAL)).outcome == "accepted"
    assert "From" not in provider.taken[0].fields


@pytest.mark.parametrize("code", [code for code in MEANINGS if code > 999])
def test_each_code_of_the_table_has_its_outcome(provider: TwilioDouble, channel: Twilio, code: int) -> None:
    provider.break_next(str(code))
    result, meaning = channel.send(outgoing(REAL)), MEANINGS[code]
    assert (result.outcome, result.provider_code) == (meaning.outcome, str(code))
    assert (result.opted_out, result.dead_number, result.throttled) == (
        meaning.opted_out,
        meaning.dead_number,
        meaning.throttled,
    )
    assert "5501234" not in repr(result)


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("401", "broken"),
        ("403", "broken"),
        ("429", "temporary"),
        ("21999", "permanent"),
        ("404", "ambiguous"),
        ("500", "ambiguous"),
        ("503", "ambiguous"),
        ("redirect", "ambiguous"),
        ("garbage", "ambiguous"),
        ("no_sid", "ambiguous"),
        ("list", "ambiguous"),
        ("deep", "ambiguous"),
        ("drop", "ambiguous"),
        ("huge", "ambiguous"),
        ("accept_then_drop", "ambiguous"),
    ],
)
def test_each_fault_has_its_outcome_and_one_request(
    provider: TwilioDouble, channel: Twilio, fault: str, outcome: str
) -> None:
    provider.break_next(fault)
    assert channel.send(outgoing(REAL)).outcome == outcome
    assert len(provider.paths) == 1


@pytest.mark.parametrize("fault", ["hang", "drip", "drip_headers"])
def test_a_slow_answer_ends_with_the_deadline(provider: TwilioDouble, fault: str) -> None:
    provider.break_next(fault)
    assert twilio(api_base_url=provider.url, timeout=0.3).send(outgoing(REAL)).outcome == "ambiguous"


def test_how_long_to_wait_comes_from_the_provider(provider: TwilioDouble, channel: Twilio) -> None:
    provider.break_next("429")
    result = channel.send(outgoing(REAL))
    assert (result.retry_after, result.throttled) == (7.0, True)


def test_nothing_left_us_when_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"http://127.0.0.1:{port}", "http://name.invalid"):
        assert twilio(api_base_url=url).send(outgoing(REAL)).outcome == "temporary"


def test_nothing_left_us_when_the_other_side_speaks_no_tls(provider: TwilioDouble) -> None:
    secure = provider.url.replace("http:", "https:")
    assert twilio(api_base_url=secure).send(outgoing(REAL)).outcome == "temporary"
    assert provider.paths == []


def test_a_demo_sends_to_loopback_and_nowhere_else(provider: TwilioDouble) -> None:
    assert twilio(demo=True, api_base_url=provider.url).send(outgoing(REAL)).outcome == "accepted"
    for elsewhere in (None, "https://api.twilio.example", "http://127.0.0.1.nip.io", "http://10.0.0.1"):
        assert twilio(demo=True, api_base_url=elsewhere).send(outgoing(REAL)).provider_code == "demo"


def test_without_a_sender_the_channel_is_broken_and_says_so(provider: TwilioDouble) -> None:
    mute = twilio(api_base_url=provider.url, from_=None)
    assert not mute.capabilities.sends
    assert mute.send(outgoing(REAL)).outcome == "broken"


# --- looking up -------------------------------------------------------------------------------------------------


def test_a_text_whose_answer_was_lost_is_found_again(provider: TwilioDouble, channel: Twilio) -> None:
    provider.break_next("accept_then_drop")
    assert channel.send(outgoing(REAL)).outcome == "ambiguous"
    found = channel.look_up(outgoing(REAL))
    assert found is not None
    assert (found.outcome, found.provider_id) == ("accepted", provider.taken[0].sid)


def test_another_text_another_phone_and_another_hour_are_not_ours(provider: TwilioDouble, channel: Twilio) -> None:
    channel.send(outgoing(REAL))
    assert channel.look_up(outgoing(REAL, "another text")) is None
    assert channel.look_up(outgoing("+8562055500000")) is None
    for hours in (-1, 1):
        elsewhen = twilio(api_base_url=provider.url, clock=StillClock(NOON + timedelta(hours=hours)))
        assert elsewhen.look_up(outgoing(REAL)) is None


def test_a_text_that_failed_meanwhile_is_found_as_failed(provider: TwilioDouble, channel: Twilio) -> None:
    channel.send(outgoing(REAL))
    provider.callback(provider.taken[0], "failed", 30005)
    found = channel.look_up(outgoing(REAL))
    assert found is not None
    assert (found.outcome, found.dead_number) == ("permanent", True)


@pytest.mark.parametrize("fault", ["500", "429", "401", "garbage", "drop", "list", "huge"])
def test_a_look_up_that_fails_is_no_proof_of_absence(provider: TwilioDouble, channel: Twilio, fault: str) -> None:
    provider.break_next(fault)
    found = channel.look_up(outgoing(REAL))
    assert found is not None
    assert found.outcome == "ambiguous"


@pytest.mark.parametrize(
    ("fault", "outcome"), [(None, "accepted"), ("401", "broken"), ("500", "ambiguous"), ("drop", "ambiguous")]
)
def test_the_provider_can_be_asked_whether_it_knows_us(
    provider: TwilioDouble, channel: Twilio, fault: str | None, outcome: str
) -> None:
    if fault:
        provider.break_next(fault)
    assert channel.probe().outcome == outcome


# --- the whole round --------------------------------------------------------------------------------------------


def test_the_callback_of_a_sent_text_comes_home_signed(provider: TwilioDouble, channel: Twilio) -> None:
    channel.send(outgoing(REAL))
    made = provider.callback(provider.taken[0], "undelivered", 30003)
    path, _, query = made.url.removeprefix(PUBLIC).partition("?")
    asked = Request("POST", path, query, made.headers, made.body, NOON, "status")
    assert channel.verify(asked) is Verdict.ACCEPTED
    (receipt,) = channel.read(asked)
    assert isinstance(receipt, Receipt)
    assert (receipt.message_id, receipt.state, receipt.code) == (OUR_ID, "undelivered", "30003")


@pytest.mark.slow
def test_the_environment_cannot_move_the_provider_and_only_senders_pay_for_its_client(provider: TwilioDouble) -> None:
    program = (
        "import sys\n"
        "from tests.contracts.benches import REAL, outgoing, twilio\n"
        f"channel = twilio(api_base_url={provider.url!r})\n"
        "assert 'twilio.rest' not in sys.modules\n"
        "assert channel.send(outgoing(REAL)).outcome == 'accepted'\n"
    )
    moved = {"TWILIO_REGION": "ie1", "TWILIO_EDGE": "dublin", "HTTP_PROXY": "http://127.0.0.1:9"}
    subprocess.run([sys.executable, "-c", program], check=True, env=os.environ | moved)
    assert len(provider.taken) == 1


@pytest.mark.slow
def test_alone_it_keeps_what_it_took_on_disk(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    alone = [sys.executable, "-m", "tests.doubles.twilio", "--port", "0", "--ledger", str(ledger)]
    with subprocess.Popen(alone, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        sent = twilio(api_base_url=f"http://127.0.0.1:{port}").send(outgoing(REAL))
        process.kill()
    (line,) = ledger.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["sid"] == sent.provider_id
    assert json.loads(line)["Body"] == "ສະບາຍດີ"

"""Sending over HTTP: each line of each provider's table, and every way a provider can misbehave."""

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from gateway.channels.africastalking import CODES
from gateway.channels.provider import Provider
from gateway.ports.channel import Channel, Probed
from tests.contracts.benches import NOON, OUR_ID, PUBLIC, REAL, TOKEN, outgoing
from tests.contracts.carrier_benches import africastalking_sms, android, far, jasmin, kannel
from tests.doubles.provider import Answer, ProviderDouble

LAO = "ສະບາຍດີ"


def recipients(code: int, provider_id: str = "ATXid_1") -> dict[str, object]:
    told = {"statusCode": code, "number": REAL, "status": "?", "cost": "KES 0.8", "messageId": provider_id}
    return {"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [told]}}


@dataclass(frozen=True)
class Line:
    """One line of a provider's table."""

    answer: Answer
    outcome: str
    provider_id: str | None = None


@dataclass(frozen=True)
class Sender:
    """A channel, its provider's good answer, and the table of the others."""

    make: Callable[[Provider], Channel]
    good: Line
    table: tuple[Line, ...]


SENDERS: Mapping[str, Sender] = {
    "kannel": Sender(
        kannel,
        Line((202, "0: Accepted for delivery"), "accepted"),
        (
            Line((202, "3: Queued for later delivery"), "accepted"),
            Line((403, "Authorization failed for sendsms"), "broken"),
            Line((202, "what?"), "ambiguous"),
            Line((200, "0: Accepted for delivery"), "ambiguous"),
            Line((400, "Sender missing"), "ambiguous"),
        ),
    ),
    "jasmin": Sender(
        jasmin,
        Line(
            (200, 'Success "07033084-5cfd-4812-90a4-e4d24ffb6e3d"'), "accepted", "07033084-5cfd-4812-90a4-e4d24ffb6e3d"
        ),
        (
            Line((200, "Success"), "ambiguous"),
            Line((400, 'Error "Mandatory arguments not found"'), "permanent"),
            Line((403, 'Error "Authentication failure"'), "broken"),
            Line((412, 'Error "No route found"'), "broken"),
            Line((404, "nothing here"), "ambiguous"),
        ),
    ),
    "africastalking_sms": Sender(
        africastalking_sms,
        Line((201, recipients(101)), "accepted", "ATXid_1"),
        (
            *(Line((201, recipients(code)), meaning.outcome) for code, meaning in CODES.items()),
            Line((201, recipients(999)), "ambiguous"),
            Line((201, recipients(101, "None")), "ambiguous"),
            Line((201, {"SMSMessageData": {"Message": "", "Recipients": []}}), "ambiguous"),
            Line((201, [1, 2]), "ambiguous"),
            Line((201, "<html>"), "ambiguous"),
            Line((401, "The supplied authentication is invalid"), "broken"),
            Line((400, "bad"), "permanent"),
        ),
    ),
    "android": Sender(
        android,
        Line((202, {"id": OUR_ID, "state": "Pending", "recipients": []}), "accepted", OUR_ID),
        (
            Line((200, {"id": OUR_ID, "state": "Sent"}), "accepted", OUR_ID),
            Line((409, {"message": "already there"}), "accepted", OUR_ID),
            Line((202, {"state": "Failed"}), "permanent"),
            Line((202, {"state": "Musing"}), "ambiguous"),
            Line((202, "<html>"), "ambiguous"),
            Line((202, [1]), "ambiguous"),
            Line((400, {"message": "no"}), "permanent"),
            Line((401, {}), "broken"),
        ),
    ),
}
LINES = [(name, line) for name, sender in SENDERS.items() for line in (sender.good, *sender.table)]


@pytest.fixture
def provider() -> Iterator[ProviderDouble]:
    with ProviderDouble() as double:
        yield double


@pytest.fixture(params=sorted(SENDERS))
def sender(request: pytest.FixtureRequest) -> Sender:
    return SENDERS[request.param]


@pytest.mark.parametrize(
    ("name", "line"), LINES, ids=lambda value: value if isinstance(value, str) else str(value.answer)[:50]
)
def test_each_line_of_a_table_has_its_outcome(provider: ProviderDouble, name: str, line: Line) -> None:
    provider.order(line.answer)
    result = SENDERS[name].make(far(provider.url)).send(outgoing(REAL))
    assert result.outcome == line.outcome
    assert line.provider_id in (None, result.provider_id)
    assert len(provider.asked) == 1, "one attempt is one request"
    assert "5501234" not in repr(result)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((429, "slow down"), "temporary"),
        ((500, "oops"), "ambiguous"),
        ((503, "<html>"), "ambiguous"),
        ((302, "elsewhere"), "ambiguous"),
        ((307, "elsewhere"), "ambiguous"),
        ("drop", "ambiguous"),
        ("huge", "ambiguous"),
    ],
)
def test_what_holds_for_every_provider(
    provider: ProviderDouble, sender: Sender, answer: Answer | str, outcome: str
) -> None:
    provider.order(answer)
    result = sender.make(far(provider.url)).send(outgoing(REAL))
    assert result.outcome == outcome
    assert len(provider.asked) == 1, "no redirect is followed, nothing is tried again"
    assert (result.throttled, result.retry_after) == ((True, 7.0) if outcome == "temporary" else (False, None))


@pytest.mark.parametrize("fault", ["hang", "drip", "drip_headers"])
def test_a_slow_answer_ends_with_the_deadline(provider: ProviderDouble, sender: Sender, fault: str) -> None:
    provider.order(fault)
    assert sender.make(far(provider.url, timeout=0.3)).send(outgoing(REAL)).outcome == "ambiguous"


def test_where_nobody_listens_nothing_has_left(sender: Sender) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}"
        assert sender.make(far(closed)).send(outgoing(REAL)).outcome == "temporary"


@pytest.mark.parametrize("number", ["+979123456789", "+881612345678", "+882161234567", "+808123456789"])
def test_no_channel_sends_to_a_number_at_a_premium(provider: ProviderDouble, sender: Sender, number: str) -> None:
    assert sender.make(far(provider.url)).send(outgoing(number)).outcome == "permanent"
    assert provider.asked == []


def test_a_demo_reaches_this_machine_only(provider: ProviderDouble, sender: Sender) -> None:
    provider.usual = sender.good.answer
    assert sender.make(far(provider.url, demo=True)).send(outgoing(REAL)).outcome == "accepted"
    refused = sender.make(far("http://192.0.2.1", demo=True)).send(outgoing(REAL))
    assert (refused.outcome, refused.provider_code) == ("permanent", "demo")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, "fine"), "accepted"),
        ((400, "no receiver"), "accepted"),
        ((404, "no such text"), "accepted"),
        ((401, "who are you"), "broken"),
        ((403, "who are you"), "broken"),
        ((503, "down"), "ambiguous"),
        ("drop", "ambiguous"),
    ],
)
def test_a_provider_can_be_asked_whether_it_knows_us(
    provider: ProviderDouble, sender: Sender, answer: Answer | str, outcome: str
) -> None:
    provider.order(answer)
    channel = sender.make(far(provider.url))
    assert isinstance(channel, Probed)
    assert channel.probe().outcome == outcome
    elsewhere = sender.make(far("http://192.0.2.1", demo=True))
    assert isinstance(elsewhere, Probed) and elsewhere.probe().provider_code == "demo"


# --- what leaves ------------------------------------------------------------------------------------------------


def test_kannel_is_told_alphabet_validity_and_where_receipts_go(provider: ProviderDouble) -> None:
    kannel(far(provider.url)).send(outgoing(REAL, LAO))
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("GET", "/cgi-bin/sendsms")
    assert asked.fields == {
        "username": "us",
        "password": "token-of-kannel",
        "from": "1234",
        "to": REAL,
        "coding": "2",
        "charset": "UTF-8",
        "text": LAO,
        "dlr-mask": "31",
        "dlr-url": f"{PUBLIC}/hooks/kannel/{TOKEN}/status?m={OUR_ID}&st=%d&text=%A&smsc=%F",
        "validity": "10",
        "smsc": "unitel",
    }
    kannel(far(provider.url)).send(outgoing(REAL, "Call 1 {now}"))
    assert (provider.asked[1].fields["coding"], provider.asked[1].fields["text"]) == ("0", "Call 1 {now}")


def test_a_kannel_that_cannot_recode_is_given_the_bytes(provider: ProviderDouble) -> None:
    kannel(far(provider.url), recode=False).send(outgoing(REAL, "ລາວ"))
    assert "charset=UTF-16BE&text=%0E%A5%0E%B2%0E%A7" in provider.asked[0].query


def test_jasmin_is_given_bytes_never_letters(provider: ProviderDouble) -> None:
    channel = jasmin(far(provider.url))
    channel.send(outgoing(REAL, "ລາວ"))
    channel.send(outgoing(REAL, "Où? 5€"))
    wide, narrow = (asked.fields for asked in provider.asked)
    assert (wide["coding"], bytes.fromhex(wide["hex-content"])) == ("8", "ລາວ".encode("utf-16-be"))
    assert (narrow["coding"], narrow["hex-content"]) == ("0", "4f063f20351b65")
    assert wide["dlr-url"] == f"{PUBLIC}/hooks/jasmin/{TOKEN}/status?m={OUR_ID}"
    assert "content" not in wide and provider.asked[0].query == "", "the password is not in the address"


def test_africas_talking_takes_its_key_as_a_header(provider: ProviderDouble) -> None:
    africastalking_sms(far(provider.url)).send(outgoing(REAL, LAO))
    (asked,) = provider.asked
    assert (asked.path, asked.headers["apikey"]) == ("/version1/messaging", "token-of-africastalking")
    assert asked.fields == {"username": "us", "to": REAL, "message": LAO, "enqueue": "1", "from": "1234"}


def test_a_phone_is_given_our_id_and_alerts_go_first(provider: ProviderDouble) -> None:
    android(far(provider.url), sim=2).send(outgoing(REAL, LAO))
    android(far(provider.url)).send(
        replace(outgoing(REAL, LAO), lane="broadcasts", not_after=NOON + timedelta(hours=9))
    )
    first, second = (json.loads(asked.body) for asked in provider.asked)
    assert first == {
        "id": OUR_ID,
        "phoneNumbers": [REAL],
        "textMessage": {"text": LAO},
        "withDeliveryReport": True,
        "ttl": 600,
        "priority": 100,
        "simNumber": 2,
    }
    assert (second["priority"], second["ttl"], "simNumber" in second) == (0, 9 * 3600, False)
    assert provider.asked[0].headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((200, {"state": "Delivered"}), "accepted"),
        ((200, {"state": "Failed"}), "permanent"),
        ((404, {}), None),
        ((401, {}), "ambiguous"),
        ((500, {}), "ambiguous"),
        ((200, "<html>"), "ambiguous"),
        ("drop", "ambiguous"),
    ],
)
def test_a_phone_can_be_asked_what_became_of_a_text(
    provider: ProviderDouble, answer: Answer | str, outcome: str | None
) -> None:
    provider.order(answer)
    found = android(far(provider.url)).look_up(outgoing(REAL))
    assert (found.outcome if found else None) == outcome
    assert provider.asked[0].path == f"/messages/{OUR_ID}"

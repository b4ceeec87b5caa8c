"""Our stand-in for Twilio, and what we ask and read, against the provider's own public description of its API."""

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from gateway.channels.twilio.codes import STATES
from gateway.channels.twilio.ledger import SETTLED
from tests.contracts.benches import NOON, REAL, outgoing, twilio, twilio_fields
from tests.doubles import twilio_description as provider_s
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN, Taken, TwilioDouble
from tests.doubles.twilio_faults import ANSWERS
from tests.doubles.twilio_resources import error

pytestmark = pytest.mark.needs("@twilio/cli-core")
PATH = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
SERVICE = "MG" + "0123456789abcdef" * 2
STATUSES = ("queued", "sent", "delivered", "undelivered", "failed", "received")
# What a webhook carries of a message; the description has no webhooks, but it has each of these values.
OF_A_WEBHOOK = {
    "MessageSid": "sid", "SmsSid": "sid", "SmsMessageSid": "sid", "AccountSid": "account_sid", "From": "from",
    "To": "to", "Body": "body", "NumMedia": "num_media", "NumSegments": "num_segments", "ApiVersion": "api_version",
    "MessageStatus": "status", "SmsStatus": "status", "ErrorCode": "error_code",
}  # fmt: skip


@pytest.fixture
def stand_in() -> Iterator[TwilioDouble]:
    with TwilioDouble(now=NOON.timestamp) as double:
        yield double


def asked(url: str, form: bytes | None = None, token: str = AUTH_TOKEN) -> tuple[int, Any]:
    """Ask the stand-in as any client would, and return its status and answer."""
    login = b64encode(f"{ACCOUNT_SID}:{token}".encode()).decode()
    request = urllib.request.Request(url, form, {"Authorization": f"Basic {login}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=15) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


@pytest.mark.parametrize("sender", ["+12025550123", SERVICE], ids=["number", "service"])
def test_a_text_that_was_taken_is_shown_as_described(stand_in: TwilioDouble, sender: str) -> None:
    chosen = {"from_": None, "messaging_service_sid": sender} if sender == SERVICE else {}
    assert twilio(api_base_url=stand_in.url, **chosen).send(outgoing(REAL)).outcome == "accepted"
    kind = "MessagingServiceSid" if sender == SERVICE else "From"
    form = f"To=%2B8562055501234&Body=a&{kind}={sender.replace('+', '%2B')}".encode()
    status, shown = asked(stand_in.url + PATH, form)
    assert status == 201 and provider_s.problems(shown, provider_s.answer_of(provider_s.MESSAGES, "post", "201")) == []


@pytest.mark.parametrize("status", STATUSES)
def test_a_text_and_a_list_of_texts_are_shown_as_described(stand_in: TwilioDouble, status: str) -> None:
    direction = "inbound" if status == "received" else "outbound-api"
    code = 30005 if status in ("undelivered", "failed") else None
    sids = [f"SM{number:032x}" for number in range(3)]
    stand_in.taken += [
        Taken(sid, REAL, "ສະບາຍດີ", "+12025550123", "", NOON.timestamp(), {}, status, code, direction) for sid in sids
    ]
    _, one = asked(f"{stand_in.url}{PATH.removesuffix('.json')}/{sids[0]}.json")
    assert provider_s.problems(one, provider_s.answer_of(provider_s.MESSAGE, "get", "200")) == []
    for page in range(2):
        _, listed = asked(f"{stand_in.url}{PATH}?PageSize=2&Page={page}")
        assert provider_s.problems(listed, provider_s.answer_of(provider_s.MESSAGES, "get", "200")) == []
        assert len(listed["messages"]) == 2 - page and bool(listed["next_page_uri"]) == (page == 0)


def test_the_client_follows_our_pages_to_the_end(stand_in: TwilioDouble) -> None:
    texts = 230  # the ledger asks for a hundred at a time
    stand_in.taken += [
        Taken(f"SM{number:032x}", "1234", f"text {number}", REAL, "", NOON.timestamp(), {}, "received", None, "inbound")
        for number in range(texts)
    ]
    heard = twilio(api_base_url=stand_in.url).received(NOON - timedelta(hours=1))
    assert [text.text for text in heard] == [f"text {number}" for number in range(texts)]
    assert len(stand_in.paths) == 3


def test_a_refusal_is_shown_as_described(stand_in: TwilioDouble) -> None:
    described = provider_s.answer_of(provider_s.ACCOUNT, "post", "409")  # of this API's refusals, one is described
    refused = [
        asked(stand_in.url + PATH, b"Body=a"),
        asked(stand_in.url + PATH, b"To=%2B8562055501234", token="wrong"),
        asked(f"{stand_in.url}{PATH.removesuffix('.json')}/SM{'0' * 32}.json"),
        *(answer for answer in ANSWERS.values() if isinstance(answer[1], dict) and "code" in answer[1]),
        (400, error(400, 21211, "words")),
    ]
    assert [status for status, _ in refused[:3]] == [400, 401, 404] and len(refused) > 7
    assert [flaw for _, shown in refused for flaw in provider_s.problems(shown, described)] == []
    assert all(shown["status"] == status for status, shown in refused)


def test_everything_we_ask_is_described(stand_in: TwilioDouble) -> None:
    channel = twilio(api_base_url=stand_in.url)
    channel.send(outgoing(REAL))
    channel.look_up(outgoing(REAL))
    channel.received(NOON - timedelta(hours=1))
    assert provider_s.of_form(stand_in.taken[0].fields, provider_s.fields_of(provider_s.MESSAGES, "post")) == []
    queries = [dict(parse_qsl(urlsplit(path).query)) for path in stand_in.paths if "?" in path]
    in_the_address = provider_s.fields_of(provider_s.MESSAGES, "get")
    assert len(queries) == 2
    assert [flaw for query in queries for flaw in provider_s.of_form(query, in_the_address)] == []


@pytest.mark.parametrize("code", [None, 30005])
def test_what_a_webhook_carries_has_the_shape_of_the_message(stand_in: TwilioDouble, code: int | None) -> None:
    twilio(api_base_url=stand_in.url).send(outgoing(REAL))
    called = stand_in.callback(stand_in.taken[0], "undelivered" if code else "delivered", code)
    for fields in (dict(parse_qsl(called.body.decode())), twilio_fields("ຊ່ວຍ", ToCountry="LA")):
        schemas = {name: provider_s.property_of_message(ours) for name, ours in OF_A_WEBHOOK.items()}
        flaws = provider_s.of_form({name: value for name, value in fields.items() if name in schemas}, schemas)
        assert flaws == [] and {"MessageSid", "AccountSid", "From", "To"} <= fields.keys()


def test_we_know_every_word_that_a_text_s_status_may_be() -> None:
    words = provider_s.message_words("status")
    incoming, of_groups = {"receiving", "received"}, {"partially_delivered"}
    assert words - STATES.keys() == incoming | of_groups, "a new word: say what it means (codes.STATES)"
    assert STATES.keys() <= words and words >= SETTLED


def test_a_deviation_would_be_seen(stand_in: TwilioDouble) -> None:
    twilio(api_base_url=stand_in.url).send(outgoing(REAL))
    schema = provider_s.answer_of(provider_s.MESSAGE, "get", "200")
    shown = stand_in.taken[0].shown()
    wrong: dict[str, object] = {
        "sid": "SM" + "x" * 32, "status": "teleported", "date_sent": "yesterday", "num_segments": 1, "extra": 1,
        "error_code": "30005", "direction": "out", "subresource_uris": [],
    }  # fmt: skip
    for name, value in wrong.items():
        assert len(provider_s.problems(shown | {name: value}, schema)) == 1, name
    assert provider_s.problems({name: shown[name] for name in shown if name != "uri"}, schema)
    assert provider_s.of_form({"Too": "x"}, provider_s.fields_of(provider_s.MESSAGES, "post")) == ["Too: not described"]

"""Twilio's webhooks: signed by its own SDK, read, answered in its own markup."""

import base64
from dataclasses import replace
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.channels.meanings import Meaning
from gateway.channels.twilio import twiml
from gateway.channels.twilio.codes import MEANINGS
from gateway.errors import ConfigurationError, MalformedRequest
from gateway.ports.channel import Answer, Inbound, Receipt, Verdict
from tests.contracts.benches import (
    NOON,
    OUR_ID,
    PUBLIC,
    REAL,
    SID,
    answer,
    twilio,
    twilio_fields,
    twilio_request,
)
from tests.doubles.twilio import ACCOUNT_SID

INBOUND, STATUS = "/hooks/twilio/inbound", "/hooks/twilio/status"
SHARED = {"k1": "a shared secret"}


def status_fields(word: str, code: str = "") -> dict[str, str]:
    fields = {"MessageSid": SID, "AccountSid": ACCOUNT_SID, "From": "+12025550123", "To": REAL, "MessageStatus": word}
    return {**fields, "ErrorCode": code} if code else fields


def read_text(**fields: str) -> Inbound:
    (found,) = twilio().read(twilio_request(twilio_fields(**fields)))
    assert isinstance(found, Inbound)
    return found


def read_receipt(word: str, code: str = "", query: str = f"m={OUR_ID}", token: str = "") -> Receipt:
    headers = {"i-twilio-idempotency-token": token} if token else {}
    asked = twilio_request(status_fields(word, code), path=STATUS, query=query, headers=headers)
    assert twilio().verify(asked) is Verdict.ACCEPTED
    (found,) = twilio().read(asked)
    assert isinstance(found, Receipt)
    return found


def test_a_text_keeps_what_we_need_and_drops_where_the_phone_is() -> None:
    found = read_text(Body="ຊ່ວຍ 👋", FromCity="VIENTIANE", NumMedia="2", Invented="x")
    assert (found.dedupe_key, found.provider_id) == (SID, SID)
    assert (found.sender, found.recipient, found.text) == (REAL, "+12025550123", "ຊ່ວຍ 👋")
    assert found.notes["media"] == "2"
    assert "VIENTIANE" not in repr(found)


@pytest.mark.parametrize(
    "sender",
    [
        "LaoTelecom",
        "1444",
        "",
        "unknown",
        "+85620\x0055501234",
        "tel:+8562055501234",
        "+8562055501234;ext=1",
        "\u200e+8562055501234",
        "+໘໕໖໒໐໕໕໕໐໑໒໓໔",
    ],
)
def test_strange_senders_are_handed_on_as_they_came(sender: str) -> None:
    assert read_text(From=sender).sender == sender


@pytest.mark.parametrize(("word", "meaning"), [("STOP", "stop"), ("START", "start"), ("HELP", "help"), ("ODD", None)])
def test_an_opt_out_that_the_provider_already_answered_is_marked(word: str, meaning: str | None) -> None:
    assert read_text(OptOutType=word).opt_out == meaning


def test_nul_and_escape_never_reach_the_database() -> None:
    assert read_text(Body="he\x00l\x1bp").text == "help"


@pytest.mark.parametrize(
    ("body", "read"),
    [
        (base64.b64encode("ຂ້ອຍຖືກບັງຄັບ".encode()).decode(), "ຂ້ອຍຖືກບັງຄັບ"),
        (base64.b64encode(b"\xff" * 30).decode(), None),
        ("help", None),
    ],
)
def test_base64_bodies_are_decoded_only_when_asked_and_sure(body: str, read: str | None) -> None:
    asked = twilio_request(twilio_fields(Body=body))
    (plain,), (decoded,) = twilio().read(asked), twilio(decode_base64=True).read(asked)
    assert isinstance(plain, Inbound) and isinstance(decoded, Inbound)
    assert plain.text == body
    assert decoded.text == (read or body)


def test_both_tokens_count_during_a_rotation_and_one_after_it() -> None:
    new = twilio_request(twilio_fields(), token="the-next-token")
    assert twilio().verify(new) is Verdict.ACCEPTED
    assert twilio(auth_tokens=("the-next-token",)).verify(new) is Verdict.ACCEPTED
    assert twilio(auth_tokens=("the-next-token",)).verify(twilio_request(twilio_fields())) is Verdict.REFUSED


def test_only_our_public_address_is_judged_whatever_host_the_request_names() -> None:
    forwarded = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}
    assert twilio().verify(twilio_request(twilio_fields(), headers=forwarded)) is Verdict.ACCEPTED


@pytest.mark.parametrize(
    ("settings", "verdict"),
    [
        ("key=k1,algorithm=HMAC_SHA256", Verdict.ACCEPTED),
        ("algorithm=HMAC_SHA256, key=k1", Verdict.ACCEPTED),
        ("key=k2,algorithm=HMAC_SHA256", Verdict.REFUSED),
        ("key=k1,algorithm=HMAC_SHA1", Verdict.REFUSED),
        ("key=k1", Verdict.REFUSED),
        ("", Verdict.REFUSED),
        ("key=k1,algorithm=MD5", Verdict.REFUSED),
    ],
)
def test_a_shared_key_signs_with_sha256_and_names_itself(settings: str, verdict: Verdict) -> None:
    asked = twilio_request(
        twilio_fields(),
        token=SHARED["k1"],
        algorithm="HMAC_SHA256",
        headers={"x-twilio-webhooks-signature-settings": settings},
    )
    assert twilio(shared_keys=SHARED).verify(asked) is verdict


def test_a_shared_key_does_not_sign_in_the_old_way() -> None:
    asked = twilio_request(
        twilio_fields(),
        token=SHARED["k1"],
        headers={"x-twilio-webhooks-signature-settings": "key=k1,algorithm=HMAC_SHA1"},
    )
    assert twilio(shared_keys=SHARED).verify(asked) is Verdict.REFUSED


def test_with_shared_keys_alone_an_old_signature_counts_no_more() -> None:
    alone = twilio(auth_tokens=(), shared_keys=SHARED, api_key=("SK1", "secret"))
    assert alone.verify(twilio_request(twilio_fields())) is Verdict.REFUSED
    assert alone.verify(twilio_request(twilio_fields(), token="")) is Verdict.REFUSED


@pytest.mark.parametrize(
    "pairs",
    [
        [("From", REAL), ("From", "+8562055509999")],
        [("From", "+8562055509999"), ("From", REAL)],
    ],
)
@pytest.mark.parametrize("signs", [dict, lambda pairs: dict(reversed(pairs))])
def test_a_repeated_field_is_malformed_however_it_was_signed(pairs: list[tuple[str, str]], signs: type) -> None:
    rest = [pair for pair in twilio_fields().items() if pair[0] != "From"]
    asked = twilio_request({**dict(rest), **signs(pairs)}, body=urlencode(rest + pairs).encode())
    assert twilio().verify(asked) is Verdict.ACCEPTED
    with pytest.raises(MalformedRequest):
        twilio().read(asked)


@pytest.mark.parametrize(
    "moved",
    [
        {"Body": "a", "From": f"+8562055509999From{REAL}"},
        {"Body": "a", "From": "+8562055509999", f"From{REAL}": ""},
        {"Body": "a", "From": "+8562055509999", "FromA": f"From{REAL}"},
        {"Body": "a", "From": "+8562055509999", "FromCity": f"From{REAL}"},
    ],
)
def test_a_text_cannot_become_another_sender_by_moving_the_borders(moved: dict[str, str]) -> None:
    rest = {name: value for name, value in twilio_fields().items() if name not in ("Body", "From")}
    text = "".join(name + value for name, value in moved.items()).removeprefix("Body").removesuffix(f"From{REAL}")
    true = twilio_request({**rest, "Body": text, "From": REAL})
    forged = replace(true, body=urlencode({**rest, **moved}).encode())
    assert twilio().verify(forged) is Verdict.ACCEPTED  # the signature alone does not tell
    with pytest.raises(MalformedRequest):
        twilio().read(forged)


# --- receipts ---------------------------------------------------------------------------------------------------


def test_a_receipt_names_our_text_by_the_address_we_gave() -> None:
    found = read_receipt("delivered")
    assert (found.message_id, found.provider_id, found.state, found.at) == (OUR_ID, SID, "delivered", NOON)


@pytest.mark.parametrize("query", ["", "m=", "m=%00", "m=" + "a" * 65, "other=1"])
def test_a_receipt_without_our_id_still_has_the_provider_s(query: str) -> None:
    found = read_receipt("sent", query=query)
    assert (found.message_id, found.provider_id) == (None, SID)


def test_an_unknown_word_is_kept_and_means_nothing_yet() -> None:
    found = read_receipt("teleported", code="abc")
    assert (found.status_word, found.state, found.code) == ("teleported", None, None)


@pytest.mark.parametrize(("code", "meaning"), sorted(MEANINGS.items()))
def test_what_a_code_says_of_the_phone_a_receipt_says_as_well(code: int, meaning: Meaning) -> None:
    found = read_receipt("undelivered", str(code))
    assert (found.opted_out, found.dead_number, found.alarm) == (meaning.opted_out, meaning.dead_number, meaning.alarm)
    assert not read_receipt("delivered").opted_out and not read_receipt("delivered").dead_number


def test_a_repeated_receipt_has_the_same_key_and_another_word_another() -> None:
    assert read_receipt("sent").receipt_key == read_receipt("sent").receipt_key
    assert read_receipt("sent", token="t1").receipt_key == read_receipt("sent", token="t1").receipt_key
    assert (
        len(
            {read_receipt(word, code).receipt_key for word, code in (("sent", ""), ("failed", ""), ("failed", "30005"))}
        )
        == 3
    )


def test_the_unsigned_token_cannot_name_the_receipt_of_another_text() -> None:
    assert read_receipt("sent", token="t").receipt_key != read_receipt("failed", token="t").receipt_key


def test_a_receipt_is_answered_with_no_content() -> None:
    asked = twilio_request(status_fields("sent"), path=STATUS)
    assert twilio().answer(Answer(), asked).status == 204


# --- answers ----------------------------------------------------------------------------------------------------


def test_a_reply_is_one_message_with_its_own_status_callback() -> None:
    rendered = twilio().answer(answer("ສະບາຍດີ <b> & 👋\x0b\x1b", "ສອງ"), twilio_request(twilio_fields()))
    assert rendered.content_type == "application/xml"
    first, second = ElementTree.fromstring(rendered.body)
    assert (first.tag, first.text) == ("Message", "ສະບາຍດີ <b> & 👋")
    assert first.get("statusCallback") == f"{PUBLIC}/hooks/twilio/status?m={OUR_ID[:-1]}0"
    assert second.text == "ສອງ"


def test_nothing_to_say_is_an_empty_response() -> None:
    root = ElementTree.fromstring(twilio().answer(Answer(), twilio_request(twilio_fields())).body)
    assert (root.tag, len(root), root.text) == ("Response", 0, None)


def test_an_account_that_answers_by_rest_answers_its_webhooks_empty() -> None:
    silent = twilio(replies_in_response=False)
    assert not silent.capabilities.replies_in_response
    assert len(ElementTree.fromstring(silent.answer(answer("ສະບາຍດີ"), twilio_request(twilio_fields())).body)) == 0


def test_a_very_long_reply_is_cut_between_syllables_and_numbered_in_its_callbacks() -> None:
    rendered = twilio().answer(answer("ເດືອນ" * 400), twilio_request(twilio_fields()))
    pieces = list(ElementTree.fromstring(rendered.body))
    assert "".join(str(piece.text) for piece in pieces) == "ເດືອນ" * 400
    assert [str(piece.get("statusCallback"))[-4:] for piece in pieces] == ["&p=1", "&p=2"]
    assert read_receipt("sent", query=f"m={OUR_ID}&p=2").part == 2


@given(st.text(max_size=300), st.integers(min_value=20, max_value=50))
def test_cutting_loses_nothing(text: str, longest: int) -> None:
    pieces = twiml.cut(text, longest)
    assert "".join(pieces) == text
    assert all(pieces)


@pytest.mark.parametrize(
    "base",
    [
        "https://user:pw@sms.example.org",
        "ftp://x",
        "sms.example.org",
        "https://",
        "https://a b",
        "https://evil.example\\@127.0.0.1",
        "https://x?y=1",
        "https://x:99999",
    ],
)
def test_a_public_address_that_libraries_read_differently_is_refused_at_start(base: str) -> None:
    with pytest.raises(ConfigurationError):
        twilio(public_base_url=base)


def test_an_empty_token_is_refused_at_start() -> None:
    for tokens in ((), ("",), ("good", "")):
        with pytest.raises(ConfigurationError):
            twilio(auth_tokens=tokens)


def test_a_path_in_the_public_address_is_part_of_what_is_signed() -> None:
    inside = twilio(public_base_url="https://example.org/sms/")
    asked = twilio_request(twilio_fields(), signed_url="https://example.org/sms/hooks/twilio/inbound")
    assert inside.verify(asked) is Verdict.ACCEPTED

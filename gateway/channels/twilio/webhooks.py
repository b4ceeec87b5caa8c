"""Reads Twilio's form webhooks: a text that came in, or a word about one that went out."""

import base64
import hashlib
import re
from typing import Final, Literal

from gateway.channels.forms import Form, read_form
from gateway.channels.twilio.codes import MEANINGS, STATES
from gateway.errors import MalformedRequest
from gateway.ports.channel import Inbound, Receipt, Request

OptOut = Literal["stop", "start", "help"]

SID: Final = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
_OUR_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,64}")
_CODE: Final = re.compile(r"\d{1,8}")
_BASE64: Final = re.compile(r"[0-9A-Za-z+/]{18,}={0,2}")
_FROM_FIELDS: Final = frozenset({"From", "FromCity", "FromState", "FromZip", "FromCountry"})
_OPT_OUTS: Final[dict[str, OptOut]] = {"STOP": "stop", "START": "start", "HELP": "help"}
_NOTES: Final = {"NumMedia": "media", "NumSegments": "segments", "MessagingServiceSid": "service"}
_LONGEST_SENDER: Final = 64


def read_webhook_form(request: Request) -> Form:
    """Read the body; Twilio never repeats a field, so a repeated one is malformed."""
    form = read_form(request.body)
    if form.repeated():
        raise MalformedRequest("repeated field")
    return form


def read_inbound(channel: str, request: Request, *, decode_base64: bool) -> Inbound:
    """Translate a signed text; places (FromCity and the like) are dropped here and media are only counted."""
    form = read_webhook_form(request)
    refuse_moved_borders(form)
    sid = _sid(form)
    body = form.need("Body")
    return Inbound(
        channel=channel,
        dedupe_key=sid,
        kind="sms",
        sender=_sender(form.need("From")),
        recipient=form.need("To"),
        text=_without_controls(_decoded(body) if decode_base64 else body),
        received_at=request.received_at,
        provider_id=sid,
        opt_out=_OPT_OUTS.get((form.get("OptOutType") or "").upper()),
        notes={ours: value for theirs, ours in _NOTES.items() if (value := form.get(theirs))},
    )


def read_status(channel: str, request: Request) -> Receipt:
    """Translate a status callback; our own id came along in the address."""
    form = read_webhook_form(request)
    sid, word, code = _sid(form), form.need("MessageStatus"), form.get("ErrorCode") or ""
    token = request.headers.get("i-twilio-idempotency-token", "")
    meaning = MEANINGS.get(int(code)) if _CODE.fullmatch(code) else None
    query = read_form(request.query)
    ours, part = query.get("m") or "", query.get("p") or ""
    return Receipt(
        channel=channel,
        message_id=ours if _OUR_ID.fullmatch(ours) else None,
        provider_id=sid,
        status_word=word[:40],
        state=STATES.get(word),
        code=code if _CODE.fullmatch(code) else None,
        # The token is not signed: hashed together with what is, it cannot name another text's receipt.
        receipt_key=hashlib.sha256("|".join((token, sid, word, code)).encode()).hexdigest()[:32],
        at=request.received_at,
        part=int(part) if re.fullmatch(r"[1-9]\d?", part) else None,
        opted_out=meaning is not None and meaning.opted_out,
        dead_number=meaning is not None and meaning.dead_number,
        alarm=meaning is not None and meaning.alarm,
    )


def refuse_moved_borders(form: Form) -> None:
    """Refuse a form whose field borders may have been moved under a true signature.

    The signed string joins names and values without a separator, so the text of a true message can be split into a
    new ``From``. The true ``From`` then lies inside another name or value, where it has no business.
    """
    for name, value in form.pairs:
        if name.startswith("From") and name not in _FROM_FIELDS:
            raise MalformedRequest("unknown sender field")
        if name != "Body" and "From" in value:
            raise MalformedRequest("a field inside a field")


def _sid(form: Form) -> str:
    sid = form.need("MessageSid")
    if not SID.fullmatch(sid):
        raise MalformedRequest("message id")
    return sid


def _sender(raw: str) -> str:
    """Let through every number, short code and sender name, even unreplyable ones; refuse what is none of them."""
    letters = raw.replace("\x00", "")
    if len(raw) > _LONGEST_SENDER or (letters.isalpha() and len(letters) < 3):
        raise MalformedRequest("sender")
    return raw


def _decoded(body: str) -> str:
    """Decode a body that some carriers hand over in base64: only pure base64 that holds UTF-8 text."""
    if len(body) < 20 or not _BASE64.fullmatch(body):
        return body
    try:
        return base64.b64decode(body, validate=True).decode()
    except ValueError:
        return body


def _without_controls(text: str) -> str:
    """Drop NUL, which no database keeps, and raw ESC, which would switch the alphabet on the way back."""
    return text.replace("\x00", "").replace("\x1b", "")

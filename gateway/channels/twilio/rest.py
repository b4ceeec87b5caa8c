"""Sends and looks up texts through the provider's own client. Importing it costs 0.1 s and 16 MiB: senders only."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Protocol

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from gateway.channels.meanings import OUR_FAULT, THROTTLED, UNSURE, as_result
from gateway.channels.twilio.codes import MEANINGS, meaning_of
from gateway.channels.twilio.transport import TooFast, Transport
from gateway.channels.twilio.webhooks import SID
from gateway.exchange import NO_VERDICT, NotReached
from gateway.ports.channel import OutboundMessage, SendResult

SHORTEST_VALIDITY, LONGEST_VALIDITY = 60, 36000  # seconds the provider may try
WINDOW: Final = timedelta(minutes=10)
NO_SUCH_TEXT: Final = "SM" + "0" * 32
NOT_FOUND: Final = "20404"
_PAGE: Final = 50
_FAILED: Final = frozenset({"failed", "undelivered", "canceled"})
# What the SDK and a strange answer can raise once bytes are under way; none of them says whether the text was taken.
STRANGE: Final = (*NO_VERDICT, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError)


class Shown(Protocol):
    """A message as the SDK shows it."""

    sid: str | None
    status: str | None
    error_code: int | None
    num_segments: str | None
    body: str | None
    direction: str | None
    date_sent: datetime | None
    date_created: datetime | None


class Rest:
    """One account's REST API; ``sender`` is either ``from_`` or ``messaging_service_sid`` with its value."""

    def __init__(
        self, *, account_sid: str, login: tuple[str, str], sender: Mapping[str, str], api_base_url: str, timeout: float
    ) -> None:
        self._client = client_of(account_sid, login, api_base_url, Transport(timeout))
        self._sender = dict(sender)

    def send(self, message: OutboundMessage, callback_url: str, validity: int) -> SendResult:
        """Make one attempt and judge it; ``validity`` in seconds. Nothing escapes."""
        try:
            taken = self._client.messages.create(
                to=message.to,
                body=message.text,
                status_callback=callback_url,
                validity_period=max(SHORTEST_VALIDITY, min(LONGEST_VALIDITY, validity)),
                smart_encoded=False,
                **self._sender,
            )
            return _taken(taken)
        except NotReached as error:
            return SendResult("temporary", detail=f"not reached: {error}")
        except TooFast as error:
            return as_result(THROTTLED, 429, retry_after=error.retry_after)
        except TwilioException as error:
            return _refused(error)
        except STRANGE as error:
            return SendResult("ambiguous", detail=type(error).__name__)

    def probe(self) -> SendResult:
        """Ask for a text that is not there: a list would not say why it was refused."""
        try:
            self._client.messages(NO_SUCH_TEXT).fetch()
            return SendResult("accepted", detail="answers")
        except NotReached as error:
            return SendResult("temporary", detail=f"not reached: {error}")
        except TwilioException as error:
            refused = _refused(error)
            return SendResult("accepted", detail="answers") if refused.provider_code == NOT_FOUND else refused
        except (TooFast, *STRANGE) as error:
            return SendResult("ambiguous", detail=type(error).__name__)

    def look_up(self, message: OutboundMessage, around: datetime) -> SendResult | None:
        """Find a text by number, body and time; None when there is none, ambiguous when nobody could be asked."""
        try:
            listed = self._client.messages.list(to=message.to, date_sent_after=around - WINDOW, limit=_PAGE)
            found = next((text for text in listed if _is_ours(text, message, around)), None)
            return None if found is None else _taken(found)
        except (NotReached, TooFast, TwilioException, *STRANGE) as error:
            return SendResult("ambiguous", detail=f"look-up: {type(error).__name__}")


def client_of(account_sid: str, login: tuple[str, str], api_base_url: str, transport: Transport) -> Client:
    """Return the SDK's client, bound to one address and one way of asking."""
    # An empty mapping would let TWILIO_REGION and TWILIO_EDGE move the host.
    client = Client(*login, account_sid, http_client=transport, environment={"TWILIO_REGION": ""})
    client.api.base_url = api_base_url
    return client


def _taken(text: Shown) -> SendResult:
    """Judge a message the provider showed us."""
    sid = str(text.sid or "")
    if not SID.fullmatch(sid):
        return SendResult("ambiguous", detail="an answer without a message id")
    if text.error_code and text.status in _FAILED:
        code = int(text.error_code)
        return as_result(MEANINGS.get(code, OUR_FAULT), code, provider_id=sid)
    return SendResult("accepted", provider_id=sid, segments=int(text.num_segments or 0) or None)


def _refused(error: TwilioException) -> SendResult:
    # The message of the exception quotes the number: only its status and code are read.
    status, code = getattr(error, "status", None), getattr(error, "code", None)
    if not isinstance(status, int):
        return as_result(UNSURE, None)
    number = code if isinstance(code, int) else status
    return as_result(meaning_of(status, number), number)


def _is_ours(text: Shown, message: OutboundMessage, around: datetime) -> bool:
    """Whether this is the attempt in question; a queued text has no date of sending yet."""
    when = text.date_sent or text.date_created
    near = isinstance(when, datetime) and abs(when - around) <= WINDOW
    return near and text.body == message.text and str(text.direction).startswith("outbound")

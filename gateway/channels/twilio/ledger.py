"""What Twilio keeps of us: texts that never reached our door, and words it need not keep. Imports the SDK's client."""

from collections.abc import Iterable
from datetime import datetime
from time import monotonic
from typing import Final, Protocol

from twilio.base.exceptions import TwilioException

from gateway.channels.twilio.rest import STRANGE, client_of
from gateway.channels.twilio.transport import TooFast, Transport
from gateway.channels.twilio.webhooks import SID
from gateway.errors import Unavailable
from gateway.exchange import NotReached
from gateway.ports.channel import Inbound

LONGEST_PAGE: Final = 2 * 1024 * 1024
PAGE: Final = 100
MOST: Final = 2_000  # texts a round
LONGEST_ROUND: Final = 10.0  # seconds of erasing: whoever does this has other duties
SETTLED: Final = frozenset({"received", "delivered", "read", "undelivered", "failed", "canceled"})
_TROUBLE: Final = (NotReached, TooFast, TwilioException, *STRANGE)


class Kept(Protocol):
    """A text as the SDK shows it."""

    sid: str | None
    from_: str | None
    to: str | None
    body: str | None
    status: str | None
    direction: str | None
    date_sent: datetime | None
    date_created: datetime | None


class TwilioLedger:
    """One account's texts (gateway.ports.channel.Ledger)."""

    def __init__(
        self, *, channel: str, account_sid: str, login: tuple[str, str], api_base_url: str, timeout: float
    ) -> None:
        self._channel = channel
        self._client = client_of(account_sid, login, api_base_url, Transport(timeout, LONGEST_PAGE))

    def received(self, since: datetime) -> tuple[Inbound, ...]:
        """Return the texts that the provider took for us since then, oldest first, each ``late``."""
        heard = (self._heard(text) for text in self._listed(since) if str(text.direction) == "inbound")
        return tuple(text for text in heard if text is not None)[::-1]

    def erase(self, since: datetime, before: datetime) -> int:
        """Erase at the provider the words of texts of that time that are settled; return how many."""
        ends, erased = monotonic() + LONGEST_ROUND, 0
        for text in self._listed(since):
            when = text.date_sent or text.date_created
            if not text.body or not text.sid or str(text.status) not in SETTLED or when is None or when > before:
                continue
            if monotonic() > ends:
                break  # the next round goes on
            try:
                self._client.messages(text.sid).update(body="")
            except _TROUBLE as error:
                raise Unavailable(f"erasing: {type(error).__name__}") from error
            erased += 1
        return erased

    def _listed(self, since: datetime) -> Iterable[Kept]:
        try:
            listed: list[Kept] = self._client.messages.list(date_sent_after=since, limit=MOST, page_size=PAGE)
        except _TROUBLE as error:
            raise Unavailable(f"listing: {type(error).__name__}") from error
        return listed

    def _heard(self, text: Kept) -> Inbound | None:
        """Read one listed text; one without words was erased by us, after it had been heard."""
        sid, when = str(text.sid), text.date_sent or text.date_created
        if not SID.fullmatch(sid) or not text.body or when is None:
            return None
        words = text.body.replace("\x00", "").replace("\x1b", "")
        return Inbound(
            self._channel, sid, "sms", text.from_ or "", text.to or "", words, when, provider_id=sid, late=True
        )

"""The far side of every channel that sends over HTTP: where a request may go, and what no answer means."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from gateway.channels.meanings import BROKEN, TAKEN, THROTTLED, UNSURE, as_result
from gateway.channels.origins import checked_origin, is_loopback
from gateway.exchange import DEADLINE, NO_VERDICT, Exchange, NotReached
from gateway.http_answer import Reply
from gateway.ports.channel import SendResult

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEMO = "demo"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Provider:
    """One provider's address; ``setting`` names it in errors. A ``demo`` speaks to this machine only."""

    setting: str
    url: str
    demo: bool = False
    timeout: float = DEADLINE
    exchange: Exchange = field(default_factory=Exchange, repr=False)

    def __post_init__(self) -> None:
        checked_origin(self.setting, self.url)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Reply | SendResult:
        """Ask once: a reply of 2xx or 4xx for the channel to judge, else the verdict that holds for every provider.

        Nothing left: temporary. Anything left and no clear answer (a redirect, 5xx, silence, a flood): ambiguous.
        """
        if self.demo and not is_loopback(self.url):
            return SendResult("permanent", provider_code=DEMO, detail="a demo speaks to a stand-in on loopback only")
        try:
            reply = self.exchange.ask(method, self.url.rstrip("/") + path, headers, body, self.timeout)
        except NotReached as error:
            return SendResult("temporary", detail=f"not reached: {error}")
        except NO_VERDICT as error:
            return SendResult("ambiguous", detail=type(error).__name__)
        if reply.status == 429:
            return as_result(THROTTLED, 429, retry_after=reply.retry_after)
        if reply.status >= 500 or not (200 <= reply.status < 300 or reply.status >= 400):
            return as_result(UNSURE, reply.status)
        return reply

    def probe(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> SendResult:
        """Ask something that changes nothing: any clear answer but a refusal of who we are is good."""
        reply = self.ask(method, path, headers, body)
        if isinstance(reply, SendResult):
            return reply
        return as_result(BROKEN if reply.status in (401, 403) else TAKEN, reply.status)


def form(fields: Mapping[str, str]) -> bytes:
    """Write a form as UTF-8."""
    return urlencode(fields).encode()


def basic(username: str, password: str) -> dict[str, str]:
    """Write credentials as a header."""
    return {"Authorization": "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()}

"""What Twilio's SDK calls instead of its own HTTP client, which bounds neither the answer nor the whole exchange."""

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

from twilio.http.response import Response

from gateway.exchange import LONGEST_ANSWER, Exchange


class TooFast(Exception):
    """The provider answered 429; ``retry_after`` is in seconds, if it said so."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("429")
        self.retry_after = retry_after


class Transport:
    """Passes the SDK's requests through one bounded exchange each."""

    def __init__(self, seconds: float, longest: int = LONGEST_ANSWER) -> None:
        self._exchange = Exchange(seconds, longest)

    def request(
        self,
        method: str,
        url: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Make one exchange; raises NotReached before a byte was sent and anything else after."""
        query = urlencode(params or {}, doseq=True)
        whole = url if not query else url + ("&" if "?" in url else "?") + query
        full = dict(headers or {})
        if auth is not None:
            full["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        body = urlencode(data, doseq=True).encode() if data else None
        reply = self._exchange.ask(method, whole, full, body, timeout)
        if reply.status == 429:
            raise TooFast(reply.retry_after)
        return Response(reply.status, reply.body.decode("utf-8", "replace"), reply.headers)

"""One bounded HTTP exchange for the provider's client: a total deadline, no redirect, at most 64 KiB of answer."""

import base64
import http.client
import io
import socket
import ssl
from collections.abc import Mapping
from time import monotonic
from typing import Any, Final, cast
from urllib.parse import SplitResult, urlencode, urlsplit

import certifi
from twilio.http.response import Response

LONGEST_ANSWER: Final = 64 * 1024
LONGEST_CONNECT: Final = 5.0  # seconds


class NotReached(Exception):
    """No byte of the request left us: the name, the connection or TLS failed."""


class AnswerTooLong(Exception):
    """More than 64 KiB came back."""


class TooFast(Exception):
    """The provider answered 429; ``retry_after`` is in seconds, if it said so."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__("429")
        self.retry_after = retry_after


class Transport:
    """What the SDK calls instead of its own HTTP client, which bounds neither the answer nor the whole exchange.

    Every exchange has a fresh connection: a kept one that died meanwhile would make a send that never left ambiguous.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._tls = ssl.create_default_context()
        self._tls.load_verify_locations(certifi.where())  # slim images carry no authorities

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
        ends = monotonic() + (timeout or self._seconds)
        parts = urlsplit(url)
        wire = self._connect(parts, ends)
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
            connection.sock = cast(socket.socket, _UntilDeadline(wire, ends))
            connection.request(method, _target(parts, params), _body(data), _headers(headers, auth, parts))
            answer = connection.getresponse()
            text = answer.read(LONGEST_ANSWER + 1)
            answer.close()
        finally:
            wire.close()
        if len(text) > LONGEST_ANSWER:
            raise AnswerTooLong
        if answer.status == 429:
            raise TooFast(_seconds(answer.getheader("Retry-After")))
        return Response(answer.status, text.decode("utf-8", "replace"), dict(answer.getheaders()))

    def _connect(self, parts: SplitResult, ends: float) -> socket.socket:
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        wire: socket.socket | None = None
        try:
            wire = socket.create_connection((host, port), timeout=min(LONGEST_CONNECT, _left(ends)))
            return self._tls.wrap_socket(wire, server_hostname=host) if secure else wire
        except (OSError, ValueError) as error:
            if wire is not None:
                wire.close()
            raise NotReached(type(error).__name__) from error


class _UntilDeadline:
    """A socket whose every call may only last until the exchange's end, so that slow dripping ends too."""

    def __init__(self, wire: socket.socket, ends: float) -> None:
        self._wire, self._ends = wire, ends

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(_left(self._ends))
        self._wire.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._wire, self._ends))

    def close(self) -> None:
        """Leave the closing to the exchange: the answer may not be read yet."""


class _Reader(io.RawIOBase):
    def __init__(self, wire: socket.socket, ends: float) -> None:
        self._wire, self._ends = wire, ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer; its type has a name from 3.12 on
        self._wire.settimeout(_left(self._ends))
        return self._wire.recv_into(buffer)


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("the exchange took too long")
    return left


def _target(parts: SplitResult, params: Mapping[str, object] | None) -> str:
    query = "&".join(part for part in (parts.query, urlencode(params or {}, doseq=True)) if part)
    return (parts.path or "/") + (f"?{query}" if query else "")


def _body(data: Mapping[str, object] | None) -> bytes | None:
    return urlencode(data, doseq=True).encode() if data else None


def _headers(headers: Mapping[str, str] | None, auth: tuple[str, str] | None, parts: SplitResult) -> dict[str, str]:
    # Compressed answers could swell past any bound; one exchange a connection needs no keep-alive.
    full = {**(headers or {}), "Host": parts.netloc, "Accept-Encoding": "identity", "Connection": "close"}
    if auth is not None:
        full["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
    return full


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdigit() and len(retry_after) < 7 else None

"""One bounded HTTP exchange with a provider or partner: a total deadline, no redirect, at most 64 KiB of answer.

Nothing of the environment is heeded: no proxy, no netrc. A library that pools connections would make a send on a kept
one that died meanwhile ambiguous, so every exchange has a fresh connection.
"""

import http.client
import io
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from time import monotonic
from typing import Any, Final, cast
from urllib.parse import SplitResult, urlsplit

import certifi

LONGEST_ANSWER: Final = 64 * 1024
LONGEST_CONNECT: Final = 3.0  # seconds
DEADLINE: Final = 10.0  # seconds


class NotReached(Exception):
    """No byte of the request left us: the name, the connection or TLS failed."""


class AnswerTooLong(Exception):
    """More came back than was to be read."""


# What a strange answer can raise once bytes are under way; none of them says whether the text was taken.
NO_VERDICT: Final = (AnswerTooLong, http.client.HTTPException, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def retry_after(self) -> float | None:
        """How long the other side asks us to wait, in seconds."""
        said = self.headers.get("retry-after", "")
        return float(said) if said.isascii() and said.isdigit() and len(said) < 7 else None


@dataclass(frozen=True)
class Exchange:
    """Asks one question and reads one answer of at most ``longest`` bytes within ``seconds``.

    ``public_only``: an address of an inner network is not spoken to, whatever name led there.
    """

    seconds: float = DEADLINE
    longest: int = LONGEST_ANSWER
    public_only: bool = False

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float | None = None,
    ) -> Reply:
        """Make one exchange; raises NotReached before a byte was sent and one of NO_VERDICT after."""
        ends = monotonic() + (seconds or self.seconds)
        parts = urlsplit(url)
        wire = self._connect(parts, ends)
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
            connection.sock = cast(socket.socket, _UntilDeadline(wire, ends))
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            # Compressed answers could swell past any bound; one exchange a connection needs no keep-alive.
            fixed = {"Host": parts.netloc, "Accept-Encoding": "identity", "Connection": "close"}
            connection.request(method, target, body, {**(headers or {}), **fixed})
            answer = connection.getresponse()
            text = answer.read(self.longest + 1)
            answer.close()
        finally:
            wire.close()
        if len(text) > self.longest:
            raise AnswerTooLong
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return public_trust()

    def _connect(self, parts: SplitResult, ends: float) -> socket.socket:
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        wire: socket.socket | None = None
        try:
            wire = socket.create_connection((host, port), timeout=min(LONGEST_CONNECT, _left(ends)))
            # Judged by where the socket really went: a name may resolve to another address a moment later.
            if self.public_only and not ip_address(wire.getpeername()[0]).is_global:
                raise ConnectionRefusedError("an address of an inner network")
            return self._tls.wrap_socket(wire, server_hostname=host) if secure else wire
        except (OSError, ValueError) as error:
            if wire is not None:
                wire.close()
            raise NotReached(type(error).__name__) from error


def public_trust() -> ssl.SSLContext:
    """Return what a client of the public web goes by: its authorities, and the name on the certificate."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())  # slim images carry no authorities
    return context


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

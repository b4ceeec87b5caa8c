"""One bounded HTTP exchange with a provider or partner: a total deadline, no redirect, at most 64 KiB of answer.

Nothing of the environment is heeded: no proxy, no netrc.
"""

import select
import socket
import ssl
import threading
import weakref
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from ipaddress import ip_address
from itertools import chain
from time import monotonic
from typing import Final
from urllib.parse import SplitResult, urlsplit

import certifi
import h11

from gateway.http_answer import AnswerTooLong, Reply, StrangeAnswer, Talk, question

LONGEST_ANSWER: Final = 64 * 1024
LONGEST_CONNECT: Final = 3.0  # seconds
DEADLINE: Final = 10.0  # seconds
KEPT: Final = 1.0
"""Seconds that a connection may lie idle and still be used again: shorter than any server's own patience.

A text sent over one that the other side is just closing would be in doubt, and such a broadcast is never sent again.
"""


class NotReached(Exception):
    """No byte of the request left us: the name, the connection or TLS failed."""


# What a strange answer can raise once bytes are under way; none of them says whether the text was taken.
NO_VERDICT: Final = (AnswerTooLong, StrangeAnswer, OSError, ValueError)


class _Line:
    """A connection to one server; no call on it outlasts the exchange's end, so slow dripping ends too."""

    def __init__(self, wire: socket.socket, kept: float) -> None:
        self._wire, self._kept, self._used_at = wire, kept, monotonic()
        self._talk, self.of_use = Talk(), False
        self._watch = select.poll()
        self._watch.register(wire, select.POLLIN)

    def exchange(self, head: h11.Request, body: bytes, longest: int, ends: float) -> Reply:
        """Write a question and read its answer."""
        self._wire.settimeout(_left(ends))
        self._wire.sendall(self._talk.ask(head, body))

        def receive(count: int) -> bytes:
            self._wire.settimeout(_left(ends))
            return self._wire.recv(count)

        reply = self._talk.answer(receive, longest)
        self._used_at, self.of_use = monotonic(), self._talk.may_go_on()
        return reply

    @property
    def fresh(self) -> bool:
        """Whether it has not been idle for long."""
        return monotonic() - self._used_at < self._kept

    @property
    def sound(self) -> bool:
        """Whether it may be used again: fresh, not hung up, and nothing came over it that nobody asked for."""
        unread = self._wire.pending() if isinstance(self._wire, ssl.SSLSocket) else 0
        return self.fresh and not unread and not self._watch.poll(0)

    def close(self) -> None:
        """Hang up."""
        self._wire.close()


_Server = tuple[str, str]
"""Scheme, and host with port."""


class _Lines:
    """Connections that were of use a moment ago, by server: the one used last first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free: defaultdict[_Server, deque[_Line]] = defaultdict(deque)
        weakref.finalize(self, _hang_up, self._free)

    def take(self, server: _Server) -> _Line | None:
        """Return a sound connection, if there is one; close those that are not."""
        while True:
            with self._lock:
                if not self._free[server]:
                    return None
                line = self._free[server].pop()
            if line.sound:
                return line
            line.close()

    def keep(self, server: _Server, line: _Line) -> None:
        """Offer a connection to the next exchange, and close those that nobody took."""
        with self._lock:
            free = self._free[server]
            while free and not free[0].fresh:
                free.popleft().close()
            free.append(line)


@dataclass(frozen=True)
class Exchange:
    """Asks one question and reads one answer of at most ``longest`` bytes within ``seconds``.

    ``public_only``: an address of an inner network is not spoken to, whatever name led there. ``kept``: seconds that a
    connection may be idle and used again.
    """

    seconds: float = DEADLINE
    longest: int = LONGEST_ANSWER
    public_only: bool = False
    kept: float = KEPT
    _lines: _Lines = field(default_factory=_Lines, init=False, repr=False, compare=False)

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
        head, server = _head(method, parts, headers or {}, body), (parts.scheme, parts.netloc)
        line = self._lines.take(server) or _Line(self._connect(parts, ends), self.kept)
        line.of_use = False
        try:
            return line.exchange(head, body or b"", self.longest, ends)
        finally:
            if line.of_use:
                self._lines.keep(server, line)
            else:
                line.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return public_trust()

    def _connect(self, parts: SplitResult, ends: float) -> socket.socket:
        secure = parts.scheme == "https"
        host, port = parts.hostname or "", parts.port or (443 if secure else 80)
        wire: socket.socket | None = None
        try:
            wire = socket.create_connection((host, port), timeout=min(LONGEST_CONNECT, _left(ends)))
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
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


def _head(method: str, parts: SplitResult, headers: Mapping[str, str], body: bytes | None) -> h11.Request:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    # Compressed answers could swell past any bound.
    fixed = {"Host": parts.netloc, "Accept-Encoding": "identity"}
    length = {} if body is None and method == "GET" else {"Content-Length": str(len(body or b""))}
    try:
        return question(method, target, {**headers, **fixed, **length})
    except ValueError as error:
        raise NotReached("what cannot be asked") from error


def _hang_up(free: Mapping[_Server, Iterable[_Line]]) -> None:
    """Close what nobody will use any more."""
    for line in chain.from_iterable(free.values()):
        line.close()


def _left(ends: float) -> float:
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError("the exchange took too long")
    return left

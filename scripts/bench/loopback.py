"""A bare keep-alive HTTP client and its worker threads, for loopback only: the load must not cost what it measures."""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue


@dataclass(frozen=True, slots=True)
class Post:
    """One request as bytes, sent not before ``at`` seconds after the start (0: as soon as a connection is free)."""

    data: bytes
    at: float = 0.0


@dataclass(slots=True)
class Outcome:
    """Latencies in seconds, counted from when each request was due; and how many answers were not 200."""

    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Return a latency in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


class Connection:
    """One keep-alive connection; ``exchange`` sends bytes and returns the status of the answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._rest = b""
        self._socket: socket.socket | None = None

    def exchange(self, data: bytes) -> int:
        """Send one request and read one answer with a Content-Length."""
        line = self._socket or self._open()
        line.sendall(data)
        while b"\r\n\r\n" not in self._rest:
            self._rest += self._more(line)
        head, _, body = self._rest.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        while len(body) < length:
            body += self._more(line)
        self._rest = body[length:]
        if b"connection: close" in lower:
            line.close()
            self._socket = None
        return int(head[9:12])

    def _open(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._rest = line, b""
        return line

    @staticmethod
    def _more(line: socket.socket) -> bytes:
        chunk = line.recv(65536)
        if not chunk:
            raise ConnectionError("closed before the answer was whole")
        return chunk


def drive(port: int, talks: Sequence[Sequence[Post]], connections: int) -> Outcome:
    """Play every talk (its posts one after another) over ``connections`` connections; return what came of it."""
    waiting: SimpleQueue[Sequence[Post]] = SimpleQueue()
    for talk in talks:
        waiting.put(talk)
    outcomes = [Outcome() for _ in range(connections)]
    began = time.monotonic()
    threads = [threading.Thread(target=_play, args=(port, waiting, outcome, began)) for outcome in outcomes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    whole = Outcome(seconds=time.monotonic() - began)
    for outcome in outcomes:
        whole.latencies += outcome.latencies
        whole.refused += outcome.refused
    return whole


def _play(port: int, waiting: SimpleQueue[Sequence[Post]], outcome: Outcome, began: float) -> None:
    connection = Connection(port)
    for post in _posts(waiting):
        due = began + post.at if post.at else time.monotonic()
        if (ahead := due - time.monotonic()) > 0:
            time.sleep(ahead)
        try:
            status = connection.exchange(post.data)
        except OSError:
            connection = Connection(port)
            status = 0
        outcome.latencies.append(time.monotonic() - due)
        outcome.refused += status != 200


def _posts(waiting: SimpleQueue[Sequence[Post]]) -> Iterator[Post]:
    while True:
        try:
            yield from waiting.get_nowait()
        except Empty:
            return

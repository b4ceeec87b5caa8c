"""A stand-in for any provider that is sent to over HTTP: remembers what it was asked, answers or breaks as told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

from tests.doubles.twilio_faults import STRANGE, Exchange

Answer = tuple[int, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def fields(self) -> dict[str, str]:
        """Return the query's and the form's fields."""
        raw = self.query or self.body.decode()
        return {name: values[0] for name, values in parse_qs(raw, keep_blank_values=True).items()}


@dataclass
class ProviderDouble:
    """One provider on loopback; ``usual`` is its answer unless another was ordered."""

    usual: Answer = (200, "ok")
    asked: list[Asked] = field(default_factory=list)
    _ordered: list[Answer | str] = field(default_factory=list)
    _closing: Event = field(default_factory=Event)

    def __enter__(self) -> "ProviderDouble":
        double = self

        class Bound(_Exchange):
            provider = double

        self._server = _Server(("127.0.0.1", 0), Bound)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def order(self, answer: Answer | str) -> None:
        """Answer the next request so: a status with a body, or a fault by its name (hang, drop, drip, huge, ...)."""
        self._ordered.append(answer)

    def next_answer(self) -> Answer | str:
        """Take what was ordered."""
        return self._ordered.pop(0) if self._ordered else self.usual

    def wait_for_end(self, seconds: float | None = None) -> bool:
        """Wait until the stand-in is closed."""
        return self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no trouble of ours."""


class _Exchange(Exchange):
    provider: ProviderDouble

    def _take(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.provider.asked.append(Asked(self.command, parts.path, parts.query, headers, body))
        answer = self.provider.next_answer()
        if isinstance(answer, str):
            fault: Callable[[Exchange, Callable[[float | None], bool]], None] = STRANGE[answer]
            fault(self, self.provider.wait_for_end)
            return
        status, shown = answer
        # An inner address that answers: whoever followed would be counted there, and believe what it says.
        moved = {"Location": f"{self.provider.url}/inside"} if 300 <= status < 400 else {}
        self.show(status, shown, {**moved, **({"Retry-After": "7"} if status == 429 else {})})

    do_GET = do_POST = do_PUT = _take

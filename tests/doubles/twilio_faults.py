"""How the stand-in for Twilio breaks an exchange: wrong answers, silence, dripping, floods."""

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler

from tests.doubles.twilio_resources import error

ANSWERS: Mapping[str, tuple[int, object]] = {
    "401": (401, error(401, 20003, "Authenticate")),
    "403": (403, error(403, 20006, "Forbidden")),
    "429": (429, error(429, 20429, "Too Many Requests")),
    "500": (500, error(500, 20500, "Internal Server Error")),
    "503": (503, "<html>down</html>"),
    "404": (404, "<html>nothing here</html>"),
    "garbage": (201, "<html>all is well</html>"),
    "no_sid": (201, {"status": "queued"}),
    "list": (201, [1, 2, 3]),
    "deep": (201, "[" * 30000),
    "redirect": (307, {}),
}
HEADERS: Mapping[str, Mapping[str, str]] = {"429": {"Retry-After": "7"}, "redirect": {"Location": "/elsewhere"}}
HUGE = 100 * 1024 * 1024

Wait = Callable[[float | None], bool]


class Exchange(BaseHTTPRequestHandler):
    """One exchange that can show a JSON answer."""

    def show(self, status: int, body: object, headers: Mapping[str, str] | None = None) -> None:
        """Answer with ``body``, as it is when it is a text, else as JSON."""
        shown = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        whole = {"Content-Type": "application/json", "Content-Length": str(len(shown)), **(headers or {})}
        for name, value in whole.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(shown)

    def log_message(self, format: str, *args: object) -> None:
        """Keep standard error for real trouble."""


def break_exchange(exchange: Exchange, fault: str, wait: Wait) -> None:
    """Answer with ``fault``: a name from the tables here, or a Twilio error code; ``wait`` ends with the stand-in."""
    if fault in ANSWERS:
        exchange.show(*ANSWERS[fault], HEADERS.get(fault))
    elif fault in STRANGE:
        STRANGE[fault](exchange, wait)
    else:
        exchange.show(400, error(400, int(fault), "about +8562055501234"))


def hang(_exchange: Exchange, wait: Wait) -> None:
    """Take the request and never answer."""
    wait(None)


def drop(_exchange: Exchange, _wait: Wait) -> None:
    """Take the request and hang up."""


def drip(exchange: Exchange, wait: Wait) -> None:
    """Answer one byte at a time, for ever."""
    exchange.wfile.write(b"HTTP/1.0 201 Created\r\nContent-Length: 5000\r\n\r\n")
    while not wait(0.02):
        exchange.wfile.write(b" ")


def drip_headers(exchange: Exchange, wait: Wait) -> None:
    """Never finish the status line."""
    while not wait(0.02):
        exchange.wfile.write(b"H")


def huge(exchange: Exchange, _wait: Wait) -> None:
    """Answer as if all were well, and then with 100 MB of nothing."""
    exchange.wfile.write(f"HTTP/1.0 201 Created\r\nContent-Length: {HUGE}\r\n\r\n".encode())
    exchange.wfile.write(json.dumps({"sid": "SM" + "0" * 32, "status": "queued"}).encode())
    for _ in range(HUGE // 65536):
        exchange.wfile.write(b" " * 65536)


STRANGE: Mapping[str, Callable[[Exchange, Wait], None]] = {
    "hang": hang,
    "drop": drop,
    "drip": drip,
    "drip_headers": drip_headers,
    "huge": huge,
}

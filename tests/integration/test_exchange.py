"""Connections that are used again: only fresh ones, only after a whole answer, never one that might be closing."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from gateway.exchange import Exchange, NotReached, _Line

LONG = 3600.0  # seconds: no test may last that long
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LAST = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
STRAY = OK + b"HTTP/1.1 403 No\r\n"


@contextmanager
def server(*talks: Sequence[bytes]) -> Iterator[tuple[str, list[list[bytes]]]]:
    """Answer on loopback: one connection a talk, one answer a request; yields the address and the requests of each."""
    heard: list[list[bytes]] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            for talk in talks:
                wire, _ = door.accept()
                heard.append([])
                with wire:
                    for answer in talk:
                        heard[-1].append(wire.recv(65536))
                        wire.sendall(answer)
                    wire.recv(1)  # until the other side hangs up

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}", heard
        thread.join(20)


def test_one_connection_carries_many_questions() -> None:
    with server([OK, OK, LAST]) as (url, heard):
        exchange = Exchange(kept=LONG)
        bodies = [exchange.ask("POST", f"{url}/x?a=1", {"X-One": "1"}, body).body for body in (b"a", b"bc", b"")]
    assert bodies == [b"ok"] * 3
    assert [len(talk) for talk in heard] == [3]
    host = url.removeprefix("http://")
    fixed = f"POST /x?a=1 HTTP/1.1\r\nHost: {host}\r\nX-One: 1\r\nAccept-Encoding: identity\r\n"
    assert heard[0][1] == f"{fixed}Content-Length: 2\r\n\r\nbc".encode()


@pytest.mark.parametrize("answer", [LAST, STRAY])
def test_a_connection_that_is_ended_or_says_too_much_is_not_used_again(answer: bytes) -> None:
    with server([answer], [LAST]) as (url, heard):
        exchange = Exchange(kept=LONG)
        assert [exchange.ask("GET", url).body for _ in range(2)] == [b"ok", b"ok"]
    assert [len(talk) for talk in heard] == [1, 1]


def test_a_connection_is_sound_while_it_is_fresh_and_silent() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        line = _Line(ours, LONG)
        assert line.sound and not _Line(ours, 0).sound
        theirs.send(b"?")
        assert line.fresh and not line.sound


def test_a_connection_that_was_hung_up_is_not_sound() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        theirs.close()
        assert not _Line(ours, LONG).sound


@pytest.mark.parametrize(("path", "value"), [("/a b", "x"), ("/a", "x\r\nX-Two: 2"), ("/ລາວ", "x")])
def test_what_cannot_be_asked_never_leaves(path: str, value: str) -> None:
    with server([LAST]) as (url, heard):
        exchange = Exchange()
        with pytest.raises(NotReached):
            exchange.ask("GET", url + path, {"X-One": value})
        assert exchange.ask("GET", url).status == 200
    assert [len(talk) for talk in heard] == [1]

"""Answers over HTTP, however they come in pieces: read to their end, bounded, and nothing taken for part of another."""

import http.client
import io
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.http_answer import AnswerTooLong, Reply, StrangeAnswer, Talk, question

MOST = 1000


def coming(*pieces: bytes) -> Callable[[int], bytes]:
    """Return what gives one piece after another, and then nothing."""
    left: Iterator[bytes] = iter(pieces)
    return lambda _most: next(left, b"")


def read(*pieces: bytes) -> tuple[Reply, bool]:
    """Return the answer to a question, and whether another may be asked over the same connection."""
    talk = Talk()
    talk.ask(question("GET", "/", {"Host": "here"}), b"")
    return talk.answer(coming(*pieces), MOST), talk.may_go_on()


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    """Return a whole answer: its length given, in chunks, or until the end of the connection."""
    body, status = draw(st.binary(max_size=300)), draw(st.sampled_from((200, 202, 204, 400, 429, 503)))
    names = draw(st.lists(st.sampled_from((b"X-One", b"Retry-After", b"connection")), unique=True))
    values = st.sampled_from((b"7", b"close", b"keep-alive", b"", b"a: b"))
    head = [b"HTTP/1.1 %d So" % status, *(b"%b: %b" % (name, draw(values)) for name in names)]
    framing = draw(st.sampled_from(("length", "chunks", "end")))
    if status == 204 or framing == "end":
        body = b"" if status == 204 else body
    elif framing == "length":
        head.append(b"Content-Length: %d" % len(body))
    else:
        head.append(b"Transfer-Encoding: chunked")
        at = draw(st.integers(0, len(body)))
        chunks = [chunk for chunk in (body[:at], body[at:]) if chunk]
        body = b"".join(b"%x;n=1\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nA: b\r\n\r\n"
    return b"\r\n".join(head) + b"\r\n\r\n" + body


class Wire:
    """A socket that has only this to say."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._raw)


@given(answers(), st.data())
def test_however_it_comes_in_pieces_it_reads_as_the_standard_library_reads_it(raw: bytes, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(raw)), max_size=6)))
    pieces = [raw[start:end] for start, end in zip((0, *cuts), (*cuts, len(raw)), strict=True) if start < end]
    reply, of_use = read(*pieces)
    known = http.client.HTTPResponse(cast(Any, Wire(raw)))
    known.begin()
    ends = known.chunked or known.length is not None
    assert (reply.status, reply.body) == (known.status, known.read())
    assert reply.headers == {name.lower(): value for name, value in known.getheaders()}
    assert of_use == (ends and not known.will_close)


@pytest.mark.parametrize(
    ("raw", "last"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", False),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Close\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n", True),
    ],
)
def test_a_connection_is_of_use_again_when_the_answer_ended_where_it_said(raw: bytes, last: bool) -> None:
    reply, of_use = read(raw)
    assert (reply.status, reply.body, of_use) == (200, b"ok", not last)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokay\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok",
        b"HTTP/1.1 200 OK\r\nno header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-One : 1\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
    ],
)
def test_what_is_no_whole_answer_is_none(raw: bytes) -> None:
    with pytest.raises(StrangeAnswer):
        read(raw)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 90000000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"HTTP/1.1 200 OK\r\nX-One: ",
        b"",
    ],
)
def test_nothing_is_read_without_end(head: bytes) -> None:
    given = 0

    def receive(most: int) -> bytes:
        nonlocal given
        given += 1
        return head if given == 1 and head else b"x" * min(most, 1000)

    talk = Talk()
    talk.ask(question("GET", "/", {"Host": "here"}), b"")
    with pytest.raises((AnswerTooLong, StrangeAnswer)):
        talk.answer(receive, MOST)
    assert given < 100, "a head may be long, a body no longer than was said"


@pytest.mark.parametrize(
    ("target", "value"), [("/a b", "x"), ("/a", "x\r\nX-Two: 2"), ("/ລາວ", "x"), ("/a\r\n", "x"), ("/a", "ລາວ")]
)
def test_no_value_begins_another_line(target: str, value: str) -> None:
    with pytest.raises(ValueError):
        question("GET", target, {"Host": "here", "X-One": value})

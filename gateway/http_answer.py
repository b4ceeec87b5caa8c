"""Reads one HTTP/1 answer from a connection: bounded, strict about where it ends, and whether more may follow it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

LONGEST_HEAD: Final = 64 * 1024
A_PIECE: Final = 64 * 1024
_LONGEST_LINE: Final = 1024  # of those between the pieces of a body
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_END_OF_LINE: Final = re.compile(rb"\r?\n")
_STATUS: Final = re.compile(r"HTTP/1\.(\d) ([1-5]\d\d)(?: .*)?")
_LENGTH: Final = re.compile(r"\d{1,12}")
_CHUNK: Final = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?")
_WITHOUT_BODY: Final = frozenset({204, 304})


class AnswerTooLong(Exception):
    """More came back than was to be read."""


class StrangeAnswer(Exception):
    """What came back is no whole HTTP answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered; header names in lower case. ``last``: the connection is of no use after it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    last: bool = True

    @property
    def retry_after(self) -> float | None:
        """How long the other side asks us to wait, in seconds."""
        said = self.headers.get("retry-after", "")
        return float(said) if said.isascii() and said.isdigit() and len(said) < 7 else None


def read_answer(receive: Callable[[int], bytes], longest: int) -> Reply:
    """Read an answer of at most ``longest`` bytes; ``receive`` gives up to so many bytes, none at the end.

    Raises AnswerTooLong, StrangeAnswer, and whatever ``receive`` raises.
    """
    coming = _Coming(receive)
    status, version, headers = 100, "1", dict[str, str]()
    while status < 200:  # an interim answer says that the real one is still to come
        status, version, headers = _head(coming.until(_END_OF_HEAD, LONGEST_HEAD))
    body, ends = _body(coming, status, headers, longest)
    said = headers.get("connection", "").lower()
    kept = "close" not in said if version != "0" else "keep-alive" in said
    return Reply(status, headers, body, last=not (ends and kept) or coming.more)


class _Coming:
    """What has come and was not read yet."""

    def __init__(self, receive: Callable[[int], bytes]) -> None:
        self._receive, self._held = receive, b""

    @property
    def more(self) -> bool:
        """Whether something came that belongs to no answer."""
        return bool(self._held)

    def until(self, end: re.Pattern[bytes], longest: int) -> bytes:
        """Return what comes before ``end``, which is dropped."""
        while (found := end.search(self._held)) is None:
            if len(self._held) > longest:
                raise AnswerTooLong
            if not self._more():
                raise StrangeAnswer("it ended too early")
        before, self._held = self._held[: found.start()], self._held[found.end() :]
        return before

    def exactly(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        while len(self._held) < count:
            if not self._more():
                raise StrangeAnswer("it ended too early")
        taken, self._held = self._held[:count], self._held[count:]
        return taken

    def all(self, longest: int) -> bytes:
        """Return everything until the other side hangs up."""
        while self._more():
            if len(self._held) > longest:
                raise AnswerTooLong
        taken, self._held = self._held, b""
        return taken

    def _more(self) -> bool:
        piece = self._receive(A_PIECE)
        self._held += piece
        return bool(piece)


def _head(raw: bytes) -> tuple[int, str, dict[str, str]]:
    first, *lines = raw.decode("latin-1").replace("\r\n", "\n").split("\n")
    line = _STATUS.fullmatch(first)
    if line is None:
        raise StrangeAnswer("no status line")
    headers: dict[str, str] = {}
    for name, colon, value in (header.partition(":") for header in lines):
        key = name.lower()
        if not colon or not name or name != name.strip():
            raise StrangeAnswer("a header that is none")
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    return int(line[2]), line[1], headers


def _body(coming: _Coming, status: int, headers: Mapping[str, str], longest: int) -> tuple[bytes, bool]:
    """Return the body, and whether it said itself where it ends."""
    if status in _WITHOUT_BODY:
        return b"", True
    if (coding := headers.get("transfer-encoding")) is not None:
        if coding.lower() != "chunked" or "content-length" in headers:
            raise StrangeAnswer("an unknown coding")
        return _chunks(coming, longest), True
    if (said := headers.get("content-length")) is None:
        return coming.all(longest), False
    if _LENGTH.fullmatch(said) is None:
        raise StrangeAnswer("a length that is none")
    if int(said) > longest:
        raise AnswerTooLong
    return coming.exactly(int(said)), True


def _chunks(coming: _Coming, longest: int) -> bytes:
    whole = b""
    while True:
        size = _CHUNK.fullmatch(coming.until(_END_OF_LINE, _LONGEST_LINE))
        if size is None:
            raise StrangeAnswer("a piece without its size")
        count = int(size[1], 16)
        if len(whole) + count > longest:
            raise AnswerTooLong
        if not count:
            break
        whole += coming.exactly(count)
        if coming.until(_END_OF_LINE, _LONGEST_LINE):
            raise StrangeAnswer("a piece longer than it said")
    while coming.until(_END_OF_LINE, _LONGEST_LINE):
        continue  # what may follow the last piece says nothing that we ask for
    return whole

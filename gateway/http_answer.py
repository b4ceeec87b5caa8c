"""One HTTP/1.1 question and its answer over a connection, by h11: bounded, and strict about where the answer ends."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import h11

LONGEST_HEAD: Final = 64 * 1024
A_PIECE: Final = 64 * 1024


class AnswerTooLong(Exception):
    """More came back than was to be read."""


class StrangeAnswer(Exception):
    """What came back is no whole HTTP answer."""


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


def question(method: str, target: str, headers: Mapping[str, str]) -> h11.Request:
    """Return the head of a question; ValueError for a name or value that would begin another line."""
    try:
        return h11.Request(method=method, target=target, headers=list(headers.items()))
    except h11.LocalProtocolError as error:
        raise ValueError("what cannot be asked") from error


class Talk:
    """What was said over one connection so far: questions written, answers read, and whether another may follow."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=LONGEST_HEAD)

    def ask(self, question: h11.Request, body: bytes) -> bytes:
        """Return a question as bytes."""
        events = question, h11.Data(data=body), h11.EndOfMessage()
        return b"".join(self._http.send(event) or b"" for event in events)

    def answer(self, receive: Callable[[int], bytes], longest: int) -> Reply:
        """Read an answer of at most ``longest`` bytes; ``receive`` gives up to so many bytes, none at the end.

        Raises AnswerTooLong, StrangeAnswer, and whatever ``receive`` raises.
        """
        head: h11.Response | None = None
        body = bytearray()
        try:
            while True:
                event = self._http.next_event()
                if event is h11.NEED_DATA:
                    self._http.receive_data(receive(A_PIECE))
                elif isinstance(event, h11.Response):
                    head = event
                elif isinstance(event, h11.Data):
                    body += event.data
                    if len(body) > longest:
                        raise AnswerTooLong
                elif not isinstance(event, h11.InformationalResponse):
                    break
        except h11.RemoteProtocolError as error:
            raise StrangeAnswer("no whole answer") from error
        if head is None:
            raise StrangeAnswer("it ended too early")
        return Reply(head.status_code, _joined(head.headers), bytes(body))

    def may_go_on(self) -> bool:
        """Whether both sides are done and let the connection stay, and nothing came that belongs to no answer."""
        if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
            return False
        unasked, hung_up = self._http.trailing_data
        if unasked or hung_up:
            return False
        self._http.start_next_cycle()
        return True


def _joined(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in fields:
        name, value = raw_name.decode("ascii"), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers

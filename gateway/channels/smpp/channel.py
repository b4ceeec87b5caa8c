"""Texts over a bind: what one submit_sm says, and what the answers to all parts of a text come to."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from gateway.binds import Bind
from gateway.channels.refusals import refused_number
from gateway.channels.smpp import coding, receipts
from gateway.channels.smpp.codes import result_of
from gateway.channels.smpp.probing import probe
from gateway.channels.smpp.records import UDH_PRESENT, Answered, NoAnswer, NotSent, Submission
from gateway.errors import MalformedRequest
from gateway.ports.channel import (
    Answer,
    Capabilities,
    Ignored,
    Inbound,
    OutboundMessage,
    PartSent,
    Receipt,
    Request,
    Response,
    SendResult,
    SessionEnd,
    Verdict,
)
from gateway.ports.clock import Clock
from gateway.text import segments

_LONGEST_SHORT_CODE: Final = 8
_LONGEST_VALIDITY: Final = timedelta(days=30)
Submit = Callable[[Submission], Answered]


def not_bound(_: Submission) -> Answered:
    """Refuse: only the process that holds the bind can send over it."""
    raise NotSent


@dataclass(slots=True)
class Line:
    """What the process that holds the bind puts in; everywhere else nothing can be sent."""

    submit: Submit = not_bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Smpp:
    """One bind at one operator; nothing of it comes over HTTP."""

    name: str
    bind: Bind
    short_code: str
    clock: Clock = field(repr=False)
    line: Line = field(default_factory=Line, repr=False)

    @property
    def capabilities(self) -> Capabilities:
        """Our own parts, and USSD screens on the bind they were asked over."""
        return Capabilities(
            replies_in_response=True,
            supports_lookup=False,
            supports_client_reference=False,
            supports_validity=True,
            kinds=frozenset({"sms", "ussd"}),
            splits=True,
            answered=frozenset({"ussd"}),
        )

    def verify(self, request: Request) -> Verdict:
        """Refuse: an operator speaks over its bind alone."""
        return Verdict.REFUSED

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Refuse: nothing comes over HTTP."""
        raise MalformedRequest("this channel has no webhook")

    def answer(self, answer: Answer, request: Request) -> Response:
        """Say that nothing is here."""
        return Response(404, "text/plain", b"")

    def send(self, message: OutboundMessage) -> SendResult:
        """Send every part that is not through yet; the first that fails decides, and those before it are kept."""
        if (refusal := refused_number(message.to)) is not None:
            return refusal
        parts = segments.split(message.text)
        through: list[PartSent] = []
        for number, part in enumerate(parts, start=1):
            if number in message.taken:
                continue
            result = self._passed(self._submission(message, part, number, len(parts)))
            if result.outcome != "accepted":
                return _with_parts(result, through, len(parts))
            through.append(PartSent(number, len(parts), result.provider_id))
        first = through[0].provider_id if through else None
        return _with_parts(SendResult("accepted", provider_id=first, segments=len(parts)), through, len(parts))

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Nothing can be asked: query_sm wants the id that an ambiguous send did not get."""
        return None

    def probe(self) -> SendResult:
        """Bind and unbind at once; only for a bind that does not stand (gateway.channels.smpp.probing)."""
        return probe(self.bind)

    def _passed(self, submission: Submission) -> SendResult:
        try:
            answered = self.line.submit(submission)
        except NotSent as unsent:
            return SendResult("broken" if unsent.refused else "temporary", detail="the bind does not stand")
        except NoAnswer:
            return SendResult("ambiguous", detail="no response, or the link was lost")
        return result_of(answered.status, receipts.plain(answered.message_id, self.bind.dlr_id_base))

    def _submission(self, message: OutboundMessage, part: str, number: int, total: int) -> Submission:
        ton, npi = source_kind(self.short_code, self.bind)
        alphabet = coding.coding_of(message.text.replace("\u200b", ""))
        octets = coding.octets_of(part, alphabet)
        return Submission(
            self.short_code,
            ton,
            npi,
            message.to.removeprefix("+"),
            alphabet,
            coding.header(message.reference, total, number) + octets if total > 1 else octets,
            esm_class=UDH_PRESENT if total > 1 else 0,
            validity=validity(message.not_after - self.clock.now()),
            reference=zlib.crc32(message.id.encode()) & 0xFFFF,
        )


def source_kind(short_code: str, bind: Bind) -> tuple[int, int]:
    """Return type of number and numbering plan of our own address."""
    if not short_code.isdecimal():
        ton, npi = 5, 0
    elif len(short_code) <= _LONGEST_SHORT_CODE:
        ton, npi = 3, 0
    else:
        ton, npi = 1, 1
    return ton if bind.source_ton is None else bind.source_ton, npi if bind.source_npi is None else bind.source_npi


def validity(left: timedelta) -> str:
    """Return a validity period relative to now, as SMPP writes it: YYMMDDhhmmss000R, at least one second."""
    seconds = int(max(timedelta(seconds=1), min(left, _LONGEST_VALIDITY)).total_seconds())
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    day, hour = divmod(hours, 24)
    return f"0000{day:02}{hour:02}{minute:02}{second:02}000R"


def _with_parts(result: SendResult, through: list[PartSent], total: int) -> SendResult:
    """Add what came through; a text in one piece needs no parts."""
    if total < 2 or not through:
        return result
    return SendResult(
        result.outcome,
        result.provider_id,
        result.provider_code,
        result.segments,
        throttled=result.throttled,
        detail=result.detail,
        parts=tuple(through),
    )

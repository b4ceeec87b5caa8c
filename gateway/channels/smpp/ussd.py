"""USSD over a bind: which operation means what, and the screen that answers one (channels.md section 5)."""

from typing import Final, Literal

from gateway.binds import Bind
from gateway.channels.smpp import coding
from gateway.channels.smpp.channel import source_kind
from gateway.channels.smpp.records import ITS_SESSION_INFO, USSD_SERVICE_OP, Delivered, Submission
from gateway.ports.channel import Answer
from gateway.text import gsm7

SERVICE: Final = "USSD"
_BEGIN, _ANSWER, _ENDED_FROM = 1, 18, 29
_CONTINUE, _FINAL = 2, 17
Event = Literal["begin", "resume", "end"]


def is_ussd(delivered: Delivered) -> bool:
    """Whether a deliver_sm belongs to a menu session."""
    return delivered.service_type == SERVICE or USSD_SERVICE_OP in delivered.tlvs


def event_of(delivered: Delivered) -> Event:
    """Return what happened to the session; an operation that no table knows is read as an answer."""
    operation = delivered.number(USSD_SERVICE_OP)
    if operation == _BEGIN:
        return "begin"
    return "end" if operation is not None and operation >= _ENDED_FROM else "resume"


def session_of(delivered: Delivered) -> int:
    """Return the operator's session info, 0 where it sends none."""
    return delivered.number(ITS_SESSION_INFO) or 0


def screen(answer: Answer, asked: Delivered, bind: Bind) -> Submission:
    """Return the screen that answers ``asked``; nothing to say closes the session."""
    over = answer.ends or not answer.texts
    text = "\n".join(one.text for one in answer.texts)
    alphabet = coding.coding_of(text)
    latin = alphabet == coding.GSM7
    ton, npi = source_kind(asked.destination, bind)
    return Submission(
        asked.destination,
        ton,
        npi,
        asked.source.removeprefix("+"),
        bind.ussd_coding if latin else alphabet,
        gsm7.to_octets(text) if latin else coding.octets_of(text, alphabet),
        service_type=SERVICE,
        operation=_FINAL if over else _CONTINUE,
        session=session_of(asked),
    )

"""Asks an operator whether it knows us: binds as the settings say, and unbinds at once."""

from functools import partial
from typing import Final

from gateway.binds import Bind
from gateway.channels.smpp import pdus
from gateway.channels.smpp.codes import BUSY
from gateway.channels.smpp.link import is_refusal
from gateway.channels.smpp.records import Delivered, NoAnswer, NotSent
from gateway.channels.smpp.tls import TlsRefused
from gateway.channels.smpp.wire import BindRefused, Wire
from gateway.ports.channel import SendResult

_UNBIND_SECONDS: Final = 2.0


def probe(bind: Bind) -> SendResult:
    """Bind and unbind: accepted, broken (somebody must look at the settings) or temporary.

    Only for a bind that does not stand: many operators end one session when the next begins.
    """
    mode = "transceiver" if bind.mode == "transceiver" else "transmitter"
    wire = Wire(bind, mode, _later, lambda: None, lambda _: None)
    try:
        wire.open()
    except (OSError, BindRefused) as error:
        return SendResult("broken" if is_refusal(error) else "temporary", provider_code=_code_of(error))
    try:
        wire.ask(partial(pdus.request, "unbind"), _UNBIND_SECONDS)
    except (NotSent, NoAnswer):
        pass  # it has hung up without a word: bound it was
    finally:
        wire.close()
    return SendResult("accepted", detail="bound and unbound")


def _later(wire: Wire, delivered: Delivered) -> None:
    """Let what is delivered meanwhile come back to the process that stores it."""
    wire.respond("deliver_sm", delivered.sequence, BUSY)


def _code_of(error: OSError | BindRefused) -> str | None:
    if isinstance(error, TlsRefused):
        return error.reason
    return f"0x{error.status:02x}" if isinstance(error, BindRefused) else None

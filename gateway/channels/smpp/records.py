"""What goes over a bind, as records; only ``pdus`` knows how they look in bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

MESSAGE_PAYLOAD: Final = 0x0424
RECEIPTED_MESSAGE_ID: Final = 0x001E
MESSAGE_STATE: Final = 0x0427
SAR_REFERENCE: Final = 0x020C
SAR_TOTAL: Final = 0x020E
SAR_NUMBER: Final = 0x020F
USSD_SERVICE_OP: Final = 0x0501
ITS_SESSION_INFO: Final = 0x1383

UDH_PRESENT: Final = 0x40  # esm_class
RECEIPT: Final = 0x04
MESSAGE_TYPE: Final = 0x3C


class NotSent(Exception):
    """Nothing left us; ``refused`` when the operator turned our bind away, so that waiting will not help."""

    def __init__(self, *, refused: bool = False) -> None:
        super().__init__("nothing was sent")
        self.refused = refused


class NoAnswer(Exception):
    """Bytes left us, and no answer came."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One deliver_sm; ``message`` is its short message, or its payload where that is empty."""

    sequence: int
    source: str
    destination: str
    source_ton: int = 0
    service_type: str = ""
    esm_class: int = 0
    data_coding: int = 0
    message: bytes = field(default=b"", repr=False)
    tlvs: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def number(self, tag: int) -> int | None:
        """Return an optional field as a number, or None when it is absent."""
        value = self.tlvs.get(tag)
        return int.from_bytes(value, "big") if value else None


@dataclass(frozen=True, slots=True)
class Submission:
    """One submit_sm; ``operation`` and ``session`` only for a USSD screen."""

    source: str
    source_ton: int
    source_npi: int
    destination: str
    data_coding: int
    message: bytes = field(repr=False)
    esm_class: int = 0
    service_type: str = ""
    validity: str = ""
    reference: int | None = None
    operation: int | None = None
    session: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """A response to one of our requests."""

    sequence: int
    command: str
    status: int
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of the other side that is no message: enquire_link, unbind, or one we do not know."""

    sequence: int
    command: str

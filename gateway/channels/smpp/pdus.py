"""PDUs in bytes, written and read by smpplib; optional fields are kept by their tag, so that none is ever unknown."""

import struct
from typing import Final

from smpplib import command, consts, pdu, smpp
from smpplib.exceptions import UnknownCommandError

from gateway.channels.smpp.records import Answered, Asked, Delivered, Submission

HEADER: Final = 16
LONGEST: Final = 65_536
_INT_FIELDS: Final = ("protocol_id", "priority_flag", "replace_if_present_flag", "sm_default_msg_id")


class Malformed(Exception):
    """Octets that are no PDU: whatever follows them cannot be trusted either."""


class _Numbered:
    """Stands where the library wants its own client: hands out one sequence number."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence

    def next_sequence(self) -> int:
        """Return the number."""
        return self.sequence


class _DeliverSm(command.DeliverSM):  # type: ignore[misc]  # the library has no types
    """As the library reads it, but for the optional fields: its own reader dies of those it does not expect."""

    tlvs: dict[int, bytes]

    def parse_optional_params(self, data: bytes) -> None:
        """Keep every optional field that is whole."""
        at = 0
        while at + 4 <= len(data):
            tag, length = struct.unpack(">HH", data[at : at + 4])
            self.tlvs[tag] = data[at + 4 : at + 4 + length]
            at += 4 + length


def bind(mode: str, sequence: int, system_id: str, password: str, system_type: str) -> bytes:
    """Return bind_transceiver, bind_transmitter or bind_receiver."""
    return _written(
        smpp.make_pdu(
            f"bind_{mode}",
            client=_Numbered(sequence),
            system_id=system_id,
            password=password,
            system_type=system_type,
            addr_ton=0,
            addr_npi=0,
            address_range="",
        )
    )


def submit(sequence: int, wanted: Submission) -> bytes:
    """Return submit_sm; a receipt is asked for every one but a USSD screen, which needs none."""
    return _written(
        smpp.make_pdu(
            "submit_sm",
            client=_Numbered(sequence),
            service_type=wanted.service_type,
            source_addr_ton=wanted.source_ton,
            source_addr_npi=wanted.source_npi,
            source_addr=wanted.source,
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr=wanted.destination,
            esm_class=wanted.esm_class,
            data_coding=wanted.data_coding,
            schedule_delivery_time="",
            validity_period=wanted.validity,
            registered_delivery=0 if wanted.operation is not None else 1,
            short_message=wanted.message,
            user_message_reference=wanted.reference,
            its_session_info=wanted.session,
            ussd_service_op=wanted.operation,
            **dict.fromkeys(_INT_FIELDS, 0),
        )
    )


def request(name: str, sequence: int) -> bytes:
    """Return a request without content: enquire_link or unbind."""
    return _written(smpp.make_pdu(name, client=_Numbered(sequence)))


def response(name: str, sequence: int, status: int = consts.SMPP_ESME_ROK) -> bytes:
    """Return the response to a request of the other side; ``name`` is the request's."""
    kind = "generic_nack" if name == "?" else f"{name}_resp"
    made = smpp.make_pdu(kind, client=_Numbered(sequence), status=status)
    made.sequence = sequence
    return _written(made)


def length_of(head: bytes) -> int:
    """Return the length of the PDU that begins with these four octets; raises Malformed."""
    (length,) = struct.unpack(">L", head)
    if not HEADER <= length <= LONGEST:
        raise Malformed
    return int(length)


def read(octets: bytes) -> Delivered | Answered | Asked:
    """Return what one whole PDU says; raises Malformed."""
    sequence = int.from_bytes(octets[12:16], "big")
    try:
        name = pdu.extract_command(octets)
        if name == "deliver_sm":
            return _delivered(octets, sequence)
        if name.endswith("_resp") or name == "generic_nack":
            return _answered(name, octets, sequence)
    except UnknownCommandError:
        return Asked(sequence, "?")
    except (struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise Malformed from error
    return Asked(sequence, name)


def _delivered(octets: bytes, sequence: int) -> Delivered:
    found = _DeliverSm("deliver_sm", client=_Numbered(sequence))
    found.tlvs = {}
    found.parse(octets)
    return Delivered(
        sequence,
        _text(found.source_addr),
        _text(found.destination_addr),
        found.source_addr_ton or 0,
        _text(found.service_type),
        found.esm_class or 0,
        found.data_coding or 0,
        found.short_message or b"",
        found.tlvs,
    )


def _answered(name: str, octets: bytes, sequence: int) -> Answered:
    status = int.from_bytes(octets[8:12], "big")
    message_id = octets[HEADER:].split(b"\x00", 1)[0].decode("latin-1") if name == "submit_sm_resp" else ""
    return Answered(sequence, name, status, message_id)


def _text(value: bytes | None) -> str:
    return (value or b"").decode("latin-1")


def _written(made: pdu.PDU) -> bytes:
    octets = made.generate()
    assert isinstance(octets, bytes)
    return octets

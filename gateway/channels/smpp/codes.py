"""What an operator's command_status means for us (SMPP 3.4, section 5.1.3; channels.md section 5)."""

from typing import Final

from gateway.ports.channel import Outcome, SendResult

OK: Final = 0x00
SYSTEM_ERROR: Final = 0x08
BUSY: Final = 0x14
REFUSES_BIND: Final = frozenset({0x05, 0x0D, 0x0E, 0x0F})
"""Already bound, bind failed, invalid password, invalid system id: somebody must look at the settings."""

NO_SUCH_PHONE: Final = 0x0B
_THROTTLED: Final = frozenset({0x58, BUSY})
_OUTCOMES: dict[int, Outcome] = {
    OK: "accepted",
    SYSTEM_ERROR: "temporary",
    0x45: "temporary",
    0x58: "temporary",
    BUSY: "temporary",
    0x04: "broken",  # our bind may not send
    **dict.fromkeys(REFUSES_BIND, "broken"),
    0x0A: "permanent",
    NO_SUCH_PHONE: "permanent",
}


def result_of(status: int, message_id: str = "") -> SendResult:
    """Return our word for the answer to one submit_sm; an unknown status is a refusal that somebody should see."""
    if status == OK:
        return SendResult("accepted", provider_id=message_id or None)
    return SendResult(
        _OUTCOMES.get(status, "permanent"),
        provider_code=f"0x{status:02x}",
        dead_number=status == NO_SUCH_PHONE,
        throttled=status in _THROTTLED,
        alarm=status not in _OUTCOMES,
        detail="" if status in _OUTCOMES else "a status that no table knows",
    )

"""What each simulated phone does, by the last two digits of its number and the attempt: never by chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from gateway.ports.channel import SendResult

AT_ONCE: Final = timedelta(0)
SOON: Final = timedelta(seconds=30)
LATE: Final = timedelta(seconds=60)
HANG_UP_AFTER: Final = 2  # screens, on the phone that drops its sessions
DROPS_SESSIONS: Final = "94"

ACCEPTED = SendResult("accepted")
TEMPORARY = SendResult("temporary", provider_code="busy", detail="the phone is busy")
THROTTLED = SendResult("temporary", provider_code="too_fast", retry_after=60.0, throttled=True, detail="too fast")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One phone: its verdict, whether a text arrives, and the receipts (state, delay after the send) that follow.

    ``at_first`` are the verdicts of the first attempts at a text; ``early`` receipts come before the verdict.
    """

    result: SendResult = ACCEPTED
    arrives: bool = True
    receipts: tuple[tuple[str, timedelta], ...] = (("sent", AT_ONCE), ("delivered", AT_ONCE))
    at_first: tuple[SendResult, ...] = ()
    early: bool = False


ORDINARY: Final = Behaviour()


def _lost(state: str) -> Behaviour:
    return Behaviour(arrives=False, receipts=(("sent", AT_ONCE), (state, AT_ONCE)))


def _refuses(result: SendResult) -> Behaviour:
    return Behaviour(result, arrives=False, receipts=())


BEHAVIOURS: Final[Mapping[str, Behaviour]] = {
    "80": Behaviour(receipts=(("sent", AT_ONCE), ("delivered", SOON))),
    "81": _lost("undelivered"),
    "82": _lost("expired"),
    "83": _refuses(SendResult("permanent", provider_code="bad_number", dead_number=True, detail="no such phone")),
    "84": Behaviour(at_first=(TEMPORARY, TEMPORARY)),
    "85": Behaviour(at_first=(THROTTLED,)),
    "86": Behaviour(SendResult("ambiguous", detail="the answer was lost")),
    "87": _refuses(SendResult("ambiguous", detail="the request was lost")),
    "88": _refuses(SendResult("broken", provider_code="bad_credentials", detail="bad credentials")),
    "89": Behaviour(early=True),
    "90": Behaviour(
        receipts=tuple((state, AT_ONCE) for state in ("delivered", "sent", "delivered", "accepted", "sent"))
    ),
    "91": _refuses(SendResult("permanent", provider_code="unsubscribed", opted_out=True, detail="unsubscribed")),
    "92": Behaviour(receipts=()),
    "93": Behaviour(receipts=(("undelivered", AT_ONCE), ("delivered", LATE))),
}


def behaviour_of(number: str) -> Behaviour:
    """Return how the phone with this number behaves; most are ordinary."""
    return BEHAVIOURS.get(number[-2:], ORDINARY)

"""What a USSD channel must remember between two screens when the provider repeats everything typed so far."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class UssdHop:
    """The last request of one session, without its text: a PIN may have been typed in it.

    ``length`` and ``typed`` count characters of the cumulative text and of its newest part (``length``: requests, where
    only the newest part is sent); ``digest`` is keyed; ``lost`` when a request before it never came.
    """

    length: int
    digest: str
    typed: int
    event: Literal["begin", "resume"]
    lost: bool = False
    seen_at: datetime | None = field(default=None, compare=False)


class UssdMemory(Protocol):
    """One hop per channel, provider session and number, shared by every process; may be forgotten after an hour."""

    def get(self, channel: str, session_id: str, msisdn: str) -> UssdHop | None:
        """Return the last hop, or None for a session that this number never had."""
        ...

    def put(self, channel: str, session_id: str, msisdn: str, hop: UssdHop) -> None:
        """Keep ``hop`` instead of the one before it."""
        ...

"""Parts of one outgoing text, for channels that leave the cutting to us: each is taken and reported by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.ports.channel import PartSent


@dataclass(frozen=True, slots=True)
class Sending:
    """How to send a text in parts: under which reference, and which parts an earlier attempt has brought through."""

    reference: int
    taken: frozenset[int]


@dataclass(frozen=True, slots=True)
class RaisedPart:
    """A part that a receipt was about: its text, and the states of all that text's parts, None where unsent."""

    outbox_id: str
    states: tuple[str | None, ...]


class Parts(Protocol):
    """The parts that providers took."""

    def sending(self, outbox_id: str) -> Sending:
        """Return how to send a text; its reference is its place among the texts to that phone, and never changes."""
        ...

    def note(self, outbox_id: str, channel: str, parts: Sequence[PartSent]) -> None:
        """Keep the parts that one attempt brought through; one sent anew replaces its older copy."""
        ...

    def raise_state(self, channel: str, provider_id: str, state: str | None) -> RaisedPart | None:
        """Move a part on by a receipt, only if its rank rises; None when no part has this id."""
        ...

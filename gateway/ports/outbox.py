"""What goes out: a row a text, claimed by conditional update with a fencing number, settled by rank."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from gateway.ports.channel import Lane, Receipt

OutKind = Literal["reply", "alert", "broadcast", "news", "notice"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text to be sent once per ``idempotency_key``; ``body`` is sealed on disk, None where the campaign holds it.

    ``content_id``, ``bundle``, ``flow_step`` ("flow.step"), ``language`` and ``text_sha256`` say which version of the
    content said what; ``step_id`` is a step of an escalation.
    """

    id: str
    idempotency_key: str
    kind: OutKind
    lane: Lane
    channel: str
    contact_id: str
    body: str | None
    created_at: datetime
    not_before: datetime
    not_after: datetime
    state: str = "queued"
    language: str = "lo"
    content_id: str | None = None
    bundle: str | None = None
    text_sha256: str | None = None
    segments: int = 1
    case_id: str | None = None
    step_id: str | None = None
    campaign_id: str | None = None
    flow_step: str | None = None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row in this worker's hands until ``claim_until``; ``doubtful`` when an earlier attempt may have arrived.

    ``place``: the code of the reader's district or province.
    """

    message: Outgoing
    to: str
    text: str
    claim_no: int
    attempts: int
    copies: int
    claimed_at: datetime
    claim_until: datetime
    doubtful: bool
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Which channels' rows a process may claim: ``only`` one, or all ``without`` those that others carry."""

    only: str | None = None
    without: frozenset[str] = frozenset()


EVERYTHING = Share()


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claim ends: the new state, why, and when to look again (wait_retry, ambiguous)."""

    state: str
    reason: str | None = None
    provider_id: str | None = None
    provider_code: str | None = None
    not_before: datetime | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """One claim and how it ends."""

    outbox_id: str
    claim_no: int
    how: Settlement


@dataclass(frozen=True, slots=True)
class Attempt:
    """One passing of a text to a provider; append-only, also for a claim that was lost.

    ``partly``: of a broadcast, part of it arrived, and the whole is never sent anew; told, not stored.
    """

    outbox_id: str
    claim_no: int
    channel: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    provider_id: str | None = None
    detail: str = ""
    partly: bool = False


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One line of ``gateway messages list``: no number, no text."""

    id: str
    direction: Literal["in", "out"]
    channel: str
    provider_id: str | None
    kind: str
    lane: str | None
    state: str
    reason: str | None
    attempts: int
    case: str | None
    campaign: str | None
    step: str | None
    created_at: datetime
    settled_at: datetime | None
    reply_sha256: str | None


class Outbox(Protocol):
    """The outbox, its attempts and its receipts."""

    @property
    def queued_lanes(self) -> frozenset[str]:
        """Lanes in which this transaction queued a text for sending: the ones worth waking after the commit."""
        ...

    def add(self, row: Outgoing) -> bool:
        """Queue a text; False (and nothing stored) when its idempotency key is known."""
        ...

    def add_many(self, rows: Iterable[Outgoing]) -> int:
        """Queue many texts of broadcasts in one statement; return how many were new."""
        ...

    def claim(
        self, lane: Lane, now: datetime, owner: str, lease: timedelta, limit: int, share: Share = EVERYTHING
    ) -> tuple[Claimed, ...]:
        """Claim due rows (queued, wait_retry, ambiguous and due), oldest first; raises each claim_no by one."""
        ...

    def still_held(self, outbox_id: str, claim_no: int) -> bool:
        """Whether the claim is still this worker's, asked right before the request is written."""
        ...

    def settle(self, endings: Sequence[Ended], now: datetime) -> int:
        """End claims; return how many were still ours. A receipt that came first keeps its higher rank."""
        ...

    def note_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Append what attempts did."""
        ...

    def raise_state(self, outbox_id: str, state: str, reason: str | None, now: datetime) -> bool:
        """Move on by a receipt, only if the rank rises (delivered may replace a failure); return whether it moved."""
        ...

    def lapse(self, now: datetime, settle_after: dict[str, timedelta]) -> int:
        """Turn claims past ``claim_until`` into ambiguous rows, due after the wait of their kind."""
        ...

    def get(self, outbox_id: str) -> Claimed | None:
        """Return one row with its number and text, without claiming it."""
        ...

    def id_of(self, channel: str, provider_id: str) -> str | None:
        """Return our id of a provider's id."""
        ...

    def copies_of_step(self, step_id: str) -> int:
        """How many alert attempts of one escalation step may have arrived."""
        ...

    def receipt_seen(self, step_id: str, contact_id: str | None = None) -> bool:
        """Whether an alert of an escalation step was delivered to a handset: to any, or to this contact's."""
        ...

    def cancel(
        self,
        *,
        case_id: str | None = None,
        contact_id: str | None = None,
        campaign_id: str | None = None,
        kinds: Sequence[OutKind] = (),
        state: str = "cancelled",
        reason: str = "",
    ) -> int:
        """Cancel what is queued or waiting and matches every given condition; return how many."""
        ...

    def latest_outcomes(self, since: datetime, limit: int) -> tuple[tuple[str, str], ...]:
        """Return channel and outcome of the newest attempts, none older than ``since``."""
        ...

    def add_receipt(self, receipt: Receipt) -> bool:
        """Append a receipt; False when its key is known."""
        ...

    def waiting_receipts(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...]:
        """Receipts that came before we knew these ids of a provider."""
        ...

    def without_final_word(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Ids accepted or sent before ``before`` with no final word."""
        ...

    def silent_alerts(self, since: datetime, before: datetime, limit: int) -> tuple[str, ...]:
        """Ids of alerts accepted between ``since`` and ``before`` of which no receipt came, without a copy yet."""
        ...

    def failed_alerts(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Ids of alerts that were refused, or came back as failed, after ``since``, without a copy yet."""
        ...

    def unreached_steps(self, since: datetime, limit: int) -> tuple[tuple[str, str], ...]:
        """Case and step of which every alert has failed, the last one after ``since``."""
        ...

    def alerts_to(self, contact_id: str, case_id: str, since: datetime) -> int:
        """How many alerts of a case were made for a phone since an instant."""
        ...

    def depth(self, lane: Lane, now: datetime, share: Share = EVERYTHING) -> int:
        """How many rows of a lane are due and unsent."""
        ...

    def in_hand(self) -> int:
        """How many rows workers hold at this moment."""
        ...

    def oldest_unsent(self, lane: Lane, now: datetime) -> datetime | None:
        """When the oldest due and unsent row became due."""
        ...

    def lines(self, since: datetime | None, direction: str | None, kind: str | None) -> Iterator[MessageLine]:
        """Stream both directions, oldest first, for export."""
        ...

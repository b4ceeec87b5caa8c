"""The outbox: one row a text, stored once per idempotency key, moved by conditional updates of its rank."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select, update

from gateway.delivery.life import FINAL, RANK, SENDABLE
from gateway.errors import Defect
from gateway.ports.channel import Lane, Receipt
from gateway.ports.outbox import EVERYTHING, Claimed, MessageLine, Outgoing, OutKind, Share
from gateway.store.claims import WAITING, SqlClaims, shared
from gateway.store.inserting import insert_new
from gateway.store.message_lines import message_lines
from gateway.store.schema.columns import word
from gateway.store.schema.sending import DELIVERY_ATTEMPT, DELIVERY_RECEIPT, OUTBOX

AT_A_TIME = 1_000
SETTLED = FINAL | {"answered"}
CANCELLABLE = tuple(sorted(SENDABLE | {"held"}))
RECEIPT_COLUMNS = tuple(name for name in Receipt.__dataclass_fields__ if name in DELIVERY_RECEIPT.c)

_RAISE = update(OUTBOX).where(OUTBOX.c.id == bindparam("outbox_id"), OUTBOX.c.rank < bindparam("new_rank"))
_BY_PROVIDER = select(OUTBOX.c.id).where(
    OUTBOX.c.provider_id == bindparam("known_as"), OUTBOX.c.channel == bindparam("by_channel")
)
_BY_ATTEMPT = select(DELIVERY_ATTEMPT.c.outbox_id).where(
    DELIVERY_ATTEMPT.c.provider_id == bindparam("known_as"), DELIVERY_ATTEMPT.c.channel == bindparam("by_channel")
)
_COPIES = select(func.coalesce(func.sum(OUTBOX.c.copies), 0)).where(OUTBOX.c.step_id == bindparam("of_step"))
_ATTEMPT = DELIVERY_ATTEMPT.c
_NEWEST_ATTEMPTS = select(_ATTEMPT.channel, _ATTEMPT.outcome, _ATTEMPT.ended_at).order_by(_ATTEMPT.id.desc())
_DELIVERED = select(OUTBOX.c.id).where(OUTBOX.c.step_id == bindparam("of_step"), OUTBOX.c.state == "delivered").limit(1)
_RECEIPTS = (
    select(*(DELIVERY_RECEIPT.c[name] for name in RECEIPT_COLUMNS))
    .where(DELIVERY_RECEIPT.c.provider_id.in_(bindparam("known_as", expanding=True)))
    .order_by(DELIVERY_RECEIPT.c.id)
)
_SILENT = (
    select(OUTBOX.c.id)
    .where(OUTBOX.c.state.in_([word("accepted"), word("sent")]), OUTBOX.c.moved_at < bindparam("before"))
    .order_by(OUTBOX.c.moved_at)
    .limit(bindparam("most"))
)
_COPY = OUTBOX.alias("copy")
_ALERTS_WITHOUT_COPY = (
    select(OUTBOX.c.id)
    .where(OUTBOX.c.kind == word("alert"))
    .where(~select(_COPY.c.id).where(_COPY.c.idempotency_key == OUTBOX.c.idempotency_key + ":again").exists())
    .order_by(OUTBOX.c.moved_at)
    .limit(bindparam("most"))
)
_SILENT_ALERTS = _ALERTS_WITHOUT_COPY.where(
    OUTBOX.c.state == word("accepted"), OUTBOX.c.moved_at.between(bindparam("since"), bindparam("before"))
)
_FAILURES = [word("undelivered"), word("expired"), word("rejected"), word("failed")]  # as the partial index has them
_FAILED_ALERTS = _ALERTS_WITHOUT_COPY.where(
    OUTBOX.c.state.in_(_FAILURES),
    OUTBOX.c.moved_at >= bindparam("since"),
    func.coalesce(OUTBOX.c.reason, "") != "too_late",
)
_UNREACHED_STEPS = (
    select(OUTBOX.c.case_id, OUTBOX.c.step_id)
    .where(OUTBOX.c.kind == word("alert"), OUTBOX.c.state.in_(_FAILURES), OUTBOX.c.moved_at >= bindparam("since"))
    .where(OUTBOX.c.step_id.is_not(None), OUTBOX.c.case_id.is_not(None))
    .where(~select(_COPY.c.id).where(_COPY.c.step_id == OUTBOX.c.step_id, _COPY.c.state.not_in(_FAILURES)).exists())
    .distinct()
    .limit(bindparam("most"))
)
_ALERTS_TO = select(func.count()).where(
    OUTBOX.c.contact_id == bindparam("of_contact"),
    OUTBOX.c.case_id == bindparam("of_case"),
    OUTBOX.c.kind == "alert",
    OUTBOX.c.created_at > bindparam("since"),
    OUTBOX.c.state != "cancelled",
)
_DUE = (OUTBOX.c.lane == bindparam("of_lane"), WAITING, OUTBOX.c.not_before <= bindparam("now"))
_DEPTH = select(func.count()).where(*_DUE)
_IN_HAND = select(func.count()).where(OUTBOX.c.state == word("claimed"))
_OLDEST = select(OUTBOX.c.not_before).where(*_DUE).order_by(OUTBOX.c.not_before).limit(1)


@dataclass(frozen=True, slots=True)
class SqlOutbox(SqlClaims):
    """The outbox (gateway.ports.outbox); claiming and settling are in the module beside this one."""

    lanes: set[str] = field(default_factory=set)

    @property
    def queued_lanes(self) -> frozenset[str]:
        """Lanes in which this transaction queued a text for sending."""
        return frozenset(self.lanes)

    def add(self, row: Outgoing) -> bool:
        """Queue a text; False (and nothing stored) when its idempotency key is known."""
        return self.add_many((row,)) == 1

    def add_many(self, rows: Iterable[Outgoing]) -> int:
        """Queue many texts, a thousand a statement; return how many were new."""
        remaining, added = iter(rows), 0
        while some := list(islice(remaining, AT_A_TIME)):
            values = [self._values(row) for row in some]
            new = insert_new(self.tx.connection, OUTBOX, values[0] if len(values) == 1 else values)
            if new:
                self.lanes.update(row.lane for row in some if row.state == "queued")
            added += new
        return added

    def raise_state(self, outbox_id: str, state: str, reason: str | None, now: datetime) -> bool:
        """Move on by a receipt, only if the rank rises (delivered may replace a failure); return whether it moved."""
        values: dict[str, Any] = {"state": state, "rank": RANK[state], "reason": reason, "moved_at": now}
        if state in SETTLED:
            values["settled_at"] = now
        known = {"outbox_id": outbox_id, "new_rank": RANK[state]}
        return self.tx.connection.execute(_RAISE, {**values, **known}).rowcount == 1

    def get(self, outbox_id: str) -> Claimed | None:
        """Return one row with its number and text, without claiming it; its attempts are those already made."""
        return next(iter(self.loaded((outbox_id,))), None)

    def id_of(self, channel: str, provider_id: str) -> str | None:
        """Return our id of a provider's id, that of an earlier attempt included."""
        known = {"known_as": provider_id, "by_channel": channel}
        found: str | None = self.tx.connection.execute(_BY_PROVIDER, known).scalar()
        return found or self.tx.connection.execute(_BY_ATTEMPT, known).scalar()

    def copies_of_step(self, step_id: str) -> int:
        """How many alert attempts of one escalation step may have arrived."""
        return int(self.tx.connection.execute(_COPIES, {"of_step": step_id}).scalar_one())

    def latest_outcomes(self, since: datetime, limit: int) -> tuple[tuple[str, str], ...]:
        """Return channel and outcome of the newest attempts, none older than ``since``."""
        rows = self.tx.connection.execute(_NEWEST_ATTEMPTS.limit(limit))
        return tuple((row.channel, row.outcome) for row in rows if row.ended_at >= since)

    def receipt_seen(self, step_id: str, contact_id: str | None = None) -> bool:
        """Whether an alert of an escalation step was delivered to a handset: any, or this contact's."""
        query = _DELIVERED if contact_id is None else _DELIVERED.where(OUTBOX.c.contact_id == contact_id)
        return self.tx.connection.execute(query, {"of_step": step_id}).first() is not None

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
        """Cancel what is queued, waiting or held and matches every given condition; return how many."""
        wanted = {"case_id": case_id, "contact_id": contact_id, "campaign_id": campaign_id}
        given = {name: value for name, value in wanted.items() if value is not None}
        matches: list[ColumnElement[bool]] = [OUTBOX.c[name] == value for name, value in given.items()]
        if not matches:
            raise Defect("everything there is would be cancelled")
        if kinds:
            matches.append(OUTBOX.c.kind.in_(kinds))
        now = self.tx.clock.now()
        statement = update(OUTBOX).where(OUTBOX.c.state.in_(CANCELLABLE), *matches)
        values = {"state": state, "rank": RANK[state], "reason": reason or None, "moved_at": now, "settled_at": now}
        return self.tx.connection.execute(statement, values).rowcount

    def add_receipt(self, receipt: Receipt) -> bool:
        """Append a receipt; False when its key is known."""
        row = {name: getattr(receipt, name) for name in RECEIPT_COLUMNS}
        return insert_new(self.tx.connection, DELIVERY_RECEIPT, row) == 1

    def waiting_receipts(self, provider_ids: Sequence[str]) -> tuple[Receipt, ...]:
        """Receipts that name one of these ids, in the order they came: joining one twice changes nothing."""
        found = self.tx.connection.execute(_RECEIPTS, {"known_as": list(provider_ids)}) if provider_ids else ()
        return tuple(Receipt(**row._mapping) for row in found)

    def without_final_word(self, before: datetime, limit: int) -> tuple[str, ...]:
        """Ids accepted or sent before ``before`` with no final word, oldest first."""
        return tuple(self.tx.connection.execute(_SILENT, {"before": before, "most": limit}).scalars())

    def silent_alerts(self, since: datetime, before: datetime, limit: int) -> tuple[str, ...]:
        """Ids of alerts accepted between ``since`` and ``before`` of which no receipt came, without a copy yet."""
        known = {"since": since, "before": before, "most": limit}
        return tuple(self.tx.connection.execute(_SILENT_ALERTS, known).scalars())

    def failed_alerts(self, since: datetime, limit: int) -> tuple[str, ...]:
        """Ids of alerts that were refused, or came back as failed, after ``since``, without a copy yet."""
        return tuple(self.tx.connection.execute(_FAILED_ALERTS, {"since": since, "most": limit}).scalars())

    def unreached_steps(self, since: datetime, limit: int) -> tuple[tuple[str, str], ...]:
        """Case and step of which every alert has failed, the last one after ``since``."""
        rows = self.tx.connection.execute(_UNREACHED_STEPS, {"since": since, "most": limit})
        return tuple((row.case_id, row.step_id) for row in rows)

    def alerts_to(self, contact_id: str, case_id: str, since: datetime) -> int:
        """How many alerts of a case were made for a phone since an instant."""
        known = {"of_contact": contact_id, "of_case": case_id, "since": since}
        return int(self.tx.connection.execute(_ALERTS_TO, known).scalar_one())

    def depth(self, lane: Lane, now: datetime, share: Share = EVERYTHING) -> int:
        """How many rows of a lane are due and unsent."""
        query, known = shared(_DEPTH, share)
        return int(self.tx.connection.execute(query, {"of_lane": lane, "now": now, **known}).scalar_one())

    def in_hand(self) -> int:
        """How many rows workers hold at this moment."""
        return int(self.tx.connection.execute(_IN_HAND).scalar_one())

    def oldest_unsent(self, lane: Lane, now: datetime) -> datetime | None:
        """When the oldest due and unsent row became due."""
        found: datetime | None = self.tx.connection.execute(_OLDEST, {"of_lane": lane, "now": now}).scalar()
        return found

    def lines(self, since: datetime | None, direction: str | None, kind: str | None) -> Iterator[MessageLine]:
        """Stream both directions, oldest first, for export; ``case`` is a code, ``step`` a name."""
        return message_lines(self.tx.connection, since, direction, kind)

    def _values(self, row: Outgoing) -> dict[str, Any]:
        body = None if row.body is None else self.tx.keyring.seal(row.body, "outbox", row.id, "body")
        return new_row(row, body)


def new_row(row: Outgoing, body_ct: str | None) -> dict[str, Any]:
    """Return the columns of a text that nobody has claimed yet."""
    return {
        "id": row.id,
        "idempotency_key": row.idempotency_key,
        "kind": row.kind,
        "lane": row.lane,
        "channel": row.channel,
        "contact_id": row.contact_id,
        "body_ct": body_ct,
        "created_at": row.created_at,
        "not_before": row.not_before,
        "not_after": row.not_after,
        "state": row.state,
        "rank": RANK[row.state],
        "language": row.language,
        "content_id": row.content_id,
        "bundle": row.bundle,
        "text_sha256": row.text_sha256,
        "segments": row.segments,
        "case_id": row.case_id,
        "step_id": row.step_id,
        "campaign_id": row.campaign_id,
        "flow_step": row.flow_step,
        "attempts": 0,
        "copies": 0,
        "claim_no": 0,
        "doubtful": False,
        "moved_at": row.created_at,
        "settled_at": row.created_at if row.state in SETTLED else None,
    }

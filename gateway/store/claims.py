"""Claiming rows of the outbox, and ending claims: every write says which claim it belongs to."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Case, Column, Row, Select, bindparam, case, func, insert, select, update
from sqlalchemy.sql.functions import coalesce

from gateway.delivery.life import FINAL, RANK
from gateway.errors import Damaged
from gateway.ports.channel import Lane
from gateway.ports.outbox import EVERYTHING, Attempt, Claimed, Ended, Outgoing, Settlement, Share
from gateway.store.owners import owner_is_dead
from gateway.store.schema.columns import word
from gateway.store.schema.sending import CAMPAIGN, DELIVERY_ATTEMPT, OUTBOX
from gateway.store.schema.talk import CONTACT
from gateway.store.transaction import Repository

MAY_HAVE_ARRIVED = frozenset({"accepted", "ambiguous"})
ATTEMPT_FIELDS = tuple(name for name in Attempt.__dataclass_fields__ if name != "partly")
OUTGOING_FIELDS = tuple(Outgoing.__dataclass_fields__)

WAITING = OUTBOX.c.state.in_([word(state) for state in ("queued", "wait_retry", "ambiguous")])
_ROWS: Select[Any] = select(
    *(OUTBOX.c.body_ct if name == "body" else OUTBOX.c[name] for name in OUTGOING_FIELDS),
    *(OUTBOX.c[name] for name in ("attempts", "copies", "claim_no", "claimed_at", "claim_until", "doubtful")),
    CONTACT.c.msisdn_ct,
    func.coalesce(CONTACT.c.district, CONTACT.c.province).label("place"),
).join(CONTACT, CONTACT.c.id == OUTBOX.c.contact_id)
_BY_ID = _ROWS.where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
# SKIP LOCKED: workers of one lane take different rows instead of waiting for each other (SQLite has one writer anyway).
_CLAIMABLE = (
    _ROWS.where(WAITING, OUTBOX.c.lane == bindparam("of_lane"), OUTBOX.c.not_before <= bindparam("now"))
    .order_by(OUTBOX.c.not_before, OUTBOX.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=OUTBOX)
)
_OF_ONE = OUTBOX.c.channel == bindparam("of_channel")
_OF_OTHERS = OUTBOX.c.channel.not_in(bindparam("without", expanding=True))
_CLAIM = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)), WAITING)
    .values(
        state="claimed",
        rank=RANK["claimed"],
        claim_no=OUTBOX.c.claim_no + 1,
        doubtful=OUTBOX.c.state == "ambiguous",
        claim_owner=bindparam("by"),
        claimed_at=bindparam("now"),
        claim_until=bindparam("until"),
        moved_at=bindparam("now"),
    )
)
_HELD = (
    OUTBOX.c.id == bindparam("outbox_id"),
    OUTBOX.c.claim_no == bindparam("by_claim"),
    OUTBOX.c.claim_owner.is_not(None),
)
_STILL_HELD = select(OUTBOX.c.id).where(*_HELD, OUTBOX.c.state == "claimed")
_RELEASED = {"claim_owner": None, "claim_until": None}
_OVERTAKEN = OUTBOX.c.rank > bindparam("new_rank")


def _unless_overtaken(column: Column[Any]) -> Case[Any]:
    """Keep what a receipt of higher rank has written meanwhile."""
    return case((_OVERTAKEN, column), else_=bindparam(f"new_{column.name}", type_=column.type))


def _if_given(column: Column[Any]) -> coalesce[Any]:
    return func.coalesce(bindparam(f"new_{column.name}", type_=column.type), column)


_SETTLE = (
    update(OUTBOX)
    .where(*_HELD)
    .values(
        **{name: _unless_overtaken(OUTBOX.c[name]) for name in ("state", "rank", "reason", "moved_at")},
        **{name: _if_given(OUTBOX.c[name]) for name in ("provider_id", "provider_code", "not_before", "channel")},
        settled_at=func.coalesce(OUTBOX.c.settled_at, bindparam("new_settled_at", type_=OUTBOX.c.settled_at.type)),
        **_RELEASED,
    )
)
_TRIED = (
    update(OUTBOX).where(*_HELD).values(attempts=OUTBOX.c.attempts + 1, copies=OUTBOX.c.copies + bindparam("arrived"))
)
_OPEN_CLAIMS = (
    select(OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.claim_owner, OUTBOX.c.claim_until)
    .where(OUTBOX.c.state == word("claimed"))
    .with_for_update(skip_locked=True)
)
_LAPSE = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)), OUTBOX.c.state == "claimed")
    .values(
        state="ambiguous",
        rank=RANK["ambiguous"],
        reason="claim_lapsed",
        copies=OUTBOX.c.copies + 1,
        not_before=bindparam("due"),
        moved_at=bindparam("now"),
        **_RELEASED,
    )
)
_TEXTS = select(CAMPAIGN.c.id, CAMPAIGN.c.texts).where(CAMPAIGN.c.id.in_(bindparam("ids", expanding=True)))
_ATTEMPTED = insert(DELIVERY_ATTEMPT)
LAPSES_A_ROUND = 1_000


def shared(query: Select[Any], share: Share) -> tuple[Select[Any], dict[str, Any]]:
    """Narrow ``query`` to the channels of ``share``; return it with what it must be told besides."""
    if share.only is not None:
        return query.where(_OF_ONE), {"of_channel": share.only}
    if share.without:
        return query.where(_OF_OTHERS), {"without": sorted(share.without)}
    return query, {}


class SqlClaims(Repository):
    """Claims and what becomes of them (gateway.ports.outbox)."""

    __slots__ = ()

    def claim(
        self, lane: Lane, now: datetime, owner: str, lease: timedelta, limit: int, share: Share = EVERYTHING
    ) -> tuple[Claimed, ...]:
        """Claim due rows, oldest first; raises each claim_no by one. ``attempts`` counts the one about to be made."""
        claimable, known = shared(_CLAIMABLE, share)
        rows = self.tx.connection.execute(claimable, {"of_lane": lane, "now": now, "most": limit, **known}).all()
        if not rows:
            return ()
        until = now + lease
        ids = [row.id for row in rows]
        self.tx.connection.execute(_CLAIM, {"ids": ids, "by": owner, "now": now, "until": until})
        texts = self._campaign_texts(rows)
        claimed = []
        for row in rows:
            try:
                message, number, text = self._opened(row, "claimed", texts)
            except Damaged:
                # It harms only itself: the rest of the lane goes on. Held, not failed: the keys may be the wrong ones.
                self.settle((Ended(row.id, row.claim_no + 1, Settlement("held", "damaged")),), now)
                continue
            doubtful = row.state == "ambiguous"
            claim_no, attempt = row.claim_no + 1, row.attempts + 1
            claimed.append(
                Claimed(message, number, text, claim_no, attempt, row.copies, now, until, doubtful, row.place)
            )
        return tuple(claimed)

    def still_held(self, outbox_id: str, claim_no: int) -> bool:
        """Whether the claim is still this worker's, and no receipt has settled the row meanwhile."""
        known = {"outbox_id": outbox_id, "by_claim": claim_no}
        return self.tx.connection.execute(_STILL_HELD, known).first() is not None

    def settle(self, endings: Sequence[Ended], now: datetime) -> int:
        """End claims; return how many were still ours. A receipt that came first keeps its higher rank."""
        ended = [
            {
                "outbox_id": ending.outbox_id,
                "by_claim": ending.claim_no,
                "new_state": ending.how.state,
                "new_rank": RANK[ending.how.state],
                "new_reason": ending.how.reason,
                "new_moved_at": now,
                "new_settled_at": now if ending.how.state in FINAL else None,
                "new_provider_id": ending.how.provider_id,
                "new_provider_code": ending.how.provider_code,
                "new_not_before": ending.how.not_before,
                "new_channel": ending.how.channel,
            }
            for ending in endings
        ]
        return self.tx.connection.execute(_SETTLE, ended).rowcount if ended else 0

    def note_attempts(self, attempts: Sequence[Attempt]) -> None:
        """Append what attempts did; each counts on its row unless the claim had lapsed, which counted it already."""
        if not attempts:
            return
        noted = [{name: getattr(attempt, name) for name in ATTEMPT_FIELDS} for attempt in attempts]
        self.tx.connection.execute(_ATTEMPTED, noted)
        tried = [
            {
                "outbox_id": attempt.outbox_id,
                "by_claim": attempt.claim_no,
                "arrived": int(attempt.outcome in MAY_HAVE_ARRIVED or attempt.partly),
            }
            for attempt in attempts
        ]
        self.tx.connection.execute(_TRIED, tried)

    def lapse(self, now: datetime, settle_after: dict[str, timedelta]) -> int:
        """Turn the claims of dead owners, and those past ``claim_until``, into ambiguous rows; return how many.

        They are due after the wait of their kind, since their last attempt may have left.
        """
        rows = self.tx.connection.execute(_OPEN_CLAIMS.limit(LAPSES_A_ROUND)).all()
        dead = {owner for owner in {row.claim_owner for row in rows} if owner_is_dead(owner)}
        lost: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            if row.claim_until < now or row.claim_owner in dead:
                lost[row.kind].append(row.id)
        for kind, ids in lost.items():
            due = now + settle_after.get(kind, max(settle_after.values()))
            self.tx.connection.execute(_LAPSE, {"ids": ids, "due": due, "now": now})
        return sum(map(len, lost.values()))

    def loaded(self, ids: Sequence[str]) -> Iterator[Claimed]:
        """Yield rows as they stand, with number and text."""
        rows = self.tx.connection.execute(_BY_ID, {"ids": list(ids)}).all()
        texts = self._campaign_texts(rows)
        for row in rows:
            at = row.claimed_at or row.created_at
            yield Claimed(
                *self._opened(row, row.state, texts),
                row.claim_no,
                row.attempts,
                row.copies,
                at,
                row.claim_until or at,
                row.doubtful,
                row.place,
            )

    def _campaign_texts(self, rows: Sequence[Row[Any]]) -> dict[str, dict[str, str]]:
        ids = {row.campaign_id for row in rows if row.body_ct is None and row.campaign_id is not None}
        if not ids:
            return {}
        return {row.id: json.loads(row.texts) for row in self.tx.connection.execute(_TEXTS, {"ids": sorted(ids)})}

    def _opened(self, row: Row[Any], state: str, campaigns: dict[str, dict[str, str]]) -> tuple[Outgoing, str, str]:
        """Return the record, the number and the text; a broadcast's text stands in its campaign."""
        keyring = self.tx.keyring
        body = None if row.body_ct is None else keyring.open(row.body_ct, "outbox", row.id, "body")
        message = Outgoing(**{**dict(zip(OUTGOING_FIELDS, row, strict=False)), "state": state, "body": body})
        text = campaigns.get(row.campaign_id, {}).get(row.language) if body is None else body
        if text is None:
            raise Damaged(f"message {row.id} has no text")
        return message, keyring.open(row.msisdn_ct, "contact", row.contact_id, "msisdn"), text

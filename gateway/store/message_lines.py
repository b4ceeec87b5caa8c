"""Every message of both directions, streamed oldest first: states and ids, no number and no text."""

from collections.abc import Iterator
from datetime import datetime
from heapq import merge
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.ports.outbox import MessageLine
from gateway.store.schema.casework import CASES, ESCALATION
from gateway.store.schema.sending import OUTBOX
from gateway.store.schema.talk import INBOUND

PAGE = 500

_OUT = (
    select(
        OUTBOX.c.id,
        OUTBOX.c.channel,
        OUTBOX.c.provider_id,
        OUTBOX.c.kind,
        OUTBOX.c.lane,
        OUTBOX.c.state,
        OUTBOX.c.reason,
        OUTBOX.c.attempts,
        CASES.c.code,
        OUTBOX.c.campaign_id,
        ESCALATION.c.name,
        OUTBOX.c.created_at,
        OUTBOX.c.settled_at,
        OUTBOX.c.text_sha256,
    )
    .select_from(
        OUTBOX.outerjoin(CASES, CASES.c.id == OUTBOX.c.case_id).outerjoin(
            ESCALATION, ESCALATION.c.id == OUTBOX.c.step_id
        )
    )
    .order_by(OUTBOX.c.created_at, OUTBOX.c.id)
)
_IN = select(
    INBOUND.c.id,
    INBOUND.c.channel,
    INBOUND.c.provider_id,
    INBOUND.c.kind,
    INBOUND.c.state,
    INBOUND.c.attempts,
    INBOUND.c.step,
    INBOUND.c.received_at,
    INBOUND.c.settled_at,
    INBOUND.c.reply_sha256,
).order_by(INBOUND.c.received_at, INBOUND.c.id)


def message_lines(
    connection: Connection, since: datetime | None, direction: str | None, kind: str | None
) -> Iterator[MessageLine]:
    """Stream messages from ``since`` on; ``direction`` in, out or None for both; ``kind`` None for all."""
    outward, inward = _OUT, _IN
    if since is not None:
        outward, inward = outward.where(OUTBOX.c.created_at >= since), inward.where(INBOUND.c.received_at >= since)
    if kind is not None:
        outward, inward = outward.where(OUTBOX.c.kind == kind), inward.where(INBOUND.c.kind == kind)
    streams: list[Iterator[MessageLine]] = []
    if direction in (None, "in"):
        streams.append(_inbound(row) for row in _streamed(connection, inward))
    if direction in (None, "out"):
        streams.append(_outgoing(row) for row in _streamed(connection, outward))
    return merge(*streams, key=lambda line: (line.created_at, line.id))


def _streamed(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    yield from connection.execute(query, execution_options={"yield_per": PAGE})


def _outgoing(row: Row[Any]) -> MessageLine:
    return MessageLine(
        row.id,
        "out",
        row.channel,
        row.provider_id,
        row.kind,
        row.lane,
        row.state,
        row.reason,
        row.attempts,
        row.code,
        row.campaign_id,
        row.name,
        row.created_at,
        row.settled_at,
        row.text_sha256,
    )


def _inbound(row: Row[Any]) -> MessageLine:
    return MessageLine(
        row.id,
        "in",
        row.channel,
        row.provider_id,
        row.kind,
        None,
        row.state,
        None,
        row.attempts,
        None,
        None,
        row.step,
        row.received_at,
        row.settled_at,
        row.reply_sha256,
    )

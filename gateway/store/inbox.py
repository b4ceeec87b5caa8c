"""What came in, each message once for ever, with the reply it got."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, func, insert, select, update

from gateway.conversation.passages import Passage
from gateway.ports.channel import Answer, AnswerText
from gateway.ports.inbox import Asked, Heard, InboundRow, InboundState
from gateway.store.schema.talk import INBOUND, SMPP_ARRIVAL
from gateway.store.transaction import Repository
from gateway.text.redaction import without_last_digits

_FIND = select(INBOUND.c.id, INBOUND.c.body_mac, INBOUND.c.reply_ct).where(
    INBOUND.c.channel == bindparam("channel"), INBOUND.c.dedupe_key == bindparam("dedupe_key")
)
_SAID = (
    select(INBOUND.c.id, INBOUND.c.body_ct)
    .where(
        INBOUND.c.contact_id == bindparam("contact_id"),
        INBOUND.c.received_at >= bindparam("since"),
        INBOUND.c.kind == "sms",
    )
    .order_by(INBOUND.c.received_at, INBOUND.c.id)
)
# What a contact answered next on the same channel tells the flow; after the last message only the step is known.
_PASSAGES = (
    select(
        INBOUND.c.contact_id,
        INBOUND.c.answered_step,
        INBOUND.c.step,
        func.lead(INBOUND.c.answered_step)
        .over(
            partition_by=(INBOUND.c.contact_id, INBOUND.c.channel, INBOUND.c.kind),
            order_by=(INBOUND.c.received_at, INBOUND.c.id),
        )
        .label("next_step"),
    )
    .where(INBOUND.c.contact_id.is_not(None))
    .subquery()
)
_WENT = select(_PASSAGES).where(_PASSAGES.c.answered_step.is_not(None))
_ADD = insert(INBOUND)
_FORGET_PARTS = (
    update(SMPP_ARRIVAL)
    .where(SMPP_ARRIVAL.c.settled, SMPP_ARRIVAL.c.at <= bindparam("until"), SMPP_ARRIVAL.c.body_ct.is_not(None))
    .values(body_ct=None)
)
_FORGET = (
    update(INBOUND)
    .where(
        INBOUND.c.contact_id == bindparam("whose"),
        INBOUND.c.received_at <= bindparam("until"),
        INBOUND.c.body_ct.is_not(None),
    )
    .values(body_ct=None)
)


class SqlInbox(Repository):
    """The inbound table (gateway.ports.inbox)."""

    __slots__ = ()

    def find(self, channel: str, dedupe_key: str, body: str) -> Heard | None:
        """Return the stored reply of a repeated message."""
        known = {"channel": channel, "dedupe_key": self._key(dedupe_key)}
        row = self.tx.connection.execute(_FIND, known).first()
        if row is None:
            return None
        # A reply that retention has emptied, or that was never given, is nothing to say.
        reply = row.reply_ct and self.tx.keyring.open(row.reply_ct, "inbound", row.id, "reply")
        return Heard(row.id, _read(reply) if reply else Answer(), row.body_mac == self._mac(body))

    def said(self, contact_id: str, since: datetime) -> tuple[str, ...]:
        """Return what a contact wrote by SMS since ``since``, oldest first."""
        rows = self.tx.connection.execute(_SAID, {"contact_id": contact_id, "since": since})
        return tuple(self.tx.keyring.open(row.body_ct, "inbound", row.id, "body") for row in rows if row.body_ct)

    def passages(self) -> Iterator[Passage]:
        """Yield where each message went: who, which question it answered, which one waited next. For tools."""
        for row in self.tx.connection.execute(_WENT):
            flow = row.answered_step.partition(".")[0]
            yield Passage(row.contact_id, row.answered_step, row.next_step or f"{flow}.{row.step or ''}")

    def add(
        self,
        row: InboundRow,
        state: InboundState,
        answer: Answer,
        bundle: str | None,
        step: str | None,
        asked: Asked | None = None,
    ) -> None:
        """Store a message with what it was answered, so that a repeat gets the same bytes; Conflict for a known key."""
        texts = "\n".join(text.text for text in answer.texts)
        self.tx.connection.execute(
            _ADD,
            {
                "id": row.id,
                "channel": row.channel,
                "dedupe_key": self._key(row.dedupe_key),
                "weak": row.weak,
                "kind": row.kind,
                "provider_id": row.provider_id,
                "session_id": row.session_id,
                "contact_id": row.contact_id,
                "body_ct": self._body(row),
                "body_mac": self._mac(row.body),
                "received_at": row.received_at,
                "state": state,
                "reply_ct": self.tx.keyring.seal(_written(answer), "inbound", row.id, "reply"),
                "reply_sha256": sha256(texts.encode()).hexdigest() if answer.texts else None,
                "bundle": bundle,
                "step": step,
                "attempts": 1,
                "settled_at": self.tx.clock.now(),
                "language": asked.language if asked else None,
                "answered_bundle": asked.bundle if asked else None,
                "answered_step": asked.step if asked else None,
                "asked_sha256": asked.sha256 if asked else None,
                "answers": row.answers,
            },
        )

    def weak_since(self, since: datetime) -> Mapping[str, int]:
        """Count by channel the messages whose repeats are known by their content alone."""
        query = select(INBOUND.c.channel, func.count()).where(INBOUND.c.received_at >= since, INBOUND.c.weak)
        return {channel: count for channel, count in self.tx.connection.execute(query.group_by(INBOUND.c.channel))}

    def forget_words(self, contact_id: str, until: datetime) -> int:
        """Empty the bodies of what a contact wrote up to ``until``; return how many there were."""
        return self.tx.connection.execute(_FORGET, {"whose": contact_id, "until": until}).rowcount

    def forget_parts(self, before: datetime) -> int:
        """Empty parts of long texts that were put together before ``before``; return how many there were."""
        return self.tx.connection.execute(_FORGET_PARTS, {"until": before}).rowcount

    def _body(self, row: InboundRow) -> str | None:
        words = without_last_digits(row.body, row.hidden)
        return self.tx.keyring.seal(words, "inbound", row.id, "body") if row.kept else None

    def _key(self, dedupe_key: str) -> str:
        """Return what is stored of a key: some channels make theirs of the phone's number."""
        return self.tx.keyring.fingerprint("dedupe", dedupe_key)

    def _mac(self, body: str) -> str:
        return self.tx.keyring.fingerprint("body", body)


def _written(answer: Answer) -> str:
    texts = [[text.message_id, text.text] for text in answer.texts]
    return json.dumps({"texts": texts, "ends": answer.ends}, ensure_ascii=False)


def _read(stored: str) -> Answer:
    facts = json.loads(stored)
    return Answer(tuple(AnswerText(message_id, text) for message_id, text in facts["texts"]), facts["ends"])

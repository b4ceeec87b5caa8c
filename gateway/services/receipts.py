"""Receipts: appended always, joined to their text when it is known, and only ever raising its rank."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.delivery.life import of_parts
from gateway.ports.channel import PartSent, Receipt
from gateway.ports.outside import Outside
from gateway.ports.parts import RaisedPart
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.carrier_alarms import sound
from gateway.services.settlements import remember_opt_out


def record(outside: Outside, receipt: Receipt) -> bool:
    """Append ``receipt``; raise the state of its text when both are known. An early one waits for its provider id."""
    now = outside.clock.now()
    with outside.store.writing() as work:
        if not work.outbox.add_receipt(receipt):
            return False
        if receipt.alarm:
            sound(work, outside.chance, "texts_refused", receipt.channel, now)
        message_id = receipt.message_id
        if message_id is None and receipt.provider_id is not None:
            if (part := work.parts.raise_state(receipt.channel, receipt.provider_id, receipt.state)) is not None:
                return _apply_to_whole(work, part, receipt, now)
            message_id = work.outbox.id_of(receipt.channel, receipt.provider_id)
        if message_id is not None:
            _heed_carrier(work, message_id, receipt, now)
        if message_id is None or receipt.state is None:
            outside.meter.count("receipts_waiting", channel=receipt.channel)
            return False
        return work.outbox.raise_state(message_id, receipt.state, reason_of(receipt), now)


def knows(outside: Outside, channel: str, provider_id: str) -> bool:
    """Whether a provider's id belongs to one of our texts, or to a part of one."""
    with outside.store.reading() as work:
        known = work.parts.raise_state(channel, provider_id, None) is not None
        return known or work.outbox.id_of(channel, provider_id) is not None


def apply_waiting(work: UnitOfWork, known: Mapping[tuple[str, str], str], now: datetime) -> None:
    """Join receipts that came before the provider's id was known; ``known``: our id by channel and provider's id."""
    for receipt in work.outbox.waiting_receipts([provider_id for _, provider_id in known]):
        message_id = known.get((receipt.channel, receipt.provider_id or ""))
        if message_id is None:
            continue  # another channel's provider counts like this one
        _heed_carrier(work, message_id, receipt, now)
        if receipt.state is not None:
            work.outbox.raise_state(message_id, receipt.state, reason_of(receipt), now)


def note_parts(work: UnitOfWork, message_id: str, channel: str, parts: Sequence[PartSent], now: datetime) -> None:
    """Keep the parts that a provider took, and join the receipts that were faster."""
    work.parts.note(message_id, channel, parts)
    for receipt in work.outbox.waiting_receipts([sent.provider_id for sent in parts if sent.provider_id]):
        if receipt.channel != channel:
            continue
        if (part := work.parts.raise_state(channel, receipt.provider_id or "", receipt.state)) is not None:
            _apply_to_whole(work, part, receipt, now)


def _apply_to_whole(work: UnitOfWork, part: RaisedPart, receipt: Receipt, now: datetime) -> bool:
    """A text in parts is delivered when all of them are, and failed when one is."""
    _heed_carrier(work, part.outbox_id, receipt, now)
    state = of_parts(part.states)
    return state is not None and work.outbox.raise_state(part.outbox_id, state, reason_of(receipt), now)


def _heed_carrier(work: UnitOfWork, message_id: str, receipt: Receipt, now: datetime) -> None:
    """What a carrier says of a text it may say of its phone: unsubscribed, no such phone, or that it works."""
    if receipt.state == "delivered":
        work.numbers.got(message_id)
    if not (receipt.opted_out or receipt.dead_number) or (row := work.outbox.get(message_id)) is None:
        return
    if receipt.opted_out:
        remember_opt_out(work, row.message.contact_id, now)
    if receipt.dead_number:
        work.numbers.refused(row.message.contact_id, now)


def reason_of(receipt: Receipt) -> str | None:
    """Return why a receipt's state is what it is: the provider's code, or that it could not tell."""
    if receipt.state == "unknown":
        return "carrier_unknown"
    return receipt.code

"""Receipts: appended always, joined to their text when it is known, and only ever raising its rank."""

from datetime import datetime

from gateway.ports.channel import Receipt
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.settlements import remember_opt_out


def record(outside: Outside, receipt: Receipt) -> bool:
    """Append ``receipt``; raise the state of its text when both are known. An early one waits for its provider id."""
    now = outside.clock.now()
    with outside.store.writing() as work:
        if not work.outbox.add_receipt(receipt):
            return False
        message_id = receipt.message_id
        if message_id is None and receipt.provider_id is not None:
            message_id = work.outbox.id_of(receipt.channel, receipt.provider_id)
        if message_id is not None:
            _heed_opt_out(work, message_id, receipt, now)
        if message_id is None or receipt.state is None:
            outside.meter.count("receipts_waiting", channel=receipt.channel)
            return False
        return work.outbox.raise_state(message_id, receipt.state, reason_of(receipt), now)


def apply_waiting(work: UnitOfWork, message_id: str, channel: str, provider_id: str, now: datetime) -> None:
    """Join receipts that came before the provider's id was known."""
    for receipt in work.outbox.waiting_receipts(channel, provider_id):
        _heed_opt_out(work, message_id, receipt, now)
        if receipt.state is not None:
            work.outbox.raise_state(message_id, receipt.state, reason_of(receipt), now)


def _heed_opt_out(work: UnitOfWork, message_id: str, receipt: Receipt, now: datetime) -> None:
    """A carrier that says "unsubscribed" speaks for the phone the text went to."""
    if receipt.opted_out and (row := work.outbox.get(message_id)) is not None:
        remember_opt_out(work, row.message.contact_id, now)


def reason_of(receipt: Receipt) -> str | None:
    """Return why a receipt's state is what it is: the provider's code, or that it could not tell."""
    if receipt.state == "unknown":
        return "carrier_unknown"
    return receipt.code

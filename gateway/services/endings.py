"""How claims end: many at once in one transaction, each as if it were alone."""

from dataclasses import dataclass
from datetime import datetime

from gateway.ports.channel import SendResult
from gateway.ports.outbox import Attempt, Claimed, Settlement
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.receipts import apply_waiting, note_parts
from gateway.services.settlements import remember_opt_out


@dataclass(frozen=True, slots=True)
class Ending:
    """How one claim ended, with the attempt and the channel's verdict if there was one."""

    row: Claimed
    settlement: Settlement
    attempt: Attempt | None = None
    result: SendResult | None = None


def write_down(work: UnitOfWork, ending: Ending, now: datetime) -> None:
    """Keep the attempt, end the claim, and join the receipts that came before we knew the provider's id."""
    message, settlement, result = ending.row.message, ending.settlement, ending.result
    if ending.attempt is not None:
        work.outbox.note_attempt(ending.attempt)
    held = work.outbox.settle(message.id, ending.row.claim_no, settlement, now)
    if held and settlement.provider_id:
        apply_waiting(work, message.id, settlement.channel or message.channel, settlement.provider_id, now)
    if result is not None and result.parts:
        note_parts(work, message.id, message.channel, result.parts, now)
    if result is not None and result.opted_out:
        remember_opt_out(work, message.contact_id, now)
    if result is not None and result.dead_number:
        work.numbers.refused(message.contact_id, now)

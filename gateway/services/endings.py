"""How claims end: many at once in one transaction, each as if it were alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.ports.channel import SendResult
from gateway.ports.outbox import Attempt, Claimed, Ended, Settlement
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


def write_down(work: UnitOfWork, endings: Sequence[Ending], now: datetime) -> None:
    """Keep the attempts, end the claims, and join the receipts that came before we knew the providers' ids."""
    work.outbox.note_attempts([ending.attempt for ending in endings if ending.attempt is not None])
    work.outbox.settle([Ended(one.row.message.id, one.row.claim_no, one.settlement) for one in endings], now)
    apply_waiting(work, dict(_named(endings)), now)
    for ending in endings:
        message, result = ending.row.message, ending.result
        if result is not None and result.parts:
            note_parts(work, message.id, message.channel, result.parts, now)
        if result is not None and result.opted_out:
            remember_opt_out(work, message.contact_id, now)
        if result is not None and result.dead_number:
            work.numbers.refused(message.contact_id, now)


def _named(endings: Sequence[Ending]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield channel and provider's id -> ours; receipts of an attempt count even when its claim was lost meanwhile."""
    for ending in endings:
        message, settlement = ending.row.message, ending.settlement
        if settlement.provider_id:
            yield (settlement.channel or message.channel, settlement.provider_id), message.id

"""What becomes of a claimed row: one pure answer for each outcome of an attempt."""

from dataclasses import replace
from datetime import datetime, timedelta

from gateway.delivery.ambiguity import UNSETTLED, LookUp, decide, policy
from gateway.delivery.retry import RetrySettings, next_attempt, takes_fallback
from gateway.ports.channel import SendResult
from gateway.ports.outbox import Claimed, Settlement
from gateway.ports.unit_of_work import UnitOfWork

NEXT_CHANNEL = timedelta(seconds=1)
"""Before an alert tries the channel beside a broken one: should both be broken, it does not run in circles."""


def not_sent(reason: str) -> Settlement:
    """A broadcast that may not be sent after all; a paused campaign's row waits in the queue, a stopped one's ends."""
    if reason == "paused":
        return Settlement("held", reason=reason)
    if reason in ("stopped", "unapproved"):
        return Settlement("cancelled", reason=reason)
    return Settlement("suppressed", reason=reason)


def too_late(row: Claimed) -> Settlement:
    """Its time has passed: an attempt that may have arrived stays unknown, the rest failed.

    A broadcast that never left waits for the next humane hour, when its campaign plans it again.
    """
    if row.doubtful:
        return Settlement("unknown", reason=UNSETTLED)
    if row.message.kind == "broadcast" and not row.copies:
        return Settlement("held", reason="night")
    return Settlement("failed", reason="too_late")


def postponed(row: Claimed, until: datetime, reason: str) -> Settlement:
    """Back to wait, nothing was tried: the channel's rate has no room, or the worker was frozen since its claim."""
    return Settlement("ambiguous" if row.doubtful else "wait_retry", reason=reason, not_before=until)


def kept_from(row: Claimed, now: datetime, pause: timedelta, other: str) -> Settlement:
    """Its channel is left alone for a while: an alert goes to the ``other`` one at once, the rest wait."""
    if row.message.lane == "alerts" and other != row.message.channel and not row.doubtful:
        return Settlement("wait_retry", reason="breaker", not_before=now + NEXT_CHANNEL, channel=other)
    return postponed(row, now + pause, "breaker")


def for_another_process(row: Claimed, now: datetime) -> Settlement:
    """Its channel is carried by another process: what may have arrived is counted, and its words say so."""
    return Settlement("wait_retry", reason="other_process", not_before=now, channel=row.message.channel)


def of_doubt(row: Claimed, copies: int, *, can_look_up: bool) -> Settlement | None:
    """An attempt that waited in vain for a receipt: None when it is sent again, else unknown for good.

    ``copies``: attempts that may have arrived, this one included.
    """
    settle = policy(row.message.kind).settle
    looked_up: LookUp = "absent" if can_look_up else "impossible"
    decision = decide(
        row.message.kind, row.claimed_at - settle, row.claimed_at, copies, row.message.not_after, looked_up
    )
    if decision.step == "resend":
        return None
    return Settlement("unknown", reason=decision.reason or UNSETTLED)


def of_result(row: Claimed, result: SendResult, now: datetime, settings: RetrySettings, other: str) -> Settlement:
    """Turn a channel's verdict into the row's next state; an alert is tried again by the ``other`` channel.

    A doubtful row keeps the channel of its attempt: only that one can look it up, and only its receipts settle it.
    """
    code, used = result.provider_code, row.message.channel
    if result.outcome == "accepted":
        return Settlement("accepted", provider_id=result.provider_id, provider_code=code, channel=used)
    if result.outcome == "permanent":
        return Settlement("failed", reason="refused", provider_id=result.provider_id, provider_code=code, channel=used)
    if result.outcome == "ambiguous":
        due = now + policy(row.message.kind).settle
        return Settlement("ambiguous", reason="no_answer", provider_code=code, not_before=due, channel=used)
    broken = result.outcome == "broken"
    next_by = other if takes_fallback(row.message.lane, row.attempts + 1, settings, broken=broken) else used
    # A provider's "not before" binds that provider, not the one that is asked instead.
    pause = timedelta(seconds=result.retry_after) if result.retry_after and next_by == used else None
    again = next_attempt(row.message.id, max(row.attempts, 1), now, row.message.not_after, settings, pause)
    if again is None:
        return Settlement("failed", reason="too_late", provider_code=code, channel=used)
    return Settlement("wait_retry", reason=result.outcome, provider_code=code, not_before=again, channel=next_by)


def remember_opt_out(work: UnitOfWork, contact_id: str, now: datetime) -> None:
    """The carrier says this phone has unsubscribed: keep it as our own STOP."""
    contact = work.people.get(contact_id)
    if contact is not None and contact.opted_out_at is None:
        work.people.save(replace(contact, opted_out_at=now))

"""Texts of which no good word came: an alert goes out once more by the other channel, the rest end in time."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.delivery.ambiguity import policy
from gateway.delivery.life import FAILURES
from gateway.delivery.retry import RetrySettings, takes_fallback
from gateway.ports.content import Content
from gateway.ports.outbox import Claimed, Outgoing
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.alerting import ALERT_LIVES, repeat_of
from gateway.services.routes import Routes
from gateway.services.texts import outgoing

AT_A_TIME = 500
COPIES_PER_PHONE = 2
COPIES_WINDOW = timedelta(minutes=15)
ALERTS_LOOKED_AT = timedelta(minutes=10)
"""How long after its sending a silent or failed alert is still worth a copy; later the ladder has long gone on."""


@dataclass(frozen=True, slots=True)
class Unreported:
    """What time does to texts without a receipt; safe to run in any number of processes."""

    outside: Outside
    content: Content
    routes: Routes
    settings: RetrySettings

    def settle(self) -> int:
        """Close what had no final word for three days: nobody will say any more what became of it."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            silent = work.outbox.without_final_word(now - self.settings.silence, AT_A_TIME)
            return sum(work.outbox.raise_state(one, "no_receipt", None, now) for one in silent)

    def follow_alerts(self) -> int:
        """Send alerts once more by the other channel: at once where they failed, else after three minutes of silence.

        Returns how many.
        """
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            if not self._to_follow(work, now, 1):
                return 0
        with self.outside.store.writing() as work:
            rows = [work.outbox.get(one) for one in self._to_follow(work, now, AT_A_TIME)]
            followed = sum(self._follow(work, row, now) for row in rows if row is not None)
            lanes = work.outbox.queued_lanes
        for lane in sorted(lanes):
            self.outside.wakeup.wake(lane)
        return followed

    def _to_follow(self, work: UnitOfWork, now: datetime, most: int) -> tuple[str, ...]:
        since, before = now - ALERTS_LOOKED_AT, now - self.settings.fallback_after
        return work.outbox.failed_alerts(since, most) + work.outbox.silent_alerts(since, before, most)

    def _follow(self, work: UnitOfWork, row: Claimed, now: datetime) -> bool:
        """Queue a copy, marked as one, unless the case is in hand or the phone has had enough copies."""
        message, other = row.message, self.routes.other(row.message.channel, row.to)
        failed, silent_for = message.state in FAILURES, now - row.claimed_at
        stuck = failed or takes_fallback(message.lane, 1, self.settings, silent_for=silent_for)
        if other == message.channel or not stuck:
            return False
        if work.inbox.said(message.contact_id, message.created_at):
            return False  # whoever has written since holds a phone that works
        if not self._still_calls(work, message) or not self._may_have_another(work, message, now):
            return False
        copy = replace(
            message,
            id=self.outside.chance.new_id(),
            idempotency_key=f"{message.idempotency_key}:again",
            channel=other,
            body=repeat_of(self.content, row.text, message.language),
            created_at=now,
            not_before=now,
            not_after=now + ALERT_LIVES,
            state="queued",
        )
        return work.outbox.add(outgoing(copy))

    @staticmethod
    def _still_calls(work: UnitOfWork, message: Outgoing) -> bool:
        """Whether the step that the alert belongs to still waits for somebody's answer."""
        if message.case_id is None:
            return False
        steps = work.caseload.steps(message.case_id)
        return any(step.id == message.step_id and step.state == "sent" for step in steps)

    @staticmethod
    def _may_have_another(work: UnitOfWork, message: Outgoing, now: datetime) -> bool:
        if message.step_id is None or work.outbox.copies_of_step(message.step_id) >= policy("alert").copies:
            return False
        since = now - COPIES_WINDOW
        return work.outbox.alerts_to(message.contact_id, message.case_id or "", since) < COPIES_PER_PHONE

"""The one door out: claims due rows, hands each to its channel once, and records what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gateway.delivery.ambiguity import POLICIES, policy
from gateway.delivery.retry import RetrySettings, lease
from gateway.ports.channel import Lane, OutboundMessage, Receipt, SendResult
from gateway.ports.content import Content
from gateway.ports.outbox import Attempt, Claimed, Settlement
from gateway.ports.outside import Outside
from gateway.services import settlements
from gateway.services.alerting import repeat_of
from gateway.services.receipts import apply_waiting, record
from gateway.services.routes import Routes

HTTP_TIMEOUT = timedelta(seconds=10)
AT_ONCE = {"alerts": 16, "replies": 16, "broadcasts": 64}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends what is due; safe to run in any number of processes at once.

    ``callback_url`` turns (channel name, our id) into the address for receipts, or None.
    """

    outside: Outside
    content: Content
    routes: Routes
    callback_url: Callable[[str, str], str | None]
    settings: RetrySettings

    def send_due(self, lane: Lane, limit: int = 500) -> int:
        """Send up to ``limit`` due rows of ``lane``; return how many were handed to a provider."""
        handed_over = seen = 0
        while seen < limit and (batch := self._claim(lane)):
            seen += len(batch)
            handed_over += self.outside.crew.each(self._send_claimed, batch)
        return handed_over

    def sweep(self) -> int:
        """Make claims of dead or late workers ambiguous, so that their rows are settled; return how many."""
        with self.outside.store.writing() as work:
            return work.outbox.lapse(self.outside.clock.now(), {kind: rule.settle for kind, rule in POLICIES.items()})

    def record_receipt(self, receipt: Receipt) -> bool:
        """Append a receipt and raise the rank of its text; False when nothing moved."""
        return record(self.outside, receipt)

    def _claim(self, lane: Lane) -> tuple[Claimed, ...]:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            claimed = work.outbox.claim(lane, now, self.outside.owner, lease(lane, self.settings), AT_ONCE[lane])
            if lane != "broadcasts" or not claimed:
                self._visit("after-claim", claimed)
                return claimed
            refused = work.campaigns.recheck(tuple(row.message.id for row in claimed), now)
            for row in claimed:
                if row.message.id in refused:
                    verdict = settlements.not_sent(refused[row.message.id])
                    work.outbox.settle(row.message.id, row.claim_no, verdict, now)
        return tuple(row for row in claimed if row.message.id not in refused)

    def _visit(self, point: str, claimed: tuple[Claimed, ...]) -> None:
        if claimed:
            self.outside.reach(point)

    def _send_claimed(self, row: Claimed) -> bool:
        """Take one claimed row to its next state; True when a provider took it."""
        now = self.outside.clock.now()
        if now >= row.message.not_after:
            self._settle(row, settlements.too_late(row))
            return False
        if row.doubtful and (settled := self._settle_doubt(row)):
            self._settle(row, settled)
            return settled.state == "accepted"
        carrier = self.routes.carrier(row.message.channel, row.to)
        wait = timedelta(0)
        if carrier in self.outside.channels:
            wait = self.outside.throttle.take(carrier, row.message.lane, row.message.segments)
        if wait:
            self._settle(row, settlements.postponed(row, now + wait))
            return False
        return self._pass_on(row)

    def _settle_doubt(self, row: Claimed) -> Settlement | None:
        """Settle an attempt that may have arrived: by look-up, else by the policy of its kind; None means send again."""
        channel = self.outside.channels.get(self.routes.carrier(row.message.channel, row.to))
        if channel is not None and channel.capabilities.supports_lookup:
            found = channel.look_up(self._as_message(row))
            if found is not None and found.outcome == "accepted":
                return Settlement("accepted", provider_id=found.provider_id)
        look_up = channel is not None and channel.capabilities.supports_lookup
        return settlements.of_doubt(row, self._copies(row), can_look_up=look_up)

    def _copies(self, row: Claimed) -> int:
        """How many attempts may have arrived: of an alert, over its whole escalation step."""
        if row.message.step_id is None:
            return row.copies
        with self.outside.store.reading() as work:
            return max(row.copies, work.outbox.copies_of_step(row.message.step_id))

    def _pass_on(self, row: Claimed) -> bool:
        started = self.outside.clock.now()
        if not self._may_still_send(row):
            return False
        self.outside.reach("before-send")
        result = self._attempt(row)
        self.outside.reach("after-send")
        ended = self.outside.clock.now()
        attempt = Attempt(row.message.id, row.claim_no, row.message.channel, started, ended, result.outcome,
                          result.provider_id, result.detail)
        if result.throttled:
            self.outside.throttle.slow_down(row.message.channel)
        settled = settlements.of_result(row, result, ended, self.settings, self.routes.for_alert(row.to, row.attempts))
        self._settle(row, settled, attempt, result)
        self.outside.meter.count("messages_sent", lane=row.message.lane, outcome=result.outcome)
        return result.outcome == "accepted"

    def _may_still_send(self, row: Claimed) -> bool:
        """A worker that was frozen since its claim must not send late: ask again right before the request."""
        if self.outside.clock.now() > row.claim_until - HTTP_TIMEOUT:
            return False
        if row.message.lane == "replies":
            return True
        with self.outside.store.reading() as work:
            return work.outbox.still_held(row.message.id, row.claim_no)

    def _attempt(self, row: Claimed) -> SendResult:
        channel = self.outside.channels.get(self.routes.carrier(row.message.channel, row.to))
        if channel is None:
            return SendResult("broken", detail="no such channel is configured")
        return channel.send(self._as_message(row))

    def _as_message(self, row: Claimed) -> OutboundMessage:
        message = row.message
        earlier = message.not_before - policy(message.kind).settle if row.doubtful else None
        text = row.text
        if row.doubtful and message.kind == "alert":
            text = repeat_of(self.content, text, message.language)
        return OutboundMessage(message.id, message.channel, row.to, text, message.lane, message.not_after,
                               row.attempts, self.callback_url(message.channel, message.id), earlier)

    def _settle(self, row: Claimed, settlement: Settlement, attempt: Attempt | None = None,
                result: SendResult | None = None) -> None:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            if attempt is not None:
                work.outbox.note_attempt(attempt)
            held = work.outbox.settle(row.message.id, row.claim_no, settlement, now)
            if held and settlement.provider_id:
                apply_waiting(work, row.message.id, settlement.channel or row.message.channel, settlement.provider_id, now)
            if result is not None and result.opted_out:
                settlements.remember_opt_out(work, row.message.contact_id, now)
        self.outside.reach("after-settle")


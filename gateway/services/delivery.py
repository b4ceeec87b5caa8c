"""The one door out: claims due rows, hands each to its channel once, and records what came of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.delivery.ambiguity import POLICIES, policy
from gateway.delivery.retry import RetrySettings, lease
from gateway.ports.channel import Channel, Lane, OutboundMessage, Receipt, SendResult
from gateway.ports.content import Content
from gateway.ports.outbox import EVERYTHING, Attempt, Claimed, Ended, Settlement, Share
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services import restoring, settlements
from gateway.services.alerting import repeat_of
from gateway.services.carrier_alarms import kind_of, sound
from gateway.services.endings import Ending, write_down
from gateway.services.guards import Guards
from gateway.services.reader_places import filled
from gateway.services.receipts import record
from gateway.services.routes import SIMULATOR, Routes

MAY_COST = frozenset({"accepted", "ambiguous"})
HTTP_TIMEOUT = timedelta(seconds=10)
AT_A_STRETCH = timedelta(seconds=5)
PATIENCE = timedelta(seconds=2)
"""How long one text waits for its channel's rate with its claim in hand; longer, and it goes back into the queue."""
MOST = 5_000
CLAIM = 32
"""Rows claimed together: few, for what a process had claimed when it died counts as perhaps sent."""
AHEAD = {"alerts": 16, "replies": 64, "broadcasts": 64}
FRESH = timedelta(seconds=1)
"""A broadcast claimed that lately is not asked about again: a STOP, of it or of a person, takes effect within this."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sends what is due; safe to run in any number of processes at once.

    ``callback_url`` turns (channel name, our id) into the address for receipts, or None. ``share``: the channels that
    this process carries; a bind carries its own, and everybody else all but the binds. ``rate``: broadcasts a second.
    """

    outside: Outside
    content: Content
    routes: Routes
    guards: Guards
    callback_url: Callable[[str, str], str | None]
    settings: RetrySettings
    share: Share = EVERYTHING
    rate: float = 100.0

    def send_due(self, lane: Lane, limit: int = MOST) -> int:
        """Send up to ``limit`` due rows of ``lane``; return how many were handed to a provider.

        What is left then, or after some seconds at a slow channel, is a matter for the next wake-up, made here.
        """
        return self.outside.crew.each(self._send_claimed, self._claims(lane, limit), self._at_hand(lane, AHEAD[lane]))

    def _claims(self, lane: Lane, limit: int) -> Iterator[tuple[Claimed, ...]]:
        """Claim batch after batch until nothing is due, ``limit`` is reached or time is up."""
        seen, until = 0, self.outside.clock.now() + AT_A_STRETCH
        while seen < limit and self.outside.clock.now() < until:
            claimed, allowed = self._claim(lane, min(self._at_hand(lane, CLAIM), limit - seen))
            if not claimed:
                return
            seen += claimed
            yield allowed
        self.outside.wakeup.wake(lane)

    def _at_hand(self, lane: Lane, most: int) -> int:
        """Return how many texts this process may hold: of broadcasts those of a second.

        What it holds is in doubt if it dies, and gone for a STOP.
        """
        return min(most, max(1, int(self.rate))) if lane == "broadcasts" else most

    def sweep(self) -> int:
        """Make claims of dead or late workers ambiguous, so that their rows are settled; return how many."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            work.guards.forget_days(self.guards.today(now))
            return work.outbox.lapse(now, {kind: rule.settle for kind, rule in POLICIES.items()})

    def record_receipt(self, receipt: Receipt) -> bool:
        """Append a receipt and raise the rank of its text; False when nothing moved."""
        return record(self.outside, receipt)

    def _claim(self, lane: Lane, most: int) -> tuple[int, tuple[Claimed, ...]]:
        """Claim due rows; return how many, and those of them that may leave."""
        now = self.outside.clock.now()
        with self.outside.store.writing(gives_way=lane != "alerts") as work:
            if restoring.waiting(work):
                return 0, ()
            claimed = work.outbox.claim(lane, now, self.outside.owner, lease(lane, self.settings), most, self.share)
            refused = self._refuse(work, claimed, now) if lane == "broadcasts" else frozenset[str]()
        if claimed:
            self.outside.reach("after-claim")
        return len(claimed), tuple(_with_place(row) for row in claimed if row.message.id not in refused)

    @staticmethod
    def _refuse(work: UnitOfWork, claimed: tuple[Claimed, ...], now: datetime) -> frozenset[str]:
        """Put aside broadcasts that may not leave now; one that may have left is settled, never held or sent."""
        refused = work.campaigns.recheck(tuple(row.message.id for row in claimed if not row.doubtful), now)
        kept = [row for row in claimed if row.message.id in refused]
        work.outbox.settle(
            [Ended(one.message.id, one.claim_no, settlements.not_sent(refused[one.message.id])) for one in kept], now
        )
        return frozenset(refused)

    def _send_claimed(self, row: Claimed) -> bool:
        """Take one claimed row to its next state; True when a provider took it."""
        now = self.outside.clock.now()
        if row.doubtful:
            if settled := self._settle_doubt(row):
                self._settle(row, settled)
                return settled.state == "accepted"
            row = self._by_other_channel(row)
        if now >= row.message.not_after:
            self._settle(row, settlements.too_late(row))
            return False
        row = self._by_its_operator(row)
        carrier = self.routes.carrier(row.message.channel, row.to)
        if carrier in self.share.without and carrier != self.share.only:
            self._settle(row, settlements.for_another_process(row, now))
            return False
        if carrier in self.outside.channels and (held := self._held_up(row, carrier, now)) is not None:
            self._settle(row, held)
            return False
        return self._pass_on(row, carrier)

    def _held_up(self, row: Claimed, carrier: str, now: datetime) -> Settlement | None:
        """Return what becomes of a text that its channel cannot take now: an alert does not wait for a broken one."""
        if pause := self.outside.breakers.ask(carrier, now):
            other = self.routes.other(row.message.channel, row.to)
            return settlements.kept_from(row, now, pause, other)
        wait, waited = self._take(row, carrier), timedelta(0)
        while wait and waited + wait <= PATIENCE and self.outside.crew.rest(wait.total_seconds()):
            waited += wait
            wait = self._take(row, carrier)
        return settlements.postponed(row, self.outside.clock.now() + wait, "rate") if wait else None

    def _take(self, row: Claimed, carrier: str) -> timedelta:
        return self.outside.throttle.take(carrier, row.message.lane, row.message.segments)

    def _by_other_channel(self, row: Claimed) -> Claimed:
        """After a doubtful attempt an alert leaves by the other channel; until then receipts belong to the first."""
        if row.message.lane != "alerts":
            return row
        return replace(row, message=replace(row.message, channel=self.routes.other(row.message.channel, row.to)))

    def _by_its_operator(self, row: Claimed) -> Claimed:
        """A broadcast is planned for one channel and leaves by each phone's own operator."""
        if row.message.kind != "broadcast" or row.doubtful or row.message.channel == SIMULATOR:
            return row
        return replace(row, message=replace(row.message, channel=self.routes.for_news(row.to)))

    def _settle_doubt(self, row: Claimed) -> Settlement | None:
        """Settle an attempt that may have arrived: by look-up, else by the policy of its kind; None: send again."""
        channel = self.outside.channels.get(self.routes.carrier(row.message.channel, row.to))
        can_look_up = channel is not None and channel.capabilities.supports_lookup
        if channel is not None and can_look_up:
            found = self._look_up(channel, row)
            if found is not None and found.outcome == "accepted":
                return Settlement("accepted", provider_id=found.provider_id)
        return settlements.of_doubt(row, self._copies(row), can_look_up=can_look_up)

    def _look_up(self, channel: Channel, row: Claimed) -> SendResult | None:
        try:
            return channel.look_up(self._as_message(row))
        except Exception as error:  # noqa: BLE001 - the door to a provider: a look-up that fails is one that found nothing
            self.outside.meter.event("look_up_failed", channel=channel.name, error=type(error).__name__)
            return None

    def _copies(self, row: Claimed) -> int:
        """How many attempts may have arrived: of an alert, over its whole escalation step."""
        if row.message.step_id is None:
            return row.copies
        with self.outside.store.reading() as work:
            return max(row.copies, work.outbox.copies_of_step(row.message.step_id))

    def _pass_on(self, row: Claimed, carrier: str) -> bool:
        started = self.outside.clock.now()
        if not self._may_still_send(row, started):
            return False
        if not self.guards.affords(row, carrier):
            self._settle(row, settlements.postponed(row, self.guards.tomorrow(started), "daily_spend"))
            return False
        self.outside.reach("before-send")
        result = self._attempt(row, carrier)
        self.outside.reach("after-send")
        ended = self.outside.clock.now()
        attempt = Attempt(
            row.message.id,
            row.claim_no,
            row.message.channel,
            started,
            ended,
            result.outcome,
            result.provider_id,
            result.detail,
            partly=bool(result.parts) and row.message.kind == "broadcast",
        )
        if result.throttled:
            self.outside.throttle.slow_down(carrier)
        if result.outcome not in MAY_COST:
            self.guards.give_back(row, carrier)
        if self.outside.breakers.tell(carrier, result, ended):
            self.outside.meter.event("channel_left_alone", channel=carrier, outcome=result.outcome)
        other = self.routes.other(row.message.channel, row.to)
        self._settle(row, settlements.of_result(row, result, ended, self.settings, other), attempt, result)
        self.outside.meter.count("messages_sent", lane=row.message.lane, outcome=result.outcome)
        return result.outcome == "accepted"

    def _may_still_send(self, row: Claimed, now: datetime) -> bool:
        """A worker that was frozen since its claim must not send late: ask again right before the request."""
        if now > row.claim_until - HTTP_TIMEOUT:
            self._settle(row, settlements.postponed(row, now, "late"))  # nothing left, so nothing is in doubt
            return False
        if row.message.lane == "replies" or (row.message.lane == "broadcasts" and _is_fresh(row, now)):
            return True
        with self.outside.store.reading() as work:
            held = work.outbox.still_held(row.message.id, row.claim_no)
            of_campaign = held and row.message.lane == "broadcasts"
            refused = work.campaigns.recheck((row.message.id,), now) if of_campaign else {}
        if refused:
            self._settle(row, settlements.not_sent(refused[row.message.id]))
        return held and not refused

    def _attempt(self, row: Claimed, carrier: str) -> SendResult:
        channel = self.outside.channels.get(carrier)
        if channel is None:
            return SendResult("broken", detail="no such channel is configured")
        message = replace(self._as_message(row), text=self._words(row))
        try:
            return channel.send(self._in_parts(row, message) if channel.capabilities.splits else message)
        except Exception as error:  # noqa: BLE001 - the door to a provider: a fault in one channel must not hold up the lane
            self.outside.meter.event("channel_failed", channel=carrier, error=type(error).__name__)
            return SendResult("ambiguous", detail="the channel failed")

    def _as_message(self, row: Claimed) -> OutboundMessage:
        message = row.message
        earlier = message.not_before - policy(message.kind).settle if row.doubtful else None
        return OutboundMessage(
            message.id,
            message.channel,
            row.to,
            row.text,
            message.lane,
            message.not_after,
            row.attempts,
            self.callback_url(message.channel, message.id),
            earlier,
        )

    def _in_parts(self, row: Claimed, message: OutboundMessage) -> OutboundMessage:
        """Say how a long text is sent where we cut it ourselves: a second attempt at the same words sends the rest."""
        if row.message.segments < 2:
            return message
        with self.outside.store.reading() as work:
            known = work.parts.sending(message.id)
        taken = known.taken if message.text == row.text else frozenset[int]()
        return replace(message, reference=known.reference, taken=taken)

    def _words(self, row: Claimed) -> str:
        """The words that leave: a copy of an alert says that it is one. A look-up goes by the words that left first."""
        if row.copies and row.message.kind == "alert":
            return repeat_of(self.content, row.text, row.message.language)
        return row.text

    def _settle(
        self, row: Claimed, settlement: Settlement, attempt: Attempt | None = None, result: SendResult | None = None
    ) -> None:
        """Write down what came of a claim: together with whatever other threads have to write down at this moment."""
        self.outside.crew.together(self._write_down, Ending(row, settlement, attempt, result))
        self.outside.reach("after-settle")

    def _write_down(self, endings: Sequence[Ending]) -> None:
        now = self.outside.clock.now()
        with self.outside.store.writing(gives_way=all(one.row.message.lane != "alerts" for one in endings)) as work:
            write_down(work, endings, now)
            for ending in endings:
                if ending.attempt is not None and ending.result is not None and (kind := kind_of(ending.result)):
                    sound(work, self.outside.chance, kind, ending.attempt.channel, now)


def _is_fresh(row: Claimed, now: datetime) -> bool:
    """Whether a claim is so young that nothing is asked anew; a clock set back makes it old."""
    return timedelta(0) <= now - row.claimed_at < FRESH


def _with_place(row: Claimed) -> Claimed:
    """A broadcast that names its reader's place says which one."""
    if row.message.lane != "broadcasts" or "{" not in row.text:
        return row
    return replace(row, text=filled(row.text, row.message.language, row.place))

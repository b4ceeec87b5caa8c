"""``python -m workers smpp NAME``: one bind, which alone sends and hears for its channel."""

import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import get_args

from gateway.channels.smpp.channel import Smpp
from gateway.channels.smpp.link import FIRST_PAUSE, Link
from gateway.channels.smpp.reception import Doors, Reception
from gateway.errors import ConfigurationError, Unavailable
from gateway.ports.channel import Answer, Inbound, Lane
from gateway.ports.outbox import Share
from gateway.services.delivery import Delivery
from gateway.services.health import bind_role
from gateway.services.receipts import knows
from gateway.wiring import Gateway

POLL_SECONDS = 0.25
ROUND_SECONDS = 5.0
AT_A_TIME = 200
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class BoundProcess:
    """The bind of one channel with the threads around it: one that keeps it, and one for each lane that sends."""

    def __init__(self, gateway: Gateway, name: str, first_pause: float = FIRST_PAUSE) -> None:
        channel = gateway.channels.get(name)
        if not isinstance(channel, Smpp):
            raise ConfigurationError(f"channels.{name}", "is no bind", "Give it `kind: smpp` and `bind:`.")
        if gateway.settings.demo and channel.bind.host not in LOOPBACK:
            raise ConfigurationError(
                f"channels.{name}.bind.host", "is a real operator's", "A demo binds to a stand-in on 127.0.0.1 only."
            )
        self._gateway, self._name = gateway, name
        outside, share = gateway.outside, Share(name, gateway.delivery.share.without)
        self._delivery: Delivery = replace(gateway.delivery, share=share)
        self._woken = {lane: threading.Event() for lane in get_args(Lane)}
        doors = Doors(
            self._hear,
            gateway.inbound.cut,
            gateway.delivery.record_receipt,
            lambda provider_id: knows(outside, name, provider_id),
        )
        self._reception = Reception(
            channel=name,
            bind=channel.bind,
            arrivals=gateway.arrivals,
            doors=doors,
            clock=outside.clock,
            meter=outside.meter,
        )
        self.link = Link(
            channel.bind, self._reception.take, outside.chance.new_id, outside.meter, outside.reach, first_pause
        )
        channel.line.submit = self.link.submit
        self._stopping = threading.Event()

    def serve(self, ready: Callable[[], None]) -> None:
        """Hear and send until ``stop``; a text that is on its way then is brought to its end."""
        keeping = threading.Thread(target=self.link.serve, name="smpp-link")
        sending = [threading.Thread(target=self._send_on, args=(lane,), name=f"smpp-{lane}") for lane in self._woken]
        for thread in (keeping, *sending):
            thread.start()
        ready()
        self._await_bind()
        while not self._stopping.is_set():
            self._guarded(lambda: self._gateway.duties.beat(bind_role(self._name, bound=self.link.bound.is_set())))
            self._guarded(self._reception.hear_incomplete)
            self._stopping.wait(ROUND_SECONDS)
        for thread in sending:
            thread.join()
        self.link.stop()
        keeping.join()

    def stop(self) -> None:
        """Let ``serve`` end; safe to call from a signal handler."""
        self._stopping.set()
        for event in self._woken.values():
            event.set()

    def _await_bind(self) -> None:
        """Wait for the bind, a round at most, so that the first sign of life tells how it is."""
        for _ in range(round(ROUND_SECONDS / POLL_SECONDS)):
            if self._stopping.is_set() or self.link.bound.wait(POLL_SECONDS):
                return

    def _hear(self, message: Inbound) -> Answer:
        answer = self._gateway.inbound.hear(message)
        self._woken["alerts"].set()
        self._woken["replies"].set()
        return answer

    def _send_on(self, lane: Lane) -> None:
        """Send what is due in one lane, as it becomes due; a lane that fails tries again."""
        woken = self._woken[lane]
        while not self._stopping.is_set():
            woken.clear()
            if not self._guarded(lambda: self._send_due(lane)):
                woken.wait(POLL_SECONDS)

    def _send_due(self, lane: Lane) -> int:
        outside = self._gateway.outside
        with outside.store.reading() as work:
            waiting = work.outbox.depth(lane, outside.clock.now(), self._delivery.share)
        return self._delivery.send_due(lane, AT_A_TIME) if waiting else 0

    def _guarded(self, part: Callable[[], object]) -> object:
        try:
            return part()
        except Unavailable:
            self._gateway.outside.meter.count("bind_rounds", outcome="unavailable")
        except Exception as error:  # noqa: BLE001 - the outermost door of a bind's process: it outlives any one fault
            self._gateway.outside.meter.event("bind_round_failed", error=type(error).__name__)
        return None


def serve_bind(gateway: Gateway, name: str, ready: Callable[[], None]) -> None:
    """Keep the bind of channel ``name`` until SIGTERM or SIGINT; raises ConfigurationError for what is no bind."""
    bound = BoundProcess(gateway, name)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: bound.stop())
    bound.serve(ready)

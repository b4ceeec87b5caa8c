"""One question to a partner, timed; whatever the other side does becomes a line of the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from gateway.exchange import NO_VERDICT, Exchange, NotReached
from gateway.http_answer import Reply
from gateway.ports.partners import Outcome, PushTry


@dataclass(frozen=True)
class Asked:
    """What came back: a reply, or why there is none; ``milliseconds`` it took."""

    reply: Reply | None
    why: str
    milliseconds: int

    @property
    def status(self) -> int:
        """The status of the answer; 0 when there was none."""
        return self.reply.status if self.reply is not None else 0

    def as_try(self, push_id: str, at: datetime, outcome: Outcome) -> PushTry:
        """Return the line of the log."""
        return PushTry(push_id, at, outcome, self.status, self.milliseconds, self.why)


@dataclass(frozen=True)
class Asker:
    """Asks at addresses of the open internet; a demo asks on this machine only."""

    exchange: Exchange = field(default_factory=lambda: Exchange(public_only=True), repr=False)

    def ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Asked:
        """Ask once; a redirect is an answer like any other and is not followed."""
        began = monotonic()
        reply, why = None, ""
        try:
            reply = self.exchange.ask(method, url, {"User-Agent": "saiduan", **headers}, body)
        except NotReached as error:
            why = f"not reached: {error}"
        except NO_VERDICT as error:
            why = type(error).__name__
        return Asked(reply, why, round((monotonic() - began) * 1000))

"""A signed webhook: the receiver checks who sent it and when, and knows a repeated event by its id."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime

from gateway.integrations.partners.asking import Asker
from gateway.ports.partners import Push, PushTry

SIGNATURE = "Gateway-Signature"
EVENT_ID = "Gateway-Event-Id"


@dataclass(frozen=True)
class Webhook:
    """Posts JSON; any 2xx is taken, everything else is tried again later."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
    asker: Asker = field(default_factory=Asker)

    def push(self, push: Push, at: datetime) -> PushTry:
        """Hand over one event (gateway.ports.partners)."""
        body = push.body.encode()
        headers = {
            "Content-Type": "application/json",
            EVENT_ID: push.event_id,
            SIGNATURE: signature(self.secrets, int(at.timestamp()), body),
        }
        asked = self.asker.ask("POST", self.url, headers, body)
        return asked.as_try(push.id, at, "taken" if 200 <= asked.status < 300 else "later")


def signature(secrets: tuple[str, ...], seconds: int, body: bytes) -> str:
    """Return ``t=seconds,v1=hex``: HMAC-SHA256 of ``seconds.body``, once for each secret while two are accepted."""
    signed = str(seconds).encode() + b"." + body
    marks = (hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets)
    return ",".join((f"t={seconds}", *(f"v1={mark}" for mark in marks)))

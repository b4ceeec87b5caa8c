"""A case system that speaks Primero's API, version 2: the id is made here, so a repeated case is no second one."""

import json
from dataclasses import dataclass, field
from datetime import datetime

from gateway.integrations.partners.asking import Asked, Asker
from gateway.ports.partners import Push, PushTry

JSON = {"Content-Type": "application/json", "Accept": "application/json"}
TAKEN = frozenset({200, 201, 204, 409})
"""409: a case with this id is there already, since an earlier try arrived whose answer did not."""
LATER = frozenset({0, 408, 425, 429})


@dataclass(frozen=True)
class Primero:
    """Signs in for each case: referrals are rare, and a kept token would be one more secret."""

    url: str
    user: str
    password: str = field(repr=False)
    asker: Asker = field(default_factory=Asker)

    def push(self, push: Push, at: datetime) -> PushTry:
        """Hand over one case (gateway.ports.partners); what it will never take is refused, and a person must look."""
        credentials = json.dumps({"user": {"user_name": self.user, "password": self.password}}).encode()
        signed_in = self._ask("/api/v2/tokens", {}, credentials)
        token = _token(signed_in)
        if token is None:
            return signed_in.as_try(push.id, at, "later")  # a changed password is put right by a person
        asked = self._ask("/api/v2/cases", {"Authorization": f"Bearer {token}"}, push.body.encode())
        if asked.status in TAKEN:
            return asked.as_try(push.id, at, "taken")
        never = 400 <= asked.status < 500 and asked.status not in LATER and asked.status != 401
        return asked.as_try(push.id, at, "refused" if never else "later")

    def _ask(self, path: str, headers: dict[str, str], body: bytes) -> Asked:
        return self.asker.ask("POST", self.url.rstrip("/") + path, {**JSON, **headers}, body)


def _token(asked: Asked) -> str | None:
    if asked.reply is None or asked.reply.status != 200:
        return None
    try:
        found = json.loads(asked.reply.body).get("token")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) and found.isascii() and "\n" not in found else None

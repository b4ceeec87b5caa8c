"""The secret in the path: how providers that sign nothing show who they are."""

import hmac

from gateway.ports.channel import Request

_UP_TO_PURPOSE = 5  # "", hooks, name, token, purpose


def carries_token(request: Request, name: str, token: str, more: int = 0) -> bool:
    """Whether the path is ``/hooks/<name>/<token>/<purpose>`` with our token, and at most ``more`` segments more."""
    given = request.path.split("/")
    if not _UP_TO_PURPOSE <= len(given) <= _UP_TO_PURPOSE + more or given[1:3] != ["hooks", name]:
        return False
    return hmac.compare_digest(given[3].encode(errors="replace"), token.encode())

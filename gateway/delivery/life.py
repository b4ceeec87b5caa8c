"""States of one outgoing text: what we do moves them by a table, what a provider says only ever raises their rank."""

from collections.abc import Mapping, Sequence

from gateway.errors import Defect

RANK: Mapping[str, int] = {
    "queued": 0,
    "held": 0,
    "claimed": 0,
    "wait_retry": 0,
    "ambiguous": 0,
    "answered": 10,
    "unknown": 15,
    "accepted": 20,
    "sent": 30,
    "no_receipt": 35,
    "undelivered": 40,
    "expired": 40,
    "rejected": 40,
    "failed": 40,
    "delivered": 50,
    "suppressed": 60,
    "cancelled": 60,
}
"""Source: channels.md section 8. A text that was never sent ranks above every receipt: there is nothing to report."""

LIFE: Mapping[tuple[str, str], str] = {
    ("queued", "claim"): "claimed",
    ("wait_retry", "claim"): "claimed",
    ("ambiguous", "claim"): "claimed",
    ("claimed", "accept"): "accepted",
    ("claimed", "doubt"): "ambiguous",
    ("claimed", "retry"): "wait_retry",
    ("claimed", "put_back"): "queued",
    ("claimed", "refuse"): "failed",
    ("claimed", "run_out"): "failed",
    ("claimed", "suppress"): "suppressed",
    ("claimed", "cancel"): "cancelled",
    ("claimed", "give_up"): "unknown",
    ("ambiguous", "accept"): "accepted",
    ("ambiguous", "resend"): "wait_retry",
    ("ambiguous", "give_up"): "unknown",
    ("ambiguous", "hold"): "held",
    ("queued", "run_out"): "failed",
    ("wait_retry", "run_out"): "failed",
    ("queued", "suppress"): "suppressed",
    ("wait_retry", "suppress"): "suppressed",
    ("queued", "cancel"): "cancelled",
    ("wait_retry", "cancel"): "cancelled",
    ("held", "cancel"): "cancelled",
    ("queued", "hold"): "held",
    ("wait_retry", "hold"): "held",
    ("held", "release"): "queued",
    ("accepted", "silence"): "no_receipt",
    ("sent", "silence"): "no_receipt",
}
"""What the gateway does. ``put_back``: the channel is broken, the text is not; ``run_out``: not_after has passed;
``doubt``: bytes left without a verdict, or the claim lapsed; ``silence``: 72 h without a final word;
``hold``: after a restore, until an operator releases it."""

REPORTED = frozenset({"accepted", "sent", "delivered", "undelivered", "expired", "rejected", "failed", "unknown"})
"""What a receipt can say."""

FAILURES = frozenset({"undelivered", "expired", "rejected", "failed"})
FINAL = FAILURES | {"delivered", "suppressed", "cancelled", "unknown", "no_receipt"}
"""Settled as far as the gateway is concerned; a late receipt may still raise the ones below delivered."""

WITH_US = frozenset({"queued", "claimed", "wait_retry", "ambiguous", "held"})
"""Not taken by a provider yet, or perhaps; what becomes of it is for us to find out."""

NEVER_LEAVES = frozenset({"suppressed", "cancelled"})
"""Kept back for good: ``suppressed`` from one person, ``cancelled`` together with what it belongs to."""

SENDABLE = frozenset({"queued", "wait_retry"})
"""Due for a claim, may still be cancelled or held."""


def after(state: str, event: str) -> str:
    """Return the state after something the gateway did; Defect when the table has no such line."""
    try:
        return LIFE[state, event]
    except KeyError:
        raise Defect(f"an outgoing text that is {state} cannot {event}") from None


def of_parts(parts: Sequence[str | None]) -> str | None:
    """Return the state of a text in several parts: delivered when all are, failed when one is, else None."""
    failed = next((state for state in parts if state in FAILURES), None)
    if failed is not None:
        return failed
    return "delivered" if parts and all(state == "delivered" for state in parts) else None


def diagram() -> str:
    """Return the life of an outgoing text as Mermaid text; receipts are drawn as one note."""
    lines = [f"  {a} --> {b}: {event}" for (a, event), b in LIFE.items()]
    steps = " < ".join(f"{state} ({rank})" for state, rank in sorted(RANK.items(), key=lambda item: item[1]) if rank)
    return "\n".join(["stateDiagram-v2", *lines, f"  note right of accepted: receipts only raise the rank, {steps}"])

"""What to do when nobody knows whether a text left: a table per kind of text (channels.md section 10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

LookUp = Literal["found", "absent", "impossible", "not_asked"]
Step = Literal["wait", "look_up", "accept", "resend", "give_up"]
UNSETTLED = "unsettled_send"
"""The reason stored with state unknown, counted apart from what a carrier calls unknown."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a receipt may settle the doubt, and how many copies may ever arrive; 1 copy means never sent again."""

    settle: timedelta
    copies: int
    other_channel: bool = False


POLICIES: Mapping[str, Policy] = {
    "alert": Policy(timedelta(seconds=60), 3, other_channel=True),
    "reply": Policy(timedelta(seconds=90), 2),
    "notice": Policy(timedelta(seconds=90), 2),
    "broadcast": Policy(timedelta(seconds=90), 1),
    "news": Policy(timedelta(seconds=90), 1),
}
"""By kind; a kind that is not named is treated as a broadcast. An alert's copies are counted per escalation step."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now. ``at``: when to look again; ``repeat``: mark the text as a copy; ``reason``: to be stored."""

    step: Step
    at: datetime | None = None
    other_channel: bool = False
    repeat: bool = False
    reason: str | None = None


def policy(kind: str) -> Policy:
    """Return the policy of a kind of text."""
    return POLICIES.get(kind, POLICIES["broadcast"])


def decide(
    kind: str, doubt_at: datetime, now: datetime, copies: int, not_after: datetime, looked_up: LookUp = "not_asked"
) -> Decision:
    """Return the next step of an ambiguous text.

    ``doubt_at``: when the doubtful attempt ended or its claim lapsed. ``copies``: attempts that may have arrived, this
    one included (an alert: of its escalation step). ``looked_up``: the provider's answer.
    """
    rule = policy(kind)
    settles_at = doubt_at + rule.settle
    if looked_up == "found":
        return Decision("accept")
    if now < settles_at:
        return Decision("wait", at=settles_at)
    if looked_up == "not_asked":
        return Decision("look_up")
    if copies >= rule.copies or now > not_after:
        return Decision("give_up", reason=UNSETTLED)
    return Decision("resend", other_channel=rule.other_channel, repeat=kind == "alert")

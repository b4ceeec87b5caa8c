"""Consent: one row per recipient and purpose; its life is a table, and forwarding without it raises."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from gateway.errors import Conflict, Forbidden

State = Literal["given", "refused", "withdrawn"]
Event = Literal["give", "refuse", "withdraw"]
Exemption = Literal["danger", "child", "asked"]
Ground = Literal["consent", "danger", "child", "asked"]
REFERRAL: Final = "referral"
"""The purpose of telling another office of a case."""

BROADCASTS: Final = "broadcasts"
"""The recipient of what a person lets the gateway itself send her, apart from what offices may be told of a case."""

# (state, event) -> state. None: never asked. Saying a thing twice changes nothing; a later yes is a yes.
CONSENT: Final[dict[tuple[State | None, Event], State]] = {
    (None, "give"): "given",
    (None, "refuse"): "refused",
    ("given", "give"): "given",
    ("given", "refuse"): "withdrawn",
    ("given", "withdraw"): "withdrawn",
    ("refused", "give"): "given",
    ("refused", "refuse"): "refused",
    ("refused", "withdraw"): "refused",
    ("withdrawn", "give"): "given",
    ("withdrawn", "refuse"): "withdrawn",
    ("withdrawn", "withdraw"): "withdrawn",
}


class ConsentMissing(Forbidden):
    """A report was about to be forwarded to somebody the person did not agree to."""

    told = "The person has not agreed to tell this office."


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person said of one recipient and purpose, and the wording she said it to.

    ``recipient`` is an agency code, ``wording`` the message id, ``text_sha256`` the hash of the text as she read it.
    """

    recipient: str
    purpose: str
    state: State
    wording: str
    text_sha256: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """A forwarding without consent: the ground, and the officer who answers for it."""

    ground: Exemption
    officer: str


def after(state: State | None, event: Event) -> State:
    """State after ``event``; raises Conflict for a step the table does not know."""
    try:
        return CONSENT[state, event]
    except KeyError:
        raise Conflict("That was never asked.") from None


def answered(consent: Consent, event: Event, at: datetime) -> Consent:
    """Return the consent after the person's later word; the time moves only if the state does."""
    state = after(consent.state, event)
    return consent if state == consent.state else replace(consent, state=state, at=at)


def permit_forwarding(
    consents: Iterable[Consent], recipient: str, purpose: str, override: Override | None = None
) -> Ground:
    """Ground on which a report may go to ``recipient``: the person's consent, or a named officer's override.

    Consent counts for exactly this recipient and purpose; of two words of one moment the later in order. Raises
    ConsentMissing without either; callers record the ground returned. An override needs an officer, and danger, a
    child, or her word that the person asked for it.
    """
    rows = [row for row in consents if (row.recipient, row.purpose) == (recipient, purpose)]
    if rows and max(reversed(rows), key=lambda row: row.at).state == "given":
        return "consent"
    if override is not None and override.officer:
        return override.ground
    raise ConsentMissing

"""Classes of providers' error codes: what each means for the text, for its phone and for who runs the gateway."""

from dataclasses import dataclass

from gateway.ports.channel import Outcome, SendResult


@dataclass(frozen=True, slots=True)
class Meaning:
    """One class; a provider's table maps its codes to these. ``alarm``: an operator should look."""

    outcome: Outcome
    words: str
    opted_out: bool = False
    dead_number: bool = False
    throttled: bool = False
    alarm: bool = False


TAKEN = Meaning("accepted", "taken")
OPTED_OUT = Meaning("permanent", "the phone unsubscribed at the provider", opted_out=True)
THROTTLED = Meaning("temporary", "too fast for the provider", throttled=True)
UNREACHABLE = Meaning("temporary", "the phone cannot be reached now")
DEAD = Meaning("permanent", "no such phone, or it takes no texts", dead_number=True)
POLICY = Meaning("permanent", "content or policy refused", alarm=True)
OUR_FAULT = Meaning("permanent", "the request was wrong", alarm=True)
BROKEN = Meaning("broken", "credentials, sender or account refused", alarm=True)
UNSURE = Meaning("ambiguous", "no usable verdict")


def as_result(
    meaning: Meaning,
    code: int | str | None,
    *,
    provider_id: str | None = None,
    retry_after: float | None = None,
    segments: int | None = None,
) -> SendResult:
    """Write a meaning as the result of one attempt."""
    return SendResult(
        meaning.outcome,
        provider_id=provider_id,
        provider_code=None if code is None else str(code),
        segments=segments,
        retry_after=retry_after,
        opted_out=meaning.opted_out,
        dead_number=meaning.dead_number,
        throttled=meaning.throttled,
        alarm=meaning.alarm,
        detail=meaning.words,
    )

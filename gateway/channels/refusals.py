"""Numbers that a channel never sends to, whatever was asked of it."""

from gateway.contacts.phone import is_premium, is_simulated
from gateway.ports.channel import SendResult


def refused_number(number: str) -> SendResult | None:
    """Refuse the simulator's numbers, which no real network may ever see, and numbers at a premium; None: go on."""
    if is_simulated(number):
        return SendResult("permanent", provider_code="simulated", detail="a simulated number on a real channel")
    if is_premium(number):
        return SendResult("permanent", provider_code="premium", detail="a number at a premium, or by satellite")
    return None


def refused_real_number(number: str) -> SendResult | None:
    """Refuse all but the reserved numbers: the simulator's own half of that rule."""
    if not is_simulated(number):
        return SendResult("permanent", provider_code="not_simulated", detail="a real number on the simulator")
    return None

"""What each aggregator calls its fields and how it wants its answers: a row here is a provider served."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """One aggregator's wire format.

    ``text`` holds all inputs of the session joined by ``separator``; ``ended`` is the field of an end notice that says
    how the session ended. Answers begin with ``goes_on`` or ``is_over``.
    """

    session: str
    phone: str
    service: str
    text: str
    ended: str
    notes: Mapping[str, str]
    separator: str
    goes_on: str
    is_over: str
    content_type: str


PROFILES: Final[Mapping[str, Profile]] = {
    # Names agree in several public integrations of Africa's Talking; its help page says text/plain.
    "africastalking": Profile(
        session="sessionId",
        phone="phoneNumber",
        service="serviceCode",
        text="text",
        ended="status",
        notes={"networkCode": "network"},
        separator="*",
        goes_on="CON ",
        is_over="END ",
        content_type="text/plain; charset=utf-8",
    ),
}

"""A contact: what is known of the person behind a phone, and nothing that is not needed."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

Safety = Literal["unknown", "safe", "shared", "unsafe"]
ContactBy = Literal["sms", "call", "none"]

# Local hours (start, end) of a window: start inclusive, end exclusive, 0 to 24; start > end runs over midnight.
Hours = tuple[int, int]
ANY_HOUR: Hours = (0, 24)

LANGUAGES: Final = ("lo", "en", "lo-Latn", "hmn", "kjg")
"""What somebody may say she reads."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One phone and the wishes of whoever holds it.

    ``msisdn`` is E.164, or for a sender that is no phone number its identity. ``province`` and ``district`` are place
    codes. ``contact_ok`` and ``hours`` stay None until the person has answered. ``opted_in``: agreed to broadcasts.
    Hashes are keyed and hex. Neither number nor hashes appear in ``repr``.
    """

    id: str
    msisdn: str = field(repr=False)
    language: str | None = None
    province: str | None = None
    district: str | None = None
    safety: Safety = "unknown"
    contact_ok: ContactBy | None = None
    hours: Hours | None = None
    safe_word_hash: str | None = field(default=None, repr=False)
    duress_hash: str | None = field(default=None, repr=False)
    opted_in: bool = False
    opted_out_at: datetime | None = None
    tags: frozenset[str] = frozenset()

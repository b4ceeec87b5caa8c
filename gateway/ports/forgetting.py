"""What time takes away: each method forgets at most ``most`` rows and returns how many; again finds nothing more."""

from datetime import datetime
from typing import Protocol


class Forgetting(Protocol):
    """The tables as retention sees them; every instant is one before which something is too old."""

    def cases_to_shred(self, closed: datetime, handed_over: datetime, most: int) -> tuple[str, ...]:
        """Return cases whose texts have had their time: closed before, or handed over (else opened) before."""
        ...

    def shred(self, case_id: str, at: datetime) -> int:
        """Drop the sealed texts of a case whose keys are gone; return how many."""
        ...

    def unlink(self, closed: datetime, most: int) -> int:
        """Cut what leads from closed cases to the phones that reported them, and empty those phones' texts."""
        ...

    def deidentify(self, closed: datetime, at: datetime, most: int) -> int:
        """Take code, PIN and answers from closed cases; type, level, place and times stay for the statistics."""
        ...

    def empty_bodies(self, before: datetime, most: int) -> int:
        """Empty texts and stored replies; the row and its key stay, so that a repeat is still known."""
        ...

    def empty_words_of_reporters(self, before: datetime, most: int) -> int:
        """Empty what somebody wrote who has a case that is handed over."""
        ...

    def unname_messages(self, since: datetime, before: datetime, most: int) -> int:
        """Take the contact from messages in and out."""
        ...

    def contacts(self, before: datetime, most: int) -> int:
        """Drop people who wrote last before; of those who left every list, the number's digest stays."""
        ...

    def sessions(self, expired: datetime, most: int) -> int:
        """Drop conversations that expired before."""
        ...

    def sign_ins(self, begun: datetime) -> int:
        """Drop console sessions, and the keys they kept unlocked."""
        ...

    def tries(self, before: datetime) -> int:
        """Drop failed sign-ins and wrong codes."""
        ...

    def known_cases(self) -> frozenset[str]:
        """Return the id of every case."""
        ...

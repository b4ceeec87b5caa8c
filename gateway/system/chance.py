"""The machine's chance: ids, case codes, PINs, tokens."""

import secrets
import threading
import time

from gateway.cases.code import with_check


class SystemChance:
    """Draws from the operating system."""

    def __init__(self) -> None:
        """Begin with no id given out."""
        self._lock = threading.Lock()
        self._last = 0

    def new_id(self) -> str:
        """Return a UUID version 7 as 32 hex digits: 60 bits that rise from one id to the next, then chance.

        Milliseconds come first; ids of one millisecond count on from a random start (RFC 9562, section 6.2, method 1),
        so what one process did in a row sorts in that row.
        """
        with self._lock:
            self._last = max(self._last + 1, (time.time_ns() // 1_000_000) << 12 | secrets.randbits(11))
            stamp = self._last
        high = (stamp >> 12) << 16 | 0x7000 | stamp & 0xFFF
        low = (0b10 << 62) | secrets.randbits(62)
        return f"{(high << 64) | low:032x}"

    def case_code(self) -> str:
        """Return a case code: five digits not beginning with 0, and their check digit."""
        return with_check(str(10_000 + secrets.randbelow(90_000)))

    def pin(self) -> str:
        """Return four digits."""
        return f"{secrets.randbelow(10_000):04d}"

    def token(self) -> str:
        """Return 256 bits, URL-safe."""
        return secrets.token_urlsafe(32)

"""The machine's chance: ids, case codes, PINs, tokens."""

import secrets
import time

from gateway.cases.code import with_check


class SystemChance:
    """Draws from the operating system."""

    def new_id(self) -> str:
        """Return a UUID version 7 as 32 hex digits: 48 bits of milliseconds, then chance."""
        milliseconds = time.time_ns() // 1_000_000
        high = (milliseconds << 16) | 0x7000 | secrets.randbits(12)
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

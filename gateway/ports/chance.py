"""The one source of chance: ids, case codes, PINs and tokens."""

from typing import Protocol


class Chance(Protocol):
    """Draws what nobody may guess; a test hands in a fixed sequence."""

    def new_id(self) -> str:
        """Return a time-ordered id of 32 lower-case hex digits (UUID version 7)."""
        ...

    def case_code(self) -> str:
        """Return six digits: no leading 0, the last a check digit (ISO 7064 MOD 11,10)."""
        ...

    def pin(self) -> str:
        """Return four random digits."""
        ...

    def token(self) -> str:
        """Return 256 random bits, URL-safe."""
        ...

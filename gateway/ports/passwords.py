"""Passphrases: made into digests, and compared with them."""

from typing import Protocol


class Passwords(Protocol):
    """Slow on purpose."""

    def common(self, passphrase: str) -> bool:
        """Whether it stands on the list of those that everybody tries first, digits at its end or not."""
        ...

    def digest(self, passphrase: str) -> str:
        """Return the digest to store."""
        ...

    def matches(self, digest: str | None, passphrase: str) -> bool:
        """Compare; None (no such account) takes as long and never matches."""
        ...

"""Keys of people and offices: pairs, seals that only a private half opens, and locks that only a passphrase opens."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 pair; ``public`` is base64url, ``private`` its 32 bytes."""

    public: str
    private: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Locked:
    """A private key under a passphrase, with the salt of that passphrase's key."""

    wrapped: str
    salt: str


class Seals(Protocol):
    """What a wrong key, another place or a changed bit opens raises Damaged."""

    def new_pair(self) -> KeyPair:
        """Draw a pair of keys."""
        ...

    def seal(self, plain: bytes, public: str, table: str, row: str, column: str) -> str:
        """Seal to a public key, bound to its place."""
        ...

    def open(self, sealed: str, private: bytes, table: str, row: str, column: str) -> bytes:
        """Open what was sealed to the public half of ``private``."""
        ...

    def lock(self, private: bytes, passphrase: str, account_id: str, version: int) -> Locked:
        """Lock a personal key under a passphrase; slow on purpose."""
        ...

    def unlock(self, locked: Locked, passphrase: str, account_id: str, version: int) -> bytes:
        """Open a personal key of exactly this version; slow on purpose."""
        ...

    def keep(self, private: bytes, token: str, token_sha256: str) -> str:
        """Return a personal key as a session's row may hold it: only the browser's cookie opens it."""
        ...

    def take(self, kept: str, token: str, token_sha256: str) -> bytes:
        """Return the personal key of a session."""
        ...

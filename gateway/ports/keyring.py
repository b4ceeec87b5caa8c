"""Keys: sealing fields, finding numbers without reading them, and hashing what must only be compared."""

from collections.abc import Mapping
from typing import Protocol


class Keyring(Protocol):
    """The server's own keys; a value opens only in the table, row and column it was sealed for."""

    def seal(self, text: str, table: str, row: str, column: str) -> str:
        """Return ``v1.<key id>.<nonce>.<ciphertext>`` bound to its place."""
        ...

    def open(self, sealed: str, table: str, row: str, column: str) -> str:
        """Return the text, or raise Damaged when the seal does not fit its place."""
        ...

    def index(self, value: str) -> str:
        """Return a keyed 128-bit digest of a phone number for equality look-up."""
        ...

    def fingerprint(self, purpose: str, value: str) -> str:
        """Return a keyed digest for a PIN, safe word or body, separate for each purpose."""
        ...


class CaseKeys(Protocol):
    """The key store: one data key per case entry, in its own file or database, committed before the case."""

    def create(self, case_id: str, entry_id: str) -> None:
        """Make and commit the data key of an entry, wrapped for the server."""
        ...

    def seal(self, text: str, case_id: str, entry_id: str) -> str:
        """Seal ``text`` under the entry's data key."""
        ...

    def seal_for(self, text: str, case_id: str, entry_id: str, to: Mapping[str, str]) -> str:
        """Seal a text under a new data key that only these public keys (by key id) can open; commits the key."""
        ...

    def open(self, sealed: str, case_id: str, entry_id: str, keys: Mapping[str, bytes] | None = None) -> str:
        """Open an entry by the server's copy of its data key, or by these private keys; Damaged when nothing fits."""
        ...

    def recipients(self, case_id: str) -> Mapping[str, frozenset[str]]:
        """Return who can open each entry's data key: ``server``, or ids of office keys."""
        ...

    def share(self, case_id: str, to: Mapping[str, str], keys: Mapping[str, bytes]) -> frozenset[str]:
        """Seal the data keys of a case to public keys that lack them; return those that still lack one."""
        ...

    def opened_by(self, key_ids: frozenset[str]) -> tuple[str, ...]:
        """Return the cases of which one of these keys opens something."""
        ...

    def wrapped_under(self) -> Mapping[str, int]:
        """Count the server's copies by the key-encryption key that wraps them."""
        ...

    def rewrap(self) -> int:
        """Wrap the server's copies under the newest key-encryption key; return how many were under another."""
        ...

    def drop(self, case_id: str, recipients: frozenset[str]) -> None:
        """Take a case's data keys from these recipients, for good."""
        ...

    def shred(self, case_id: str) -> None:
        """Delete every key of a case, so that no copy of its text can be read again."""
        ...

    def orphans(self, known: frozenset[str]) -> tuple[str, ...]:
        """Return case ids that hold keys and are not in ``known``."""
        ...

"""Keys: sealing fields, finding numbers without reading them, and hashing what must only be compared."""

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

    def open(self, sealed: str, case_id: str, entry_id: str) -> str:
        """Open an entry; raise Damaged when the key is gone or does not fit."""
        ...

    def shred(self, case_id: str) -> None:
        """Delete every key of a case, so that no copy of its text can be read again."""
        ...

    def orphans(self, known: frozenset[str]) -> tuple[str, ...]:
        """Return case ids that hold keys and are not in ``known``."""
        ...

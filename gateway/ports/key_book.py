"""Who can open what: keys of offices, the people who hold them, and the sessions in which they are unlocked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

ESCROW = "escrow"


@dataclass(frozen=True, slots=True)
class OfficeKey:
    """The public half of an office's key; ``retired_at``: it opens what it opened, and seals nothing new.

    The agency ``escrow`` is no office: its private half lies in three parts outside the gateway.
    """

    id: str
    agency: str
    place: str
    public: str
    created_at: datetime
    retired_at: datetime | None = None

    @property
    def office(self) -> tuple[str, str]:
        """Agency and place."""
        return self.agency, self.place


@dataclass(frozen=True, slots=True)
class PersonalKey:
    """Somebody's own key: the private half under the passphrase. ``version`` rises with each passphrase."""

    account_id: str
    public: str
    wrapped: str
    salt: str
    version: int


class KeyBook(Protocol):
    """Keys of offices and people; no private half is here in clear."""

    def add_office_key(self, key: OfficeKey) -> None:
        """Store a new key of an office."""
        ...

    def current(self, agency: str, place: str) -> OfficeKey | None:
        """Return the key that new cases of an office are sealed to."""
        ...

    def office_keys(self) -> tuple[OfficeKey, ...]:
        """Return every key, retired ones included, oldest first."""
        ...

    def retire(self, key_id: str, at: datetime) -> None:
        """Seal nothing new to a key."""
        ...

    def set_personal(self, key: PersonalKey) -> None:
        """Store somebody's own key, instead of an earlier one."""
        ...

    def personal(self, account_id: str) -> PersonalKey | None:
        """Return somebody's own key."""
        ...

    def admit(self, key_id: str, account_id: str, wrapped: str) -> None:
        """Store an office's private key, sealed to a member; again replaces it."""
        ...

    def members(self, key_id: str) -> tuple[str, ...]:
        """Return the accounts that can open an office's key."""
        ...

    def usable(self) -> frozenset[str]:
        """Return the keys that somebody can open: those with a member, and every key of the escrow."""
        ...

    def held_by(self, account_id: str) -> tuple[tuple[OfficeKey, str], ...]:
        """Return the office keys that an account can open, each with its wrap."""
        ...

    def dismiss(self, account_id: str, key_ids: tuple[str, ...]) -> None:
        """Remove an account's wraps of these keys."""
        ...

    def forget_personal(self, account_id: str) -> None:
        """Remove somebody's own key."""
        ...

    def keep_unlocked(self, token_sha256: str, wrapped: str) -> None:
        """Keep a personal key for as long as the session lives."""
        ...

    def unlocked(self, token_sha256: str) -> str | None:
        """Return the wrapped personal key of a session."""
        ...

"""Console accounts and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in; ``places`` are province or district codes, empty for the whole country."""

    id: str
    name: str
    password_hash: str
    roles: frozenset[str]
    places: frozenset[str]
    language: str
    disabled: bool
    created_at: datetime
    post_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser session; the token itself is only in the cookie, here is its hash."""

    token_sha256: str
    account_id: str
    csrf: str
    created_at: datetime
    last_seen_at: datetime


class Accounts(Protocol):
    """Accounts, browser sessions and failed sign-ins."""

    def add(self, account: Account) -> None:
        """Store a new account; a known name raises Conflict."""
        ...

    def by_name(self, name: str) -> Account | None:
        """Return an account by its sign-in name."""
        ...

    def get(self, account_id: str) -> Account | None:
        """Return an account."""
        ...

    def list(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        ...

    def save(self, account: Account) -> None:
        """Store a changed account; a disabled one loses its sessions at once."""
        ...

    def open_session(self, session: SignIn) -> None:
        """Store a browser session."""
        ...

    def session(self, token_sha256: str) -> SignIn | None:
        """Return a browser session."""
        ...

    def touch(self, token_sha256: str, now: datetime) -> None:
        """Move the idle clock."""
        ...

    def close_session(self, token_sha256: str) -> None:
        """End a browser session."""
        ...

    def failed(self, subject: str, since: datetime) -> int:
        """How often sign-in failed for a name or network since ``since``."""
        ...

    def note_failed(self, subject: str, now: datetime) -> None:
        """Count a failed sign-in."""
        ...

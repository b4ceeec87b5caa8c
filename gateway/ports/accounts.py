"""Console accounts and their sessions."""

from dataclasses import dataclass, field
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
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The secret (base32) that an account's app makes codes of; ``enrolled_at`` is None until a code was right."""

    account_id: str
    secret: str = field(repr=False)
    enrolled_at: datetime | None = None
    used_step: int | None = None


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

    def sessions(self, account_id: str) -> tuple[SignIn, ...]:
        """Return the browser sessions of an account, newest first."""
        ...

    def close_sessions(self, account_id: str) -> None:
        """End every browser session of an account."""
        ...

    def confirm(self, token_sha256: str, now: datetime) -> None:
        """Note that a code was given in a session."""
        ...

    def ask_again(self, account_id: str) -> None:
        """Let every session of an account owe a fresh code."""
        ...

    def second_factor(self, account_id: str) -> SecondFactor | None:
        """Return an account's second factor, enrolled or only begun."""
        ...

    def set_second_factor(self, factor: SecondFactor) -> None:
        """Store an account's second factor instead of any earlier one."""
        ...

    def drop_second_factor(self, account_id: str) -> None:
        """Forget an account's second factor."""
        ...

    def use_step(self, account_id: str, step: int) -> bool:
        """Take the code of a time step, once; False when it or a later one was taken already."""
        ...

    def invite(self, token_sha256: str, account_id: str, now: datetime, expires_at: datetime) -> None:
        """Store an invitation; earlier ones of the account are void."""
        ...

    def invited(self, token_sha256: str, now: datetime) -> str | None:
        """Return the account that an invitation is for, if it is neither used nor past its time."""
        ...

    def use_invitation(self, token_sha256: str, now: datetime) -> bool:
        """Take an invitation, once."""
        ...

    def failed(self, subject: str, since: datetime) -> int:
        """How often sign-in failed for a name or network since ``since``."""
        ...

    def note_failed(self, subject: str, now: datetime) -> None:
        """Count a failed sign-in."""
        ...

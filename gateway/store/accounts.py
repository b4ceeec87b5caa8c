"""Console accounts, their browser sessions and failed sign-ins."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from gateway.errors import NotFound
from gateway.ports.accounts import Account, SignIn
from gateway.store.entry_keys import SqlEntryKeys
from gateway.store.schema.desk import ACCOUNT, FAILED_SIGN_IN, SIGN_IN

_BY_ID = select(ACCOUNT).where(ACCOUNT.c.id == bindparam("account"))
_BY_NAME = select(ACCOUNT).where(ACCOUNT.c.name == bindparam("called"))
_SESSION = select(SIGN_IN).where(SIGN_IN.c.token_sha256 == bindparam("token"))
_FAILED = select(func.count()).where(
    FAILED_SIGN_IN.c.subject == bindparam("whose"), FAILED_SIGN_IN.c.at >= bindparam("since")
)


class SqlAccounts(SqlEntryKeys):
    """Accounts (gateway.ports.accounts)."""

    __slots__ = ()

    def add(self, account: Account) -> None:
        """Store a new account; Conflict when its name is taken."""
        self.tx.connection.execute(insert(ACCOUNT), _values(account))

    def by_name(self, name: str) -> Account | None:
        """Return an account by its sign-in name."""
        return _account(self.tx.connection.execute(_BY_NAME, {"called": name}).first())

    def get(self, account_id: str) -> Account | None:
        """Return an account."""
        return _account(self.tx.connection.execute(_BY_ID, {"account": account_id}).first())

    def list(self) -> tuple[Account, ...]:
        """Return every account, by name."""
        found = (_account(row) for row in self.tx.connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.name)))
        return tuple(account for account in found if account is not None)

    def save(self, account: Account) -> None:
        """Store a changed account; it loses its sessions when disabled, or with other rights or another passphrase."""
        before = self.get(account.id)
        if before is None:
            raise NotFound
        self.tx.connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id), _values(account))
        if account.disabled or _rights(account) != _rights(before):
            self.tx.connection.execute(delete(SIGN_IN).where(SIGN_IN.c.account_id == account.id))

    def open_session(self, session: SignIn) -> None:
        """Store a browser session."""
        self.tx.connection.execute(
            insert(SIGN_IN),
            {
                "token_sha256": session.token_sha256,
                "account_id": session.account_id,
                "csrf": session.csrf,
                "created_at": session.created_at,
                "confirmed_at": session.confirmed_at,
                "last_seen_at": session.last_seen_at,
            },
        )

    def session(self, token_sha256: str) -> SignIn | None:
        """Return a browser session."""
        row = self.tx.connection.execute(_SESSION, {"token": token_sha256}).first()
        return _sign_in(row) if row else None

    def sessions(self, account_id: str) -> tuple[SignIn, ...]:
        """Return the browser sessions of an account, newest first."""
        query = select(SIGN_IN).where(SIGN_IN.c.account_id == account_id).order_by(SIGN_IN.c.created_at.desc())
        return tuple(map(_sign_in, self.tx.connection.execute(query)))

    def close_sessions(self, account_id: str) -> None:
        """End every browser session of an account."""
        self.tx.connection.execute(delete(SIGN_IN).where(SIGN_IN.c.account_id == account_id))

    def confirm(self, token_sha256: str, now: datetime) -> None:
        """Note that a code was given in a session."""
        statement = update(SIGN_IN).where(SIGN_IN.c.token_sha256 == token_sha256)
        self.tx.connection.execute(statement, {"confirmed_at": now})

    def ask_again(self, account_id: str) -> None:
        """Let every session of an account owe a fresh code."""
        statement = update(SIGN_IN).where(SIGN_IN.c.account_id == account_id)
        self.tx.connection.execute(statement, {"confirmed_at": None})

    def touch(self, token_sha256: str, now: datetime) -> None:
        """Move the idle clock."""
        statement = update(SIGN_IN).where(SIGN_IN.c.token_sha256 == token_sha256)
        self.tx.connection.execute(statement, {"last_seen_at": now})

    def close_session(self, token_sha256: str) -> None:
        """End a browser session."""
        self.tx.connection.execute(delete(SIGN_IN).where(SIGN_IN.c.token_sha256 == token_sha256))

    def failed(self, subject: str, since: datetime) -> int:
        """How often sign-in failed for a name or network since ``since``."""
        return self.tx.connection.execute(_FAILED, {"whose": subject, "since": since}).scalar_one()

    def note_failed(self, subject: str, now: datetime) -> None:
        """Count a failed sign-in."""
        self.tx.connection.execute(insert(FAILED_SIGN_IN), {"subject": subject, "at": now})


def _sign_in(row: Row[Any]) -> SignIn:
    return SignIn(row.token_sha256, row.account_id, row.csrf, row.created_at, row.last_seen_at, row.confirmed_at)


def _rights(account: Account) -> tuple[object, ...]:
    return account.roles, account.places, account.password_hash, account.post_id


def _values(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "password_hash": account.password_hash,
        "roles": sorted(account.roles),
        "places": sorted(account.places),
        "language": account.language,
        "disabled": account.disabled,
        "created_at": account.created_at,
        "post_id": account.post_id,
    }


def _account(row: Row[Any] | None) -> Account | None:
    if row is None:
        return None
    return Account(
        row.id,
        row.name,
        row.password_hash,
        frozenset(row.roles),
        frozenset(row.places),
        row.language,
        row.disabled,
        row.created_at,
        row.post_id,
    )

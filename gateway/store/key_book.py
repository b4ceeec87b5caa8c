"""Keys of offices and people, as rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, union, update

from gateway.ports.key_book import ESCROW, OfficeKey, PersonalKey
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.sealing import OFFICE_KEY, OFFICE_MEMBER, PERSONAL_KEY, UNLOCKED_SESSION
from gateway.store.transaction import Repository

_OFFICE = tuple(OfficeKey.__dataclass_fields__)
_PERSONAL = tuple(PersonalKey.__dataclass_fields__)
_KEYS = select(*(OFFICE_KEY.c[name] for name in _OFFICE)).order_by(OFFICE_KEY.c.created_at, OFFICE_KEY.c.id)
_CURRENT = _KEYS.where(
    OFFICE_KEY.c.agency == bindparam("of_agency"),
    OFFICE_KEY.c.place == bindparam("of_place"),
    OFFICE_KEY.c.retired_at.is_(None),
)
_HELD = (
    _KEYS.add_columns(OFFICE_MEMBER.c.wrapped)
    .join(OFFICE_MEMBER, OFFICE_MEMBER.c.key_id == OFFICE_KEY.c.id)
    .where(OFFICE_MEMBER.c.account_id == bindparam("whose"))
)
_USABLE = union(select(OFFICE_MEMBER.c.key_id).distinct(), select(OFFICE_KEY.c.id).where(OFFICE_KEY.c.agency == ESCROW))
_OWN = select(*(PERSONAL_KEY.c[name] for name in _PERSONAL)).where(PERSONAL_KEY.c.account_id == bindparam("whose"))
_UNLOCKED = select(UNLOCKED_SESSION.c.wrapped).where(UNLOCKED_SESSION.c.token_sha256 == bindparam("token"))


class SqlKeyBook(Repository):
    """Keys (gateway.ports.key_book)."""

    __slots__ = ()

    def add_office_key(self, key: OfficeKey) -> None:
        """Store a new key of an office; Conflict while the office has another that is not retired."""
        self.tx.connection.execute(insert(OFFICE_KEY), {name: getattr(key, name) for name in _OFFICE})

    def current(self, agency: str, place: str) -> OfficeKey | None:
        """Return the key that new cases of an office are sealed to."""
        row = self.tx.connection.execute(_CURRENT, {"of_agency": agency, "of_place": place}).first()
        return OfficeKey(*row) if row is not None else None

    def office_keys(self) -> tuple[OfficeKey, ...]:
        """Return every key, retired ones included, oldest first."""
        return tuple(OfficeKey(*row) for row in self.tx.connection.execute(_KEYS))

    def retire(self, key_id: str, at: datetime) -> None:
        """Seal nothing new to a key."""
        self.tx.connection.execute(update(OFFICE_KEY).where(OFFICE_KEY.c.id == key_id).values(retired_at=at))

    def set_personal(self, key: PersonalKey) -> None:
        """Store somebody's own key, instead of an earlier one."""
        row = {name: getattr(key, name) for name in _PERSONAL}
        insert_or_replace(self.tx.connection, PERSONAL_KEY, row, ("account_id",))

    def personal(self, account_id: str) -> PersonalKey | None:
        """Return somebody's own key."""
        row = self.tx.connection.execute(_OWN, {"whose": account_id}).first()
        return PersonalKey(*row) if row is not None else None

    def admit(self, key_id: str, account_id: str, wrapped: str) -> None:
        """Store an office's private key, sealed to a member."""
        row = {"key_id": key_id, "account_id": account_id, "wrapped": wrapped}
        insert_or_replace(self.tx.connection, OFFICE_MEMBER, row, ("key_id", "account_id"))

    def members(self, key_id: str) -> tuple[str, ...]:
        """Return the accounts that can open an office's key."""
        query = select(OFFICE_MEMBER.c.account_id).where(OFFICE_MEMBER.c.key_id == key_id)
        return tuple(self.tx.connection.execute(query.order_by(OFFICE_MEMBER.c.account_id)).scalars())

    def usable(self) -> frozenset[str]:
        """Return the keys that somebody can open: those with a member, and every key of the escrow."""
        return frozenset(self.tx.connection.execute(_USABLE).scalars())

    def held_by(self, account_id: str) -> tuple[tuple[OfficeKey, str], ...]:
        """Return the office keys that an account can open, each with its wrap."""
        rows = self.tx.connection.execute(_HELD, {"whose": account_id})
        return tuple(_with_wrap(row) for row in rows)

    def dismiss(self, account_id: str, key_ids: tuple[str, ...]) -> None:
        """Remove an account's wraps of these keys."""
        known = OFFICE_MEMBER.c.account_id == account_id, OFFICE_MEMBER.c.key_id.in_(key_ids)
        self.tx.connection.execute(delete(OFFICE_MEMBER).where(*known))

    def forget_personal(self, account_id: str) -> None:
        """Remove somebody's own key."""
        self.tx.connection.execute(delete(PERSONAL_KEY).where(PERSONAL_KEY.c.account_id == account_id))

    def keep_unlocked(self, token_sha256: str, wrapped: str) -> None:
        """Keep a personal key for as long as the session lives."""
        row = {"token_sha256": token_sha256, "wrapped": wrapped}
        insert_or_replace(self.tx.connection, UNLOCKED_SESSION, row, ("token_sha256",))

    def unlocked(self, token_sha256: str) -> str | None:
        """Return the wrapped personal key of a session."""
        return self.tx.connection.execute(_UNLOCKED, {"token": token_sha256}).scalar_one_or_none()


def _with_wrap(row: Row[Any]) -> tuple[OfficeKey, str]:
    facts: tuple[Any, ...] = tuple(row)
    return OfficeKey(*facts[:-1]), facts[-1]

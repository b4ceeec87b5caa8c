"""Who can open what, as an operator sees it: names and numbers, never a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.ports.outside import Outside
from gateway.services.key_holding import ESCROW, offices_of


@dataclass(frozen=True, slots=True)
class OfficeStatus:
    """One office: since when its key is in use, who opens it, who belongs to it and waits to be let in."""

    agency: str
    place: str
    since: datetime | None
    members: tuple[str, ...]
    waiting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """``wrapped``: the server's own copies by key-encryption key; ``owed``: seals that somebody has to make."""

    offices: tuple[OfficeStatus, ...]
    escrow_since: datetime | None
    owed: int
    wrapped: Mapping[str, int]


def status(outside: Outside) -> KeyStatus:
    """Return how keys stand now."""
    with outside.store.reading() as work:
        accounts = {account.id: account for account in work.accounts.list() if not account.disabled}
        wanted = {account.id: frozenset(offices_of(work, account)) for account in accounts.values()}
        current = {key.office: key for key in work.keys.office_keys() if key.retired_at is None}
        offices = []
        for office in sorted(current.keys() | set().union(*wanted.values())):
            key = current.get(office)
            holders = set(work.keys.members(key.id)) if key is not None else set()
            names = tuple(sorted(accounts[one].name for one in holders & accounts.keys()))
            waiting = tuple(
                sorted(accounts[one].name for one in wanted if office in wanted[one] - {ESCROW} and one not in holders)
            )
            if office != ESCROW:
                offices.append(OfficeStatus(*office, key.created_at if key else None, names, waiting))
        escrow = current.get(ESCROW)
        owed = len(work.sealings.owed(1_000_000))
    since = escrow.created_at if escrow else None
    return KeyStatus(tuple(offices), since, owed, outside.case_keys.wrapped_under())

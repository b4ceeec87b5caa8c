"""What every repository works with inside one transaction."""

from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.ports.chance import Chance
from gateway.ports.clock import Clock
from gateway.store.encryption import Keyring


@dataclass(frozen=True, slots=True)
class Transaction:
    """One open transaction with the keys, the clock and the chance its repositories need."""

    connection: Connection
    keyring: Keyring
    clock: Clock
    chance: Chance
    writing: bool

    @property
    def postgres(self) -> bool:
        """Whether rows are locked one by one; on SQLite the whole transaction is alone."""
        return self.connection.dialect.name == "postgresql"


@dataclass(frozen=True, slots=True)
class Repository:
    """The tables of one port, within one transaction."""

    tx: Transaction

"""The key store: a data key for each entry of a case, in a database of its own, committed before the case."""

import os
import threading
from collections.abc import Callable
from contextlib import nullcontext

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import MetaData, Table, bindparam, delete, insert, select

from gateway.crash_points import reach as reach_crash_point
from gateway.errors import Damaged
from gateway.store.encryption import KEY_BYTES, Keyring, open_seal, place, seal
from gateway.store.engine import Engines, open_engines
from gateway.store.schema.columns import text

METADATA = MetaData()
CASE_KEY = Table(
    "case_key",
    METADATA,
    text("case_id", primary_key=True),
    text("entry_id", primary_key=True),
    text("recipient", primary_key=True),
    text("wrapped"),
)
SERVER = "server"
KEY_ID = "d1"  # a data key seals one entry, so it needs no name of its own

_WRAPPED = select(CASE_KEY.c.wrapped).where(
    CASE_KEY.c.case_id == bindparam("case_id"),
    CASE_KEY.c.entry_id == bindparam("entry_id"),
    CASE_KEY.c.recipient == SERVER,
)


def open_case_keys(url: str, keyring: Keyring, reach: Callable[[str], None] = reach_crash_point) -> "CaseKeyStore":
    """Open the key store, making its table when it is new."""
    engines = open_engines(url)
    with engines.writers.begin() as connection:
        METADATA.create_all(connection)
    return CaseKeyStore(engines, keyring, reach)


class CaseKeyStore:
    """Data keys wrapped for the server (gateway.ports.keyring.CaseKeys)."""

    def __init__(self, engines: Engines, keyring: Keyring, reach: Callable[[str], None]) -> None:
        self._engines = engines
        self._keyring = keyring
        self._reach = reach
        self._turn = threading.Lock() if engines.sqlite else nullcontext()

    def create(self, case_id: str, entry_id: str) -> None:
        """Make and commit the data key of an entry, wrapped for the server."""
        wrapped = self._keyring.wrap(os.urandom(KEY_BYTES), "case_key", f"{case_id}/{entry_id}", SERVER)
        row = {"case_id": case_id, "entry_id": entry_id, "recipient": SERVER, "wrapped": wrapped}
        with self._turn, self._engines.writers.begin() as connection:
            connection.execute(insert(CASE_KEY), row)
        self._reach("after-key-commit")

    def seal(self, text: str, case_id: str, entry_id: str) -> str:
        """Seal ``text`` under the entry's data key."""
        return seal(self._cipher(case_id, entry_id), KEY_ID, text.encode(), place("case_entry", entry_id, case_id))

    def open(self, sealed: str, case_id: str, entry_id: str) -> str:
        """Open an entry; Damaged when the key is gone or does not fit."""
        ciphers = {KEY_ID: self._cipher(case_id, entry_id)}
        return open_seal(ciphers, sealed, place("case_entry", entry_id, case_id)).decode()

    def shred(self, case_id: str) -> None:
        """Delete every key of a case, and the pages of the write-ahead log that still hold them."""
        with self._turn:
            with self._engines.writers.begin() as connection:
                connection.execute(delete(CASE_KEY).where(CASE_KEY.c.case_id == case_id))
            if self._engines.sqlite:
                self._truncate_log()

    def orphans(self, known: frozenset[str]) -> tuple[str, ...]:
        """Return case ids that hold keys and are not in ``known``, oldest id first."""
        with self._engines.readers.connect() as connection:
            ids = connection.execute(select(CASE_KEY.c.case_id).distinct().order_by(CASE_KEY.c.case_id)).scalars()
            return tuple(case_id for case_id in ids if case_id not in known)

    def dispose(self) -> None:
        """Close every connection."""
        self._engines.dispose()

    def _cipher(self, case_id: str, entry_id: str) -> AESGCM:
        with self._engines.readers.connect() as connection:
            wrapped = connection.execute(_WRAPPED, {"case_id": case_id, "entry_id": entry_id}).scalar()
        if wrapped is None:
            raise Damaged(f"the data key of entry {entry_id} is gone")
        return AESGCM(self._keyring.unwrap(wrapped, "case_key", f"{case_id}/{entry_id}", SERVER))

    def _truncate_log(self) -> None:
        raw = self._engines.writers.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            raw.close()

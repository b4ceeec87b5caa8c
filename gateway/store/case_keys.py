"""The key store: a data key for each entry of a case, in a database of its own, committed before the case."""

import os
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, Connection, MetaData, Table, bindparam, delete, insert, select, update

from gateway.crash_points import reach as reach_crash_point
from gateway.errors import Damaged
from gateway.store.encryption import KEY_BYTES, Keyring, key_of, open_seal, place, seal
from gateway.store.engine import Engines, open_engines, truncate_log
from gateway.store.schema.columns import text
from gateway.store.sealing import open_sealed, seal_to

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

_OF_CASE = select(CASE_KEY.c.entry_id, CASE_KEY.c.recipient, CASE_KEY.c.wrapped).where(
    CASE_KEY.c.case_id == bindparam("for_case")
)
_OF_ENTRY = _OF_CASE.where(CASE_KEY.c.entry_id == bindparam("for_entry"))


def open_case_keys(url: str, keyring: Keyring, reach: Callable[[str], None] = reach_crash_point) -> "CaseKeyStore":
    """Open the key store, making its table when it is new."""
    engines = open_engines(url)
    with engines.writers.begin() as connection:
        METADATA.create_all(connection)
    return CaseKeyStore(engines, keyring, reach)


class CaseKeyStore:
    """Data keys (gateway.ports.keyring.CaseKeys), wrapped for the server while the intake runs and sealed to offices.

    A recipient is ``server`` or the id of an office's key.
    """

    def __init__(self, engines: Engines, keyring: Keyring, reach: Callable[[str], None]) -> None:
        self._engines = engines
        self._keyring = keyring
        self._reach = reach
        self._turn = threading.Lock() if engines.sqlite else nullcontext()

    def create(self, case_id: str, entry_id: str) -> None:
        """Make and commit the data key of an entry, wrapped for the server."""
        wrapped = self._keyring.wrap(os.urandom(KEY_BYTES), "case_key", f"{case_id}/{entry_id}", SERVER)
        row = {"case_id": case_id, "entry_id": entry_id, "recipient": SERVER, "wrapped": wrapped}
        with self._writing() as connection:
            connection.execute(insert(CASE_KEY), row)
        self._reach("after-key-commit")

    def seal_for(self, text: str, case_id: str, entry_id: str, to: Mapping[str, str]) -> str:
        """Seal a text that the server itself cannot open again: its data key goes to these public keys alone."""
        key = os.urandom(KEY_BYTES)
        with self._writing() as connection:
            connection.execute(insert(CASE_KEY), [_sealed_key(case_id, entry_id, name, to[name], key) for name in to])
        self._reach("after-key-commit")
        return seal(AESGCM(key), KEY_ID, text.encode(), place("case_entry", entry_id, case_id))

    def recipients(self, case_id: str) -> Mapping[str, frozenset[str]]:
        """Return who can open each entry's data key."""
        with self._engines.readers.connect() as connection:
            return {entry: frozenset(wraps) for entry, wraps in _wraps(connection, case_id).items()}

    def share(self, case_id: str, to: Mapping[str, str], keys: Mapping[str, bytes]) -> frozenset[str]:
        """Seal every data key of a case to the public keys that lack it, opened by the server's copy or by ``keys``.

        Returns the recipients that still lack one, because nothing here opens it.
        """
        lacking: set[str] = set()
        with self._writing() as connection:
            for entry_id, wraps in _wraps(connection, case_id).items():
                missing = sorted(to.keys() - wraps.keys())
                key = self._opened(case_id, entry_id, wraps, keys) if missing else None
                if key is None:
                    lacking |= set(missing)
                    continue
                rows = [_sealed_key(case_id, entry_id, name, to[name], key) for name in missing]
                connection.execute(insert(CASE_KEY), rows)
        return frozenset(lacking)

    def opened_by(self, key_ids: frozenset[str]) -> tuple[str, ...]:
        """Return the cases of which one of these keys opens something."""
        query = select(CASE_KEY.c.case_id).distinct().where(CASE_KEY.c.recipient.in_(sorted(key_ids)))
        with self._engines.readers.connect() as connection:
            return tuple(connection.execute(query.order_by(CASE_KEY.c.case_id)).scalars())

    def wrapped_under(self) -> Mapping[str, int]:
        """Count the server's copies by the key-encryption key that wraps them."""
        query = select(CASE_KEY.c.wrapped).where(CASE_KEY.c.recipient == SERVER)
        with self._engines.readers.connect() as connection:
            return Counter(key_of(wrapped) for wrapped in connection.execute(query).scalars())

    def rewrap(self) -> int:
        """Wrap the server's copies under the newest key-encryption key; return how many were under another."""
        known = (CASE_KEY.c.case_id, CASE_KEY.c.entry_id, CASE_KEY.c.wrapped)
        with self._writing() as connection:
            rows = connection.execute(select(*known).where(CASE_KEY.c.recipient == SERVER)).all()
            stale = [row for row in rows if key_of(row.wrapped) != self._keyring.wrapping_id]
            for case_id, entry_id, wrapped in stale:
                place_of = ("case_key", f"{case_id}/{entry_id}", SERVER)
                key = self._keyring.unwrap(wrapped, *place_of)
                which = known[0] == case_id, known[1] == entry_id, CASE_KEY.c.recipient == SERVER
                connection.execute(update(CASE_KEY).where(*which).values(wrapped=self._keyring.wrap(key, *place_of)))
        return len(stale)

    def drop(self, case_id: str, recipients: frozenset[str]) -> None:
        """Take a case's data keys from these recipients, for good."""
        self._erase(CASE_KEY.c.case_id == case_id, CASE_KEY.c.recipient.in_(sorted(recipients)))

    def seal(self, text: str, case_id: str, entry_id: str) -> str:
        """Seal ``text`` under the entry's data key."""
        return seal(self._cipher(case_id, entry_id), KEY_ID, text.encode(), place("case_entry", entry_id, case_id))

    def open(self, sealed: str, case_id: str, entry_id: str, keys: Mapping[str, bytes] | None = None) -> str:
        """Open an entry by the server's copy of its data key, or by ``keys``; Damaged when nothing fits."""
        ciphers = {KEY_ID: self._cipher(case_id, entry_id, keys)}
        return open_seal(ciphers, sealed, place("case_entry", entry_id, case_id)).decode()

    def shred(self, case_id: str) -> None:
        """Delete every key of a case, and the pages of the write-ahead log that still hold them."""
        self._erase(CASE_KEY.c.case_id == case_id)

    def orphans(self, known: frozenset[str]) -> tuple[str, ...]:
        """Return case ids that hold keys and are not in ``known``, oldest id first."""
        with self._engines.readers.connect() as connection:
            ids = connection.execute(select(CASE_KEY.c.case_id).distinct().order_by(CASE_KEY.c.case_id)).scalars()
            return tuple(case_id for case_id in ids if case_id not in known)

    def dispose(self) -> None:
        """Close every connection."""
        self._engines.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, self._engines.writers.begin() as connection:
            yield connection

    def _cipher(self, case_id: str, entry_id: str, keys: Mapping[str, bytes] | None = None) -> AESGCM:
        with self._engines.readers.connect() as connection:
            rows = connection.execute(_OF_ENTRY, {"for_case": case_id, "for_entry": entry_id})
            wraps = {row.recipient: row.wrapped for row in rows if keys is None or row.recipient != SERVER}
        key = self._opened(case_id, entry_id, wraps, keys or {})
        if key is None:
            raise Damaged(f"the data key of entry {entry_id} is gone")
        return AESGCM(key)

    def _opened(self, case_id: str, entry_id: str, wraps: Mapping[str, str], keys: Mapping[str, bytes]) -> bytes | None:
        row = f"{case_id}/{entry_id}"
        if SERVER in wraps:
            return self._keyring.unwrap(wraps[SERVER], "case_key", row, SERVER)
        fitting = sorted(wraps.keys() & keys.keys())
        return open_sealed(keys[fitting[0]], wraps[fitting[0]], place("case_key", row, fitting[0])) if fitting else None

    def _erase(self, *which: ColumnElement[bool]) -> None:
        with self._turn:
            with self._engines.writers.begin() as connection:
                connection.execute(delete(CASE_KEY).where(*which))
            truncate_log(self._engines)


def _wraps(connection: Connection, case_id: str) -> Mapping[str, Mapping[str, str]]:
    """Return entry -> recipient -> wrapped data key."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(_OF_CASE, {"for_case": case_id}):
        found[row.entry_id][row.recipient] = row.wrapped
    return found


def _sealed_key(case_id: str, entry_id: str, recipient: str, public: str, key: bytes) -> dict[str, str]:
    wrapped = seal_to(public, key, place("case_key", f"{case_id}/{entry_id}", recipient))
    return {"case_id": case_id, "entry_id": entry_id, "recipient": recipient, "wrapped": wrapped}

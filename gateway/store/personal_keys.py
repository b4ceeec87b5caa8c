"""Personal keys at rest: under Argon2id of the passphrase; and while signed in, under the cookie's own secret."""

import os
import threading

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import Damaged
from gateway.ports.seals import KeyPair, Locked
from gateway.store.encryption import KEY_BYTES, open_seal, place, seal, to_bytes, to_text
from gateway.store.sealing import new_pair, open_sealed, seal_to

PASSES, KIBIBYTES, LANES, SALT_BYTES = 3, 64 * 1024, 1, 16
PASSPHRASE, COOKIE = "p1", "c1"  # names of the keys that lock a personal key; each locks one thing only


class PersonalSeals:
    """Seals and locks (gateway.ports.seals); at most two passphrases at once, since each takes 64 MiB."""

    def __init__(self, passes: int = PASSES, kibibytes: int = KIBIBYTES) -> None:
        self._passes, self._kibibytes = passes, kibibytes
        self._room = threading.BoundedSemaphore(2)

    def new_pair(self) -> KeyPair:
        """Draw a pair of keys."""
        return new_pair()

    def seal(self, plain: bytes, public: str, table: str, row: str, column: str) -> str:
        """Seal to a public key, bound to its place."""
        return seal_to(public, plain, place(table, row, column))

    def open(self, sealed: str, private: bytes, table: str, row: str, column: str) -> bytes:
        """Open what was sealed to the public half of ``private``; Damaged when it does not fit."""
        return open_sealed(private, sealed, place(table, row, column))

    def lock(self, private: bytes, passphrase: str, account_id: str, version: int) -> Locked:
        """Lock a personal key under a passphrase."""
        salt = os.urandom(SALT_BYTES)
        cipher = self._of_passphrase(passphrase, salt)
        return Locked(seal(cipher, PASSPHRASE, private, _of_account(account_id, version)), to_text(salt))

    def unlock(self, locked: Locked, passphrase: str, account_id: str, version: int) -> bytes:
        """Open a personal key; Damaged for another passphrase, account or version."""
        try:
            salt = to_bytes(locked.salt)
        except ValueError as error:
            raise Damaged("a salt is no salt") from error
        ciphers = {PASSPHRASE: self._of_passphrase(passphrase, salt)}
        return open_seal(ciphers, locked.wrapped, _of_account(account_id, version))

    def keep(self, private: bytes, token: str, token_sha256: str) -> str:
        """Return a personal key as a session's row may hold it."""
        return seal(_of_cookie(token), COOKIE, private, place("unlocked_session", token_sha256, "wrapped"))

    def take(self, kept: str, token: str, token_sha256: str) -> bytes:
        """Return the personal key of a session; Damaged for another cookie."""
        return open_seal({COOKIE: _of_cookie(token)}, kept, place("unlocked_session", token_sha256, "wrapped"))

    def _of_passphrase(self, passphrase: str, salt: bytes) -> AESGCM:
        with self._room:
            key = hash_secret_raw(passphrase.encode(), salt, self._passes, self._kibibytes, LANES, KEY_BYTES, Type.ID)
        return AESGCM(key)


def _of_account(account_id: str, version: int) -> bytes:
    return place("personal_key", f"{account_id}#{version}", "wrapped")


def _of_cookie(token: str) -> AESGCM:
    """The database holds a plain hash of the cookie's value: the key is derived from the value by another way."""
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=None, info=b"saiduan unlocked session").derive(token.encode()))

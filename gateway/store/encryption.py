"""Seals fields so that they open only in their own place, and digests what must only be compared."""

import binascii
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import Damaged

FORMAT = "v1"
KEY_BYTES = 32
NONCE_BYTES = 12
INDEX_BYTES = 16


@dataclass(frozen=True, slots=True)
class Secrets:
    """The server's keys as bytes, 32 each. ``fields`` by key id: the highest id seals, every id still opens.

    ``retired``: key-encryption keys by id that still open while a rotation is under way.
    """

    wrapping_id: str
    wrapping: bytes = field(repr=False)
    fields: Mapping[str, bytes] = field(repr=False)
    index: bytes = field(repr=False)
    audit: bytes = field(repr=False)
    fingerprint: bytes = field(repr=False)
    retired: Mapping[str, bytes] = field(repr=False, default_factory=dict)


class Keyring:
    """The keys in use (gateway.ports.keyring), and two more uses for the store alone: wrapping and the audit chain."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._ciphers = {key_id: AESGCM(key) for key_id, key in secrets.fields.items()}
        self._newest = max(self._ciphers)
        self._wrapping = AESGCM(secrets.wrapping)
        self._unwrapping = {name: AESGCM(key) for name, key in secrets.retired.items()}
        self._unwrapping[secrets.wrapping_id] = self._wrapping

    def seal(self, text: str, table: str, row: str, column: str) -> str:
        """Return ``v1.<key id>.<nonce>.<ciphertext>`` bound to its place; the two last are base64url."""
        return seal(self._ciphers[self._newest], self._newest, text.encode(), place(table, row, column))

    def open(self, sealed: str, table: str, row: str, column: str) -> str:
        """Return the text, or raise Damaged when the seal does not fit its place."""
        return open_seal(self._ciphers, sealed, place(table, row, column)).decode()

    def index(self, value: str) -> str:
        """Return a keyed digest of 128 bits (hex) for equality look-up."""
        return hmac.digest(self._secrets.index, value.encode(), "sha256")[:INDEX_BYTES].hex()

    def fingerprint(self, purpose: str, value: str) -> str:
        """Return a keyed digest of 256 bits (hex), separate for each purpose."""
        return hmac.digest(self._secrets.fingerprint, f"{purpose}\0{value}".encode(), "sha256").hex()

    def chain(self, previous: str, row: str) -> str:
        """Return the digest (hex) of an audit row that follows ``previous``."""
        return hmac.digest(self._secrets.audit, f"{previous}\n{row}".encode(), "sha256").hex()

    def wrap(self, key: bytes, table: str, row: str, column: str) -> str:
        """Seal another key under the key-encryption key, bound to its place."""
        return seal(self._wrapping, self._secrets.wrapping_id, key, place(table, row, column))

    @property
    def wrapping_id(self) -> str:
        """Name of the key-encryption key that wraps now."""
        return self._secrets.wrapping_id

    def unwrap(self, wrapped: str, table: str, row: str, column: str) -> bytes:
        """Return a wrapped key; Damaged when it does not fit its place."""
        return open_seal(self._unwrapping, wrapped, place(table, row, column))


def place(table: str, row: str, column: str) -> bytes:
    """Return what a seal is bound to: table, row id, column and format."""
    return f"{table}|{row}|{column}|{FORMAT}".encode()


def seal(cipher: AESGCM, key_id: str, plain: bytes, bound_to: bytes) -> str:
    """Encrypt under a fresh nonce of 96 bits."""
    nonce = os.urandom(NONCE_BYTES)
    return f"{FORMAT}.{key_id}.{to_text(nonce)}.{to_text(cipher.encrypt(nonce, plain, bound_to))}"


def open_seal(ciphers: Mapping[str, AESGCM], sealed: str, bound_to: bytes) -> bytes:
    """Decrypt; Damaged for another format, an unknown key, a changed bit or another place."""
    try:
        version, key_id, nonce, ciphertext = sealed.split(".")
        cipher = ciphers[key_id]
        if version != FORMAT:
            raise Damaged(f"a seal of an unknown format in {bound_to.decode()}")
        return cipher.decrypt(to_bytes(nonce), to_bytes(ciphertext), bound_to)
    except (ValueError, KeyError, binascii.Error, InvalidTag) as error:
        raise Damaged(f"a seal does not fit {bound_to.decode()}") from error


def key_of(sealed: str) -> str:
    """Return the name of the key under which something was sealed or wrapped."""
    return sealed.split(".", 2)[1] if sealed.count(".") > 1 else ""


def key_id(key: bytes) -> str:
    """Return a short name of a key that tells nothing of it."""
    return sha256(b"key id" + key).hexdigest()[:8]


def to_text(raw: bytes) -> str:
    """Return bytes as base64url without its padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    """Read what ``to_text`` wrote; ValueError for any other spelling of it."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_text(raw) != text:
        raise ValueError("not the canonical spelling")
    return raw

"""Seals bytes to a public key, so that whoever seals cannot open: fresh X25519, HKDF-SHA256, AES-256-GCM."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.errors import Damaged
from gateway.ports.seals import KeyPair
from gateway.store.encryption import FORMAT, KEY_BYTES, NONCE_BYTES, to_bytes, to_text

PURPOSE = b"saiduan sealed key "


def new_pair() -> KeyPair:
    """Draw a pair of keys."""
    private = X25519PrivateKey.generate()
    return KeyPair(to_text(private.public_key().public_bytes_raw()), private.private_bytes_raw())


def public_of(private: bytes) -> str:
    """Return the public half of a private key of 32 bytes."""
    return to_text(X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def seal_to(public: str, plain: bytes, bound_to: bytes) -> str:
    """Return ``v1.<one-time public key>.<ciphertext>``; only the holder of the private half opens it, in its place.

    Key and nonce come from a pair that is used once, so no nonce ever repeats.
    """
    once, receiver = X25519PrivateKey.generate(), _public(public)
    once_public = once.public_key().public_bytes_raw()
    key, nonce = _derived(once.exchange(receiver), once_public, receiver.public_bytes_raw(), bound_to)
    return f"{FORMAT}.{to_text(once_public)}.{to_text(AESGCM(key).encrypt(nonce, plain, bound_to))}"


def open_sealed(private: bytes, sealed: str, bound_to: bytes) -> bytes:
    """Open a seal; Damaged for another format, key or place, and for any changed bit."""
    own = X25519PrivateKey.from_private_bytes(private)
    try:
        version, once, ciphertext = sealed.split(".")
        if version != FORMAT:
            raise Damaged(f"a seal of an unknown format in {bound_to.decode()}")
        once_public = to_bytes(once)
        shared = own.exchange(X25519PublicKey.from_public_bytes(once_public))
        key, nonce = _derived(shared, once_public, own.public_key().public_bytes_raw(), bound_to)
        return AESGCM(key).decrypt(nonce, to_bytes(ciphertext), bound_to)
    except (ValueError, InvalidTag) as error:
        raise Damaged(f"a seal does not fit {bound_to.decode()}") from error


def _public(public: str) -> X25519PublicKey:
    try:
        return X25519PublicKey.from_public_bytes(to_bytes(public))
    except ValueError as error:
        raise Damaged("a public key is no public key") from error


def _derived(shared: bytes, once_public: bytes, receiver: bytes, bound_to: bytes) -> tuple[bytes, bytes]:
    made = HKDF(SHA256(), KEY_BYTES + NONCE_BYTES, salt=once_public + receiver, info=PURPOSE + bound_to).derive(shared)
    return made[:KEY_BYTES], made[KEY_BYTES:]

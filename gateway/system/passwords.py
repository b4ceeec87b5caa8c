"""Passphrases are kept as Argon2id digests; at most two are computed at once, since each takes 64 MiB."""

import string
import threading
from functools import cache
from importlib import resources

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

AROUND = string.digits + string.punctuation + string.whitespace


@cache
def commonplaces() -> frozenset[str]:
    """Return the list, read once a process."""
    file = resources.files("gateway.system") / "data" / "common_passphrases.txt"
    return frozenset(line for line in file.read_text("utf-8").splitlines() if not line.startswith("# "))


class Argon2Passwords:
    """Argon2id with 64 MiB and three passes."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._room = threading.BoundedSemaphore(2)
        self._nobody: str | None = None

    def common(self, passphrase: str) -> bool:
        """Whether it stands on the list of those that everybody tries first, with digits and signs around it or not."""
        typed = passphrase.casefold()
        return not {typed, typed.strip(AROUND), typed.replace(" ", "")}.isdisjoint(commonplaces())

    def digest(self, passphrase: str) -> str:
        """Return the digest to store."""
        with self._room:
            return self._hasher.hash(passphrase)

    def matches(self, digest: str | None, passphrase: str) -> bool:
        """Compare; an unknown account (None) costs the same time and never matches."""
        with self._room:
            try:
                return self._hasher.verify(digest or self._decoy(), passphrase) and digest is not None
            except (VerifyMismatchError, InvalidHashError):
                return False

    def _decoy(self) -> str:
        """A digest that no passphrase fits, made when the first unknown name asks: it costs a third of a second."""
        if self._nobody is None:
            self._nobody = self._hasher.hash("nobody signs in with this")
        return self._nobody

"""A sealed file: one readable line that says what it is, then chunks that open only whole, in order and under a key."""

import io
import json
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import Damaged
from gateway.store.encryption import KEY_BYTES

MAGIC = "saiduan-sealed-1"
CHUNK = 1024 * 1024
TAG = 16  # bytes that a seal adds
LONGEST_HEAD = 64 * 1024
_LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Head:
    """What anybody may read of a sealed file; ``facts`` are JSON values. The seal covers it."""

    facts: Mapping[str, str]

    def line(self) -> bytes:
        """Write it as the first line of the file."""
        written = json.dumps(dict(self.facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return f"{MAGIC} {written}\n".encode()


def new_key() -> bytes:
    """Draw the key of one file."""
    return os.urandom(KEY_BYTES)


def read_head(path: Path) -> Head:
    """Read what a sealed file says of itself; Damaged for anything else."""
    with path.open("rb") as file:
        return _head(file.readline(LONGEST_HEAD))


def _head(line: bytes) -> Head:
    mark, _, written = line.partition(b" ")
    try:
        facts = json.loads(written) if mark.decode("ascii", "replace") == MAGIC else None
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or not all(isinstance(value, str) for value in facts.values()):
        raise Damaged("this is no sealed file")
    return Head(facts)


class _Sealer(io.RawIOBase):
    """Takes bytes and writes sealed chunks. The nonce counts, and its last byte tells the end: a key seals one file."""

    def __init__(self, file: BinaryIO, cipher: AESGCM, bound_to: bytes) -> None:
        self._file, self._cipher, self._bound_to = file, cipher, bound_to
        self._waiting, self._number = bytearray(), 0

    def writable(self) -> bool:
        """Say that this end takes bytes."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer, as every file takes
        """Seal what fills whole chunks; the last one waits for the end."""
        view = memoryview(data)
        self._waiting += view
        while len(self._waiting) > CHUNK:
            self._chunk(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return view.nbytes

    def finish(self) -> None:
        """Seal the rest as the last chunk."""
        self._chunk(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _chunk(self, plain: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number, last=last), plain, self._bound_to)
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class _Opener(io.RawIOBase):
    """Gives back the bytes of a sealed file; Damaged as soon as a chunk is not the one that was written there."""

    def __init__(self, file: io.BufferedReader, cipher: AESGCM, bound_to: bytes) -> None:
        self._file, self._cipher, self._bound_to = file, cipher, bound_to
        self._opened, self._number, self._ended = b"", 0, False

    def readable(self) -> bool:
        """Say that this end gives bytes."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer, as every file fills
        """Fill a buffer; 0 at the end, which is the written one."""
        into = memoryview(buffer)
        while not self._opened and not self._ended:
            self._next()
        taken = self._opened[: len(into)]
        into[: len(taken)] = taken
        self._opened = self._opened[len(taken) :]
        return len(taken)

    def _next(self) -> None:
        written = self._file.read(_LENGTH.size)
        length = _LENGTH.unpack(written)[0] if len(written) == _LENGTH.size else -1
        sealed = self._file.read(length) if 0 <= length <= CHUNK + TAG else b""
        self._ended = not self._file.peek(1)
        try:
            if len(sealed) != length:
                raise ValueError("not the chunk that was announced")
            self._opened = self._cipher.decrypt(_nonce(self._number, last=self._ended), sealed, self._bound_to)
        except (InvalidTag, ValueError) as error:
            raise Damaged("the sealed file was changed or cut") from error
        self._number += 1


@contextmanager
def writing(path: Path, head: Head, key: bytes) -> Iterator[io.RawIOBase]:
    """Write a new sealed file, for the owner only; it is on disk when the block has ended well."""
    line = head.line()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(line)
        sealer = _Sealer(file, AESGCM(key), sha256(line).digest())
        yield sealer
        sealer.finish()
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def reading(path: Path, key: bytes) -> Iterator[io.RawIOBase]:
    """Open a sealed file; what is read before its end may still turn out to lack the rest."""
    with path.open("rb") as file:
        line = file.readline(LONGEST_HEAD)
        _head(line)
        yield _Opener(file, AESGCM(key), sha256(line).digest())


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])

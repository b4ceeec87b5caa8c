"""The server's keys on disk: one file each, readable by the gateway's user alone."""

import json
import os
import shutil
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateway.errors import ConfigurationError, Conflict, Damaged
from gateway.store.encryption import KEY_BYTES, Keyring, Secrets, key_id, open_seal, place, seal

SETTING = "GATEWAY_KEYS"
WRAPPING, FIELDS, INDEX, AUDIT, FINGERPRINT = (
    "key-encryption.key",
    "field-keys.json",
    "index.key",
    "audit.key",
    "fingerprint.key",
)
FILES = (WRAPPING, FIELDS, INDEX, AUDIT, FINGERPRINT)
OPERATOR = "backups-to.public"
MODE = 0o400


def create_keys(directory: Path) -> None:
    """Draw every key and write them, all or none; ConfigurationError when the directory already holds something."""
    if directory.exists() and any(directory.iterdir()):
        raise ConfigurationError(SETTING, f"{directory} is not empty", "Keys are never overwritten: choose another.")
    part = directory.with_name(directory.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    wrapping, first = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES)
    _write(part / WRAPPING, _encoded(wrapping))
    wrapped = seal(AESGCM(wrapping), key_id(wrapping), first, place("key_file", "f0001", "key"))
    _write(part / FIELDS, json.dumps({"f0001": wrapped}))
    for name in (INDEX, AUDIT, FINGERPRINT):
        _write(part / name, _encoded(os.urandom(KEY_BYTES)))
    _sync(part)
    part.rename(directory)
    _sync(directory.parent)


def load_keys(directory: Path) -> Keyring:
    """Read the keys; ConfigurationError when one is missing, unreadable, open to others, or not a key."""
    texts = {name: _read(directory / name) for name in FILES}
    wrapping, *retired = (_decoded(line, directory / WRAPPING) for line in texts[WRAPPING].split())
    ciphers = {key_id(key): AESGCM(key) for key in (wrapping, *retired)}
    try:
        fields = {
            name: open_seal(ciphers, wrapped, place("key_file", name, "key"))
            for name, wrapped in json.loads(texts[FIELDS]).items()
        }
    except (Damaged, ValueError, AttributeError) as error:
        raise _unusable(directory / FIELDS, "does not open under the key-encryption key") from error
    if not fields:
        raise _unusable(directory / FIELDS, "holds no key")
    index, audit, fingerprint = (_decoded(texts[name], directory / name) for name in (INDEX, AUDIT, FINGERPRINT))
    former = {key_id(key): key for key in retired}
    return Keyring(Secrets(key_id(wrapping), wrapping, fields, index, audit, fingerprint, former))


def begin_rotation(directory: Path) -> str:
    """Draw a new key-encryption key and wrap the field keys under it; the former still opens. Returns its name.

    Killed at any instant, every key that is needed is there: the new one is on disk before anything is under it.
    """
    load_keys(directory)
    if rotating(directory):
        raise ConfigurationError(SETTING, "a rotation is under way", "Run: gateway keys rotate --finish")
    new = os.urandom(KEY_BYTES)
    _replace(directory / WRAPPING, f"{_encoded(new)}\n{_read(directory / WRAPPING)}")
    _rewrap_fields(directory)
    return key_id(new)


def _rewrap_fields(directory: Path) -> None:
    """Wrap the field keys under the newest key-encryption key."""
    keys = [_decoded(line, directory / WRAPPING) for line in _read(directory / WRAPPING).split()]
    ciphers, newest = {key_id(key): AESGCM(key) for key in keys}, key_id(keys[0])
    wrapped = json.loads(_read(directory / FIELDS))
    places = {name: place("key_file", name, "key") for name in wrapped}
    opened = {name: open_seal(ciphers, wrapped[name], places[name]) for name in wrapped}
    anew = {name: seal(ciphers[newest], newest, key, places[name]) for name, key in opened.items()}
    _replace(directory / FIELDS, json.dumps(anew))


def rotating(directory: Path) -> bool:
    """Whether a former key-encryption key is still there."""
    return len(_read(directory / WRAPPING).split()) > 1


def end_rotation(directory: Path) -> None:
    """Forget the former key-encryption key; nothing may be wrapped under it any more."""
    _rewrap_fields(directory)
    _replace(directory / WRAPPING, _read(directory / WRAPPING).split()[0])


def operator_of(directory: Path) -> str:
    """Return the public key to which backups are sealed, or nothing."""
    path = directory / OPERATOR
    return _read(path) if path.exists() else ""


def set_operator(directory: Path, public: str) -> None:
    """Seal backups to this public key from now on; the private half is not here."""
    _replace(directory / OPERATOR, public)


def write_private(path: Path, private: bytes) -> None:
    """Write the private half of a pair to a new file; Conflict when something is there."""
    if path.exists():
        raise Conflict(f"{path} is there: keys are never overwritten.")
    _write(path, _encoded(private))


def read_private(path: Path) -> bytes:
    """Read the private half of a pair, wherever it lies: a stick knows no permissions."""
    return _decoded(path.read_text("ascii").strip(), path)


def _read(path: Path) -> str:
    try:
        mode = path.stat().st_mode & 0o777
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        raise _unusable(path, "is missing", "Run: gateway init") from None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, "cannot be read") from error
    if mode != MODE:
        raise _unusable(path, f"has permissions {mode:04o}", f"Run: chmod 0400 {path}")
    return text


def _decoded(text: str, path: Path) -> bytes:
    try:
        key = b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise _unusable(path, "is not a key of 32 bytes in base64")
    return key


def _encoded(key: bytes) -> str:
    return b64encode(key).decode()


def _unusable(path: Path, problem: str, cure: str = "Restore it from its own backup.") -> ConfigurationError:
    return ConfigurationError(SETTING, f"{path} {problem}", cure)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())


def _replace(path: Path, text: str) -> None:
    """Write a file anew so that at any instant either the former or the new one is whole."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    _write(part, text)
    part.rename(path)
    _sync(path.parent)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

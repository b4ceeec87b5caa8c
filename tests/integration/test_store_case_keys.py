"""The key store: committed before the case, apart from it, and gone for good when shredded."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import Conflict, Damaged
from gateway.store.case_keys import CaseKeyStore, open_case_keys
from gateway.store.encryption import Keyring
from tests.doubles.servers import make_database

_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'keys.db'}"
    server: str = request.getfixturevalue("postgres_server")
    return make_database(server, f"keys{next(_numbers)}")


@pytest.fixture
def visited() -> list[str]:
    return []


@pytest.fixture
def keys(address: str, keyring: Keyring, visited: list[str]) -> Iterator[CaseKeyStore]:
    store = open_case_keys(address, keyring, visited.append)
    yield store
    store.dispose()


def test_a_text_opens_only_for_its_entry(keys: CaseKeyStore, visited: list[str]) -> None:
    for entry_id in ("e1", "e2"):
        keys.create("c1", entry_id)
    sealed = keys.seal("ນາງຖືກຂັງ", "c1", "e1")
    assert visited == ["after-key-commit", "after-key-commit"]
    assert sealed.startswith("v1.") and "ນາງ" not in sealed
    assert keys.open(sealed, "c1", "e1") == "ນາງຖືກຂັງ"
    with pytest.raises(Damaged):
        keys.open(sealed, "c1", "e2")
    with pytest.raises(Damaged):
        keys.open(sealed, "c2", "e1")


def test_a_key_is_made_once(keys: CaseKeyStore) -> None:
    keys.create("c1", "e1")
    with pytest.raises(Conflict):
        keys.create("c1", "e1")


def test_a_key_is_there_for_the_next_process(keys: CaseKeyStore, address: str, keyring: Keyring) -> None:
    keys.create("c1", "e1")
    sealed = keys.seal("story", "c1", "e1")
    again = open_case_keys(address, keyring)
    assert again.open(sealed, "c1", "e1") == "story"
    again.dispose()


def test_without_a_key_there_is_no_text(keys: CaseKeyStore) -> None:
    with pytest.raises(Damaged, match="gone"):
        keys.seal("story", "c1", "e1")


def test_a_shredded_case_cannot_be_read_again_and_others_can(keys: CaseKeyStore) -> None:
    keys.create("c1", "e1")
    keys.create("c2", "e2")
    first, second = keys.seal("one", "c1", "e1"), keys.seal("two", "c2", "e2")
    keys.shred("c1")
    with pytest.raises(Damaged):
        keys.open(first, "c1", "e1")
    assert keys.open(second, "c2", "e2") == "two"


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("keys.db*"))


def test_no_file_holds_a_shredded_key(tmp_path: Path, keyring: Keyring) -> None:
    keys = open_case_keys(f"sqlite:///{tmp_path / 'keys.db'}", keyring)
    for number in range(50):
        keys.create(f"c{number:03}", f"e{number:03}")
    assert b"c007" in on_disk(tmp_path)
    for number in range(50):
        keys.shred(f"c{number:03}")
    assert b"c007" not in on_disk(tmp_path) and b"v1." not in on_disk(tmp_path)
    keys.dispose()


def test_keys_without_a_case_are_found(keys: CaseKeyStore) -> None:
    for case_id in ("c2", "c1", "c3"):
        keys.create(case_id, "e1")
        keys.create(case_id, "e2")
    assert keys.orphans(frozenset({"c2"})) == ("c1", "c3")
    assert keys.orphans(frozenset()) == ("c1", "c2", "c3")

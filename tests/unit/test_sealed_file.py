"""A sealed file gives back what was put in, whole; whatever is changed, cut or joined on is noticed."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Damaged
from gateway.store.sealed_file import CHUNK, Head, new_key, read_head, reading, writing

HEAD = Head({"id": "1", "said": "ສາຍດ່ວນ"})
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK)


def sealed(path: Path, content: bytes, key: bytes, pieces: int = 1) -> Path:
    with writing(path, HEAD, key) as out:
        for at in range(0, max(1, len(content)), max(1, len(content) // pieces)):
            out.write(content[at : at + max(1, len(content) // pieces)])
    return path


def opened(path: Path, key: bytes) -> bytes:
    with reading(path, key) as plain:
        return plain.read()


@pytest.mark.parametrize("size", SIZES)
def test_what_goes_in_comes_out(tmp_path: Path, size: int) -> None:
    key, content = new_key(), bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    path = sealed(tmp_path / "one", content, key, pieces=7)
    assert opened(path, key) == content and read_head(path) == HEAD
    assert path.stat().st_mode & 0o777 == 0o600


@given(content=st.binary(max_size=300), at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_can_be_turned(content: bytes, at: int, bit: int) -> None:
    key = new_key()
    with TemporaryDirectory() as folder:
        path = sealed(Path(folder) / "one", content, key)
        raw = bytearray(path.read_bytes())
        raw[at % len(raw)] ^= 1 << bit
        path.write_bytes(raw)
        with pytest.raises(Damaged):
            opened(path, key)


@given(content=st.binary(max_size=300), kept=st.integers(min_value=0))
def test_nothing_can_be_cut_off_or_joined_on(content: bytes, kept: int) -> None:
    key = new_key()
    with TemporaryDirectory() as folder:
        path = sealed(Path(folder) / "one", content, key)
        raw = path.read_bytes()
        for other in (raw[: kept % len(raw)], raw + b"\0", raw + raw):
            path.write_bytes(other)
            with pytest.raises(Damaged):
                opened(path, key)


def test_a_file_that_ends_between_two_chunks_is_not_whole(tmp_path: Path) -> None:
    key = new_key()
    path = sealed(tmp_path / "one", b"x" * (CHUNK + 5), key)
    raw, line = path.read_bytes(), len(HEAD.line())
    path.write_bytes(raw[: line + 4 + CHUNK + 16])
    with pytest.raises(Damaged):
        opened(path, key)


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    path = sealed(tmp_path / "one", b"content", new_key())
    with pytest.raises(Damaged):
        opened(path, new_key())


@pytest.mark.parametrize("line", [b"", b"hello\n", b"saiduan-sealed-1 []\n", b"saiduan-sealed-1 {\n", b"\xff \xff\n"])
def test_another_file_is_not_taken_for_one(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "one").write_bytes(line)
    with pytest.raises(Damaged):
        read_head(tmp_path / "one")

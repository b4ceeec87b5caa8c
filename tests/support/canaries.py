"""Planted numbers and texts, and every spelling in which one of them might lie in a file."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

COUNT = 50
LAO = "ເຂົາພານາງໄປແຄມນ້ຳແລ້ວລັອກປະຕູ"


SENDERS, NAMED, STORY, NOTE = "205557", "209316", "quokkazephyr", "wombatglacier"
"""How each kind of planted thing begins; a file without any of these holds nothing that was planted."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What somebody sends: a phone, words in two scripts with a second number in them, and an officer's note."""

    sender: str
    named: str
    story: str
    note: str


def plant(count: int = COUNT) -> list[Planted]:
    """Return planted people; no two share a number or a word."""
    return [
        Planted(
            f"+856{SENDERS}{number:04}",
            f"+856{NAMED}{number:04}",
            f"{STORY}{number:04} {LAO}{number:04} 0{NAMED}{number:04}",
            f"{NOTE}{number:04} is on the way",
        )
        for number in range(count)
    ]


def spellings(planted: Iterable[Planted]) -> dict[bytes, str]:
    """Return every byte string that would betray something planted, with what it betrays.

    A number without its country code lies inside every longer way to write it, so it is enough to look for that.
    """
    found: dict[bytes, str] = {}
    for one in planted:
        for number in (one.sender, one.named):
            found |= dict.fromkeys((*_of_text(number[4:]), *_of_pdu(number[1:])), f"number {number}")
        for words in (*one.story.split()[:2], one.note.split()[0]):
            found |= dict.fromkeys(_of_text(words), f"text {words}")
    return found


def beginnings() -> frozenset[bytes]:
    """Return how every spelling begins: whether a file needs a closer look is asked first."""
    texts = {spelling for stem in (SENDERS, NAMED, STORY, LAO, NOTE) for spelling in _of_text(stem)}
    return frozenset(texts).union(*(_of_pdu(f"856{stem}"[:8]) for stem in (SENDERS, NAMED)))


def betrayals(folders: Iterable[Path], wanted: dict[bytes, str]) -> Iterator[str]:
    """Yield where something planted lies in any file under these folders."""
    stems = beginnings()
    for folder in folders:
        for path in sorted(folder.rglob("*") if folder.is_dir() else [folder]):
            content = path.read_bytes() if path.is_file() else b""
            if any(stem in content for stem in stems):
                yield from (f"{path.name}: {said}" for spelling, said in wanted.items() if spelling in content)


def _of_text(text: str) -> Iterator[bytes]:
    plain = text.encode()
    yield plain
    yield text.encode("utf-16-le")
    yield text.encode("utf-16-be")
    yield quote(text, safe="").encode()
    yield quote(text, safe="").lower().encode()
    yield plain.hex().encode()
    yield text.encode("unicode_escape")
    for shift in range(3):  # base64 looks different at each of three alignments; the edges depend on the neighbours
        for encode in (b64encode, urlsafe_b64encode):
            letters = encode(b"\x00" * shift + plain).rstrip(b"=")
            yield letters[4 if shift else 0 : len(letters) // 4 * 4]


def _of_pdu(digits: str) -> Iterator[bytes]:
    """Yield digits as an SMS PDU holds them: two a byte, swapped, F at an odd end; as bytes and as hex."""
    even = digits + "F" * (len(digits) % 2)
    swapped = bytes(int(even[at + 1] + even[at], 16) for at in range(0, len(even), 2))
    yield from (swapped, swapped.hex().encode(), swapped.hex().upper().encode())

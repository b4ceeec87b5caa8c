"""What a file is before it is read: its kind, its letters and its separator, from the bytes themselves."""

import codecs
from typing import BinaryIO, Final, Literal

from gateway.contacts.importing import FileRefused

Kind = Literal["text", "xlsx"]

CHUNK: Final = 1 << 20
FIRST: Final = 1 << 16
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, ""),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NAMES: Final = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp874": "Windows-874",
}
SEPARATORS: Final = {"\t": "tab", ";": "semicolon", ",": "comma"}


def kind_of(file: BinaryIO) -> Kind:
    """Return what a file is by its first bytes; FileRefused for an empty one and for what is neither text nor XLSX."""
    head = file.read(FIRST)
    if not head.strip(b"\x00\xff\xfe \r\n\t"):
        raise FileRefused("empty_file")
    if head.startswith(_ZIP):
        return "xlsx"
    if head.startswith(_OLD_EXCEL):
        raise FileRefused("old_excel")
    if not encoding_of_head(head) and b"\x00" in head:
        raise FileRefused("no_text")
    return "text"


def encoding_of_head(head: bytes) -> str | None:
    """Return the encoding that a mark, or zero bytes in every other place, give away; None without such a sign."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name or None
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * 0.4:
        return "utf-16-le"
    if pairs and head[0::2].count(0) > pairs * 0.4:
        return "utf-16-be"
    return None


def encoding_of(file: BinaryIO) -> str:
    """Return the encoding of a text: as marked, else UTF-8 when every byte fits, else Windows-874.

    Reads the whole file in pieces. FileRefused when no encoding fits.
    """
    head = file.read(FIRST)
    if found := encoding_of_head(head):
        return found
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp874")}
    piece = head
    while decoders:
        for name in tuple(decoders):
            try:
                decoders[name].decode(piece, final=not piece)
            except UnicodeDecodeError:
                del decoders[name]
        if not piece:
            break
        piece = file.read(CHUNK)
    if not decoders:
        raise FileRefused("unknown_letters")
    return next(iter(decoders))


def separator_of(line: str) -> str:
    """Return the separator that the first line holds most often; a comma when it holds none."""
    return max(SEPARATORS, key=lambda sign: (line.count(sign), sign == ","))

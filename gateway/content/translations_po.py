"""Translations as a gettext PO file: context is the id, comments say where a text is said and how long it may be."""

import re
from typing import Final

import polib

from gateway.content.translations import Row, Sheet
from gateway.content.translations_back import Given, Returned
from gateway.errors import MalformedRequest
from gateway.text.segments import encoding_of, units

_HASH: Final = re.compile(r"(?m)^hash: ([0-9a-f]{12})$")


def to_po(sheet: Sheet) -> bytes:
    """Return the file a translator opens."""
    book = polib.POFile(wrapwidth=0)
    book.metadata = {
        "Project-Id-Version": "saiduan",
        "Language": sheet.language,
        "X-Source-Language": sheet.source_language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for row in sheet.rows:
        flags = ["fuzzy"] if row.state in ("review", "stale") else []
        book.append(
            polib.POEntry(
                msgctxt=row.key,
                msgid=row.source,
                msgstr=row.target,
                comment=_comment(row),
                flags=flags,
                encoding="utf-8",
            )
        )
    return str(book).encode()


def _comment(row: Row) -> str:
    """Return what stands above a text."""
    now = units(row.target, encoding_of(row.target))
    said = [
        f"said at: {row.where}",
        f"after: {row.previous}" if row.previous else "",
        f"one SMS segment: {row.limit} characters; now {now}",
        f"note: {row.note}" if row.note else "",
        f"state: {row.state}",
        f"hash: {row.source_hash}",
    ]
    return "\n".join(" ".join(line.split()) for line in said if line)


def from_po(data: bytes) -> Returned:
    """Read a file that came back; raises MalformedRequest when it is no PO file."""
    try:
        # The library takes a text without a line break for a path.
        book = polib.pofile(data.decode("utf-8-sig") + "\n")
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise MalformedRequest("the file is no PO file in UTF-8") from error
    language = book.metadata.get("Language", "")
    if not language:
        raise MalformedRequest("the file names no language in its head")
    given = []
    for entry in book:
        found = _HASH.search(entry.comment)
        made_from, settled = found[1] if found else "", not entry.fuzzy
        given.append(
            Given(entry.msgctxt or "", entry.msgid, entry.msgstr, made_from, entry.linenum or 0, settled=settled)
        )
    return Returned(language, tuple(given))

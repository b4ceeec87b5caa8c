"""A file that was sent through the console: its sealed pieces read from the database as if they were one file."""

import io
from functools import partial

from gateway.integrations.sheets.opening import Sheet
from gateway.ports.unit_of_work import Store

PIECE = 256 * 1024


class StoredFile(io.RawIOBase):
    """Reads one piece at a time; can be sought in, as a workbook needs."""

    def __init__(self, store: Store, job_id: str, size: int) -> None:
        self._store, self._job_id, self._size = store, job_id, size
        self._at, self._number, self._piece = 0, -1, b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Return where the next byte comes from."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go elsewhere in the file."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, begin + offset)
        return self._at

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override] # typeshed's name for a buffer is private
        """Fill a buffer as far as the present piece goes; 0 at the end."""
        number, within = divmod(self._at, PIECE)
        if number != self._number:
            with self._store.reading() as work:
                self._number, self._piece = number, work.imports.piece(self._job_id, number) or b""
        content = self._piece[within : within + len(buffer)]
        buffer[: len(content)] = content
        self._at += len(content)
        return len(content)


def sheet_of(store: Store, job_id: str) -> Sheet:
    """Return the sheet that lies in the pieces of a job."""
    with store.reading() as work:
        size = work.imports.size(job_id, PIECE)
    return Sheet(partial(_opened, store, job_id, size), size)


def _opened(store: Store, job_id: str, size: int) -> io.BufferedReader:
    return io.BufferedReader(StoredFile(store, job_id, size), PIECE)

"""Opens a list, whatever program wrote it; the file can be opened again from its beginning."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from gateway.contacts.importing import FileRefused
from gateway.integrations.sheets.delimited import MOST_BYTES, open_delimited
from gateway.integrations.sheets.sniffing import encoding_of, kind_of
from gateway.integrations.sheets.workbook import open_workbook
from gateway.ports.tables import Table

Open = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Sheet:
    """One file (gateway.ports.tables.ReadTable); ``opens`` gives its bytes from the beginning, ``size`` in bytes."""

    opens: Open
    size: int

    def __call__(self) -> Table:
        """Return the table, its rows not yet read; FileRefused for a file that is none."""
        if self.size > MOST_BYTES:
            raise FileRefused("too_large")
        with self.opens() as file:
            kind = kind_of(file)
        return open_workbook(self.opens()) if kind == "xlsx" else open_delimited(self.opens(), self._encoding)

    @cached_property
    def _encoding(self) -> str:
        with self.opens() as file:
            return encoding_of(file)

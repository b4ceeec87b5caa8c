"""Imports of contacts as they are stored: jobs moved by conditional update, flawed cells and files sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, tuple_, update

from gateway.contacts.cells import Reason
from gateway.contacts.importing import AT_WORK, Flaw
from gateway.errors import Conflict, NotFound
from gateway.ports.import_book import Job
from gateway.store.inserting import insert_new
from gateway.store.schema.audience import IMPORT_FLAW, IMPORT_JOB, IMPORT_PIECE
from gateway.store.transaction import Repository

COLUMNS = tuple(field.name for field in fields(Job))
UNFINISHED = ("sending", "checking", "checked", "accepted")

_NEWEST = select(IMPORT_JOB).order_by(IMPORT_JOB.c.created_at.desc(), IMPORT_JOB.c.id.desc()).limit(bindparam("most"))
_OF_FILE = _NEWEST.where(IMPORT_JOB.c.file_sha256 == bindparam("sha256"), IMPORT_JOB.c.state.in_(UNFINISHED))
_WAITING = (
    select(IMPORT_JOB)
    .where(IMPORT_JOB.c.stored, IMPORT_JOB.c.state.in_(sorted(AT_WORK)))
    .order_by(IMPORT_JOB.c.created_at)
)
_SAVE = update(IMPORT_JOB).where(
    IMPORT_JOB.c.id == bindparam("job_id"),
    IMPORT_JOB.c.state == bindparam("known_state"),
    IMPORT_JOB.c.done == bindparam("known_done"),
)
_FLAW_KEY = tuple_(IMPORT_FLAW.c.line, IMPORT_FLAW.c.column)


class SqlImportBook(Repository):
    """Jobs, flawed cells, files in pieces (gateway.ports.import_book)."""

    __slots__ = ()

    def add(self, job: Job) -> None:
        """Store a new job."""
        self.tx.connection.execute(insert(IMPORT_JOB), _values(job))

    def get(self, job_id: str) -> Job:
        """Return a job; NotFound."""
        row = self.tx.connection.execute(select(IMPORT_JOB).where(IMPORT_JOB.c.id == job_id)).first()
        if row is None:
            raise NotFound
        return _job(row)

    def save(self, known: Job, job: Job) -> None:
        """Store how far a job has come; Conflict when another process took ``known`` further meanwhile."""
        where = {"job_id": known.id, "known_state": known.state, "known_done": known.done}
        moved = _values(replace(job, moved_at=self.tx.clock.now()))
        if self.tx.connection.execute(_SAVE, {**moved, **where}).rowcount == 0:
            raise Conflict("Another process is at work on this file.")

    def list(self, limit: int) -> tuple[Job, ...]:
        """Return jobs, newest first."""
        return tuple(_job(row) for row in self.tx.connection.execute(_NEWEST, {"most": limit}))

    def of_file(self, file_sha256: str) -> Job | None:
        """Return the newest unfinished job of a file with these bytes."""
        row = self.tx.connection.execute(_OF_FILE, {"sha256": file_sha256, "most": 1}).first()
        return _job(row) if row is not None else None

    def waiting(self) -> tuple[Job, ...]:
        """Return jobs of stored files that wait for a worker, oldest first."""
        return tuple(_job(row) for row in self.tx.connection.execute(_WAITING))

    def idle_since(self, before: datetime) -> tuple[Job, ...]:
        """Return jobs that were not accepted and did not move since ``before``."""
        query = select(IMPORT_JOB).where(
            IMPORT_JOB.c.state.in_(("sending", "checking", "checked")), IMPORT_JOB.c.moved_at < before
        )
        return tuple(_job(row) for row in self.tx.connection.execute(query))

    def open_flaws(self, job_id: str) -> int:
        """Count the cells that cannot be taken and are not repaired; a number named twice is none of them."""
        query = select(func.count()).where(*_open_cells(job_id))
        return self.tx.connection.execute(query).scalar_one()

    def open_rows(self, job_id: str) -> int:
        """Count the rows with a cell that cannot be taken and is not repaired."""
        query = select(func.count(IMPORT_FLAW.c.line.distinct())).where(*_open_cells(job_id))
        return self.tx.connection.execute(query).scalar_one()

    def add_flaws(self, job_id: str, flaws: Sequence[Flaw]) -> None:
        """Store cells that cannot be taken; one that is known stays, with its repair."""
        rows = [
            {
                "job_id": job_id,
                "line": flaw.line,
                "column": flaw.column,
                "reason": flaw.reason.value,
                "cell_ct": self._seal(flaw.cell, job_id, flaw.line, flaw.column),
            }
            for flaw in flaws
        ]
        insert_new(self.tx.connection, IMPORT_FLAW, rows)

    def flaws(self, job_id: str, after: tuple[int, str] = (0, ""), limit: int = 50) -> tuple[Flaw, ...]:
        """Return flaws beyond (line, column), in order of line."""
        query = select(IMPORT_FLAW).where(IMPORT_FLAW.c.job_id == job_id, _FLAW_KEY > tuple_(*after))
        rows = self.tx.connection.execute(query.order_by(IMPORT_FLAW.c.line, IMPORT_FLAW.c.column).limit(limit))
        return tuple(self._flaw(row) for row in rows)

    def flaw(self, job_id: str, line: int, column: str) -> Flaw:
        """Return one flaw; NotFound."""
        row = self.tx.connection.execute(select(IMPORT_FLAW).where(*_cell(job_id, line, column))).first()
        if row is None:
            raise NotFound
        return self._flaw(row)

    def repair(self, job_id: str, line: int, column: str, text: str, by: str) -> None:
        """Store what was typed instead."""
        sealed = self._seal(text, job_id, line, column)
        change = update(IMPORT_FLAW).where(*_cell(job_id, line, column)).values(repaired_ct=sealed, repaired_by=by)
        if self.tx.connection.execute(change).rowcount == 0:
            raise NotFound

    def repairs(self, job_id: str) -> Mapping[tuple[int, str], str]:
        """Return every repaired cell."""
        query = select(IMPORT_FLAW).where(IMPORT_FLAW.c.job_id == job_id, IMPORT_FLAW.c.repaired_ct.is_not(None))
        flaws = (self._flaw(row) for row in self.tx.connection.execute(query))
        return {(flaw.line, flaw.column): flaw.repaired or "" for flaw in flaws}

    def add_piece(self, job_id: str, number: int, content: bytes) -> None:
        """Store the next piece of a file, sealed."""
        sealed = self.tx.keyring.seal(content.decode("latin-1"), "import_piece", f"{job_id}:{number}", "bytes")
        self.tx.connection.execute(insert(IMPORT_PIECE), {"job_id": job_id, "number": number, "bytes_ct": sealed})

    def piece(self, job_id: str, number: int) -> bytes | None:
        """Return a piece of a file, None after the last."""
        query = select(IMPORT_PIECE.c.bytes_ct).where(IMPORT_PIECE.c.job_id == job_id, IMPORT_PIECE.c.number == number)
        sealed = self.tx.connection.execute(query).scalar()
        if sealed is None:
            return None
        return self.tx.keyring.open(sealed, "import_piece", f"{job_id}:{number}", "bytes").encode("latin-1")

    def size(self, job_id: str, piece: int) -> int:
        """Return the size of a stored file in bytes; every piece but the last has ``piece`` bytes."""
        query = select(func.max(IMPORT_PIECE.c.number)).where(IMPORT_PIECE.c.job_id == job_id)
        last = self.tx.connection.execute(query).scalar()
        return 0 if last is None else last * piece + len(self.piece(job_id, last) or b"")

    def forget_file(self, job_id: str) -> None:
        """Drop the pieces of a file and every cell that was shown of it."""
        for table in (IMPORT_PIECE, IMPORT_FLAW):
            self.tx.connection.execute(delete(table).where(table.c.job_id == job_id))

    def _seal(self, text: str, job_id: str, line: int, column: str) -> str:
        return self.tx.keyring.seal(text, "import_flaw", f"{job_id}:{line}:{column}", "cell")

    def _open(self, sealed: str, job_id: str, line: int, column: str) -> str:
        return self.tx.keyring.open(sealed, "import_flaw", f"{job_id}:{line}:{column}", "cell")

    def _flaw(self, row: Row[Any]) -> Flaw:
        cell = self._open(row.cell_ct, row.job_id, row.line, row.column)
        repaired = self._open(row.repaired_ct, row.job_id, row.line, row.column) if row.repaired_ct else None
        return Flaw(row.line, row.column, Reason(row.reason), cell, repaired)


def _cell(job_id: str, line: int, column: str) -> tuple[Any, ...]:
    return IMPORT_FLAW.c.job_id == job_id, IMPORT_FLAW.c.line == line, IMPORT_FLAW.c.column == column


def _open_cells(job_id: str) -> tuple[Any, ...]:
    return (
        IMPORT_FLAW.c.job_id == job_id,
        IMPORT_FLAW.c.repaired_ct.is_(None),
        IMPORT_FLAW.c.reason != Reason.REPEATED.value,
    )


def _values(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in COLUMNS}


def _job(row: Row[Any]) -> Job:
    return Job(**{name: getattr(row, name) for name in COLUMNS})

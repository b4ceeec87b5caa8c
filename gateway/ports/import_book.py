"""Imports of contacts: one job a file, the cells it stumbled over, and the people it brings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.contacts.importing import Flaw, Newcomer, State


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way. ``done``: rows passed in its present state.

    The other counts are those of the check, after each repair as far as the repaired cells tell, and of what was taken
    once it is done. ``unchanged``: of the good ones, who was here already with all that the list says.
    ``stored``: the file lies in the database, else on the disk of whoever runs the command. ``wording``: the message
    id of what people agreed to.
    """

    id: str
    file_sha256: str
    name: str
    state: State
    wording: str
    actor: str
    created_at: datetime
    moved_at: datetime
    stored: bool = False
    format: str = ""
    rows: int = 0
    good: int = 0
    flawed: int = 0
    without_consent: int = 0
    repeated: int = 0
    unchanged: int = 0
    done: int = 0
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What somebody agreed to, as she read it: the message id, and the hash of its text by language."""

    message: str
    sha256: Mapping[str, str]


class ImportBook(Protocol):
    """Jobs, the cells to repair, and files in pieces."""

    def add(self, job: Job) -> None:
        """Store a new job."""
        ...

    def get(self, job_id: str) -> Job:
        """Return a job; NotFound."""
        ...

    def save(self, known: Job, job: Job) -> None:
        """Store how far a job has come; Conflict when another process took ``known`` further meanwhile."""
        ...

    def list(self, limit: int) -> tuple[Job, ...]:
        """Return jobs, newest first."""
        ...

    def of_file(self, file_sha256: str) -> Job | None:
        """Return the newest unfinished job of a file with these bytes."""
        ...

    def waiting(self) -> tuple[Job, ...]:
        """Return jobs of stored files that wait for a worker, oldest first."""
        ...

    def idle_since(self, before: datetime) -> tuple[Job, ...]:
        """Return jobs that were not accepted and did not move since ``before``."""
        ...

    def open_flaws(self, job_id: str) -> int:
        """Count the cells that cannot be taken and are not repaired; a number named twice is none of them."""
        ...

    def open_rows(self, job_id: str) -> int:
        """Count the rows with a cell that cannot be taken and is not repaired."""
        ...

    def add_flaws(self, job_id: str, flaws: Sequence[Flaw]) -> None:
        """Store cells that cannot be taken; one that is known stays, with its repair."""
        ...

    def flaws(self, job_id: str, after: tuple[int, str] = (0, ""), limit: int = 50) -> tuple[Flaw, ...]:
        """Return flaws beyond (line, column), in order of line."""
        ...

    def flaw(self, job_id: str, line: int, column: str) -> Flaw:
        """Return one flaw; NotFound."""
        ...

    def repair(self, job_id: str, line: int, column: str, text: str, by: str) -> None:
        """Store what was typed instead."""
        ...

    def repairs(self, job_id: str) -> Mapping[tuple[int, str], str]:
        """Return every repaired cell."""
        ...

    def add_piece(self, job_id: str, number: int, content: bytes) -> None:
        """Store the next piece of a file, sealed."""
        ...

    def piece(self, job_id: str, number: int) -> bytes | None:
        """Return a piece of a file, None after the last."""
        ...

    def size(self, job_id: str, piece: int) -> int:
        """Return the size of a stored file in bytes; every piece but the last has ``piece`` bytes."""
        ...

    def forget_file(self, job_id: str) -> None:
        """Drop the pieces of a file and every cell that was shown of it."""
        ...


class Newcomers(Protocol):
    """The door by which lists of people come in."""

    def take(self, rows: Sequence[Newcomer], wording: Wording, now: datetime) -> int:
        """Store what rows of different numbers say; return how many of them agree and changed nothing.

        Conflict when somebody new came in by another door just now.

        Nobody who stopped is opted in again, what a person said of herself stays, and rows that say what is known
        change nothing.
        """
        ...

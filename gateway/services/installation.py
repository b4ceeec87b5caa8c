"""What an installation is: for real people or for invented ones; the two never meet in one database."""

from gateway.errors import ConfigurationError
from gateway.ports.unit_of_work import Store, UnitOfWork

MODE = "mode"
PRODUCTION, DEMO = "production", "demo"


class OtherMode(ConfigurationError):
    """The database was begun in the other mode."""

    def __init__(self, mode: str, marked: str) -> None:
        self.marked = marked
        cure = "Choose another: GATEWAY_HOME=/path or DATABASE_URL=..."
        super().__init__("GATEWAY_MODE", f"is {mode}, but the database is marked {marked}", cure)


def require_mode(store: Store, mode: str) -> None:
    """Raise OtherMode when the database is marked for the other mode; one without a mark was never begun."""
    with store.reading() as work:
        check(work, mode)


def claim(store: Store, mode: str) -> bool:
    """Mark a database that was never begun; True when it was new."""
    with store.writing() as work:
        check(work, mode)
        fresh = work.duties.mark(MODE) is None
        if fresh:
            work.duties.set_mark(MODE, mode)
    return fresh


def check(work: UnitOfWork, mode: str) -> None:
    """Compare the mark with ``mode``."""
    marked = work.duties.mark(MODE)
    if marked not in (None, mode):
        raise OtherMode(mode, marked or "")

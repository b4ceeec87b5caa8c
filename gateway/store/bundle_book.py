"""Bundles, editions and the journal of what was live."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, update

from gateway.errors import Conflict
from gateway.ports.bundle_book import Edition, Inside, Move
from gateway.store.inserting import insert_new
from gateway.store.schema.content import BUNDLE, EDITION, LIVE_MOVE
from gateway.store.schema.talk import SESSION
from gateway.store.transaction import Repository

SHORTEST = 12  # characters of a hash that may stand for the whole
PROPOSED_AGAIN = ("note", "created_at", "base", "report", "cost")

_KNOWS = select(BUNDLE.c.hash).where(BUNDLE.c.hash == bindparam("hash"))
_DOCUMENTS = select(BUNDLE.c.hash, BUNDLE.c.document).where(BUNDLE.c.hash.in_(bindparam("hashes", expanding=True)))
_MOVES = select(LIVE_MOVE).order_by(LIVE_MOVE.c.number)
_VERSION = select(func.coalesce(func.max(LIVE_MOVE.c.number), 0))
_INSIDE = (
    select(SESSION.c.bundle, SESSION.c.flow, SESSION.c.step, func.count().label("people"))
    .group_by(SESSION.c.bundle, SESSION.c.flow, SESSION.c.step)
    .order_by(SESSION.c.flow, SESSION.c.step, SESSION.c.bundle)
)


class SqlBundleBook(Repository):
    """Versions of the content (gateway.ports.bundle_book)."""

    __slots__ = ()

    def keep(self, hash_: str, name: str, document: str, now: datetime) -> None:
        """Store a bundle unless it is there."""
        row = {"hash": hash_, "name": name, "document": document, "created_at": now}
        insert_new(self.tx.connection, BUNDLE, row)

    def knows(self, hash_: str) -> bool:
        """Whether a bundle is stored."""
        return self.tx.connection.execute(_KNOWS, {"hash": hash_}).first() is not None

    def documents(self, hashes: Sequence[str]) -> dict[str, str]:
        """Return the documents of the bundles that are stored, by hash."""
        rows = self.tx.connection.execute(_DOCUMENTS, {"hashes": list(hashes)})
        return {row.hash: row.document for row in rows}

    def propose(self, edition: Edition) -> None:
        """Store an edition; one that is there keeps its author and approver and is proposed on the new base."""
        values = asdict(edition)
        if insert_new(self.tx.connection, EDITION, values) == 0:
            again = {name: values[name] for name in PROPOSED_AGAIN}
            self.tx.connection.execute(update(EDITION).where(EDITION.c.hash == edition.hash).values(again))

    def edition(self, hash_: str) -> Edition | None:
        """Return an edition by its hash, or by its first twelve or more characters when only one begins so."""
        begins = EDITION.c.hash.startswith(hash_, autoescape=True)
        condition = begins if SHORTEST <= len(hash_) < len("0" * 64) else EDITION.c.hash == hash_
        rows = self.tx.connection.execute(select(EDITION).where(condition).limit(2)).all()
        return Edition(**rows[0]._mapping) if len(rows) == 1 else None

    def editions(self, limit: int = 50) -> tuple[Edition, ...]:
        """Return the newest editions, newest first."""
        query = select(EDITION).order_by(EDITION.c.created_at.desc(), EDITION.c.hash).limit(limit)
        return tuple(Edition(**row._mapping) for row in self.tx.connection.execute(query))

    def approve(self, hash_: str, approver: str, now: datetime) -> None:
        """Record who approved an edition first; Conflict when somebody has."""
        unapproved = update(EDITION).where(EDITION.c.hash == hash_, EDITION.c.approver.is_(None))
        values = {"approver": approver, "approved_at": now}
        if self.tx.connection.execute(unapproved.values(values)).rowcount == 0:
            raise Conflict("It was approved before.")

    def move(self, moves: Sequence[Move]) -> None:
        """Append moves to the journal; of two processes that append at once, one is refused by the number."""
        version = self.version()
        rows = [asdict(move) | {"number": version + place} for place, move in enumerate(moves, 1)]
        if rows:
            self.tx.connection.execute(insert(LIVE_MOVE), rows)

    def moves(self) -> tuple[Move, ...]:
        """Return the journal, oldest first."""
        return tuple(Move(**row._mapping) for row in self.tx.connection.execute(_MOVES))

    def version(self) -> int:
        """Return the number of the journal's last move; 0 when nothing was ever live."""
        return int(self.tx.connection.execute(_VERSION).scalar_one())

    def inside(self) -> tuple[Inside, ...]:
        """Count running conversations by bundle and step."""
        return tuple(Inside(**row._mapping) for row in self.tx.connection.execute(_INSIDE))

"""The simulated phones of a demo, shared by its processes; numbers and texts are sealed like real ones."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select

from gateway.ports.channel import Receipt
from gateway.ports.simulated_phones import PhoneText
from gateway.store.encryption import Keyring
from gateway.store.inserting import insert_new, inserting
from gateway.store.schema.simulation import SIMULATED_COUNT, SIMULATED_RECEIPT, SIMULATED_TEXT
from gateway.store.unit_of_work import SqlStore

RECEIPT_COLUMNS = tuple(name for name in Receipt.__dataclass_fields__ if name in SIMULATED_RECEIPT.c)

_INBOX = (
    select(SIMULATED_TEXT)
    .where(SIMULATED_TEXT.c.phone_index == bindparam("phone"))
    .order_by(SIMULATED_TEXT.c.at, SIMULATED_TEXT.c.message_id, SIMULATED_TEXT.c.copy)
)
# What is counted under the id of a message is an attempt at it; sessions are counted under their own word.
_ATTEMPTS = select(func.coalesce(func.sum(SIMULATED_COUNT.c.count), 0)).where(
    SIMULATED_COUNT.c.phone_index == bindparam("phone"), SIMULATED_COUNT.c.what.not_like("session %")
)
_DUE = (
    select(SIMULATED_RECEIPT)
    .where(SIMULATED_RECEIPT.c.due_at <= bindparam("now"))
    .order_by(SIMULATED_RECEIPT.c.due_at, SIMULATED_RECEIPT.c.id)
    .with_for_update(skip_locked=True)
)
_WAITING = select(SIMULATED_RECEIPT.c.id).where(SIMULATED_RECEIPT.c.due_at <= bindparam("now")).limit(1)
_TAKE = delete(SIMULATED_RECEIPT).where(SIMULATED_RECEIPT.c.id.in_(bindparam("ids", expanding=True)))


class StoredPhones:
    """Texts, counts and receipts to come (gateway.ports.simulated_phones); each call is its own short transaction."""

    def __init__(self, store: SqlStore, keyring: Keyring) -> None:
        self._store = store
        self._keyring = keyring

    def record(self, number: str, text: PhoneText) -> None:
        """Put a text into a phone; the same id and copy a second time changes nothing."""
        phone = self._keyring.index(number)
        sealed = self._keyring.seal(text.text, "simulated_text", f"{phone}/{text.id}/{text.copy}", "body")
        row = {
            "phone_index": phone,
            "message_id": text.id,
            "copy": text.copy,
            "at": text.at,
            "body_ct": sealed,
            "segments": text.segments,
        }
        with self._store.writing() as work:
            insert_new(work.tx.connection, SIMULATED_TEXT, row)

    def inbox(self, number: str) -> tuple[PhoneText, ...]:
        """Return every text that phone received, oldest first."""
        phone = self._keyring.index(number)
        with self._store.reading() as work:
            rows = work.tx.connection.execute(_INBOX, {"phone": phone}).all()
        return tuple(PhoneText(row.message_id, row.copy, row.at, self._opened(row), row.segments) for row in rows)

    def _opened(self, row: Row[Any]) -> str:
        place = f"{row.phone_index}/{row.message_id}/{row.copy}"
        return self._keyring.open(row.body_ct, "simulated_text", place, "body")

    def count(self, number: str, what: str, at: datetime) -> int:
        """Add one to how often ``what`` (a message or a session) came to this phone; return it, 1 for the first."""
        with self._store.writing() as work:
            statement = inserting(work.tx.connection, SIMULATED_COUNT).values(
                phone_index=self._keyring.index(number), what=what, count=1, first_at=at
            )
            upsert = statement.on_conflict_do_update(
                index_elements=["phone_index", "what"], set_={"count": SIMULATED_COUNT.c["count"] + 1}
            )
            return int(work.tx.connection.execute(upsert.returning(SIMULATED_COUNT.c["count"])).scalar_one())

    def attempts(self, number: str) -> int:
        """Return how many times a text was tried at this phone, refused ones included."""
        with self._store.reading() as work:
            return int(work.tx.connection.execute(_ATTEMPTS, {"phone": self._keyring.index(number)}).scalar_one())

    def schedule_receipt(self, receipt: Receipt, due: datetime) -> None:
        """Keep a receipt until ``due``; equal receipts may be kept many times."""
        row = {name: getattr(receipt, name) for name in RECEIPT_COLUMNS}
        with self._store.writing() as work:
            work.tx.connection.execute(SIMULATED_RECEIPT.insert(), {**row, "due_at": due})

    def take_due_receipts(self, now: datetime) -> tuple[Receipt, ...]:
        """Remove and return what is due, in order of due time and then of scheduling."""
        with self._store.reading() as work:
            if work.tx.connection.execute(_WAITING, {"now": now}).first() is None:
                return ()
        with self._store.writing() as work:
            rows = work.tx.connection.execute(_DUE, {"now": now}).all()
            work.tx.connection.execute(_TAKE, {"ids": [row.id for row in rows]})
        return tuple(Receipt(**{name: getattr(row, name) for name in RECEIPT_COLUMNS}) for row in rows)

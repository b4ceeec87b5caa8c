"""The last hop of each USSD session, for providers that repeat everything typed so far."""

from datetime import timedelta

from sqlalchemy import bindparam, delete, select

from gateway.ports.clock import Clock
from gateway.ports.ussd_memory import UssdHop
from gateway.store.encryption import Keyring
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.talk import USSD_MEMORY
from gateway.store.unit_of_work import SqlStore

FORGOTTEN_AFTER = timedelta(hours=1)
_KEY = (USSD_MEMORY.c.channel, USSD_MEMORY.c.session_id, USSD_MEMORY.c.msisdn_index)
_GET = select(USSD_MEMORY).where(*(column == bindparam(f"of_{column.name}") for column in _KEY))
_FORGET = delete(USSD_MEMORY).where(USSD_MEMORY.c.seen_at < bindparam("before"))


class StoredUssdMemory:
    """Shared by every process (gateway.ports.ussd_memory); each call is its own short transaction."""

    def __init__(self, store: SqlStore, keyring: Keyring, clock: Clock) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock

    def get(self, channel: str, session_id: str, msisdn: str) -> UssdHop | None:
        """Return the last hop, or None for a session that this number never had."""
        known = {"of_channel": channel, "of_session_id": session_id, "of_msisdn_index": self._keyring.index(msisdn)}
        with self._store.reading() as work:
            row = work.tx.connection.execute(_GET, known).first()
        if row is None:
            return None
        return UssdHop(row.length, row.digest, row.typed, row.event, row.lost, row.seen_at)

    def put(self, channel: str, session_id: str, msisdn: str, hop: UssdHop) -> None:
        """Keep ``hop`` instead of the one before it; a session's first hop clears away what is an hour old."""
        now = self._clock.now()
        row = {
            "channel": channel,
            "session_id": session_id,
            "msisdn_index": self._keyring.index(msisdn),
            "length": hop.length,
            "digest": hop.digest,
            "typed": hop.typed,
            "event": hop.event,
            "lost": hop.lost,
            "seen_at": hop.seen_at or now,
        }
        with self._store.writing() as work:
            insert_or_replace(work.tx.connection, USSD_MEMORY, row, tuple(column.name for column in _KEY))
            if hop.event == "begin":
                work.tx.connection.execute(_FORGET, {"before": now - FORGOTTEN_AFTER})

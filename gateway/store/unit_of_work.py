"""Transactions: everything that is true changes here, and is committed in one place."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, Engine, NestedTransaction
from sqlalchemy.exc import PendingRollbackError, ResourceClosedError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from gateway.crash_points import reach as reach_crash_point
from gateway.errors import GatewayError, Unavailable
from gateway.ports.accounts import Accounts
from gateway.ports.alarms import Alarms
from gateway.ports.audience_book import AudienceBook
from gateway.ports.audit import Audit
from gateway.ports.bundle_book import BundleBook
from gateway.ports.campaign_book import CampaignBook
from gateway.ports.case_decisions import CaseDecisions
from gateway.ports.caseload import Caseload
from gateway.ports.chance import Chance
from gateway.ports.clock import Clock
from gateway.ports.consents import Consents
from gateway.ports.directory_book import DirectoryBook
from gateway.ports.disaster_book import DisasterBook
from gateway.ports.duties import Duties
from gateway.ports.exposure import Exposure
from gateway.ports.forgetting import Forgetting
from gateway.ports.guards import Guards
from gateway.ports.hand_overs import HandOvers
from gateway.ports.held_alerts import HeldAlerts
from gateway.ports.hold_book import HoldBook
from gateway.ports.import_book import ImportBook, Newcomers
from gateway.ports.inbox import Inbox
from gateway.ports.key_book import KeyBook
from gateway.ports.memberships import Memberships
from gateway.ports.number_health import NumberBook
from gateway.ports.outbox import Outbox
from gateway.ports.partners import PartnerBook
from gateway.ports.parts import Parts
from gateway.ports.people import People, Sessions
from gateway.ports.relay_book import RelayBook
from gateway.ports.restored import Restored
from gateway.ports.sealings import Sealings
from gateway.ports.surveys import Surveys
from gateway.ports.swap_book import SwapBook
from gateway.store.accounts import SqlAccounts
from gateway.store.alarms import SqlAlarms
from gateway.store.audience_book import SqlAudienceBook
from gateway.store.audit import SqlAudit
from gateway.store.bundle_book import SqlBundleBook
from gateway.store.campaign_book import SqlCampaignBook
from gateway.store.case_decisions import SqlCaseDecisions
from gateway.store.caseload import SqlCaseload
from gateway.store.consents import SqlConsents
from gateway.store.directory_book import SqlDirectoryBook
from gateway.store.disaster_book import SqlDisasterBook
from gateway.store.duties import SqlDuties
from gateway.store.encryption import Keyring
from gateway.store.engine import WAIT, Engines, let_others_in, open_engines, truncate_log
from gateway.store.exposure import SqlExposure
from gateway.store.forgetting import SqlForgetting
from gateway.store.guards import SqlGuards
from gateway.store.hand_overs import SqlHandOvers
from gateway.store.held_alerts import SqlHeldAlerts
from gateway.store.holds import SqlHolds
from gateway.store.import_book import SqlImportBook
from gateway.store.inbox import SqlInbox
from gateway.store.key_book import SqlKeyBook
from gateway.store.memberships import SqlMemberships
from gateway.store.newcomers import SqlNewcomers
from gateway.store.number_health import SqlNumberBook
from gateway.store.outbox import SqlOutbox
from gateway.store.partner_book import SqlPartnerBook
from gateway.store.parts import SqlParts
from gateway.store.people import SqlPeople
from gateway.store.relay_book import SqlRelayBook
from gateway.store.restored import SqlRestored
from gateway.store.sealings import SqlSealings
from gateway.store.sessions import SqlSessions
from gateway.store.surveys import SqlSurveys
from gateway.store.swap_book import SqlSwapBook
from gateway.store.transaction import Transaction

Reach = Callable[[str], None]


def open_store(
    database_url: str,
    keyring: Keyring,
    clock: Clock,
    chance: Chance,
    reach: Reach = reach_crash_point,
    wait: int = WAIT,
) -> "SqlStore":
    """Open the store of an up-to-date database; nothing connects yet. ``wait``: seconds until it is Unavailable."""
    return SqlStore(open_engines(database_url, wait=wait), keyring, clock, chance, reach)


class SqlUnitOfWork:
    """The tables of one transaction (gateway.ports.unit_of_work)."""

    def __init__(self, tx: Transaction) -> None:
        self.tx = tx
        self.inbox: Inbox = SqlInbox(tx)
        self.outbox: Outbox = SqlOutbox(tx)
        self.parts: Parts = SqlParts(tx)
        self.people: People = SqlPeople(tx)
        self.sessions: Sessions = SqlSessions(tx)
        self.caseload: Caseload = SqlCaseload(tx)
        self.decisions: CaseDecisions = SqlCaseDecisions(tx)
        self.directory: DirectoryBook = SqlDirectoryBook(tx)
        self.campaigns: CampaignBook = SqlCampaignBook(tx)
        self.accounts: Accounts = SqlAccounts(tx)
        self.chain = SqlAudit(tx)
        self.audit: Audit = self.chain
        self.duties: Duties = SqlDuties(tx)
        self.bundles: BundleBook = SqlBundleBook(tx)
        self.guards: Guards = SqlGuards(tx)
        self.relay: RelayBook = SqlRelayBook(tx)
        self.partners: PartnerBook = SqlPartnerBook(tx)
        self.hand_overs: HandOvers = SqlHandOvers(tx)
        self.memberships: Memberships = SqlMemberships(tx)
        self.surveys: Surveys = SqlSurveys(tx)
        self.disasters: DisasterBook = SqlDisasterBook(tx)
        self.keys: KeyBook = SqlKeyBook(tx)
        self.sealings: Sealings = SqlSealings(tx)
        self.forgetting: Forgetting = SqlForgetting(tx)
        self.exposure: Exposure = SqlExposure(tx)
        self.alarms: Alarms = SqlAlarms(tx)
        self.audience: AudienceBook = SqlAudienceBook(tx)
        self.imports: ImportBook = SqlImportBook(tx)
        self.newcomers: Newcomers = SqlNewcomers(tx)
        self.swaps: SwapBook = SqlSwapBook(tx)
        self.restored: Restored = SqlRestored(tx)
        self.holds: HoldBook = SqlHolds(tx)
        self.numbers: NumberBook = SqlNumberBook(tx)
        self.held_alerts: HeldAlerts = SqlHeldAlerts(tx)
        self.consents: Consents = SqlConsents(tx)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the block wrote when it raises, and nothing else."""
        told = len(self.chain.pending)
        nested = self.tx.connection.begin_nested()
        kept = False
        try:
            yield
            nested.commit()
            kept = True
        finally:
            if not kept:
                del self.chain.pending[told:]
                self._undo(nested)

    def _undo(self, nested: NestedTransaction) -> None:
        try:
            nested.rollback()
        except (GatewayError, SQLAlchemyError) as error:
            # The database has undone more than this block: nothing of the transaction may go on.
            self.tx.connection.invalidate()
            raise Unavailable("the transaction is lost") from error


class SqlStore:
    """Opens transactions (gateway.ports.unit_of_work)."""

    def __init__(self, engines: Engines, keyring: Keyring, clock: Clock, chance: Chance, reach: Reach) -> None:
        self._engines = engines
        self._keyring = keyring
        self._clock = clock
        self._chance = chance
        self._reach = reach
        # Threads of one process queue here, which is fair; left to SQLite they would poll, and one would starve.
        self._turn = threading.Lock() if engines.sqlite else None

    @contextmanager
    def writing(self, *, gives_way: bool = False) -> Iterator[SqlUnitOfWork]:
        """Begin a transaction that writes; Unavailable when none can be had within 5 s, or when it cannot be stored.

        ``gives_way``: afterwards other processes are let in before the next of this one.
        """
        with self._alone(gives_way), _connected(self._engines.writers) as connection:
            work = self._work(connection, writing=True)
            with connection.begin() as transaction:
                yield work
                work.chain.flush()
                self._reach("before-commit")
                transaction.commit()
            self._reach("after-commit")

    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        """Begin a transaction that sees one moment of the database and cannot write."""
        with _connected(self._engines.readers) as connection:
            with connection.begin() as transaction:
                yield self._work(connection, writing=False)
                transaction.rollback()

    def scrub(self) -> None:
        """Let nothing that was deleted remain in SQLite's write-ahead log."""
        with self._alone(gives_way=False):
            truncate_log(self._engines)

    def dispose(self) -> None:
        """Close every connection."""
        self._engines.dispose()

    def _work(self, connection: Connection, *, writing: bool) -> SqlUnitOfWork:
        return SqlUnitOfWork(Transaction(connection, self._keyring, self._clock, self._chance, writing))

    @contextmanager
    def _alone(self, gives_way: bool) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=self._engines.wait):
            raise Unavailable("another writer holds the database")
        try:
            yield
            if gives_way:
                let_others_in()
        finally:
            self._turn.release()


@contextmanager
def _connected(engine: Engine) -> Iterator[Connection]:
    """Lend a connection; what is left of a transaction that the database has ended is no error of its own."""
    try:
        connection = engine.connect()
    except PoolExhausted as error:
        raise Unavailable("every connection is in use") from error
    try:
        yield connection
    except (PendingRollbackError, ResourceClosedError) as error:
        raise Unavailable("the transaction was lost") from error
    finally:
        with suppress(GatewayError, SQLAlchemyError):
            connection.close()

"""One transaction over everything that is true."""

from contextlib import AbstractContextManager
from typing import Protocol

from gateway.ports.accounts import Accounts
from gateway.ports.alarms import Alarms
from gateway.ports.audience_book import AudienceBook
from gateway.ports.audit import Audit
from gateway.ports.bundle_book import BundleBook
from gateway.ports.campaign_book import CampaignBook
from gateway.ports.case_decisions import CaseDecisions
from gateway.ports.caseload import Caseload
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


class UnitOfWork(Protocol):
    """The tables of one transaction; it commits when its ``with`` block ends well, and rolls back otherwise."""

    inbox: Inbox
    outbox: Outbox
    parts: Parts
    people: People
    sessions: Sessions
    caseload: Caseload
    decisions: CaseDecisions
    directory: DirectoryBook
    campaigns: CampaignBook
    accounts: Accounts
    audit: Audit
    duties: Duties
    bundles: BundleBook
    guards: Guards
    relay: RelayBook
    partners: PartnerBook
    hand_overs: HandOvers
    memberships: Memberships
    surveys: Surveys
    disasters: DisasterBook
    keys: KeyBook
    sealings: Sealings
    forgetting: Forgetting
    exposure: Exposure
    alarms: Alarms
    audience: AudienceBook
    imports: ImportBook
    newcomers: Newcomers
    swaps: SwapBook
    restored: Restored
    holds: HoldBook
    numbers: NumberBook
    held_alerts: HeldAlerts
    consents: Consents

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what the block wrote when it raises, and nothing else."""
        ...


class Store(Protocol):
    """Opens transactions."""

    def writing(self, *, gives_way: bool = False) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that writes (SQLite: BEGIN IMMEDIATE); Unavailable when none can be had within 5 s.

        ``gives_way``: one of many in a row, after which others come first, in whichever process they wait.
        """
        ...

    def scrub(self) -> None:
        """Let nothing that was deleted remain in a file of the database's own log (SQLite)."""
        ...

    def reading(self) -> AbstractContextManager[UnitOfWork]:
        """Begin a transaction that only reads."""
        ...

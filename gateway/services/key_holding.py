"""Who holds which key: everybody a personal one, every office one that its members open, and the escrow's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.directory.agency import NATIONAL_DESK
from gateway.errors import Conflict, Damaged
from gateway.ports import key_book
from gateway.ports.accounts import Account
from gateway.ports.directory_book import Seat
from gateway.ports.key_book import OfficeKey, PersonalKey
from gateway.ports.outside import Outside
from gateway.ports.sealings import PendingSeal
from gateway.ports.seals import Locked
from gateway.ports.unit_of_work import UnitOfWork

COUNTRY = "LA"
Office = tuple[str, str]
DESK: Office = (NATIONAL_DESK, COUNTRY)
ESCROW: Office = (key_book.ESCROW, COUNTRY)
SUPERVISOR = "supervisor"  # the office of a province's supervisors, who hold no post
MOST_AT_ONCE = 1_000
Keys = Mapping[str, bytes]
"""Private halves of office keys by key id, for as long as a request lasts."""


@dataclass(frozen=True, slots=True)
class KeyHolding:
    """Nothing here can open a key of an office: a member's session does, or a passphrase."""

    outside: Outside

    def own_key(self, account_id: str, passphrase: str, before: PersonalKey | None = None) -> PersonalKey:
        """Draw somebody's personal key; slow, so not inside a transaction that writes."""
        pair, version = self.outside.seals.new_pair(), before.version + 1 if before else 1
        locked = self.outside.seals.lock(pair.private, passphrase, account_id, version)
        return PersonalKey(account_id, pair.public, locked.wrapped, locked.salt, version)

    def enrol(self, work: UnitOfWork, account: Account, key: PersonalKey) -> None:
        """Give an account its key, and those offices of its own that nobody holds a key of yet.

        A key that the account had is lost with its passphrase: what it held, somebody else must give it again.
        """
        work.keys.dismiss(account.id, tuple(held.id for held, _ in work.keys.held_by(account.id)))
        work.keys.set_personal(key)
        for office in offices_of(work, account):
            known = work.keys.current(*office)
            if known is None or not work.keys.members(known.id):
                self._owe(work, office)
                self._renew(work, office, known, (account.id,))

    def unlock(self, account: Account, passphrase: str) -> bytes | None:
        """Open somebody's personal key at sign-in; None when it does not open. Slow.

        An account from before there were such keys gets one now.
        """
        with self.outside.store.reading() as work:
            key = work.keys.personal(account.id)
        if key is None:
            key = self.own_key(account.id, passphrase)
            with self.outside.store.writing() as work:
                self.enrol(work, account, key)
        try:
            return self.outside.seals.unlock(Locked(key.wrapped, key.salt), passphrase, account.id, key.version)
        except Damaged:
            self.outside.meter.event("personal_key_locked", account=account.id)
            return None

    def relocked(self, account: Account, private: bytes, passphrase: str) -> PersonalKey:
        """Return an unlocked personal key under another passphrase, to be stored with ``KeyBook.set_personal``."""
        with self.outside.store.reading() as work:
            before = work.keys.personal(account.id)
        if before is None:
            raise Conflict("This account has no key of its own.")
        locked = self.outside.seals.lock(private, passphrase, account.id, before.version + 1)
        return PersonalKey(account.id, before.public, locked.wrapped, locked.salt, before.version + 1)

    def keep(self, work: UnitOfWork, account_id: str, private: bytes | None, token: str, token_sha256: str) -> None:
        """Keep an unlocked personal key with the session: only the browser's cookie opens it again.

        What somebody else is owed and this session can open is sealed at once.
        """
        if private is not None:
            work.keys.keep_unlocked(token_sha256, self.outside.seals.keep(private, token, token_sha256))
            self.settle_owed(work, self.opened(work, account_id, private))

    def unlocked(self, work: UnitOfWork, account: Account, token: str, token_sha256: str) -> Keys:
        """Return the office keys that a session can open; empty when it is locked."""
        kept = work.keys.unlocked(token_sha256)
        if kept is None or not token:
            return {}
        return self.opened(work, account.id, self.outside.seals.take(kept, token, token_sha256))

    def opened(self, work: UnitOfWork, account_id: str, private: bytes) -> Keys:
        """Return the office keys that a personal key opens; a damaged wrap opens nothing, and the operator is told."""
        found: dict[str, bytes] = {}
        for key, wrapped in work.keys.held_by(account_id):
            row = f"{key.id}/{account_id}"
            try:
                found[key.id] = self.outside.seals.open(wrapped, private, "office_member", row, "wrapped")
            except Damaged:
                self.outside.meter.event("office_key_damaged", key=key.id, account=account_id)
        return found

    def leave(self, work: UnitOfWork, account: Account) -> None:
        """Take every key from somebody who left; each office she was of seals new cases to a new key."""
        held = [key for key, _ in work.keys.held_by(account.id)]
        work.keys.dismiss(account.id, tuple(key.id for key in held))
        work.keys.forget_personal(account.id)
        for key in held:
            if key.retired_at is None:
                self._renew(work, key.office, key, work.keys.members(key.id))

    def let_in(self, work: UnitOfWork, keys: Keys, newcomer: Account, actor: str, role: str) -> tuple[Office, ...]:
        """Let a member of an office give its keys to a newcomer; return the offices that she can read for now.

        Raises Conflict when the giver's session holds no key of any office of the newcomer.
        """
        personal, wanted = work.keys.personal(newcomer.id), set(offices_of(work, newcomer))
        given = [key for key in work.keys.office_keys() if key.office in wanted and key.id in keys]
        if personal is None or not given:
            raise Conflict("You hold no key of that office.")
        for key in given:
            self._give(work, key.id, keys[key.id], personal)
        work.audit.append(self.outside.clock.now(), actor, role, "key.given", newcomer.name)
        return tuple(sorted({key.office for key in given}))

    def renew_for(self, work: UnitOfWork, office: Office, account_ids: Iterable[str]) -> OfficeKey:
        """Draw a new key of an office for these accounts and its present members: the province's way to let in."""
        known = work.keys.current(*office)
        members = (*(work.keys.members(known.id) if known else ()), *account_ids)
        self._owe(work, office)
        return self._renew(work, office, known, dict.fromkeys(members))

    def set_escrow(self, work: UnitOfWork, public: str) -> OfficeKey:
        """Seal from now on to this key of the escrow, whose private half lies in three parts outside the gateway."""
        now, known = self.outside.clock.now(), work.keys.current(*ESCROW)
        if known is not None and known.public == public:
            return known
        if known is not None:
            work.keys.retire(known.id, now)
        key = OfficeKey(self.outside.chance.new_id(), *ESCROW, public, now)
        work.keys.add_office_key(key)
        work.audit.append(now, "command line", "admin", "key.escrow", key.id)
        return key

    def settle_owed(self, work: UnitOfWork, keys: Keys) -> int:
        """Make the seals that are owed and that these keys allow; return how many."""
        made = 0
        for debt in work.sealings.owed(MOST_AT_ONCE) if keys else ():
            key = work.keys.current(debt.agency, debt.place)
            readers = self.outside.case_keys.recipients(debt.case_id).values()
            if key is None or not any(names & keys.keys() for names in readers):
                continue
            if not self.outside.case_keys.share(debt.case_id, {key.id: key.public}, keys):
                work.sealings.settle(debt)
                made += 1
        return made

    def _owe(self, work: UnitOfWork, office: Office) -> None:
        """Owe the coming key of an office every case that its former ones could open."""
        former = frozenset(key.id for key in work.keys.office_keys() if key.office == office)
        for case_id in self.outside.case_keys.opened_by(former) if former else ():
            if work.caseload.get(case_id) is not None:
                work.sealings.owe(PendingSeal(case_id, *office), self.outside.clock.now())

    def _renew(
        self, work: UnitOfWork, office: Office, before: OfficeKey | None, account_ids: Iterable[str]
    ) -> OfficeKey:
        now, pair = self.outside.clock.now(), self.outside.seals.new_pair()
        if before is not None:
            work.keys.retire(before.id, now)
        key = OfficeKey(self.outside.chance.new_id(), *office, pair.public, now)
        work.keys.add_office_key(key)
        for account_id in account_ids:
            personal = work.keys.personal(account_id)
            if personal is not None:
                self._give(work, key.id, pair.private, personal)
        return key

    def _give(self, work: UnitOfWork, key_id: str, private: bytes, to: PersonalKey) -> None:
        row = f"{key_id}/{to.account_id}"
        work.keys.admit(
            key_id, to.account_id, self.outside.seals.seal(private, to.public, "office_member", row, "wrapped")
        )


def office_of(seat: Seat) -> Office:
    """Return the office of a seat: its agency and place; every national post is the national desk."""
    return DESK if seat.post.level == "national" else (seat.post.agency, seat.post.place or COUNTRY)


def offices_of(work: UnitOfWork, account: Account) -> tuple[Office, ...]:
    """Return the offices whose cases an account may open: its post's, the desk's, its province's supervisors'."""
    seat = work.directory.seat(account.post_id) if account.post_id else None
    found = [office_of(seat)] if seat is not None else []
    if "desk" in account.roles and not account.places:
        found.append(DESK)
    if SUPERVISOR in account.roles:
        found += [(SUPERVISOR, place) for place in sorted(account.places) if len(place) == len("LA17")]
    return tuple(dict.fromkeys(found))

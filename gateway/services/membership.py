"""An account's own affairs and those of whoever keeps accounts: invitations, second factors, passphrases, stopping."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.errors import Conflict, Forbidden, NotFound
from gateway.ports.accounts import Account, SecondFactor, SignIn
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import NO_PASSPHRASE, Access, Visitor, digest_of, takes_code
from gateway.services.guesses import must_wait, note_wrong, subjects_of
from gateway.services.passphrases import MAX_BYTES, check_passphrase
from gateway.services.roles import READS_CASES
from gateway.services.totp import secret_of, step_that_fits

INVITED_FOR = timedelta(hours=24)
Judge = Callable[[UnitOfWork, datetime], bool]


@dataclass(frozen=True, slots=True)
class Member:
    """An account as those who watch see it: its open sessions, and whether it has a second factor."""

    account: Account
    sessions: tuple[SignIn, ...]
    enrolled: bool


@dataclass(frozen=True, slots=True)
class Membership:
    """Every change ends the sessions that it must end, and is written down."""

    access: Access

    def invite(self, name: str, by: str) -> str:
        """Return the token of a new invitation: bound to the account, good once and for a day.

        Passphrase and second factor are forgotten, sessions end, a disabled account is open again.
        """
        now, token = self.access.clock.now(), self.access.outside.chance.token()
        with self.access.outside.store.writing() as work:
            account = named(work, name)
            work.accounts.save(replace(account, password_hash=NO_PASSPHRASE, disabled=False))
            work.accounts.close_sessions(account.id)
            self.access.keys.leave(work, account)  # what a lost passphrase locked, somebody else gives again
            work.accounts.drop_second_factor(account.id)
            work.accounts.invite(digest_of(token), account.id, now, now + INVITED_FOR)
            work.audit.append(now, by, "admin", "account.invited", name)
        return token

    def invited(self, token: str) -> Account:
        """Return the account that an invitation is for; NotFound when it was used, ran out or never was."""
        with self.access.outside.store.reading() as work:
            return self._invited(work, token)

    def join(self, token: str, passphrase: str) -> tuple[str, Visitor]:
        """Take an invitation with a passphrase of one's own; return a session, in which the second factor is owed."""
        account, now = self.invited(token), self.access.clock.now()
        check_passphrase(passphrase, account.name, self.access.passwords, demo=self.access.demo)
        digest = self.access.passwords.digest(passphrase)
        own_key = self.access.keys.own_key(account.id, passphrase)
        with self.access.outside.store.writing() as work:
            account = replace(self._invited(work, token), password_hash=digest)
            if not work.accounts.use_invitation(digest_of(token), now):
                raise NotFound
            work.accounts.save(account)
            self.access.keys.enrol(work, account, own_key)
            work.audit.append(now, account.name, "account", "account.joined", account.name)
        unlocked = self.access.keys.unlock(account, passphrase)
        with self.access.outside.store.writing() as work:
            return self._entered(work, account, unlocked, None)

    def _entered(
        self, work: UnitOfWork, account: Account, unlocked: bytes | None, confirmed_at: datetime | None
    ) -> tuple[str, Visitor]:
        """Begin a session that can open what its account holds keys of."""
        token, visitor = self.access.open_session(work, account, confirmed_at)
        self.access.keys.keep(work, account.id, unlocked, token, visitor.token_sha256)
        return token, visitor

    def _invited(self, work: UnitOfWork, token: str) -> Account:
        account_id = work.accounts.invited(digest_of(token), self.access.clock.now())
        account = work.accounts.get(account_id) if account_id else None
        if account is None or account.disabled:
            raise NotFound
        return account

    def begin_second_factor(self, visitor: Visitor) -> str:
        """Return the secret to be put into an app: the same until its first code was right; Conflict after that."""
        with self.access.outside.store.writing() as work:
            known = work.accounts.second_factor(visitor.account.id)
            if known is not None and known.enrolled_at is not None:
                raise Conflict("There is a second factor already.")
            if known is None:
                known = SecondFactor(visitor.account.id, secret_of(self.access.outside.chance.token()))
                work.accounts.set_second_factor(known)
        return known.secret

    def enrol(self, visitor: Visitor, code: str, network: str) -> bool:
        """Finish with the first code of the app; whether it was right."""

        def first(work: UnitOfWork, now: datetime) -> bool:
            factor = work.accounts.second_factor(visitor.account.id)
            if factor is None or factor.enrolled_at is not None:
                return False
            step = step_that_fits(factor.secret, code, now)
            if step is not None:
                work.accounts.set_second_factor(replace(factor, enrolled_at=now, used_step=step))
            return step is not None

        return self._judged(visitor, network, "second_factor.enrolled", first)

    def confirm(self, visitor: Visitor, code: str, network: str) -> bool:
        """Give a fresh code in an open session; whether it was right."""

        def right(work: UnitOfWork, now: datetime) -> bool:
            return takes_code(work, visitor.account.id, code, now)

        return self._judged(visitor, network, "second_factor.confirmed", right)

    def _judged(self, visitor: Visitor, network: str, action: str, judge: Judge) -> bool:
        now, subjects = self.access.clock.now(), subjects_of(visitor.account.name, network)
        with self.access.outside.store.writing() as work:
            too_soon = any(must_wait(work, subject, now) for subject in subjects)
            right = not too_soon and judge(work, now)
            if right:
                work.accounts.confirm(visitor.token_sha256, now)
            else:
                note_wrong(self.access.outside, work, () if too_soon else subjects, now)
            work.audit.append(now, visitor.account.name, visitor.roles, action, "account", "ok" if right else "refused")
        return right

    def change_passphrase(self, visitor: Visitor, present: str, new: str, network: str) -> tuple[str, Visitor]:
        """Change it: every session ends, a new one begins. Forbidden if the present one is wrong, Conflict if weak."""
        now, subjects = self.access.clock.now(), subjects_of(visitor.account.name, network)
        with self.access.outside.store.reading() as work:
            too_soon = any(must_wait(work, subject, now) for subject in subjects)
        if too_soon or not self.access.passwords.matches(visitor.account.password_hash or None, present[:MAX_BYTES]):
            with self.access.outside.store.writing() as work:
                note_wrong(self.access.outside, work, () if too_soon else subjects, now)
            raise Forbidden("the present passphrase is wrong")
        check_passphrase(new, visitor.account.name, self.access.passwords, demo=self.access.demo)
        changed = replace(visitor.account, password_hash=self.access.passwords.digest(new))
        unlocked = self.access.keys.unlock(visitor.account, present)
        relocked = self.access.keys.relocked(visitor.account, unlocked, new) if unlocked is not None else None
        with self.access.outside.store.writing() as work:
            session = work.accounts.session(visitor.token_sha256)
            work.accounts.save(changed)
            if relocked is not None:
                work.keys.set_personal(relocked)
            work.audit.append(now, changed.name, visitor.roles, "passphrase.changed", changed.name)
            return self._entered(work, changed, unlocked, session.confirmed_at if session else None)

    def speak(self, visitor: Visitor, language: str) -> None:
        """Keep the language of an account's pages."""
        with self.access.outside.store.writing() as work:
            work.accounts.save(replace(named(work, visitor.account.name), language=language))

    def sessions(self, visitor: Visitor) -> tuple[SignIn, ...]:
        """Return one's own sessions, newest first."""
        with self.access.outside.store.reading() as work:
            return work.accounts.sessions(visitor.account.id)

    def close_others(self, visitor: Visitor) -> None:
        """End one's other sessions."""
        now = self.access.clock.now()
        with self.access.outside.store.writing() as work:
            for session in work.accounts.sessions(visitor.account.id):
                if session.token_sha256 != visitor.token_sha256:
                    work.accounts.close_session(session.token_sha256)
            work.audit.append(now, visitor.account.name, visitor.roles, "sessions.closed", visitor.account.name)

    def members(self, visitor: Visitor) -> tuple[Member, ...]:
        """Return the accounts that a visitor may stop, by name."""
        with self.access.outside.store.reading() as work:
            return tuple(
                Member(account, work.accounts.sessions(account.id), enrolled(work.accounts.second_factor(account.id)))
                for account in reached(visitor, work.accounts.list())
            )

    def stop(self, visitor: Visitor, name: str) -> None:
        """End an account's sessions and keep it out until it is invited anew; NotFound when it is out of reach."""
        with self.access.outside.store.reading() as work:
            everybody = work.accounts.list()
        if name not in {account.name for account in reached(visitor, everybody)}:
            raise NotFound
        admins = {account.name for account in everybody if "admin" in account.roles and not account.disabled}
        if admins == {name}:
            raise Conflict("The last administrator stays.")
        self.access.disable(name, visitor.account.name, visitor.roles)


def enrolled(factor: SecondFactor | None) -> bool:
    """Whether a second factor is in use."""
    return factor is not None and factor.enrolled_at is not None


def named(work: UnitOfWork, name: str) -> Account:
    """Return an account by name; Conflict when there is none."""
    account = work.accounts.by_name(name)
    if account is None:
        raise Conflict(f"There is no account named {name}.")
    return account


def reached(visitor: Visitor, accounts: Iterable[Account]) -> Iterable[Account]:
    """Yield whom a visitor may stop: an admin everybody, the desk all who read cases, a supervisor her officers."""
    mine = {place[:4] for place in visitor.account.places}
    for account in accounts:
        if visitor.may("accounts"):
            yield account
        elif "desk" in visitor.account.roles:
            if account.roles & READS_CASES:
                yield account
        elif (
            visitor.may("sessions") and account.roles <= {"officer"} and {place[:4] for place in account.places} & mine
        ):
            yield account

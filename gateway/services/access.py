"""Signing in to the console, staying in, and going out."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from gateway.errors import Conflict, Forbidden
from gateway.ports.accounts import Account, SignIn
from gateway.ports.clock import Clock
from gateway.ports.outside import Outside
from gateway.ports.passwords import Passwords
from gateway.ports.scope import Scope
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.guesses import must_wait, note_wrong, subjects_of
from gateway.services.key_holding import KeyHolding
from gateway.services.passphrases import MAX_BYTES, check_passphrase
from gateway.services.roles import MAY, check_roles, scope_of
from gateway.services.totp import step_that_fits

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
TOUCHED_EVERY = timedelta(seconds=30)
NO_PASSPHRASE = ""
Owes = Literal["nothing", "enrolment", "code"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in account with the CSRF token of its session, and what it ``owes`` before any page opens.

    ``token`` opens the keys that the session left unlocked.
    """

    account: Account
    csrf: str
    token_sha256: str
    token: str = field(default="", repr=False)
    owes: Owes = "nothing"

    def may(self, permission: str) -> bool:
        """Whether any role of the account allows ``permission``."""
        return any(permission in MAY.get(role, frozenset()) for role in self.account.roles)

    @property
    def scope(self) -> Scope:
        """Which cases the account may know of."""
        return scope_of(self.account)

    @property
    def roles(self) -> str:
        """The account's roles as the audit writes them."""
        return ",".join(sorted(self.account.roles))


@dataclass(frozen=True, slots=True)
class Access:
    """By a clock of its own, for the demo's moved clock signs nobody out; a demo asks for no second factor."""

    outside: Outside
    passwords: Passwords
    clock: Clock
    keys: KeyHolding
    demo: bool = False

    def add_account(
        self,
        name: str,
        passphrase: str | None,
        roles: frozenset[str],
        places: frozenset[str] = frozenset(),
        language: str = "lo",
        post_id: str | None = None,
        by: str = "command line",
    ) -> Account:
        """Create an account, without passphrase one that an invitation opens.

        Conflict when the name is taken, the passphrase weak, or the roles exclude each other or lack their place.
        """
        check_roles(roles, places, post_id)
        if passphrase is not None:
            check_passphrase(passphrase, name, self.passwords, demo=self.demo)
        if not name.strip() or len(name) > 80 or not name.isprintable():
            raise Conflict("A name has 1 to 80 characters.")
        digest = NO_PASSPHRASE if passphrase is None else self.passwords.digest(passphrase)
        now, new_id = self.clock.now(), self.outside.chance.new_id()
        own_key = self.keys.own_key(new_id, passphrase) if passphrase is not None else None
        with self.outside.store.writing() as work:
            account = Account(
                new_id, name, digest, roles, places or place_of(work, post_id), language, False, now, post_id
            )
            work.accounts.add(account)
            if own_key is not None:
                self.keys.enrol(work, account, own_key)
            work.audit.append(now, by, "admin", "account.added", name)
        return account

    def sign_in(self, name: str, passphrase: str, network: str, code: str = "") -> tuple[str, Visitor]:
        """Return a new session token and its visitor; Forbidden (the same for every reason) otherwise.

        ``code``: six digits of the second factor, where the account has one.
        """
        now, subjects = self.clock.now(), subjects_of(name, network)
        with self.outside.store.reading() as work:
            too_soon = any(must_wait(work, subject, now) for subject in subjects)
            account = work.accounts.by_name(name)
        open_to = account if account and not account.disabled and not too_soon else None
        known = (open_to.password_hash or None) if open_to else None
        matched = self.passwords.matches(known, passphrase[:MAX_BYTES])
        unlocked = self.keys.unlock(open_to, passphrase) if matched and open_to else None
        opened: tuple[str, Visitor] | None = None
        with self.outside.store.writing() as work:
            if matched and open_to is not None:
                opened = self._enter(work, open_to, code, now)
            if opened is None:
                # A try that was not judged must not prolong the wait.
                note_wrong(self.outside, work, () if too_soon else subjects, now)
                work.audit.append(now, "unknown", "none", "signin", "console", "refused")
            elif open_to is not None:
                self.keys.keep(work, open_to.id, unlocked, opened[0], opened[1].token_sha256)
        if opened is None:
            raise Forbidden("sign-in refused")
        return opened

    def _enter(self, work: UnitOfWork, account: Account, code: str, now: datetime) -> tuple[str, Visitor] | None:
        factor = None if self.demo else work.accounts.second_factor(account.id)
        enrolled = factor is not None and factor.enrolled_at is not None
        if enrolled and not takes_code(work, account.id, code, now):
            return None
        return self.open_session(work, account, now if enrolled else None)

    def open_session(self, work: UnitOfWork, account: Account, confirmed_at: datetime | None) -> tuple[str, Visitor]:
        """Begin a session in the transaction that found out who this is; return its token and visitor."""
        now, token = self.clock.now(), self.outside.chance.token()
        session = SignIn(digest_of(token), account.id, self.outside.chance.token(), now, now, confirmed_at)
        work.accounts.open_session(session)
        work.audit.append(now, account.name, ",".join(sorted(account.roles)), "signin", "console")
        return token, Visitor(account, session.csrf, session.token_sha256, token, self._owed(work, session))

    def visitor(self, token: str | None) -> Visitor | None:
        """Return who holds ``token``, if the session is neither idle for 15 min nor older than 8 h."""
        if not token:
            return None
        now = self.clock.now()
        with self.outside.store.reading() as work:
            session = work.accounts.session(digest_of(token))
            account = work.accounts.get(session.account_id) if session else None
            owed = self._owed(work, session) if session else "nothing"
        if session is None or account is None or account.disabled:
            return None
        if now - session.last_seen_at > IDLE or now - session.created_at > ABSOLUTE:
            return None
        if now - session.last_seen_at > TOUCHED_EVERY:
            with self.outside.store.writing() as work:
                work.accounts.touch(session.token_sha256, now)
        return Visitor(account, session.csrf, session.token_sha256, token, owed)

    def _owed(self, work: UnitOfWork, session: SignIn) -> Owes:
        """What a session still owes: a second factor where there is none, or a fresh code after an alarm."""
        if self.demo or session.confirmed_at is not None:
            return "nothing"
        factor = work.accounts.second_factor(session.account_id)
        return "code" if factor is not None and factor.enrolled_at is not None else "enrolment"

    def sign_out(self, visitor: Visitor) -> None:
        """End the session."""
        with self.outside.store.writing() as work:
            work.accounts.close_session(visitor.token_sha256)

    def disable(self, name: str, by: str = "command line", role: str = "admin") -> None:
        """Disable an account; its sessions end at once."""
        now = self.clock.now()
        with self.outside.store.writing() as work:
            account = work.accounts.by_name(name)
            if account is None:
                raise Conflict(f"There is no account named {name}.")
            work.accounts.save(replace(account, disabled=True))
            self.keys.leave(work, account)
            work.audit.append(now, by, role, "account.disabled", name)


def place_of(work: UnitOfWork, post_id: str | None) -> frozenset[str]:
    """Return the place of a post, where it has one; Conflict when there is no such post."""
    seat = work.directory.seat(post_id) if post_id else None
    if post_id and seat is None:
        raise Conflict("There is no such post.")
    return frozenset({seat.post.place}) if seat and seat.post.place else frozenset()


def takes_code(work: UnitOfWork, account_id: str, code: str, now: datetime) -> bool:
    """Whether this is a code of the account's second factor that was not given before; it is used up by this."""
    factor = work.accounts.second_factor(account_id)
    step = step_that_fits(factor.secret, code, now) if factor else None
    return step is not None and work.accounts.use_step(account_id, step)


def digest_of(token: str) -> str:
    """Return what the database keeps of a session token or an invitation."""
    return hashlib.sha256(token.encode()).hexdigest()

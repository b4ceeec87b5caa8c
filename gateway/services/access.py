"""Who may enter the console, and what each role may do there."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.errors import Conflict, Forbidden
from gateway.ports.accounts import Account, SignIn
from gateway.ports.clock import Clock
from gateway.ports.outside import Outside
from gateway.ports.passwords import Passwords
from gateway.ports.unit_of_work import UnitOfWork

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=8)
FAILURES_KEPT = timedelta(minutes=15)
FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(minutes=2)
MIN_PASSPHRASE, MAX_PASSPHRASE = 12, 256

# What a role may do. Nobody reads cases and sends campaigns: a complicit manager must not see who asked for help.
MAY: dict[str, frozenset[str]] = {
    "officer": frozenset({"cases"}),
    "supervisor": frozenset({"cases", "directory", "disasters"}),
    "desk": frozenset({"cases", "directory", "disasters"}),
    "manager": frozenset({"campaigns", "campaigns:write"}),
    "approver": frozenset({"campaigns", "campaigns:approve", "flows", "flows:approve", "flows:rollback"}),
    "author": frozenset({"flows", "flows:write", "flows:rollback"}),
    "translator": frozenset({"flows"}),
    "auditor": frozenset({"audit"}),
    "admin": frozenset({"health", "accounts"}),
}
READS_CASES = frozenset({"officer", "supervisor", "desk"})
SENDS = frozenset({"manager", "approver"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in account with the CSRF token of its session."""

    account: Account
    csrf: str
    token_sha256: str

    def may(self, permission: str) -> bool:
        """Whether any role of the account allows ``permission``."""
        return any(permission in MAY.get(role, frozenset()) for role in self.account.roles)

    def sees(self, province: str | None, district: str | None) -> bool:
        """Whether a case of this place is in the account's scope; no place at all is the national desk's."""
        places = self.account.places
        return not places or bool(places & {province, district} - {None})


@dataclass(frozen=True, slots=True)
class Access:
    """Signing in, staying in, and going out; by a clock of its own, for the demo's moved clock signs nobody out."""

    outside: Outside
    passwords: Passwords
    clock: Clock

    def add_account(
        self,
        name: str,
        passphrase: str,
        roles: frozenset[str],
        places: frozenset[str] = frozenset(),
        language: str = "lo",
        post_id: str | None = None,
    ) -> Account:
        """Create an account; Conflict when the name is taken, the passphrase weak, or the roles exclude each other."""
        check_roles(roles)
        check_passphrase(passphrase)
        now = self.clock.now()
        account = Account(
            self.outside.chance.new_id(),
            name,
            self.passwords.digest(passphrase),
            roles,
            places,
            language,
            False,
            now,
            post_id,
        )
        with self.outside.store.writing() as work:
            work.accounts.add(account)
            work.audit.append(now, "command line", "admin", "account.added", name)
        return account

    def sign_in(self, name: str, passphrase: str, network: str) -> tuple[str, Visitor]:
        """Return a new session token and its visitor; Forbidden (the same for every reason) otherwise."""
        now = self.clock.now()
        subjects = (f"name:{name[:80]}", f"network:{network}")
        with self.outside.store.reading() as work:
            too_soon = any(self._must_wait(work, subject, now) for subject in subjects)
            account = work.accounts.by_name(name)
        digest = account.password_hash if account and not account.disabled and not too_soon else None
        matched = self.passwords.matches(digest, passphrase[:MAX_PASSPHRASE])
        with self.outside.store.writing() as work:
            if not matched or account is None:
                for subject in () if too_soon else subjects:  # a try that was not judged must not prolong the wait
                    work.accounts.note_failed(subject, now)
                work.audit.append(now, "unknown", "none", "signin", "console", "refused")
            else:
                token, session = self._open(work, account)
        if not matched or account is None:
            raise Forbidden("sign-in refused")
        return token, Visitor(account, session.csrf, session.token_sha256)

    @staticmethod
    def _must_wait(work: UnitOfWork, subject: str, now: datetime) -> bool:
        """Whether a name or network must wait after its last failure: twice as long with each, never for good."""
        over = work.accounts.failed(subject, now - FAILURES_KEPT) - FREE_FAILURES
        return over >= 0 and work.accounts.failed(subject, now - min(FIRST_WAIT * 2**over, LONGEST_WAIT)) > 0

    def _open(self, work: UnitOfWork, account: Account) -> tuple[str, SignIn]:
        now = self.clock.now()
        token = self.outside.chance.token()
        session = SignIn(digest_of(token), account.id, self.outside.chance.token(), now, now)
        work.accounts.open_session(session)
        work.audit.append(now, account.name, ",".join(sorted(account.roles)), "signin", "console")
        return token, session

    def visitor(self, token: str | None) -> Visitor | None:
        """Return who holds ``token``, if the session is neither idle for 15 min nor older than 8 h."""
        if not token:
            return None
        now = self.clock.now()
        with self.outside.store.reading() as work:
            session = work.accounts.session(digest_of(token))
            account = work.accounts.get(session.account_id) if session else None
        if session is None or account is None or account.disabled:
            return None
        if now - session.last_seen_at > IDLE or now - session.created_at > ABSOLUTE:
            return None
        if now - session.last_seen_at > timedelta(seconds=30):
            with self.outside.store.writing() as work:
                work.accounts.touch(session.token_sha256, now)
        return Visitor(account, session.csrf, session.token_sha256)

    def sign_out(self, visitor: Visitor) -> None:
        """End the session."""
        with self.outside.store.writing() as work:
            work.accounts.close_session(visitor.token_sha256)

    def disable(self, name: str) -> None:
        """Disable an account; its sessions end at once."""
        now = self.clock.now()
        with self.outside.store.writing() as work:
            account = work.accounts.by_name(name)
            if account is None:
                raise Conflict(f"There is no account named {name}.")
            work.accounts.save(replace(account, disabled=True))
            work.audit.append(now, "command line", "admin", "account.disabled", name)


def check_roles(roles: frozenset[str]) -> None:
    """Refuse unknown roles, and any account that both reads cases and sends campaigns."""
    unknown = roles - MAY.keys()
    if unknown or not roles:
        raise Conflict(f"Unknown role: {', '.join(sorted(unknown)) or 'none given'}. Known: {', '.join(sorted(MAY))}.")
    if roles & READS_CASES and roles & SENDS:
        raise Conflict("No account may both read cases and send campaigns.")


def check_passphrase(passphrase: str) -> None:
    """Refuse a passphrase that is too short or too long; no other rule."""
    if not MIN_PASSPHRASE <= len(passphrase) <= MAX_PASSPHRASE:
        raise Conflict(f"A passphrase has {MIN_PASSPHRASE} to {MAX_PASSPHRASE} characters.")


def digest_of(token: str) -> str:
    """Return what the database keeps of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()

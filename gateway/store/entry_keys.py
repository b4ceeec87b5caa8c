"""What lets an account in besides its passphrase: the second factor, and invitations that are used once."""

from datetime import datetime

from sqlalchemy import delete, insert, or_, select, update

from gateway.ports.accounts import SecondFactor
from gateway.store.schema.desk import INVITATION, SECOND_FACTOR
from gateway.store.transaction import Repository


class SqlEntryKeys(Repository):
    """Second factors and invitations (gateway.ports.accounts)."""

    __slots__ = ()

    def second_factor(self, account_id: str) -> SecondFactor | None:
        """Return an account's second factor, enrolled or only begun."""
        row = self.tx.connection.execute(select(SECOND_FACTOR).where(SECOND_FACTOR.c.account_id == account_id)).first()
        if row is None:
            return None
        secret = self.tx.keyring.open(row.secret_ct, "second_factor", account_id, "secret")
        return SecondFactor(account_id, secret, row.enrolled_at, row.used_step)

    def set_second_factor(self, factor: SecondFactor) -> None:
        """Store an account's second factor instead of any earlier one."""
        self.drop_second_factor(factor.account_id)
        row = {
            "account_id": factor.account_id,
            "secret_ct": self.tx.keyring.seal(factor.secret, "second_factor", factor.account_id, "secret"),
            "enrolled_at": factor.enrolled_at,
            "used_step": factor.used_step,
        }
        self.tx.connection.execute(insert(SECOND_FACTOR), row)

    def drop_second_factor(self, account_id: str) -> None:
        """Forget an account's second factor."""
        self.tx.connection.execute(delete(SECOND_FACTOR).where(SECOND_FACTOR.c.account_id == account_id))

    def use_step(self, account_id: str, step: int) -> bool:
        """Take the code of a time step, once; False when it or a later one was taken already."""
        fresh = or_(SECOND_FACTOR.c.used_step.is_(None), SECOND_FACTOR.c.used_step < step)
        statement = update(SECOND_FACTOR).where(SECOND_FACTOR.c.account_id == account_id, fresh)
        return self.tx.connection.execute(statement, {"used_step": step}).rowcount == 1

    def invite(self, token_sha256: str, account_id: str, now: datetime, expires_at: datetime) -> None:
        """Store an invitation; earlier ones of the account are void."""
        self.tx.connection.execute(delete(INVITATION).where(INVITATION.c.account_id == account_id))
        row = {"token_sha256": token_sha256, "account_id": account_id, "created_at": now, "expires_at": expires_at}
        self.tx.connection.execute(insert(INVITATION), row)

    def invited(self, token_sha256: str, now: datetime) -> str | None:
        """Return the account that an invitation is for, if it is neither used nor past its time."""
        query = select(INVITATION.c.account_id).where(
            INVITATION.c.token_sha256 == token_sha256, INVITATION.c.used_at.is_(None), INVITATION.c.expires_at > now
        )
        return self.tx.connection.execute(query).scalar_one_or_none()

    def use_invitation(self, token_sha256: str, now: datetime) -> bool:
        """Take an invitation, once."""
        statement = update(INVITATION).where(INVITATION.c.token_sha256 == token_sha256, INVITATION.c.used_at.is_(None))
        return self.tx.connection.execute(statement, {"used_at": now}).rowcount == 1

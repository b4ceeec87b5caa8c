"""What revision 0001 says often: numbered rows, and indexes of some rows only."""

from alembic import op
from sqlalchemy import BigInteger, Integer, text

NUMBERED = BigInteger().with_variant(Integer, "sqlite")


def partial_index(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    """Make an index that holds only the rows of ``condition``, on either database."""
    where = text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)

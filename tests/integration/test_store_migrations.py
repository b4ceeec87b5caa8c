"""The schema: what the migration makes is what the code reads, and it can be taken back."""

import itertools
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from gateway.store.migrating import current, downgrade, latest, migrate
from gateway.store.schema import (
    audience,
    broadcasting,
    casework,
    content,
    desk,
    disaster,
    guarding,
    keeping,
    learning,
    partners,
    sealing,
    sending,
    simulation,
    talk,
)
from gateway.store.schema.columns import METADATA
from tests.doubles.servers import make_database

_numbers = itertools.count(1)
GROUPS = (
    talk,
    casework,
    sending,
    desk,
    simulation,
    content,
    guarding,
    learning,
    disaster,
    partners,
    sealing,
    audience,
    broadcasting,
    keeping,
)
FORBIDDEN = ("ethnic", "religion", "passport", "id_number", "sexual", "gender")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gateway.db'}"
    return make_database(request.getfixturevalue("postgres_server"), f"empty{next(_numbers)}")


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    found = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    return found


def test_a_database_goes_up_down_and_up_again(empty: str) -> None:
    assert current(empty) is None
    assert migrate(empty) == current(empty) == latest()
    assert tables(empty) == set(METADATA.tables)
    assert migrate(empty) == latest(), "a second time changes nothing"
    assert downgrade(empty) is None
    assert tables(empty) == set() and current(empty) is None
    assert migrate(empty, "0001") == "0001"
    assert migrate(empty) == latest()
    assert downgrade(empty, "0001") == "0001", "back to the first release"
    assert migrate(empty) == latest()


def test_the_migration_makes_what_the_code_reads(empty: str) -> None:
    migrate(empty)
    engine = create_engine(empty)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_schema_has_no_room_for_what_must_not_be_known() -> None:
    assert len(GROUPS) == 14
    names = [column.name for table in METADATA.tables.values() for column in table.columns]
    assert not [name for name in names if any(word in name for word in FORBIDDEN)]

"""The schema: what the migration makes is what the code reads, and it can be taken back."""

import itertools
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, bindparam, create_engine, inspect, select, text

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
from gateway.store.schema.columns import METADATA, Instant
from gateway.store.schema.disaster import DISASTER
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
MODE = text(
    "INSERT INTO disaster (id, place, declared_by, declared_at, until, ended_by, ended_at)"
    " VALUES (:id, 'LA17', 'desk', :at, :until, :ended_by, :ended_at)"
).bindparams(*(bindparam(name, type_=Instant) for name in ("at", "until", "ended_at")))
DECLARATION = text(
    "INSERT INTO declaration (id, name, districts, declared_by, declared_at, lifts_quiet, ends_at, confirmed_by)"
    " VALUES (:id, 'Flood', '[\"LA1703\", \"LA1704\"]', 'desk', :at, :lifts, :until, 'supervisor')"
).bindparams(*(bindparam(name, type_=Instant) for name in ("at", "until")), bindparam("lifts", type_=Boolean))
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


def test_both_records_of_disasters_become_one_and_none_is_lost(empty: str) -> None:
    migrate(empty, "0013")
    at, later = datetime(2026, 11, 20, 3, tzinfo=UTC), datetime(2026, 12, 1, 17, tzinfo=UTC)
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(MODE, {"id": "m", "at": at, "until": later, "ended_by": "second", "ended_at": at})
        connection.execute(MODE, {"id": "n", "at": at, "until": later, "ended_by": None, "ended_at": None})
        connection.execute(DECLARATION, {"id": "d", "at": at, "until": later, "lifts": True})
    migrate(empty)
    there = select(DISASTER).order_by(DISASTER.c.id)
    kept = ["places", "declared_at", "until", "lifts_quiet", "confirmed_by", "ended_by"]
    with engine.begin() as connection:
        rows = [tuple(row[name] for name in kept) for row in connection.execute(there).mappings()]
        assert rows == [
            ('["LA1703", "LA1704"]', at, later, True, "supervisor", None),
            ('["LA17"]', at, later, False, None, "second"),
            ('["LA17"]', at, later, False, None, None),
        ]
    downgrade(empty, "0013")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM declaration")).scalar() == 3
    engine.dispose()

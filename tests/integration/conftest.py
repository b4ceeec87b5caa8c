"""A migrated store for each test, on SQLite and on PostgreSQL, with a clock and a chance in the test's hands."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from gateway.store.encryption import Keyring
from gateway.store.key_files import create_keys, load_keys
from gateway.store.migrating import migrate
from gateway.store.unit_of_work import SqlStore, open_store
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.doubles.servers import make_database
from tests.support.console import Person, open_demo
from tests.support.scripted import HandClock as StillClock

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TEMPLATE = "migrated"
_numbers = itertools.count(1)


@dataclass
class HandClock:
    """Stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> datetime:
        self.at += by
        return self.at


@dataclass
class CountingChance:
    """Ids that count up; what nobody may guess is guessable here."""

    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def new_id(self) -> str:
        return f"{next(self.numbers):032x}"

    def case_code(self) -> str:
        return "412706"

    def pin(self) -> str:
        return "4711"

    def token(self) -> str:
        return "token"


@dataclass
class StoreBench:
    """One database with everything that a test of the store needs."""

    url: str
    keyring: Keyring
    clock: HandClock
    chance: CountingChance
    store: SqlStore
    visited: list[str]
    opened: list[SqlStore]

    @property
    def sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def another(self, wait: int = 5) -> SqlStore:
        """Open the same database again, as another process would."""
        store = open_store(self.url, self.keyring, self.clock, self.chance, self.visited.append, wait)
        self.opened.append(store)
        return store

    def contact(self, number: str = "+8562000000001") -> str:
        """Return the id of a contact, made if new."""
        with self.store.writing() as work:
            return work.people.lock(number, self.clock.now()).id


@pytest.fixture(scope="session")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Keyring:
    folder = tmp_path_factory.mktemp("keys") / "keys"
    create_keys(folder)
    return load_keys(folder)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> Callable[[], str]:
    """Return a maker of copies of a migrated database: migrating anew for each test takes ten times as long."""
    migrate(make_database(postgres_server, TEMPLATE))

    def copy() -> str:
        name = f"copy{next(_numbers)}"
        engine = create_engine(postgres_server.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
        engine.dispose()
        return postgres_server.format(name=name)

    return copy


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    shutil.copy(migrated_sqlite, tmp_path / "gateway.db")
    return f"sqlite:///{tmp_path / 'gateway.db'}"


@pytest.fixture(params=["sqlite_url", "postgresql_url"])
def database(request: pytest.FixtureRequest) -> str:
    """Address of a migrated, empty database, once of each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def postgresql_url(migrated_postgres: Callable[[], str]) -> str:
    return migrated_postgres()


@pytest.fixture
def bench(database: str, keyring: Keyring) -> Iterator[StoreBench]:
    with opened(database, keyring) as made:
        yield made


@pytest.fixture
def sqlite_bench(sqlite_url: str, keyring: Keyring) -> Iterator[StoreBench]:
    with opened(sqlite_url, keyring) as made:
        yield made


@pytest.fixture
def postgresql_bench(postgresql_url: str, keyring: Keyring) -> Iterator[StoreBench]:
    with opened(postgresql_url, keyring) as made:
        yield made


@contextmanager
def opened(database: str, keyring: Keyring) -> Iterator[StoreBench]:
    visited: list[str] = []
    clock, chance = HandClock(), CountingChance()
    store = open_store(database, keyring, clock, chance, visited.append)
    made = StoreBench(database, keyring, clock, chance, store, visited, [store])
    yield made
    for one in made.opened:
        one.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def addresses(request: pytest.FixtureRequest) -> str | None:
    """Addresses of a migrated database and of an empty key store, for ``open_house``: once of each kind."""
    if request.param == "sqlite":
        return None
    database: str = request.getfixturevalue("postgresql_url")
    server: str = request.getfixturevalue("postgres_server")
    return f"{database} {make_database(server, f'keys_of_{next(_numbers)}')}"


@pytest.fixture
def clock() -> StillClock:
    """The console's clock, in the story's hands."""
    return StillClock()


@pytest.fixture
def gateway(tmp_path: Path, clock: StillClock) -> Iterator[Gateway]:
    """The demo of a new folder, whose clock stands still: what the console's tests stand on."""
    opened = open_demo(tmp_path, clock)
    yield opened
    opened.close()


@pytest.fixture
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture
def manager(app: FrontDoor) -> Person:
    return Person(app, "manager")


@pytest.fixture
def approver(app: FrontDoor) -> Person:
    return Person(app, "approver")

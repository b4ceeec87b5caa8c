"""Fixtures of real servers, shared by every folder of tests, and the marker for what they need."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from redis import Redis

from tests.doubles.servers import demand, make_database, running_postgres, running_valkey

_numbers = itertools.count(1)

# No test measures time: a busy machine is no fault of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Honour ``@pytest.mark.needs("chromium")``."""
    for marker in item.iter_markers("needs"):
        for name in marker.args:
            demand(name)


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Valkey that lives as long as this process of the test run."""
    demand("valkey")
    with running_valkey(tmp_path_factory.mktemp("valkey")) as (url, _):
        yield url


@pytest.fixture
def valkey(valkey_server: str) -> Iterator[str]:
    """Address of an empty Valkey."""
    with Redis.from_url(valkey_server) as connection:
        connection.flushall()
    yield valkey_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL cluster, with ``{name}`` where the database goes."""
    demand("postgresql")
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """DATABASE_URL of an empty database of this test alone."""
    return make_database(postgres_server, f"test{next(_numbers)}")

"""A cluster of their own for promises that are kept on PostgreSQL, too: every page of it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.doubles.servers import demand, make_database, running_postgres


@dataclass(frozen=True)
class Cluster:
    """Two empty databases, of data and of keys, and the folder in which everything of them lies."""

    data_url: str
    keys_url: str
    folder: Path


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that nothing else has written to."""
    demand("postgresql")
    with running_postgres() as server:
        data, keys = (make_database(server, name) for name in ("canaries", "canary_keys"))
        yield Cluster(data, keys, Path(server.partition("?host=")[2]))

"""Databases for promises that are kept on PostgreSQL, too."""

import pytest

from tests.doubles.servers import make_database


@pytest.fixture
def databases(postgres_server: str) -> tuple[str, str]:
    """Addresses of two empty databases: data and keys."""
    return make_database(postgres_server, "canaries"), make_database(postgres_server, "canary_keys")

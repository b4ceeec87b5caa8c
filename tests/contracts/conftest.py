"""Gives every contract test each channel in turn."""

import pytest

from tests.contracts.all_benches import BENCHES
from tests.contracts.benches import Bench


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest) -> Bench:
    """Return one channel on its bench."""
    return BENCHES[request.param]()

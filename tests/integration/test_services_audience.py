"""Before a broadcast is written to anybody: how many it would reach, whom it leaves out, and one person at a time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.services.audience import Audience
from tests.support.gateway_in_process import DISTRICT, House, open_house

RULE = AudienceRule(districts=frozenset({DISTRICT}))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def test_the_audience_is_counted_and_walked_to_its_end(house: House) -> None:
    house.people(3)
    audience = Audience(house.gateway.outside)
    reach = audience.count(RULE, {"lo", "en"})
    total = sum(reach.by_language.values())
    assert total == 3
    walked, beyond = 0, ""
    while (person := audience.preview(RULE, {"lo", "en"}, beyond)) is not None:
        walked, beyond = walked + 1, person.contact_id
        assert person.district == DISTRICT and person.masked.startswith("..")
    assert walked == total
    assert audience.groups() == ()


def test_without_a_text_there_is_no_audience(house: House) -> None:
    with pytest.raises(Conflict):
        Audience(house.gateway.outside).count(RULE, set())

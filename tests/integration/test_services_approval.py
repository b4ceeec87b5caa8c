"""Before a broadcast leaves: two people, one exact text, and no text that could only go wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from tests.support.gateway_in_process import DISTRICT, House, open_house

TEXT = {"en": "Market day is on Friday. Ask the village chief."}
RULE = AudienceRule(districts=frozenset({DISTRICT}))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def state_of(house: House, campaign: str) -> str:
    with house.reading() as work:
        row = work.campaigns.get(campaign)
    assert row is not None
    return row.state


def test_nobody_approves_what_she_wrote_and_nobody_approves_unread(house: House) -> None:
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Market", TEXT, RULE, None, "ann")
    broadcasts.submit(campaign, "cid")
    seen = broadcasts.preview(campaign).content_hash
    for person, read in (("ann", seen), ("cid", seen), ("bob", "0" * 64)):
        with pytest.raises(Conflict):
            broadcasts.approve(campaign, person, read)
    broadcasts.approve(campaign, "bob", seen)
    assert state_of(house, campaign) == "approved"


def test_an_edit_voids_the_approval_and_nothing_leaves(house: House) -> None:
    house.people(3)
    broadcasts = house.gateway.broadcasts
    campaign = broadcasts.draft("Market", TEXT, RULE, None, "ann")
    broadcasts.submit(campaign, "ann")
    broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)
    broadcasts.schedule(campaign, "bob")
    broadcasts.draft("Market", {"en": "Another text."}, RULE, None, "ann", campaign)
    broadcasts.release_due()
    house.deliver("broadcasts")
    assert state_of(house, campaign) == "draft" and not house.alpha.sent
    with pytest.raises(Conflict):
        house.gateway.broadcasts.schedule(campaign, "bob")


@pytest.mark.parametrize(
    ("text", "rule", "hour"),
    [
        ({"en": "  "}, RULE, None),
        ({"en": "x" * 481}, RULE, None),
        (TEXT, AudienceRule(), None),
        (TEXT, RULE, datetime(2026, 11, 23, tzinfo=UTC)),
        (TEXT, RULE, datetime(2028, 1, 1, tzinfo=UTC)),
        ({"en": "Report trafficking to the police."}, RULE, None),
    ],
)
def test_what_could_only_go_wrong_is_refused_at_the_desk(
    house: House, text: dict[str, str], rule: AudienceRule, hour: datetime | None
) -> None:
    with pytest.raises(Conflict):
        house.gateway.broadcasts.draft("Market", text, rule, hour, "ann")

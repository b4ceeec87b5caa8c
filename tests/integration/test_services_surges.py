"""A flood of reports at one post: a digest every five minutes, danger one by one, and nothing falls silent."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.gateway_in_process import DESK, DISTRICT, DUTY, House, beside, open_house

TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union",)}
CODE = re.compile(r"\b[1-9]\d{5}\b")


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


def flood(house: House, count: int) -> list[str]:
    """Let so many people report at once; return the codes."""
    codes = [house.report(f"+856205544{number:04}", **TOLD) for number in range(count)]
    house.gateway.duties.catch_up()
    return codes


def digests(house: House, phone: str) -> list[str]:
    return [text for text in house.told(phone) if " waiting: " in text]


def test_ten_alerts_leave_and_what_comes_after_is_told_together(house: House) -> None:
    codes = flood(house, 13)
    assert house.alerts_to(DUTY) == 10 and digests(house, DUTY) == []
    house.pass_minutes(6)
    (digest,) = digests(house, DUTY)
    assert digest.startswith("3 waiting: ") and set(CODE.findall(digest)) == set(codes[10:])
    assert "LIST" in digest and DISTRICT not in digest


def test_danger_is_told_by_itself_also_in_a_flood(house: House) -> None:
    flood(house, 12)
    before = house.alerts_to(DUTY)
    danger = house.report("+85620555999", **{**TOLD, "danger": "now"})
    house.gateway.duties.catch_up()
    assert house.alerts_to(DUTY) == before + 1
    assert any(danger in text for text in house.told(DUTY) if " waiting: " not in text)


def test_a_held_case_is_accepted_by_its_code_and_is_not_told_of_any_more(house: House) -> None:
    codes = flood(house, 12)
    house.hear(f"OK {codes[11]}", sender=DUTY)
    assert house.case(codes[11]).acknowledged_at is not None
    house.pass_minutes(6)
    (digest,) = digests(house, DUTY)
    assert digest.startswith("11 waiting: ") and codes[11] not in digest, "with those whose second copy was due"


def test_a_digest_tells_nothing_that_the_post_may_no_longer_hear_of(house: House) -> None:
    codes = flood(house, 14)
    house.answers(codes[10], tell=("nobody_local",))
    house.answers(codes[11], duress="yes")
    with house.writing() as work:
        excluding = house.gateway.case_acts.excluding
        excluding.exclude(work, house.case(codes[12]), "desk", "desk", house.clock.now())
    house.pass_minutes(6)
    (digest,) = digests(house, DUTY)
    assert digest.startswith("1 waiting: ") and codes[13] in digest
    assert not set(codes[10:13]) & set(CODE.findall(digest))


def test_the_ladder_climbs_on_for_a_held_case(house: House) -> None:
    codes = flood(house, 12)
    house.pass_minutes(61, step=5)
    with house.reading() as work:
        told = {code: work.caseload.alerted_posts(house.case(code).id) for code in codes}
        assert not work.caseload.without_next_step()
    assert all(len(posts) >= 3 for posts in told.values()), "second post, province, desk"
    assert house.alerts_to(DESK) + len(digests(house, DESK)) > 0


def test_two_clocks_tell_a_digest_once(house: House) -> None:
    flood(house, 12)
    house.clock.forward(minutes=6)
    with beside(house) as other:
        other.gateway.case_work.escalate_due()
        house.gateway.case_work.escalate_due()
    house.deliver()
    assert len(digests(house, DUTY)) == 1


def test_after_a_quiet_while_alerts_leave_one_by_one_again(house: House) -> None:
    flood(house, 12)
    house.pass_minutes(6)
    house.clock.forward(minutes=20)
    before = house.alerts_to(DUTY)
    house.report("+85620555998", **TOLD)
    house.gateway.duties.catch_up()
    assert house.alerts_to(DUTY) == before + 1

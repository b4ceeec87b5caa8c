"""A process dies at a named point; the next opens the same database, nobody is lost and nobody told too often."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.crash_points import KILLED
from tests.support.crash_story import TEXTS, open_with_ledger, retell
from tests.support.gateway_in_process import DISTRICT, House, open_house
from tests.support.scripted import TUESDAY_NOON

ROOT = Path(__file__).resolve().parents[2]
POINTS = (
    *(f"after-key-commit:{visit}" for visit in (1, 2)),
    *(f"{point}:{visit}" for point in ("before-commit", "after-commit") for visit in (1, 4, 12, 16, 20, 25)),
    *(f"before-answer:{visit}" for visit in (4, 12)),
    *(f"{point}:{visit}" for point in ("before-send", "after-send", "after-settle") for visit in (1, 8)),
    *(f"after-claim:{visit}" for visit in (1, 2)),
)


@pytest.fixture
def prepared(tmp_path: Path) -> Path:
    """Prepare a folder with posts, five people who agreed to broadcasts, and an approved broadcast."""
    with open_house(tmp_path) as house:
        house.introduce()
        house.people(5)
        rule, broadcasts = AudienceRule(districts=frozenset({DISTRICT})), house.gateway.broadcasts
        campaign = broadcasts.draft("Market", {"en": "Market day is on Friday."}, rule, None, "ann")
        broadcasts.submit(campaign, "ann")
        broadcasts.approve(campaign, "bob", broadcasts.preview(campaign).content_hash)
        broadcasts.schedule(campaign, "bob")
    return tmp_path


@pytest.fixture
def reopened(prepared: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """Open the gateway after a first process died at the point that the test names."""
    environment = {**os.environ, "CRASH_AT": request.param, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.support.crash_story", str(prepared), TUESDAY_NOON.isoformat()]
    died = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert died.returncode == KILLED, f"{request.param} was not reached\n{died.stderr}"
    with closing(open_with_ledger(prepared, TUESDAY_NOON)) as house:
        yield house


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.mark.slow
@pytest.mark.parametrize("reopened", POINTS, indirect=True)
def test_after_a_crash_everything_is_settled_as_promised(reopened: House) -> None:
    house = reopened
    acked = lines_of(house.folder / "acked")
    with house.reading() as work:
        stored = [line for line in work.outbox.lines(None, "in", None) if line.state == "done"]
    assert len(acked) <= len(stored), "whatever was answered is stored"
    answers = retell(house)
    assert answers[: len(acked)] == acked, "the provider comes back and gets the same bytes"
    house.pass_minutes(8)
    assert len(house.lines("in")) == len(TEXTS), "one row for each message"
    (code,) = house.case_codes()
    assert house.case(code).level == "P0" and house.steps(code)
    ledger = [line.split() for line in lines_of(house.folder / "ledger")]
    copies = Counter(message_id for message_id, _, _ in ledger)
    alerts = house.lines("out", "alert")
    assert {line.step for line in alerts} >= {"0", "0d"}
    assert all(1 <= copies[line.id] <= 3 for line in alerts), "each alert left, and at most three times"
    broadcasts = house.lines("out", "broadcast")
    assert len(broadcasts) == 5 and all(copies[line.id] <= 1 for line in broadcasts)
    assert all(line.state in ("accepted", "unknown") for line in broadcasts)
    assert all(copies[line.id] == 1 or line.state == "unknown" for line in broadcasts)
    assert max(Counter(number for _, number, lane in ledger if lane == "broadcasts").values(), default=0) <= 1
    assert not [line for line in house.lines("out") if line.state in ("claimed", "ambiguous", "queued", "wait_retry")]
    with house.reading() as work:
        assert not list(work.audit.verify()) and not work.caseload.without_next_step()

"""What the next round of a broadcast does: the first fifty alone, then ten seconds ahead, a budget, its failures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.campaigns.pacing import PacingSettings
from gateway.campaigns.rounds import FINISH, WAIT, Standing, Step, failing, next_step, passes, texts_left
from gateway.delivery.life import RANK
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_standing import standing_of

SETTINGS = PacingSettings()
FIVE_MINUTES = timedelta(minutes=5)
FAILED, BROKE = Step("pause", why="failures"), Step("pause", why="budget")


NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
ROW = CampaignRow("c1", "Market", "running", {"en": "x"}, "{}", "simulator", None, "ann", NOON)


def at(
    tally: dict[str, int], waited: timedelta | None = None, *, passed: bool = False, seen: int | None = None
) -> Standing:
    """Return the standing of a campaign; ``seen``: failures, of as many texts, that a person let it go on after."""
    row = replace(ROW, first_passed_at=NOON if passed or seen else None, seen_gone=seen or 0, seen_failed=seen or 0)
    return standing_of(tally, row, waited)


def step(standing: Standing, affordable: int | None = None, *, urgent: bool = False, dated: bool = False) -> Step:
    return next_step(standing, SETTINGS, 100, affordable, urgent=urgent, dated=dated)


@pytest.mark.parametrize(
    ("tally", "next_is"),
    [
        ({"planned": 300}, Step("release", 50)),
        ({"planned": 20}, Step("release", 20)),
        ({"planned": 290, "queued": 10}, Step("release", 40)),
        ({"planned": 250, "queued": 50}, WAIT),
        ({"planned": 250, "held": 1, "delivered": 49}, WAIT),
        ({"planned": 250, "accepted": 1, "delivered": 49}, WAIT),
        ({"planned": 250, "delivered": 50}, Step("release", 250)),
        ({"planned": 250, "delivered": 40, "failed": 10}, Step("release", 250)),
        ({"planned": 250, "delivered": 39, "failed": 11}, FAILED),
        ({"planned": 250, "queued": 39, "failed": 11}, FAILED),
        ({"planned": 250, "unknown": 41, "failed": 9}, FAILED),
        ({"planned": 250, "unknown": 50}, FAILED),
        ({"planned": 250, "unknown": 10, "delivered": 40}, Step("release", 250)),
        ({"planned": 250, "suppressed": 30, "delivered": 20}, Step("release", 30)),
        ({"delivered": 50, "suppressed": 3}, FINISH),
        ({"accepted": 3}, FINISH),
        ({"wait_retry": 1, "delivered": 2}, WAIT),
    ],
)
def test_the_fate_of_the_first_fifty_decides(tally: dict[str, int], next_is: Step) -> None:
    assert step(at(tally)) == next_is


@pytest.mark.parametrize(
    ("waited", "next_is"),
    [(None, WAIT), (timedelta(minutes=4), WAIT), (FIVE_MINUTES, Step("release", 1_000)), (-FIVE_MINUTES, WAIT)],
)
def test_without_receipts_the_rest_waits_five_minutes(waited: timedelta | None, next_is: Step) -> None:
    assert step(at({"planned": 5_000, "accepted": 50}, waited)) == next_is


def test_a_text_that_has_not_left_is_waited_for_without_end() -> None:
    assert step(at({"planned": 250, "wait_retry": 1, "accepted": 49}, timedelta(days=9))) == WAIT


@pytest.mark.parametrize(
    ("tally", "next_is"),
    [
        ({"planned": 9_000, "accepted": 60}, Step("release", 1_000)),
        ({"planned": 9_000, "accepted": 60, "queued": 999}, Step("release", 1)),
        ({"planned": 9_000, "accepted": 60, "queued": 1_000}, WAIT),
        ({"planned": 9_000, "accepted": 80, "undelivered": 20}, Step("release", 1_000)),
        ({"planned": 9_000, "accepted": 79, "undelivered": 21}, FAILED),
    ],
)
def test_later_ten_seconds_may_wait_and_a_fifth_may_fail(tally: dict[str, int], next_is: Step) -> None:
    assert step(at(tally, passed=True)) == next_is


def test_whoever_let_it_go_on_is_asked_again_only_about_what_failed_since() -> None:
    tally = {"planned": 9_000, "delivered": 100, "failed": 60}
    assert step(at(tally, seen=50)) == Step("release", 1_000)
    assert step(at({**tally, "failed": 90}, seen=50)) == FAILED
    assert not failing(at({"failed": 99}, seen=50), SETTINGS), "forty-nine say nothing"


def test_an_emergency_waits_for_no_receipt_and_stops_for_failures() -> None:
    assert step(at({"planned": 250, "queued": 50}), urgent=True) == Step("release", 250)
    assert step(at({"planned": 250, "queued": 39, "failed": 11}), urgent=True) == FAILED


def test_one_by_dates_goes_on_when_nobody_is_left() -> None:
    assert step(at({"delivered": 3}), dated=True) == WAIT
    assert step(at({}), dated=False) == FINISH


@pytest.mark.parametrize(
    ("tally", "affordable", "next_is"),
    [
        ({"planned": 30}, 7, Step("release", 7)),
        ({"planned": 3}, 7, Step("release", 3)),
        ({"planned": 3, "queued": 7}, 0, WAIT),
        ({"planned": 3, "accepted": 7}, 0, BROKE),
        ({"queued": 7}, 0, WAIT),
        ({"accepted": 7}, 0, FINISH),
    ],
)
def test_what_its_budget_does_not_pay_does_not_follow(tally: dict[str, int], affordable: int, next_is: Step) -> None:
    assert step(at(tally, passed=True), affordable) == next_is


def test_a_budget_pays_for_the_dearest_text_and_for_nothing_without_a_price() -> None:
    assert texts_left(1_000, 0, (85, 180)) == 5
    assert texts_left(1_000, 520, (85, 180)) == 2
    assert texts_left(1_000, 8_910, (85, 180)) == 0
    assert texts_left(1_000, 0, (85, None)) == 0 == texts_left(1_000, None, (85,))
    assert texts_left(1_000, 0, (0, 0)) is None


@given(
    st.dictionaries(st.sampled_from(sorted({*RANK, "planned"})), st.integers(0, 400)),
    st.none() | st.integers(0, 900).map(lambda seconds: timedelta(seconds=seconds)),
    st.none() | st.integers(0, 500),
    st.booleans(),
)
def test_never_more_than_fifty_are_out_before_their_fate_is_known(
    tally: dict[str, int], waited: timedelta | None, affordable: int | None, dated: bool
) -> None:
    standing = at(tally, waited)
    taken = step(standing, affordable, dated=dated)
    if taken.kind == "release":
        assert 0 < taken.count <= min(standing.planned, affordable if affordable is not None else standing.planned)
        assert standing.gone + taken.count <= SETTINGS.first or passes(standing, SETTINGS)
        assert standing.waiting + taken.count <= 1_000

"""The pace of a channel, with the clock in hand: never faster than its rate, and an alert never waits for the rest."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.delivery.pace import SHARES, halved, part_at
from gateway.queueing.throttle import LocalThrottle


@dataclass
class Seconds:
    """Monotonic seconds that a test moves."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


Asks = list[tuple[str, int, float]]
asks = st.lists(
    st.tuples(st.sampled_from(sorted(SHARES)), st.integers(1, 3), st.floats(0, 0.7)), min_size=1, max_size=120
)
rates = st.sampled_from([0.3, 1.0, 2.5, 10.0, 80.0])


def passed(rate: float, wanted: Asks) -> list[tuple[float, str, int]]:
    """Ask for each text after its pause; return what was given: when, which lane, how many segments."""
    clock, given = Seconds(), []
    throttle = LocalThrottle({"c": rate}, 1, clock)
    for lane, segments, pause in wanted:
        clock.now += pause
        if not throttle.take("c", lane, segments):
            given.append((clock.now, lane, segments))
    return given


@settings(deadline=None)
@given(rates, asks)
def test_in_any_window_no_more_leaves_than_the_rate_and_what_the_bucket_held(rate: float, wanted: Asks) -> None:
    given_out = passed(rate, wanted)
    held = max(rate, 1.0)
    for first, (began, _, _) in enumerate(given_out):
        for last in range(first, len(given_out)):
            span = given_out[last][0] - began
            inside = sum(segments for _, _, segments in given_out[first : last + 1])
            # The last text may be larger than the bucket; what it takes too much is paid back by those after it.
            assert inside <= rate * span + held + 2 + 1e-6


@settings(deadline=None)
@given(rates, asks)
def test_no_lane_uses_more_than_its_share(rate: float, wanted: Asks) -> None:
    for lane, share in SHARES.items():
        given_out = [one for one in passed(rate, wanted) if one[1] == lane]
        for first, (began, _, _) in enumerate(given_out):
            for last in range(first, len(given_out)):
                inside = sum(segments for _, _, segments in given_out[first : last + 1])
                assert inside <= rate * share * (given_out[last][0] - began) + max(rate * share, 1.0) + 2 + 1e-6


@settings(deadline=None)
@given(st.sampled_from([10.0, 40.0, 100.0]), st.lists(st.sampled_from(["replies", "broadcasts"]), max_size=400))
def test_however_much_the_others_ask_for_an_alert_of_one_segment_leaves_at_once(rate: float, others: list[str]) -> None:
    clock = Seconds()
    throttle = LocalThrottle({"c": rate}, 1, clock)
    for lane in others:
        throttle.take("c", lane, 1)
        clock.now += 0.003
    assert throttle.take("c", "alerts", 1) == timedelta(0)


@settings(deadline=None)
@given(st.floats(0.05, 1000), st.integers(1, 30), st.integers(0, 500))
def test_a_channel_gives_way_by_halves_and_comes_back_by_tenths(rate: float, times: int, seconds: int) -> None:
    part = 1.0
    for _ in range(times):
        part = halved(part, rate)
    assert part * rate >= min(rate, 0.1) - 1e-9, "never slower than one in ten seconds"
    back = part_at(part, timedelta(seconds=seconds))
    assert part <= back <= 1.0 and (back == 1.0 or abs(back - part - seconds // 10 * 0.1) < 1e-9)
    assert part_at(part, timedelta(seconds=100)) == 1.0

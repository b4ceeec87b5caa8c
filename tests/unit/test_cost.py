"""What a broadcast costs, and what may still be spent today."""

import pytest

from gateway.campaigns.cost import Caps, budget, cost, daily_limit

TEXTS = {"lo": "ຖາມກ່ອນໄປ", "en": "Ask before you go"}
PRICES: dict[str, int | None] = {"gsm7": 85, "ucs2": 90}


def test_segments_times_price_by_language() -> None:
    forecast = cost(TEXTS, {"lo": 981, "en": 12}, PRICES)
    english, lao = forecast.lines
    assert (english.language, english.encoding, english.units, english.segments_each, english.total) == (
        "en",
        "gsm7",
        17,
        1,
        12 * 85,
    )
    assert (lao.encoding, lao.total) == ("ucs2", 981 * 90)
    assert (forecast.people, forecast.segments, forecast.total) == (993, 993, 12 * 85 + 981 * 90)


def test_a_long_lao_text_costs_its_segments() -> None:
    assert cost({"lo": "ກ" * 71}, {"lo": 10}, PRICES).segments == 20


def test_an_unset_price_is_said_and_never_zero() -> None:
    forecast = cost(TEXTS, {"lo": 981, "en": 12}, {"gsm7": 85})
    assert forecast.total is None
    assert cost(TEXTS, {"en": 12}, {"gsm7": 85}).total == 12 * 85  # nobody reads the unpriced one
    assert budget(None, 0, Caps()).fits is None


def test_a_broadcast_never_touches_the_reserve() -> None:
    caps = Caps(500_000, 100_000)
    fitting = budget(100_000, 205_000, caps)
    assert (fitting.left, fitting.before, fitting.after, fitting.fits) == (195_000, 0.41, 0.61, True)
    assert budget(200_000, 205_000, caps).fits is False


@pytest.mark.parametrize(
    ("lane", "must", "limit"),
    [
        ("broadcasts", False, 400_000),
        ("replies", False, 400_000),
        ("replies", True, 500_000),
        ("alerts", False, None),
        ("alerts", True, None),
    ],
)
def test_only_what_must_leave_uses_the_reserve_and_nothing_holds_an_alert(
    lane: str, must: bool, limit: int | None
) -> None:
    assert daily_limit(lane, Caps(), must=must) == limit

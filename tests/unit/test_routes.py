"""One short code over four operators: each phone is written to by its own, alerts by their list."""

import pytest

from gateway.services.routes import SIMULATOR, Routes

UNITEL, LAO_TELECOM, TPLUS, ABROAD = "+8562099501234", "+8562055501234", "+8562077501234", "+66812345678"
FOUR = Routes(
    alerts=("twilio", "unitel", "ltc"),
    broadcasts=("unitel", "ltc", "twilio"),
    prefixes={"unitel": ("209", "304"), "ltc": ("205",)},
)


@pytest.mark.parametrize(
    ("number", "channel"),
    [
        (UNITEL, "unitel"),
        ("+856304123456", "unitel"),
        (LAO_TELECOM, "ltc"),
        (TPLUS, "twilio"),
        (ABROAD, "twilio"),
        ("+85620000000" + "01", SIMULATOR),
    ],
)
def test_news_goes_by_the_phone_s_own_operator(number: str, channel: str) -> None:
    assert FOUR.for_news(number) == channel


def test_an_alert_goes_round_the_channels_that_serve_the_phone() -> None:
    assert [FOUR.for_alert(UNITEL, attempt) for attempt in range(3)] == ["twilio", "unitel", "unitel"]
    assert FOUR.for_alert(LAO_TELECOM, 1) == "ltc"
    assert FOUR.for_alert(ABROAD, 1) == "twilio"
    assert FOUR.other("twilio", LAO_TELECOM) == "ltc"
    assert FOUR.other("ltc", LAO_TELECOM) == "twilio"
    assert FOUR.other("ltc", ABROAD) == "twilio"


def test_where_no_channel_serves_a_phone_the_first_one_tries() -> None:
    alone = Routes(("unitel",), ("unitel",), {"unitel": ("209",)})
    assert (alone.for_news(ABROAD), alone.for_alert(TPLUS)) == ("unitel", "unitel")


def test_without_operators_the_order_alone_decides() -> None:
    plain = Routes(("a", "b"), ("b", "a"))
    assert (plain.for_news(UNITEL), plain.for_alert(UNITEL), plain.other("a", UNITEL)) == ("b", "a", "b")

"""A bind's process dies at a named point; the next one binds again, nobody is lost and nobody heard or told twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.crash_points import KILLED
from tests.doubles.message_centre import SILENT, message_centre
from tests.support.bound_gateway import VILLAGER, BoundGateway, bound_gateway
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.needs("smpp34")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BoundGateway]:
    with message_centre() as centre, bound_gateway(tmp_path, centre) as opened:
        yield opened


# One of the first two commits may be the process's own sign of life; both come after the bind and before the answer.
@pytest.mark.parametrize("point", ["before-commit:2", "after-commit:2", "before-answer", "before-ack"])
def test_what_was_not_acknowledged_comes_again_and_is_one_message(house: BoundGateway, point: str) -> None:
    with house.process(CRASH_AT=point) as dying:
        assert house.centre.deliver(VILLAGER[1:], "ຊ່ວຍ", patience=15) == SILENT
        assert dying.child.wait(15) == KILLED
    with house.process():
        assert house.centre.deliver(VILLAGER[1:], "ຊ່ວຍ", binds=2) == 0
        house.settled("accepted")
        assert house.centre.deliver(VILLAGER[1:], "ຊ່ວຍ", binds=2) == 0, "and an honest second one is a second one"
        until(lambda: len(house.lines("in")) == 2, 5, "the second message")
    assert len({line.id for line in house.lines("in")}) == 2
    assert house.said() == ("ຊ່ວຍ", "ຊ່ວຍ")


@pytest.mark.parametrize("kind", ["reply", "broadcast"])
def test_a_text_whose_response_nobody_read_is_in_doubt(house: BoundGateway, kind: str) -> None:
    lane = "replies" if kind == "reply" else "alerts"
    text = house.queue("Thank you.", kind=kind, lane=lane)
    with house.process(CRASH_AT="after-submit") as dying:
        assert dying.child.wait(20) == KILLED
    until(lambda: house.centre.to(VILLAGER), 5, "the text at the centre")
    assert house.gateway.delivery.sweep() == 1
    line = house.settled("ambiguous", text, 1)
    assert line.reason == "claim_lapsed" and len(house.centre.to(VILLAGER)) == 1


def test_a_process_that_is_told_to_stop_unbinds_and_ends(house: BoundGateway) -> None:
    with house.process() as child:
        house.centre.bound()
        assert child.stop() == 0

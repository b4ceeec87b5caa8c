"""Deliveries of a bind: parts in any order, repeats on the same and on the next bind, and honest second texts."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import text

from gateway.ports.arrivals import Arrival, Gathered
from gateway.store.smpp_arrivals import AT_RISK, PARTS_WAIT, StoredArrivals
from tests.integration.conftest import NOON, StoreBench

SECOND = timedelta(seconds=1)
WHOLE = Arrival("unitel", "b1", 1, "2055>1234", "2055>1234 one", 0, 1, 1, "one", NOON)


@pytest.fixture
def arrivals(bench: StoreBench) -> StoredArrivals:
    return StoredArrivals(bench.store, bench.keyring)


def part(number: int, sequence: int, reference: int = 7, said: str = "part", total: int = 3) -> Arrival:
    content = f"2055>1234 {reference} {number}/{total} {said}{number}"
    return replace(
        WHOLE,
        sequence=sequence,
        content=content,
        reference=reference,
        total=total,
        number=number,
        body=f"{said}{number}",
    )


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_parts_find_each_other_in_any_order(arrivals: StoredArrivals, order: tuple[int, ...]) -> None:
    found = [arrivals.take(part(number, sequence)) for sequence, number in enumerate(order)]
    assert [one.whole for one in found] == [False, False, True]
    assert found[-1].parts == ("part1", "part2", "part3") and len({one.key for one in found}) == 1


def test_a_repeated_part_changes_nothing_and_a_repeated_last_one_gives_the_whole_again(
    arrivals: StoredArrivals,
) -> None:
    arrivals.take(part(1, 1))
    assert arrivals.take(part(1, 2)).parts == ("part1", None, None)
    arrivals.take(part(2, 3))
    whole = arrivals.take(part(3, 4))
    arrivals.settle("unitel", whole.key)
    assert arrivals.take(part(3, 5)) == whole
    assert arrivals.take(replace(part(3, 1), bind="b2", at=NOON + SECOND)) == replace(whole, weak=True)


def test_a_reference_that_is_used_again_begins_another_text(arrivals: StoredArrivals) -> None:
    first = arrivals.take(part(1, 1, said="old"))
    second = arrivals.take(part(1, 2, said="new"))
    assert first.key != second.key and second.parts == ("new1", None, None)


def test_a_text_that_misses_parts_is_overdue_until_it_is_settled(arrivals: StoredArrivals) -> None:
    begun = arrivals.take(part(2, 1))
    assert arrivals.overdue("unitel", NOON) == ()
    assert arrivals.overdue("lao_telecom", NOON + SECOND) == ()
    assert arrivals.overdue("unitel", NOON + SECOND) == (begun,)
    arrivals.settle("unitel", begun.key)
    assert arrivals.overdue("unitel", NOON + SECOND) == ()
    late = arrivals.take(replace(part(1, 2), at=NOON + PARTS_WAIT + SECOND))
    assert late.key != begun.key, "what comes after the text was heard is heard as well"


def test_two_equal_texts_on_one_bind_are_two(arrivals: StoredArrivals) -> None:
    assert arrivals.take(WHOLE).key != arrivals.take(replace(WHOLE, sequence=2)).key
    assert arrivals.take(WHOLE) == arrivals.take(replace(WHOLE, at=NOON + SECOND)), "a number is a number"


def test_a_number_used_again_for_another_text_loses_neither(arrivals: StoredArrivals) -> None:
    assert arrivals.take(WHOLE).key != arrivals.take(replace(WHOLE, content="2055>1234 two", body="two")).key


def test_after_a_new_bind_a_text_is_taken_for_a_repeat_once_for_each_time_it_came(arrivals: StoredArrivals) -> None:
    first = arrivals.take(WHOLE)
    again = replace(WHOLE, bind="b2", sequence=1, at=NOON + 30 * SECOND)
    assert arrivals.take(again) == Gathered(first.key, ("one",), weak=True)
    third = arrivals.take(replace(again, sequence=2))
    assert third.key != first.key and not third.weak, "the second one is an honest second text"


def test_a_text_repeated_over_two_lost_binds_is_still_one(arrivals: StoredArrivals) -> None:
    first = arrivals.take(WHOLE)
    arrivals.take(replace(WHOLE, bind="b2", at=NOON + SECOND))
    assert arrivals.take(replace(WHOLE, bind="b3", at=NOON + 2 * SECOND)).key == first.key


def test_only_the_lost_binds_last_minute_is_compared(arrivals: StoredArrivals) -> None:
    first = arrivals.take(WHOLE)
    last = NOON + AT_RISK + SECOND
    arrivals.take(replace(WHOLE, sequence=2, content="2055>1234 two", body="two", at=last))
    assert arrivals.take(replace(WHOLE, bind="b2", at=last + SECOND)).key != first.key


def test_no_number_and_no_word_is_stored_in_the_clear_and_all_is_gone_after_a_day(
    bench: StoreBench, arrivals: StoredArrivals
) -> None:
    arrivals.take(part(1, 1, said="my secret"))
    with bench.store.reading() as work:
        stored = str(work.tx.connection.execute(text("SELECT * FROM smpp_arrival")).all())
    assert "secret" not in stored and "2055" not in stored
    arrivals.overdue("unitel", NOON + timedelta(days=1, seconds=1))
    with bench.store.reading() as work:
        assert not work.tx.connection.execute(text("SELECT * FROM smpp_arrival")).all()

"""Ids sort in the row in which they were drawn, also within one millisecond and from many threads."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from gateway.system.chance import SystemChance


def test_ids_rise_even_within_one_millisecond() -> None:
    chance = SystemChance()
    drawn = [chance.new_id() for _ in range(20_000)]
    assert drawn == sorted(drawn)
    assert len(set(drawn)) == len(drawn)


def test_threads_never_draw_the_same_id() -> None:
    chance = SystemChance()
    with ThreadPoolExecutor(4) as threads:
        drawn = list(threads.map(lambda _: chance.new_id(), range(4_000)))
    assert len({one[:16] for one in drawn}) == len(drawn)


def test_an_id_is_a_uuid_of_version_7() -> None:
    read = uuid.UUID(SystemChance().new_id())
    assert (read.version, read.variant) == (7, uuid.RFC_4122)

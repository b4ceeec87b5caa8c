"""Threads that finish together: nothing is lost, nothing is done twice, and an error stays with whoever brought it."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.system.crew import OneAfterAnother, Threads


def test_everything_is_finished_once_and_what_waits_meanwhile_goes_together() -> None:
    crew, goes = Threads(8), list[list[int]]()
    gate = threading.Event()

    def finish(items: Sequence[int]) -> None:
        if not goes:
            gate.wait(10)  # the first holds the door until others stand before it
        goes.append(list(items))

    def bring(item: int) -> bool:
        crew.together(finish, item)
        return True

    def open_the_gate() -> None:
        while len(crew._tickets) < 7:
            threading.Event().wait(0.001)
        gate.set()

    with ThreadPoolExecutor(1) as opener:
        opened = opener.submit(open_the_gate)
        assert crew.each(bring, [range(64)], 64) == 64
        opened.result()
    assert sorted(item for go in goes for item in go) == list(range(64))
    assert max(map(len, goes)) > 1


def test_an_error_is_raised_to_whoever_brought_it_alone() -> None:
    crew, done = Threads(8), list[int]()

    def finish(items: Sequence[int]) -> None:
        if 13 in items:
            raise ValueError(items)
        done.extend(items)

    def bring(item: int) -> bool:
        if item == 13:
            with pytest.raises(ValueError, match=r"^\[13\]$"):
                crew.together(finish, item)
        else:
            crew.together(finish, item)
        return True

    assert crew.each(bring, [range(32)], 32) == 32
    assert sorted(done) == [item for item in range(32) if item != 13]


def test_without_threads_each_is_finished_at_once() -> None:
    done = list[int]()
    OneAfterAnother().together(done.extend, 1)
    assert done == [1] and OneAfterAnother().each(bool, [[0, 1]], 1) == 1

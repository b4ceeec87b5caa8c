"""A list of contacts among workers: killed, taken in slices, two at it at once, or forgotten by one of them."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.errors import Conflict
from gateway.ports.import_book import Job
from tests.integration.test_contact_import import BROKEN, GOOD, begun, checked, everybody, known, sheet
from tests.support.gateway_in_process import House, beside, open_house


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[House]:
    with open_house(tmp_path, database_url=database, staffed=False) as opened:
        yield opened


@pytest.fixture
def sqlite_house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, staffed=False) as opened:
        yield opened


def long_list(people: int = 2_500) -> str:
    rows = (f"+85620555{number:05},LA1704,yes,g{number % 3}" for number in range(people))
    return "\n".join(["phone,district,consent,group", *rows, ""])


def stored(house: House, rows: str) -> Job:
    """Send a file for a worker to read."""
    service, content = house.gateway.imports, rows.encode()
    job = service.begin("sent.csv", sha256(content).hexdigest(), "ann", stored=True)
    with house.writing() as work:
        work.imports.add_piece(job.id, 0, content)
    service.sent(job.id)
    return job


def test_killed_between_two_batches_it_goes_on_and_ends_as_if_it_had_not_been(house: House) -> None:
    rows = long_list()
    job = checked(house, rows)
    house.gateway.imports.accept(job.id, "ann")

    class Killed(BaseException):
        """As SIGKILL, in the middle of the second batch."""

    visits = 0

    def second(name: str) -> None:
        nonlocal visits
        visits += name == "import-batch"
        if name == "import-batch" and visits == 2:
            raise Killed

    with beside(house, second) as dying, pytest.raises(Killed):
        list(dying.gateway.imports.go_on(job.id, sheet(rows)))
    with house.reading() as work:
        assert work.imports.get(job.id).done == 1_000
    assert len(everybody(house)["contact"]) == 1_000
    *_, job = house.gateway.imports.go_on(job.id, sheet(rows))
    assert (job.state, job.done) == ("done", 2_500)
    assert len(everybody(house)["contact"]) == len(everybody(house)["consent"]) == 2_500


def test_a_check_in_slices_counts_what_a_check_at_once_counts(sqlite_house: House) -> None:
    rows = long_list(12_000) + "+8562055500000,LA1704,yes,g1\n5550111,LA1704,yes,g1\n"
    service = sqlite_house.gateway.imports
    job = begun(service, rows)
    while job.state == "checking":
        *_, job = service.go_on(job.id, sheet(rows), most=5_000)
    assert (job.rows, job.good, job.repeated, job.flawed) == (12_002, 12_000, 1, 1)


def test_a_list_that_ends_where_a_slice_ends_is_at_its_end(sqlite_house: House) -> None:
    rows, service = long_list(2_000), sqlite_house.gateway.imports
    job = begun(service, rows)
    *_, job = service.go_on(job.id, sheet(rows), most=2_000)
    assert (job.state, job.rows) == ("checked", 2_000)
    service.accept(job.id, "ann")
    *_, job = service.go_on(job.id, sheet(rows), most=2_000)
    assert job.state == "done" and len(everybody(sqlite_house)["contact"]) == 2_000


@pytest.mark.parametrize("most", [1_000, 1_000_000])
def test_whoever_stands_first_in_a_row_that_cannot_be_taken_comes_in_by_a_later_one(
    sqlite_house: House, most: int
) -> None:
    head, others = long_list(1_500).split("\n", 1)
    rows = f"{head}\n+8562055600001,nowhere,yes,g1\n{others}+8562055600001,LA1704,yes,g1\n"
    service = sqlite_house.gateway.imports
    job = begun(service, rows)
    while job.state != "done":
        *_, job = service.go_on(job.id, sheet(rows), most)
        if job.state == "checked":
            job = service.accept(job.id, "ann")
    assert (job.good, job.repeated, job.flawed) == (1_501, 0, 1)
    assert known(sqlite_house, "+8562055600001") is not None


def test_two_processes_at_one_file_take_it_once(house: House) -> None:
    rows = long_list()
    job = checked(house, rows)
    house.gateway.imports.accept(job.id, "ann")
    steps = house.gateway.imports.go_on(job.id, sheet(rows))
    next(steps)
    with beside(house) as other:
        *_, done = other.gateway.imports.go_on(job.id, sheet(rows))
    assert done.state == "done"
    with pytest.raises(Conflict):
        list(steps)
    assert len(everybody(house)["contact"]) == 2_500


def test_what_nobody_accepts_within_a_day_is_forgotten(house: House) -> None:
    job = checked(house, BROKEN)
    assert house.gateway.imports.forget_old() == 0
    house.clock.forward(days=2)
    assert house.gateway.imports.forget_old() == 1
    with house.reading() as work:
        assert work.imports.get(job.id).state == "dropped" and work.imports.flaws(job.id) == ()


def test_files_that_another_worker_forgot_first_keep_no_other_waiting(house: House) -> None:
    for rows in (GOOD, BROKEN):
        checked(house, rows)
    house.clock.forward(days=2)
    rows = long_list(20)
    job = stored(house, rows)
    faster: list[int] = []

    def as_the_first_is_forgotten(name: str) -> None:
        if name == "after-commit" and not faster:
            faster.append(house.gateway.imports.forget_old())

    with beside(house, as_the_first_is_forgotten) as other:
        taken_further = other.gateway.imports.work_off()
    assert (faster, taken_further) == ([1], 20)
    with house.reading() as work:
        assert [work.imports.get(one.id).state for one in work.imports.list(3)].count("dropped") == 2
        assert work.imports.get(job.id).state == "checked"

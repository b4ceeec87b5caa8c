"""What else a list may say: days of a trip, and whose people it may bring."""

from gateway.store.schema.columns import METADATA
from tests.integration.test_contact_import import checked, house, known, sheet, taken
from tests.support.gateway_in_process import House

__all__ = ["house"]  # a fixture

TRIPS = """phone,district,consent,departure,returns on
020 5550 0001,LA1704,"information, travel",15/12/2027,2028-04-20
020 5550 0002,LA1704,yes,,
020 5550 0003,LA1704,yes,soon,
020 5550 0004,LA1704,no,15/12/2027,
"""


def days(house: House, number: str) -> dict[str, str]:
    """Return the days that messages to a number go by, by kind."""
    dates = METADATA.tables["contact_date"]
    person = known(house, number)
    with house.store.reading() as work:
        rows = work.tx.connection.execute(dates.select().where(dates.c.contact_id == (person or {}).get("id")))
        return {row.of: str(row.on_day) for row in rows}


def test_a_list_may_say_when_somebody_leaves_and_comes_home(house: House) -> None:
    job = checked(house, TRIPS)
    with house.reading() as work:
        [wrong] = work.imports.flaws(job.id)
    assert (wrong.line, wrong.column, wrong.reason) == (4, "departure", "date_unreadable")
    assert house.gateway.imports.repair(job.id, 4, "departure", "1/12/2027", "ann") is None
    house.gateway.imports.accept(job.id, "ann")
    *_, job = house.gateway.imports.go_on(job.id, sheet(TRIPS))
    assert job.state == "done"
    assert days(house, "+8562055500001") == {"departure": "2027-12-15", "return": "2028-04-20"}
    assert days(house, "+8562055500002") == {}
    assert days(house, "+8562055500003") == {"departure": "2027-12-01"}
    assert days(house, "+8562055500004") == {}, "of somebody who said no no trip is kept"


def test_a_later_list_moves_a_trip_and_one_that_says_nothing_leaves_it(house: House) -> None:
    head = "phone,district,consent,departure\n020 5550 0001,LA1704,yes,"
    taken(house, f"{head}15/12/2027\n")
    assert taken(house, f"{head}20/12/2027\n").unchanged == 0
    assert days(house, "+8562055500001") == {"departure": "2027-12-20"}
    assert taken(house, f"{head}\n").unchanged == 1
    assert days(house, "+8562055500001") == {"departure": "2027-12-20"}


def test_whoever_works_for_some_places_brings_the_people_of_these_alone(house: House) -> None:
    house.gateway.access.add_account("ann", "demo-demo-demo", frozenset({"manager"}), frozenset({"LA17"}))
    rows = "phone,district,consent\n020 5550 0001,LA1704,yes\n020 5550 0002,LA0101,yes\n020 5550 0003,,yes\n"
    job = checked(house, rows)
    with house.reading() as work:
        wrong = [(flaw.line, flaw.column, str(flaw.reason)) for flaw in work.imports.flaws(job.id)]
    assert wrong == [(3, "district", "district_elsewhere"), (4, "district", "district_elsewhere")]
    imports = house.gateway.imports
    assert imports.repair(job.id, 3, "district", "LA0102", "ann") == "district_elsewhere"
    assert imports.repair(job.id, 4, "district", "LA1705", "ann") is None
    imports.accept(job.id, "ann")
    *_, job = imports.go_on(job.id, sheet(rows))
    assert (job.good, job.flawed) == (2, 1)
    assert known(house, "+8562055500002") is None and known(house, "+8562055500003") is not None
    nowhere = checked(house, "phone,consent\n020 5550 0009,yes\n")
    assert (nowhere.state, nowhere.refusal) == ("refused", "no_district_column")

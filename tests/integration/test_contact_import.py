"""A list of contacts: read whole, shown, accepted, taken once, and nobody's own word undone by it."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.campaigns.audience import AudienceRule
from gateway.contacts.cells import REASONS
from gateway.errors import Conflict
from gateway.integrations.sheets.opening import Sheet
from gateway.ports.import_book import Job
from gateway.services.contact_import import ContactImport
from gateway.store.schema.columns import METADATA
from tests.support.gateway_in_process import House, open_house

GOOD = """phone,language,district,village,group,role,consent,consent_on,name
020 5550 0001,lo,LA1704,Phiadouang,weavers,ນາຍບ້ານ,yes,01/03/2026,ນາງ ນ້ອຍ
020 5550 0002,en,LA1705,,"weavers, market",trainer,"information, training",,Kham
020 5550 0003,lo,LA1704,,,,no,,
020 5550 0004,,,,,,,,
"""
PEOPLE = ("contact", "consent", "contact_group", "group_member", "contact_role", "contact_field")


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url, staffed=False) as opened:
        yield opened


@pytest.fixture
def sqlite_house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, staffed=False) as opened:
        yield opened


def sheet(rows: str) -> Sheet:
    return Sheet(lambda: io.BytesIO(rows.encode()), len(rows))


def begun(service: ContactImport, rows: str) -> Job:
    return service.begin("people.csv", sha256(rows.encode()).hexdigest(), "ann")


def checked(house: House, rows: str) -> Job:
    service = house.gateway.imports
    *_, job = service.go_on(begun(service, rows).id, sheet(rows))
    return job


def taken(house: House, rows: str) -> Job:
    job = checked(house, rows)
    house.gateway.imports.accept(job.id, "ann")
    *_, job = house.gateway.imports.go_on(job.id, sheet(rows))
    return job


def everybody(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of what is known of people."""
    with house.store.reading() as work:
        db = work.tx.connection
        return {
            name: sorted(tuple(map(str, row)) for row in db.execute(METADATA.tables[name].select())) for name in PEOPLE
        }


def known(house: House, number: str) -> dict[str, Any] | None:
    """Return a contact as it is stored, with its consents by purpose."""
    with house.store.reading() as work:
        db, index = work.tx.connection, work.tx.keyring.index(number)
        row = db.execute(text("SELECT * FROM contact WHERE msisdn_index = :i"), {"i": index}).mappings().first()
        if row is None:
            return None
        consents = db.execute(text("SELECT purpose, state FROM consent WHERE contact_id = :c"), {"c": row["id"]})
        return {**row, "consents": {purpose: state for purpose, state in consents}}


def test_nothing_is_stored_of_anybody_before_the_file_is_accepted(house: House) -> None:
    before = everybody(house)
    job = checked(house, GOOD)
    assert (job.state, job.format, job.rows) == ("checked", "CSV, UTF-8, comma", 4)
    assert (job.good, job.without_consent, job.flawed, job.repeated) == (2, 2, 0, 0)
    assert everybody(house) == before


def test_whoever_agreed_comes_in_with_all_that_was_said_of_her(house: House) -> None:
    assert taken(house, GOOD).state == "done"
    noy, kham = known(house, "+8562055500001"), known(house, "+8562055500002")
    assert noy is not None and kham is not None
    assert (noy["language"], noy["province"], noy["district"], bool(noy["opted_in"])) == ("lo", "LA17", "LA1704", True)
    assert noy["consents"] == {"information": "given"}
    assert kham["consents"] == {"information": "given", "training": "given"}
    assert known(house, "+8562055500003") is None, "of somebody who said no nothing is kept"
    assert known(house, "+8562055500004") is None, "nor of somebody who was not asked"
    with house.store.reading() as work:
        sizes = {group.name: group.people for group in work.audience.groups()}
        row = work.tx.connection.execute(text("SELECT wording, wording_sha256, language, at FROM consent")).first()
        walked = work.audience.walk(AudienceRule(), ("lo",), house.clock.now(), limit=9)
        assert "Phiadouang" in [one.fields.get("village") for one in walked]
    assert sizes == {"weavers": 2, "market": 1}
    assert row is not None and row.wording == "consent.broadcasts" and len(row.wording_sha256) == 64


def test_the_same_file_twice_changes_nothing(house: House) -> None:
    taken(house, GOOD)
    first = everybody(house)
    again = taken(house, GOOD)
    assert (again.state, again.good, again.unchanged) == ("done", 2, 2)
    assert everybody(house) == first


@pytest.mark.parametrize(
    "change",
    [
        ("LA1704,Phiadouang", "LA1705,Phiadouang"),
        ("Phiadouang", "Sanamxay"),
        ("weavers,ນາຍບ້ານ", "market,ນາຍບ້ານ"),
        ("ນາຍບ້ານ", "teacher"),
        ("yes,01/03/2026", "survey,01/03/2026"),
    ],
)
def test_whoever_a_list_changes_is_not_unchanged(house: House, change: tuple[str, str]) -> None:
    assert taken(house, GOOD).unchanged == 0
    assert taken(house, GOOD.replace(*change)).unchanged == 1


def test_what_was_passed_before_a_break_is_counted_with_the_rest(sqlite_house: House) -> None:
    rows = "phone,consent\n" + "".join(f"020555{number:05},yes\n" for number in range(1_500))
    taken(sqlite_house, rows)
    service, job = sqlite_house.gateway.imports, checked(sqlite_house, rows)
    service.accept(job.id, "ann")
    steps = service.go_on(job.id, sheet(rows))
    assert next(steps).unchanged == 1_000
    *_, job = service.go_on(job.id, sheet(rows))
    assert (job.state, job.good, job.unchanged) == ("done", 1_500, 1_500)


def test_somebody_who_stopped_is_left_wholly_alone(house: House) -> None:
    taken(house, GOOD)
    house.introduce("+8562055500001", opted_in=False, opted_out_at=house.clock.now())
    before = everybody(house)
    taken(house, GOOD.replace("Phiadouang", "Elsewhere").replace("01/03/2026", "20/11/2026"))
    assert everybody(house) == before


def test_what_a_person_chose_herself_stays(house: House) -> None:
    house.introduce("+8562055500001", language="hmn", opted_in=True, district="LA0101")
    taken(house, GOOD)
    noy = known(house, "+8562055500001")
    assert noy is not None and (noy["language"], noy["district"]) == ("hmn", "LA1704")


def test_a_no_in_a_later_list_ends_what_an_earlier_list_said(house: House) -> None:
    taken(house, GOOD)
    taken(house, "phone,consent\n02055500001,no\n")
    noy = known(house, "+8562055500001")
    assert noy is not None and not noy["opted_in"] and noy["consents"]["information"] == "withdrawn"
    taken(house, GOOD)
    noy = known(house, "+8562055500001")
    assert noy is not None and not noy["opted_in"], "a yes of an earlier day does not undo it"
    house.clock.forward(days=2)
    taken(house, "phone,consent,consent_on\n02055500001,yes,26/11/2026\n")
    noy = known(house, "+8562055500001")
    assert noy is not None and noy["opted_in"]


def test_a_number_twice_in_one_file_counts_once_and_its_no_wins(house: House) -> None:
    rows = "phone,consent\n02055500001,yes\n2055500001,yes\n+8562055500002,yes\n020 5550 0002,no\n"
    job = taken(house, rows)
    assert (job.good, job.repeated) == (2, 2)
    assert known(house, "+8562055500001") is not None
    assert known(house, "+8562055500002") is None


BROKEN = """phone,district,consent
8.56E+11,LA1704,yes
020 5550 0002,LA9999,maybe
020 5550 0003,LA1704,yes
"""


def test_every_bad_cell_is_shown_in_place_and_repaired_there(house: House) -> None:
    job = checked(house, BROKEN)
    assert (job.good, job.flawed) == (1, 2)
    with house.reading() as work:
        flaws = [(flaw.line, flaw.column, flaw.reason, flaw.cell) for flaw in work.imports.flaws(job.id)]
        assert work.imports.open_flaws(job.id) == 3
    assert flaws == [
        (2, "phone", "exponent", "8.56E+11"),
        (3, "consent", "consent_unclear", "maybe"),
        (3, "district", "district_unknown", "LA9999"),
    ]
    imports = house.gateway.imports
    assert imports.repair(job.id, 2, "phone", "five", "ann") == "no_number"
    assert imports.repair(job.id, 2, "phone", "020 5550 0001", "ann") is None
    assert imports.repair(job.id, 3, "district", "Sanamxay", "ann") is None
    with house.reading() as work:
        job = work.imports.get(job.id)
    assert (job.good, job.flawed) == (2, 1), "a row is good once all its cells are repaired"
    imports.accept(job.id, "ann")
    *_, job = imports.go_on(job.id, sheet(BROKEN))
    assert (job.good, job.flawed) == (2, 1)
    assert known(house, "+8562055500001") is not None, "repaired"
    assert known(house, "+8562055500002") is None, "half repaired"
    assert known(house, "+8562055500003") is not None
    with pytest.raises(Conflict):
        imports.repair(job.id, 3, "consent", "yes", "ann")
    with house.reading() as work:
        assert work.imports.flaws(job.id) == (), "what was shown of the file is gone with it"


@pytest.mark.parametrize("name", sorted(REASONS))
def test_a_value_that_spells_a_reason_is_a_value(sqlite_house: House, name: str) -> None:
    rows = f"phone,consent,name,village,group\n02055500001,yes,{name},{name},{name}\n"
    assert taken(sqlite_house, rows).good == 1
    with sqlite_house.reading() as work:
        [one] = work.audience.agreed("", 9)
    assert (one.person.fields, one.person.groups) == ({"name": name, "village": name}, (name,))


def test_a_repair_that_names_a_number_again_is_counted_when_it_is_taken(house: House) -> None:
    rows, imports = "phone,consent\n02055500001,yes\n8.56E+11,yes\n8.57E+11,\n", house.gateway.imports
    job = checked(house, rows)
    imports.repair(job.id, 3, "phone", "020 5550 0001", "ann")
    imports.repair(job.id, 4, "phone", "020 5550 0002", "ann")
    imports.accept(job.id, "ann")
    *_, job = imports.go_on(job.id, sheet(rows))
    assert (job.good, job.flawed, job.repeated, job.without_consent) == (1, 0, 1, 1)


def test_shown_cells_lie_sealed(sqlite_house: House) -> None:
    checked(sqlite_house, BROKEN.replace("maybe", "perhaps-she-does"))
    stored = (sqlite_house.folder / "gateway.db").read_bytes() + (sqlite_house.folder / "gateway.db-wal").read_bytes()
    assert b"perhaps-she-does" not in stored


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [("name\nKham\n", "no_phone_column"), ("", "empty_file"), ("phone,tel\n", "column_twice phone")],
)
def test_a_file_that_is_no_list_is_refused(sqlite_house: House, rows: str, refusal: str) -> None:
    job = checked(sqlite_house, rows)
    assert (job.state, job.refusal) == ("refused", refusal)
    with pytest.raises(Conflict):
        sqlite_house.gateway.imports.accept(job.id, "ann")


def test_a_wording_that_nobody_wrote_is_no_consent(sqlite_house: House) -> None:
    with pytest.raises(Conflict):
        sqlite_house.gateway.imports.begin("people.csv", "0" * 64, "ann", "no.such")


CONSENTS = st.sampled_from(("yes", "no", "", "training", "information, training"))
DAYS = st.sampled_from(("", "01/01/2026", "24/11/2026"))
LISTS = st.lists(st.tuples(st.integers(0, 3), CONSENTS, DAYS), min_size=1, max_size=8)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(lists=st.lists(LISTS, min_size=1, max_size=3), stopped=st.sets(st.integers(0, 3)))
def test_no_list_ever_opts_in_somebody_who_stopped(
    sqlite_house: House, lists: list[list[tuple[int, str, str]]], stopped: set[int]
) -> None:
    at = datetime(2025, 6, 1, tzinfo=UTC)
    for number in range(4):
        opted_out = {"opted_in": False, "opted_out_at": at if number in stopped else None}
        sqlite_house.introduce(f"+856205550000{number}", **opted_out)
    for one in lists:
        rows = "".join(f'0205550000{number},"{consent}",{day}\n' for number, consent, day in one)
        taken(sqlite_house, f"phone,consent,consent_on\n{rows}")
    for number in stopped:
        person = known(sqlite_house, f"+856205550000{number}")
        assert person is not None and not person["opted_in"] and person["opted_out_at"] is not None

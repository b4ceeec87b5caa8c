"""A case that was handed over: its offices read it, and the database with all of the server's keys does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import Conflict, Damaged, Forbidden
from gateway.services.access import Visitor
from gateway.services.key_holding import DESK as NATIONAL
from gateway.services.key_holding import ESCROW, Office
from gateway.store.sealing import new_pair
from tests.support.gateway_in_process import DESK, DISTRICT, DUTY, PROVINCE, PROVINCIAL, House, Value, open_house

PASSPHRASE = "a long enough passphrase"
WOMEN, POLICE = ("women_union", DISTRICT), ("police", DISTRICT)
ABOVE = ("supervisor", PROVINCE)
STORY = "They took her to the river and locked the door"
TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union",)}


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path, database_url=addresses) as opened:
        for name in ("khamla", "desk", "bounmy"):
            add(opened, name)
        yield opened


def add(house: House, name: str) -> None:
    """Make one of the people of these stories known: two officers, the desk, the province's supervisor."""
    agencies = {"khamla": "women_union", "somsy": "police"}
    roles = {"desk": "desk", "bounmy": "supervisor"}
    places = frozenset({PROVINCE}) if name == "bounmy" else frozenset({DISTRICT} if name in agencies else ())
    with house.reading() as work:
        seats = work.directory.seats(agencies[name], "district", DISTRICT) if name in agencies else ()
    post_id = seats[0].post.id if seats else None
    house.gateway.access.add_account(name, PASSPHRASE, frozenset({roles.get(name, "officer")}), places, "en", post_id)


def enter(house: House, name: str) -> Visitor:
    token, _ = house.gateway.access.sign_in(name, PASSPHRASE, "10.0.0")
    visitor = house.gateway.access.visitor(token)
    assert visitor is not None
    return visitor


def tell(house: House, **values: Value) -> str:
    """Report with a story; return the code."""
    code = house.report(**{**TOLD, **values})
    with house.writing() as work:
        house.intake.tell_story(work, code, STORY, frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    return code


def read(house: House, name: str, code: str, reason: str = "") -> list[str | None] | str:
    """Return the words of a case as somebody may read them, or why not."""
    try:
        shown = house.gateway.case_reading.texts(enter(house, name), code, reason)
    except (Forbidden, Conflict) as refused:
        return "not_yours" if isinstance(refused, Forbidden) else "reason"
    return shown.closed or [text.text for text in shown.texts or ()]


def readers(house: House, code: str) -> set[Office | str]:
    """Return who can open every text of a case."""
    case_id = house.case(code).id
    found = house.case_keys.recipients(case_id)
    with house.reading() as work:
        offices: dict[str, Office] = {key.id: key.office for key in work.keys.office_keys()}
    everywhere = frozenset.intersection(*found.values())
    return {offices.get(name, name) for name in everywhere}


def opened_by_the_server(house: House, code: str) -> list[str]:
    """Try every text of a case with all keys that the server has; return what it reads."""
    case_id, found = house.case(code).id, []
    with house.reading() as work:
        for entry_id, _, sealed, _, _ in work.caseload.entries(case_id):
            try:
                found.append(house.case_keys.open(sealed, case_id, entry_id))
            except Damaged:
                continue
    return found


def test_while_the_intake_runs_the_server_reads_and_half_an_hour_later_only_the_offices_do(house: House) -> None:
    code = tell(house)
    assert readers(house, code) == {"server", WOMEN, ABOVE, NATIONAL}
    assert opened_by_the_server(house, code) == [STORY]
    house.pass_minutes(29)
    assert "server" in readers(house, code)
    house.pass_minutes(1)
    assert readers(house, code) == {WOMEN, ABOVE, NATIONAL} and opened_by_the_server(house, code) == []
    house.hear(f"OK {code}", sender=DUTY)
    assert read(house, "khamla", code) == read(house, "desk", code) == [STORY]


def test_nothing_of_the_story_is_left_elsewhere_under_the_servers_own_keys(house: House) -> None:
    house.say_all("HELP", "2", "3", "2", "They locked my sister in the house by the river")
    house.hear("skip")
    house.pass_minutes(61)
    with house.reading() as work:
        said = work.inbox.said(house.contact(), house.clock.at.replace(year=2020))
    assert house.case_codes() and said == (), "the words of the intake went with the hand-over"


def test_however_long_somebody_writes_the_server_lets_go_after_a_day(house: House) -> None:
    code = tell(house)
    for _ in range(50):
        house.pass_minutes(29, step=29)
        house.answers(code, hours="evening")
    assert opened_by_the_server(house, code) == []


def test_what_comes_later_is_sealed_to_the_same_people_and_kept_nowhere_else(house: House) -> None:
    code = tell(house)
    house.pass_minutes(31)
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"NOTE {code} The aunt called from the bus station", sender=DUTY)
    with house.writing() as work:
        house.intake.tell_story(work, code, "She is back", frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    assert opened_by_the_server(house, code) == []
    assert read(house, "khamla", code) == [STORY, "The aunt called from the bus station", "She is back"]
    with house.reading() as work:
        said = work.inbox.said(house.contact(DUTY), house.clock.at.replace(year=2020))
    assert not [text for text in said if "aunt" in text]


def test_a_case_about_an_official_is_never_sealed_to_its_district(house: House) -> None:
    code = tell(house, tell=("nobody_local",))
    house.pass_minutes(31)
    assert readers(house, code) == {ABOVE, NATIONAL}


def test_a_district_loses_its_key_when_the_story_names_an_official_later(house: House) -> None:
    code = tell(house)
    assert WOMEN in readers(house, code)
    house.pass_minutes(31)
    house.answers(code, names_official="yes")
    house.gateway.duties.catch_up()
    assert readers(house, code) == {ABOVE, NATIONAL}


def test_before_the_gate_opens_no_local_office_has_a_key(house: House) -> None:
    code = house.report(danger="now", place=DISTRICT)
    house.gateway.duties.catch_up()
    assert readers(house, code) == {"server", ABOVE, NATIONAL}
    house.pass_minutes(4)
    assert WOMEN in readers(house, code)


def test_an_office_that_is_referred_to_waits_for_the_next_session_that_can_read(house: House) -> None:
    code = tell(house, danger="now")
    house.pass_minutes(31)
    add(house, "somsy")
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"REFER {code} police", sender=DUTY)
    house.gateway.duties.catch_up()
    assert POLICE not in readers(house, code)
    assert read(house, "somsy", code) == "no_key", "the server had nothing to give"
    enter(house, "desk")
    assert POLICE in readers(house, code) and read(house, "somsy", code) == [STORY]


def test_an_office_without_anybody_gets_its_old_cases_when_its_first_member_comes(house: House) -> None:
    code = tell(house, tell=("police",))
    house.pass_minutes(31)
    house.hear(f"OK {code}", sender="+8562055500056")
    add(house, "somsy")
    assert read(house, "somsy", code) == "no_key"
    enter(house, "bounmy")
    assert read(house, "somsy", code) == [STORY]


def test_the_owning_post_and_the_desk_read_and_the_province_with_a_reason(house: House) -> None:
    code = tell(house)
    assert read(house, "khamla", code) == "not_yours", "nobody accepted it yet"
    house.hear(f"OK {code}", sender=DUTY)
    assert read(house, "khamla", code) == [STORY]
    assert read(house, "bounmy", code) == read(house, "bounmy", code, "why") == "reason"
    assert read(house, "bounmy", code, "oversight") == [STORY]
    with house.reading() as work:
        rows = [(row.actor, row.action, row.result) for row in work.audit.rows()]
    assert ("bounmy", "case.texts_read", "ok") in rows and ("khamla", "case.texts_read", "denied") in rows


def test_without_anybody_who_could_read_it_the_server_keeps_its_copy_rather_than_lose_the_report(
    tmp_path: Path, addresses: str | None
) -> None:
    with open_house(tmp_path, database_url=addresses) as alone:
        code = tell(alone)
        alone.pass_minutes(26 * 60, step=30)
        assert opened_by_the_server(alone, code) == [STORY]
        add(alone, "desk")
        alone.pass_minutes(11)
        assert opened_by_the_server(alone, code) == [] and read(alone, "desk", code) == [STORY]


def test_words_that_come_when_everybody_has_left_wait_for_somebody_who_can_read_them(house: House) -> None:
    code = tell(house)
    house.pass_minutes(31)
    for name in ("khamla", "desk", "bounmy"):
        house.gateway.access.disable(name)
    with house.writing() as work:
        house.intake.tell_story(work, code, "Is anybody there?", frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    assert opened_by_the_server(house, code) == ["Is anybody there?"]
    house.gateway.access.add_account("noy", PASSPHRASE, frozenset({"desk"}))
    house.pass_minutes(11)
    assert opened_by_the_server(house, code) == [] and read(house, "noy", code) == [None, "Is anybody there?"]


def test_the_escrow_is_a_reader_of_everything_and_no_member_of_anything(house: House) -> None:
    escrow = new_pair()
    with house.writing() as work:
        house.gateway.access.keys.set_escrow(work, escrow.public)
    code = tell(house)
    house.pass_minutes(31)
    assert ESCROW in readers(house, code)
    with house.reading() as work:
        key = work.keys.current(*ESCROW)
        [(entry_id, _, sealed, _, _)] = work.caseload.entries(house.case(code).id)
    assert key is not None
    assert house.case_keys.open(sealed, house.case(code).id, entry_id, {key.id: escrow.private}) == STORY


def test_alerts_go_on_as_before(house: House) -> None:
    tell(house)
    assert house.alerts_to(DUTY) == 1 and house.alerts_to(PROVINCIAL) == house.alerts_to(DESK) == 0

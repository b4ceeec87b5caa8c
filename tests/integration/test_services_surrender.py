"""The surrender report against reality: every key of the server is tried on everything that is stored."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from gateway.errors import Damaged
from gateway.ports.scope import EVERYWHERE
from gateway.services.surrender import report
from gateway.store.schema.columns import METADATA
from tests.support.command_line import CommandLine
from tests.support.gateway_in_process import DISTRICT, DUTY, House, open_house

PASSPHRASE = "a long enough passphrase"
CLASSES = {
    ("contact", "msisdn_ct"): "phone numbers",
    ("post_holder", "name_ct"): "names of post holders",
    ("cases", "answers_ct"): "answers of cases, as codes",
    ("inbound", "body_ct"): "texts that came in",
    ("inbound", "reply_ct"): "stored replies",
    ("outbox", "body_ct"): "texts that went out",
    ("session", "document_ct"): "conversations under way",
}
CLOSED = {
    ("case_entry", "sealed"),
    ("office_member", "wrapped"),
    ("personal_key", "wrapped"),
    ("unlocked_session", "wrapped"),
}


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path, database_url=addresses) as opened:
        yield opened


def tell(house: House, sender: str, words: str) -> str:
    told: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union",)}
    code = house.report(sender, **told)
    with house.writing() as work:
        house.intake.tell_story(work, code, words, frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    return code


def seized(house: House) -> tuple[Counter[str], set[tuple[str, str]]]:
    """Try the server's keys on every sealed value of every table; return what opened, and what stayed closed."""
    opened: Counter[str] = Counter()
    closed: set[tuple[str, str]] = set()
    engine, keyring = create_engine(house.gateway.settings.database_url), house.gateway.outside.keyring
    with engine.connect() as connection:
        for table_name, table in METADATA.tables.items():
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    if not str(value).startswith("v1."):
                        continue
                    try:
                        keyring.open(str(value), table_name, str(row.get("id")), column.removesuffix("_ct"))
                        opened[CLASSES[table_name, column]] += 1
                    except Damaged:
                        closed.add((table_name, column))
    engine.dispose()
    return opened, closed


def opened_texts(house: House) -> dict[str, int]:
    """Return how many texts of each case the server opens with what it has."""
    found: Counter[str] = Counter()
    with house.reading() as work:
        for line in work.caseload.lines(EVERYWHERE):
            for entry_id, _, sealed, _, _ in work.caseload.entries(line.id):
                try:
                    house.case_keys.open(sealed, line.id, entry_id)
                    found[line.code] += 1
                except Damaged:
                    continue
    return dict(found)


def test_the_report_says_exactly_what_the_servers_keys_open(house: House) -> None:
    house.gateway.access.add_account("noy", PASSPHRASE, frozenset({"desk"}))
    house.gateway.access.sign_in("noy", PASSPHRASE, "10.0.0")
    old = tell(house, "+8562055501001", "They locked the door")
    house.pass_minutes(31)
    house.hear(f"OK {old}", sender=DUTY)
    house.hear(f"NOTE {old} on my way", sender=DUTY)
    house.hear("HELP", sender="+8562055501003")
    fresh = tell(house, "+8562055501002", "He took the passports")
    found = report(house.gateway.outside)
    opened, closed = seized(house)
    assert {name: found.counts[name] for name in CLASSES.values()} == {name: opened[name] for name in CLASSES.values()}
    assert closed <= CLOSED and ("case_entry", "sealed") in closed and min(opened.values()) > 0
    assert {case.code: case.texts for case in found.cases} == opened_texts(house) == {fresh: 1}
    assert found.sealed_texts == 2 and found.counts["texts of cases"] == 1
    [case] = found.cases
    assert case.until is not None and (case.until - house.clock.now()).total_seconds() == 30 * 60
    assert found.counts["links from a case to a phone"] == 2


def test_a_case_that_nobody_else_could_read_is_listed_without_an_end(house: House) -> None:
    code = tell(house, "+8562055501001", "They locked the door")
    house.pass_minutes(26 * 60, step=60)
    [case] = report(house.gateway.outside).cases
    assert case.code == code and opened_texts(house) == {code: 1}
    assert case.until is None, "it stays until somebody else can read it"


def test_the_command_says_it_in_words_and_as_one_object(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        code = tell(house, "+8562055501001", "They locked the door")
    run = CommandLine(tmp_path, {"GATEWAY_MODE": "production"})
    said = run("surrender-report")
    assert said.status == 0, said.err
    assert f"{code}: 1 texts, until" in said.out and "phone numbers" in said.out and "locked" not in said.out
    [facts] = run("surrender-report", "--json").objects()
    assert facts["cases"][0]["code"] == code and facts["readable"]["texts of cases"] == 1

"""Time travel: what is forgotten when, that nothing leads back, and that a wrong clock deletes nothing."""

import sqlite3
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select

from gateway.configuration import Retention as Configured
from gateway.errors import Damaged
from gateway.services.retention import Periods
from gateway.store.case_keys import open_case_keys
from gateway.store.forgetting import OF_A_PERSON
from gateway.store.key_files import load_keys
from gateway.store.schema.columns import METADATA
from gateway.tuning import periods_of
from tests.support.gateway_in_process import ALPHA, DISTRICT, DUTY, VILLAGER, House, open_house

DAY = timedelta(days=1)
PASSPHRASE = "a long enough passphrase"
TEXTS = 3  # of a case as told below: the story, a note, and words that no menu knew
STORY = "They took her to the river and locked the door"


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path, database_url=addresses) as opened:
        yield opened


def tell(house: House, sender: str = VILLAGER) -> str:
    """Report with a story and a note of an officer; return the code."""
    told: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union",)}
    code = house.report(sender, contact="sms", **told)
    with house.writing() as work:
        house.intake.tell_story(work, code, STORY, frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"NOTE {code} on my way to her", sender=DUTY)
    house.hear("WRONG WORDS", sender=sender)
    house.gateway.duties.catch_up()
    return code


def close(house: House, code: str) -> None:
    case = house.case(code)
    with house.writing() as work:
        work.caseload.save(replace(case, state="closed", outcome="helped", closed_at=house.clock.now()))
        work.caseload.cancel_steps(case.id)


def later(house: House, days: float) -> dict[str, int]:
    """Let days pass and forget what is due."""
    house.clock.at += days * DAY
    return dict(house.gateway.retention.run())


def rows(house: House) -> dict[str, list[dict[str, Any]]]:
    """Return every row of every table."""
    engine = create_engine(house.gateway.settings.database_url)
    with engine.connect() as connection:
        found = {
            name: [dict(row._mapping) for row in connection.execute(select(table))]
            for name, table in METADATA.tables.items()
        }
    engine.dispose()
    return found


def test_texts_are_unreadable_thirty_days_after_closure_and_not_before(house: House) -> None:
    code = tell(house)
    case_id = house.case(code).id
    close(house, code)
    assert later(house, 29.9)["texts"] == 0 and house.case_keys.recipients(case_id)
    assert later(house, 0.2)["texts"] == TEXTS
    assert not house.case_keys.recipients(case_id) and rows(house)["case_entry"] == []


def test_an_open_case_keeps_its_texts_a_year_after_hand_over_and_no_longer(house: House) -> None:
    code = tell(house)
    assert later(house, 364)["texts"] == 0
    assert later(house, 2)["texts"] == TEXTS and house.case(code).state != "closed"


def test_texts_of_a_case_that_is_opened_again_wait_for_its_next_closure(house: House) -> None:
    code = tell(house)
    close(house, code)
    later(house, 31)
    with house.writing() as work:
        house.intake.tell_story(work, code, "He is back", frozenset(), house.clock.now())
    house.gateway.duties.catch_up()
    assert later(house, 29)["texts"] == 0
    close(house, code)
    assert later(house, 31)["texts"] == 1


def test_nothing_leads_from_a_case_to_a_phone_thirty_days_after_closure(house: House) -> None:
    code, contact = tell(house), house.contact()
    case_id = house.case(code).id
    assert both(house, contact, case_id, code), "or this test looks for nothing"
    close(house, code)
    assert later(house, 29.9)["links"] == 0 and house.case(code).contact_id == contact
    assert later(house, 0.2)["links"] == 1 and house.case(code).contact_id is None
    assert both(house, contact, case_id, code) == []
    texts = [row for row in (*rows(house)["inbound"], *rows(house)["outbox"]) if row["contact_id"] == contact]
    assert texts and not [row for row in texts if row["body_ct"] or row.get("reply_ct")]


def both(house: House, contact: str, *names: str) -> list[tuple[str, dict[str, Any]]]:
    """Return rows that name a person and a case at once."""
    return [
        (table, row)
        for table, found in rows(house).items()
        for row in found
        if contact in str(row) and any(name in str(row) for name in names)
    ]


def test_bodies_and_replies_are_empty_after_forty_days_and_a_repeat_still_changes_nothing(house: House) -> None:
    house.hear("HELP", key="first")
    house.deliver("replies")
    assert later(house, 39)["bodies"] == 0
    assert later(house, 2)["bodies"] > 0
    inbound, outbox = rows(house)["inbound"], rows(house)["outbox"]
    assert [row for row in (*inbound, *outbox) if row["body_ct"] or row.get("reply_ct")] == []
    before = len(outbox)
    house.hear("HELP", key="first")
    assert len(rows(house)["outbox"]) == before and len(rows(house)["inbound"]) == len(inbound)


def test_words_of_whoever_has_a_case_go_within_a_day(house: House) -> None:
    house.gateway.access.add_account("noy", PASSPHRASE, frozenset({"desk"}))
    tell(house)
    house.pass_minutes(31)
    house.hear("HELP")
    assert later(house, 0.9)["words"] == 0
    assert later(house, 0.2)["words"] == 1


def test_closed_cases_lose_what_tells_them_apart_after_a_year(house: House) -> None:
    code = tell(house)
    close(house, code)
    later(house, 31)
    assert house.case(code).pin_fingerprint is None or house.case(code).code == code
    assert later(house, 335)["cases"] == 1
    [row] = rows(house)["cases"]
    assert row["code"] is row["pin_fingerprint"] is row["contact_id"] is None and row["level"] == "P1"
    assert house.case_codes() == [] and house.gateway.duties.sealing.run() >= 0
    with house.reading() as work:
        known = work.caseload.get(row["id"])
    assert known is not None and known.answers == "{}"


def test_people_are_forgotten_after_two_years_but_not_that_they_left_every_list(house: House) -> None:
    known, left = "+8562055501002", "+8562055501003"
    house.introduce(known)
    with house.writing() as work:
        contact = work.people.lock(left, house.clock.now())
        work.people.save(replace(contact, opted_out_at=house.clock.now(), language="lo", district=DISTRICT))
    posts = len(rows(house)["post_holder"])
    assert later(house, 729)["contacts"] == 0
    assert later(house, 2)["contacts"] == 2
    kept = {row["msisdn_index"]: row for row in rows(house)["contact"]}
    index = house.gateway.outside.keyring.index
    assert index(known) not in kept and len(kept) == 1 + posts, "officers of posts stay"
    assert kept[index(left)]["msisdn_ct"] == "" and kept[index(left)]["district"] is None
    with house.writing() as work:
        again = work.people.lock(left, house.clock.now())
    assert again.msisdn == left and again.opted_out_at is not None and again.language is None


def test_messages_lose_their_people_after_a_year(house: House) -> None:
    house.hear("HELP")
    house.deliver("replies")
    assert later(house, 364)["messages"] == 0
    assert later(house, 2)["messages"] == 2
    assert {row["contact_id"] for row in rows(house)["inbound"]} == {None}
    assert {row["contact_id"] for row in rows(house)["outbox"]} == {""}


def test_conversations_and_sessions_that_are_over_go(house: House) -> None:
    house.hear("HELP")
    house.gateway.access.add_account("noy", PASSPHRASE, frozenset({"desk"}))
    house.gateway.access.sign_in("noy", PASSPHRASE, "10.0.0")
    assert rows(house)["session"] and rows(house)["unlocked_session"]
    later(house, 5)
    assert rows(house)["session"] == rows(house)["unlocked_session"] == rows(house)["sign_in"] == []


def test_a_dry_run_says_what_the_run_will_do_and_the_second_run_finds_nothing(house: House) -> None:
    code = tell(house)
    close(house, code)
    house.clock.at += 800 * DAY
    before = rows(house)
    expected = house.gateway.retention.run(dry=True)
    assert rows(house) == before and house.case_keys.recipients(house.case(code).id)
    assert house.gateway.retention.run() == expected and expected["texts"] == TEXTS and expected["contacts"] == 1
    assert set(house.gateway.retention.run().values()) == {0}
    with house.reading() as work:
        assert list(work.audit.verify()) == []
        assert {"retention.links", "case.texts_shredded"} <= {row.action for row in work.audit.rows()}


def test_the_clock_forgets_hourly_and_waits_a_day_when_it_jumped(house: House) -> None:
    code, duty = tell(house), house.gateway.retention.duty
    close(house, code)
    assert duty() == 0
    house.clock.at += 31 * DAY
    assert duty() == 0 and house.counted("nothing") == 0, "thirty days in one hour: an operator looks first"
    for _ in range(23):
        house.clock.at += timedelta(hours=1)
        assert duty() == 0
    house.clock.at += timedelta(hours=1)
    assert duty() > 0 and duty() == 0


def test_keys_of_cases_that_were_never_stored_go_after_a_day(house: House) -> None:
    tell(house)
    house.case_keys.create("never-stored", "e1")
    kept = house.case_keys.opened_by(frozenset({"server"}))
    assert later(house, 0)["orphan_keys"] == later(house, 0.9)["orphan_keys"] == 0
    assert later(house, 0.2)["orphan_keys"] == 1
    assert set(house.case_keys.opened_by(frozenset({"server"}))) == set(kept) - {"never-stored"}


def test_an_old_copy_of_the_data_is_unreadable_with_the_newest_keys(tmp_path: Path) -> None:
    with open_house(tmp_path / "house") as house:
        code = tell(house)
        case_id = house.case(code).id
        for name in ("gateway", "keys"):
            copy = sqlite3.connect(tmp_path / "house" / f"{name}.db")
            copy.execute("VACUUM INTO ?", (str(tmp_path / f"{name}-then.db"),))
            copy.close()
        close(house, code)
        later(house, 31)
    old = create_engine(f"sqlite:///{tmp_path / 'gateway-then.db'}")
    with old.connect() as connection:
        entries = connection.execute(select(METADATA.tables["case_entry"])).all()
    old.dispose()
    keyring = load_keys(tmp_path / "house" / "keys")
    then = open_case_keys(f"sqlite:///{tmp_path / 'keys-then.db'}", keyring)
    now = open_case_keys(f"sqlite:///{tmp_path / 'house' / 'keys.db'}", keyring)
    assert STORY in [then.open(row.sealed, case_id, row.id) for row in entries], "with the keys of then it would open"
    for row in entries:
        with pytest.raises(Damaged):
            now.open(row.sealed, case_id, row.id)
    former = sqlite3.connect(tmp_path / "keys-then.db")
    wrapped = [row[0].encode() for row in former.execute("SELECT wrapped FROM case_key")]
    former.close()
    files = list((tmp_path / "house").glob("keys.db*"))
    assert files and not [wrap for wrap in wrapped for path in files if wrap in path.read_bytes()]
    then.dispose()
    now.dispose()


def test_every_period_of_the_configuration_is_used(house: House) -> None:
    configured = {field.name for field in fields(Configured)}
    assert configured <= {field.name for field in fields(Periods)}
    settings = house.gateway.settings
    longer = replace(settings.configuration, retention=Configured(**{name: 7 * DAY for name in configured}))
    periods = periods_of(replace(settings, configuration=longer))
    assert {getattr(periods, name) for name in configured} == {7 * DAY}
    assert ALPHA in {entry.name for entry in settings.channels}


KEPT_APART = {
    "cases", "outbox", "inbound", "session", "recipient", "relay_text", "consent", "post_holder", "reply_count",
    "range_sender",
}  # fmt: skip
"""Tables that name a contact and have a period of their own, or cannot outlive what needs the contact."""


def test_whatever_is_known_of_a_person_goes_with_the_person() -> None:
    named = {table.name for table in METADATA.tables.values() if "contact_id" in table.c}
    assert {table.name for table in OF_A_PERSON} == (named - KEPT_APART) | {"consent"}

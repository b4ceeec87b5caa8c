"""Contacts, their conversations and the timers of these."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.errors import Conflict, NotFound, Unavailable
from gateway.ports.people import SessionRow, Timer
from tests.integration.conftest import NOON, StoreBench

NUMBER = "+8562000000001"


def session(contact_id: str, **changed: object) -> SessionRow:
    row = SessionRow(
        "s1",
        contact_id,
        "twilio:sms",
        "welcome",
        "b1",
        "welcome.menu",
        '{"turn": 1}',
        True,
        0,
        NOON + timedelta(days=1),
    )
    return replace(row, **changed)  # type: ignore[arg-type] # fields of SessionRow


def test_a_number_is_one_contact(bench: StoreBench) -> None:
    first = bench.contact()
    assert bench.contact() == first
    assert bench.contact("+8562000000002") != first
    with bench.store.reading() as work:
        contact = work.people.get(first)
        assert contact is not None and contact.msisdn == NUMBER
        assert work.people.get("nobody") is None


def test_what_is_known_of_a_contact_comes_back(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        known = replace(
            work.people.lock_id(contact_id),
            language="lo",
            province="LA04",
            district="LA0401",
            safety="safe",
            contact_ok="sms",
            hours=(22, 6),
            safe_word_hash="aa",
            duress_hash="bb",
            opted_in=True,
            opted_out_at=NOON,
            tags=frozenset({"b", "a"}),
        )
        work.people.save(known)
    with bench.store.writing() as work:
        assert work.people.lock(NUMBER, NOON + timedelta(days=3)) == known
        assert work.people.lock_id(contact_id) == known


def test_an_unknown_contact_cannot_be_locked(bench: StoreBench) -> None:
    with pytest.raises(NotFound), bench.store.writing() as work:
        work.people.lock_id("nobody")


def test_no_number_is_readable_on_disk(bench: StoreBench) -> None:
    bench.contact()
    with bench.store.reading() as work:
        stored = work.tx.connection.execute(text("SELECT msisdn_ct, msisdn_index FROM contact")).one()
    assert "00000001" not in str(stored)


def test_two_messages_of_a_new_phone_at_once_make_one_contact(bench: StoreBench) -> None:
    found: list[str] = []

    def write() -> None:
        with bench.store.writing() as work:
            found.append(work.people.lock(NUMBER, NOON).id)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1


def test_a_locked_contact_makes_the_next_message_wait_or_give_up(postgresql_bench: StoreBench) -> None:
    bench = postgresql_bench
    bench.contact()
    other = bench.another(wait=1)
    with bench.store.writing() as work:
        work.people.lock(NUMBER, NOON)
        with pytest.raises(Unavailable), other.writing() as late:
            late.people.lock(NUMBER, NOON)
    with other.writing() as late:
        assert late.people.lock(NUMBER, NOON).msisdn == NUMBER


def test_a_session_is_stored_found_changed_and_ended(bench: StoreBench) -> None:
    contact_id = bench.contact()
    row = session(contact_id)
    with bench.store.writing() as work:
        assert work.sessions.foreground(contact_id, "twilio:sms") is None
        work.sessions.save(row)
    with bench.store.writing() as work:
        stored = work.sessions.foreground(contact_id, "twilio:sms")
        assert stored == replace(row, version=1) == work.sessions.get("s1")
        assert work.sessions.foreground(contact_id, "twilio:ussd") is None
        assert work.sessions.of_contact(contact_id) == (stored,) and work.sessions.of_contact("another") == ()
        work.sessions.save(replace(stored, step="report.danger", document='{"turn": 2}'))
        assert work.sessions.get("s1") == replace(stored, step="report.danger", document='{"turn": 2}', version=2)
    with bench.store.writing() as work:
        work.sessions.end("s1")
        assert work.sessions.get("s1") is None


def test_a_session_changed_meanwhile_is_a_conflict(bench: StoreBench) -> None:
    row = session(bench.contact())
    with bench.store.writing() as work:
        work.sessions.save(row)
        work.sessions.save(replace(row, version=1))
    with pytest.raises(Conflict), bench.store.writing() as work:
        work.sessions.save(replace(row, version=1))


def test_one_session_is_in_front_and_others_wait_behind(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        work.sessions.save(session(contact_id))
        work.sessions.save(session(contact_id, id="s2", foreground=False))
        work.sessions.save(session(contact_id, id="s3", channel="twilio:ussd"))
    with pytest.raises(Conflict), bench.store.writing() as work:
        work.sessions.save(session(contact_id, id="s4"))


def test_a_session_document_is_sealed(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        contact_id = work.people.lock(NUMBER, NOON).id
        work.sessions.save(session(contact_id, document='{"story": "secret"}'))
        assert "secret" not in str(work.tx.connection.execute(text("SELECT * FROM session")).one())


def test_a_timer_fires_once_and_its_successor_replaces_it(bench: StoreBench) -> None:
    soon, later = NOON + timedelta(minutes=1), NOON + timedelta(minutes=2)
    with bench.store.writing() as work:
        for number, name in ((NUMBER, "s1"), (NUMBER + "2", "s2")):
            work.sessions.save(session(work.people.lock(number, NOON).id, id=name))
        work.sessions.set_timers("s1", [Timer("t1", "s1", "silence", 1, soon)])
        work.sessions.set_timers("s1", [Timer("t2", "s1", "silence", 2, later)])
        work.sessions.set_timers("s2", [Timer("t3", "s2", "silence", 1, soon), Timer("t4", "s2", "expiry", 1, later)])
    with bench.store.writing() as work:
        assert work.sessions.due_timers(NOON, 10) == ()
        assert [timer.id for timer in work.sessions.due_timers(later, 10)] == ["t3", "t2", "t4"]
        assert [timer.id for timer in work.sessions.due_timers(later, 1)] == ["t3"]
        assert work.sessions.drop_timer("t3") and not work.sessions.drop_timer("t3")
        assert work.sessions.drop_timer("t4")
        assert work.sessions.due_timers(later, 10) == (Timer("t2", "s1", "silence", 2, later),)


def test_of_a_session_that_is_paused_only_its_end_is_due_until_it_is_in_front_again(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        contact_id = work.people.lock(NUMBER, NOON).id
        work.sessions.save(session(contact_id))
        timers = [Timer("t1", "s1", "no_reply", 1, NOON), Timer("t2", "s1", "expires", 1, NOON)]
        work.sessions.set_timers("s1", timers)
        work.sessions.put_in_front("s1", in_front=False)
        assert [timer.id for timer in work.sessions.due_timers(NOON, 10)] == ["t2"]
        assert work.sessions.foreground(contact_id, "twilio:sms") is None
        paused = work.sessions.paused(contact_id, "twilio:sms")
        assert paused is not None and paused.id == "s1"
        work.sessions.put_in_front("s1", in_front=True)
        assert [timer.id for timer in work.sessions.due_timers(NOON, 10)] == ["t1", "t2"]
        assert work.sessions.paused(contact_id, "twilio:sms") is None


def test_an_ended_session_takes_its_timers_along(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.sessions.save(session(work.people.lock(NUMBER, NOON).id))
        work.sessions.set_timers("s1", [Timer("t1", "s1", "silence", 1, NOON)])
        work.sessions.end("s1")
        assert work.sessions.due_timers(NOON, 10) == ()

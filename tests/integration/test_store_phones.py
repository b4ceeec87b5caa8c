"""What a demo's simulated phones and a USSD channel keep between two requests."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from gateway.ports.channel import Receipt
from gateway.ports.simulated_phones import PhoneText
from gateway.ports.ussd_memory import UssdHop
from gateway.store.simulated_phones import StoredPhones
from gateway.store.ussd_memory import StoredUssdMemory
from tests.integration.conftest import NOON, StoreBench

PHONE, OTHER = "+8562000000001", "+8562000000002"
SOON = timedelta(seconds=30)


def test_a_phone_keeps_each_copy_once_in_order(bench: StoreBench) -> None:
    phones = StoredPhones(bench.store, bench.keyring)
    hello = PhoneText("m1", 1, NOON + SOON, "ສະບາຍດີ", 1)
    first = PhoneText("m0", 1, NOON, "before", 1)
    for one in (hello, replace(hello, text="changed"), first, replace(hello, copy=2)):
        phones.record(PHONE, one)
    assert phones.inbox(PHONE) == (first, hello, replace(hello, copy=2))
    assert phones.inbox(OTHER) == ()
    with bench.store.reading() as work:
        stored = str(work.tx.connection.execute(text("SELECT * FROM simulated_text")).all())
    assert "ສະບາຍດີ" not in stored and "000001" not in stored


def test_attempts_are_counted_and_screens_are_not(bench: StoreBench) -> None:
    phones = StoredPhones(bench.store, bench.keyring)
    assert [phones.count(PHONE, "m1", NOON) for _ in range(3)] == [1, 2, 3]
    assert phones.count(PHONE, "m2", NOON) == 1 == phones.count(PHONE, "session s1", NOON)
    assert (phones.attempts(PHONE), phones.attempts(OTHER)) == (4, 0)


def test_receipts_come_when_they_are_due_and_once(bench: StoreBench) -> None:
    phones = StoredPhones(bench.store, bench.keyring)
    sent = Receipt("simulator", "m1", "sim-1", "sent", "sent", None, "k1", NOON)
    delivered = replace(sent, status_word="delivered", state="delivered", receipt_key="k2", at=NOON + SOON)
    phones.schedule_receipt(delivered, NOON + SOON)
    phones.schedule_receipt(sent, NOON)
    phones.schedule_receipt(sent, NOON)
    assert phones.take_due_receipts(NOON) == (sent, sent)
    assert phones.take_due_receipts(NOON) == ()
    assert phones.take_due_receipts(NOON + SOON) == (delivered,)


def test_the_last_hop_of_a_session_is_kept_for_an_hour(bench: StoreBench) -> None:
    memory = StoredUssdMemory(bench.store, bench.keyring, bench.clock)
    begin, second = UssdHop(0, "aa", 0, "begin"), UssdHop(3, "bb", 1, "resume", lost=True)
    assert memory.get("africastalking", "s1", PHONE) is None
    memory.put("africastalking", "s1", PHONE, begin)
    memory.put("africastalking", "s1", PHONE, second)
    assert memory.get("africastalking", "s1", PHONE) == second
    assert memory.get("africastalking", "s1", OTHER) is None is memory.get("africastalking", "s2", PHONE)
    bench.clock.move(timedelta(hours=2))
    memory.put("africastalking", "s2", OTHER, begin)
    assert memory.get("africastalking", "s1", PHONE) is None

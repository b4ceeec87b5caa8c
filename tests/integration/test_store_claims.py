"""Claims: one worker a row, fenced by a number, lapsing when their owner is gone."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.ports.outbox import Attempt, Claimed, Ended, Settlement
from gateway.store.owners import owner_is_dead
from gateway.system.owner import this_process
from tests.integration.conftest import NOON, StoreBench
from tests.integration.test_store_outbox import outgoing, state_of

LEASE = timedelta(seconds=60)
SETTLE = {"alert": timedelta(seconds=60), "reply": timedelta(seconds=90)}


def claim(bench: StoreBench, owner: str = "elsewhere:b:1:1", limit: int = 10) -> tuple[Claimed, ...]:
    with bench.store.writing() as work:
        return work.outbox.claim("replies", bench.clock.now(), owner, LEASE, limit)


def queued(bench: StoreBench, count: int = 1) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        for number in range(1, count + 1):
            work.outbox.add(outgoing(contact_id, number, not_before=NOON - timedelta(seconds=number)))


def settled(bench: StoreBench, settlement: Settlement, claim_no: int = 1) -> bool:
    with bench.store.writing() as work:
        return work.outbox.settle([Ended("m1", claim_no, settlement)], bench.clock.now()) == 1


def held(bench: StoreBench, claim_no: int = 1) -> bool:
    with bench.store.reading() as work:
        return work.outbox.still_held("m1", claim_no)


def in_hand(bench: StoreBench) -> int:
    with bench.store.reading() as work:
        return work.outbox.in_hand()


def test_due_rows_are_claimed_oldest_first_and_only_once(bench: StoreBench) -> None:
    queued(bench, 3)
    first = claim(bench, limit=2)
    assert [row.message.id for row in first] == ["m3", "m2"]
    assert [(row.claim_no, row.attempts, row.doubtful, row.to, row.text) for row in first] == [
        (1, 1, False, "+8562000000001", "ສະບາຍດີ")
    ] * 2
    assert first[0].claim_until == NOON + LEASE and first[0].message.state == "claimed"
    assert [row.message.id for row in claim(bench)] == ["m1"]
    assert claim(bench) == ()


def test_rows_not_due_yet_or_of_another_lane_stay(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        work.outbox.add(outgoing(contact_id, 1, not_before=NOON + timedelta(seconds=1)))
        work.outbox.add(outgoing(contact_id, 2, lane="alerts"))
        work.outbox.add(outgoing(contact_id, 3, state="answered"))
    assert claim(bench) == ()
    bench.clock.move(timedelta(seconds=1))
    assert [row.message.id for row in claim(bench)] == ["m1"]


def test_two_workers_take_different_rows_and_neither_waits(postgresql_bench: StoreBench) -> None:
    bench = postgresql_bench
    queued(bench, 2)
    with bench.store.writing() as first:
        (one,) = first.outbox.claim("replies", NOON, "a", LEASE, 1)
        with bench.another(wait=1).writing() as second:
            (other,) = second.outbox.claim("replies", NOON, "b", LEASE, 1)
    assert {one.message.id, other.message.id} == {"m1", "m2"}


def test_a_settled_claim_is_over(bench: StoreBench) -> None:
    queued(bench)
    claim(bench)
    assert held(bench) and not held(bench, 2) and in_hand(bench) == 1
    assert settled(bench, Settlement("accepted", provider_id="SM1", provider_code="0"))
    assert not held(bench) and in_hand(bench) == 0
    assert not settled(bench, Settlement("failed"))
    assert state_of(bench) == "accepted"


def test_claims_end_together_and_one_that_was_lost_changes_nothing(bench: StoreBench) -> None:
    queued(bench, 3)
    claim(bench)
    with bench.store.writing() as work:
        late = [Ended("m1", 1, Settlement("accepted")), Ended("m2", 7, Settlement("failed"))]
        assert work.outbox.settle([*late, Ended("m3", 1, Settlement("wait_retry", not_before=NOON))], NOON) == 2
        assert work.outbox.settle([], NOON) == 0
    with bench.store.reading() as work:
        rows = [work.outbox.get(f"m{number}") for number in (1, 2, 3)]
    assert [row and row.message.state for row in rows] == ["accepted", "claimed", "wait_retry"]


def test_a_retry_waits_and_counts_its_attempts(bench: StoreBench) -> None:
    queued(bench)
    (first,) = claim(bench)
    with bench.store.writing() as work:
        work.outbox.note_attempts([Attempt("m1", first.claim_no, "twilio", NOON, NOON, "temporary")])
    again = NOON + timedelta(seconds=5)
    assert settled(bench, Settlement("wait_retry", "temporary", not_before=again, channel="kannel"))
    assert claim(bench) == ()
    bench.clock.move(timedelta(seconds=5))
    (second,) = claim(bench)
    assert (second.attempts, second.copies, second.doubtful, second.message.channel) == (2, 0, False, "kannel")


def test_a_postponed_row_was_not_tried(bench: StoreBench) -> None:
    queued(bench)
    claim(bench)
    settled(bench, Settlement("wait_retry", "rate", not_before=NOON))
    assert claim(bench)[0].attempts == 1


def test_a_doubtful_row_says_so_when_it_is_claimed_again(bench: StoreBench) -> None:
    queued(bench)
    (first,) = claim(bench)
    with bench.store.writing() as work:
        work.outbox.note_attempts([Attempt("m1", first.claim_no, "twilio", NOON, NOON, "ambiguous")])
    settled(bench, Settlement("ambiguous", "no_answer", not_before=NOON))
    (again,) = claim(bench)
    assert again.doubtful and again.copies == 1 and again.attempts == 2
    settled(bench, Settlement("wait_retry", not_before=NOON), claim_no=2)
    (third,) = claim(bench)
    assert not third.doubtful and third.copies == 1


def test_a_damaged_row_is_held_and_holds_up_nobody_else(bench: StoreBench) -> None:
    queued(bench, 3)
    with bench.store.writing() as work:
        work.tx.connection.execute(text("UPDATE outbox SET body_ct = 'v1.f0001.AAAA.AAAA' WHERE id = 'm2'"))
    assert [row.message.id for row in claim(bench)] == ["m3", "m1"]
    with bench.store.reading() as work:
        lost = {line.id: (line.state, line.reason) for line in work.outbox.lines(None, "out", None)}
    assert lost["m2"] == ("held", "damaged")


def test_a_receipt_that_came_first_keeps_its_rank(bench: StoreBench) -> None:
    queued(bench)
    claim(bench)
    with bench.store.writing() as work:
        assert work.outbox.raise_state("m1", "delivered", None, NOON)
    assert not held(bench), "what is delivered need not be sent again"
    assert settled(bench, Settlement("accepted", provider_id="SM1"))
    assert state_of(bench) == "delivered"
    with bench.store.reading() as work:
        assert work.outbox.id_of("twilio", "SM1") == "m1"


def test_a_claim_lapses_after_its_lease_and_its_late_worker_has_lost_it(bench: StoreBench) -> None:
    queued(bench)
    claim(bench)
    late = NOON + LEASE + timedelta(seconds=1)
    with bench.store.writing() as work:
        assert work.outbox.lapse(NOON + LEASE, SETTLE) == 0
        assert work.outbox.lapse(late, SETTLE) == 1
    assert state_of(bench) == "ambiguous"
    assert not held(bench) and not settled(bench, Settlement("accepted"))
    with bench.store.writing() as work:
        work.outbox.note_attempts([Attempt("m1", 1, "twilio", NOON, late, "accepted", "SM1")])
        assert work.outbox.claim("replies", late, "w", LEASE, 1) == ()
        (again,) = work.outbox.claim("replies", late + SETTLE["reply"], "w", LEASE, 1)
    assert again.doubtful and again.claim_no == 2
    assert again.copies == 1, "the lapse counted the attempt that came too late"


def test_a_dead_owners_claim_lapses_at_once_and_a_living_ones_does_not(bench: StoreBench) -> None:
    queued(bench, 2)
    code = "from gateway.system.owner import this_process; print(this_process())"
    dead = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert len(claim(bench, owner=dead, limit=1)) == 1
    assert len(claim(bench, owner=this_process(), limit=1)) == 1
    with bench.store.writing() as work:
        assert work.outbox.lapse(NOON, SETTLE) == 1
    assert sorted(state_of(bench, name) for name in ("m1", "m2")) == ["ambiguous", "claimed"]


@pytest.mark.parametrize(
    ("owner", "dead"),
    [
        ("{host}:{boot}:{pid}:{start}", False),
        ("{host}:{boot}:{pid}:1", True),
        ("{host}:{boot}:4194999:{start}", True),
        ("other:{boot}:{pid}:1", False),
        ("{host}:other:{pid}:1", False),
        ("{host}:{boot}:{pid}:", False),
        ("worker", False),
        ("a:b:c:d", False),
        ("", False),
    ],
)
def test_only_a_process_of_this_boot_can_be_proven_dead(owner: str, dead: bool) -> None:
    host, boot, pid, start = this_process().split(":")
    assert pid == str(os.getpid())
    assert owner_is_dead(owner.format(host=host, boot=boot, pid=pid, start=start)) is dead

"""What goes out is stored once, found by many names, cancelled in time, and only ever rises."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.errors import Defect
from gateway.ports.channel import Answer, AnswerText, Receipt
from gateway.ports.inbox import InboundRow
from gateway.ports.outbox import Attempt, Ended, Outgoing, Settlement
from tests.integration.conftest import NOON, StoreBench
from tests.integration.test_store_caseload import case

MINUTE = timedelta(minutes=1)
LEASE = timedelta(seconds=60)


def outgoing(contact_id: str, number: int = 1, **changed: object) -> Outgoing:
    row = Outgoing(
        f"m{number}",
        f"key:{number}",
        "reply",
        "replies",
        "twilio",
        contact_id,
        "ສະບາຍດີ",
        NOON,
        NOON,
        NOON + timedelta(hours=1),
        text_sha256="ab",
    )
    return replace(row, **changed)  # type: ignore[arg-type] # fields of Outgoing


def state_of(bench: StoreBench, outbox_id: str = "m1") -> str:
    with bench.store.reading() as work:
        row = work.outbox.get(outbox_id)
    assert row is not None
    return row.message.state


def test_a_text_is_queued_once_per_key(bench: StoreBench) -> None:
    row = outgoing(bench.contact())
    with bench.store.writing() as work:
        assert work.outbox.add(row)
        assert not work.outbox.add(replace(row, id="m2", body="other"))
        assert work.outbox.queued_lanes == {"replies"}
    with bench.store.reading() as work:
        stored = work.outbox.get("m1")
        assert stored is not None
        assert (stored.message, stored.to, stored.text) == (row, "+8562000000001", "ສະບາຍດີ")
        assert (stored.claim_no, stored.attempts, stored.copies, stored.doubtful) == (0, 0, 0, False)
        assert work.outbox.get("m2") is None


def test_only_lanes_with_new_queued_texts_are_woken(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        work.outbox.add(outgoing(contact_id, 1, state="answered"))
        assert work.outbox.queued_lanes == frozenset()
        work.outbox.add(outgoing(contact_id, 2))
    with bench.store.writing() as work:
        work.outbox.add(outgoing(contact_id, 2))
        assert work.outbox.queued_lanes == frozenset()


def test_many_texts_are_added_and_known_ones_left_out(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        assert work.outbox.add_many(outgoing(contact_id, number) for number in range(1_500)) == 1_500
        assert work.outbox.add_many(outgoing(contact_id, number) for number in range(1_400, 1_600)) == 100
        assert work.outbox.depth("replies", NOON) == 1_600


def test_a_body_is_sealed(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.outbox.add(outgoing(work.people.lock("+8562000000001", NOON).id, body="case 412706"))
        assert "412706" not in str(work.tx.connection.execute(text("SELECT * FROM outbox")).one())


def test_receipts_only_raise_the_rank_and_delivered_beats_a_failure(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.outbox.add(outgoing(work.people.lock("+8562000000001", NOON).id, state="answered"))
    moves = [
        ("accepted", True),
        ("sent", True),
        ("accepted", False),
        ("sent", False),
        ("undelivered", True),
        ("failed", False),
        ("delivered", True),
        ("undelivered", False),
        ("delivered", False),
    ]
    for state, moved in moves:
        with bench.store.writing() as work:
            assert work.outbox.raise_state("m1", state, None, NOON) is moved, state
    assert state_of(bench) == "delivered"
    with bench.store.writing() as work:
        assert not work.outbox.raise_state("nothing", "sent", None, NOON)


def test_a_receipt_is_kept_once_and_waits_for_its_provider_id(bench: StoreBench) -> None:
    early = Receipt("twilio", None, "SM9", "delivered", "delivered", None, "SM9:delivered", NOON)
    later = Receipt("twilio", "m1", "SM9", "read", None, "30003", "SM9:read", NOON + MINUTE, part=2, opted_out=True)
    with bench.store.writing() as work:
        assert work.outbox.add_receipt(early) and work.outbox.add_receipt(later)
        assert not work.outbox.add_receipt(early)
        other = replace(early, channel="kannel")
        assert work.outbox.add_receipt(other)
        assert work.outbox.waiting_receipts(["SM8", "SM9"]) == (early, later, other)
        assert work.outbox.waiting_receipts(["SM8"]) == () == work.outbox.waiting_receipts([])


def test_a_provider_id_leads_to_its_text_also_after_another_attempt(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.outbox.add(outgoing(work.people.lock("+8562000000001", NOON).id))
        (claimed,) = work.outbox.claim("replies", NOON, "w", LEASE, 10)
        work.outbox.note_attempts([Attempt("m1", claimed.claim_no, "twilio", NOON, NOON, "ambiguous", "SM1")])
        work.outbox.settle([Ended("m1", claimed.claim_no, Settlement("ambiguous", not_before=NOON))], NOON)
        (claimed,) = work.outbox.claim("replies", NOON, "w", LEASE, 10)
        work.outbox.settle([Ended("m1", claimed.claim_no, Settlement("accepted", provider_id="SM2"))], NOON)
        assert work.outbox.id_of("twilio", "SM1") == work.outbox.id_of("twilio", "SM2") == "m1"
        assert work.outbox.id_of("kannel", "SM1") is None is work.outbox.id_of("twilio", "SM3")


def test_what_has_not_left_can_be_cancelled_by_every_given_condition(bench: StoreBench) -> None:
    contact_id, other = bench.contact(), bench.contact("+8562000000002")
    with bench.store.writing() as work:
        work.outbox.add(outgoing(contact_id, 1, case_id="c1", kind="alert", lane="alerts"))
        work.outbox.add(outgoing(contact_id, 2, case_id="c1", kind="news"))
        work.outbox.add(outgoing(other, 3, case_id="c1", kind="alert", lane="alerts"))
        work.outbox.add(outgoing(contact_id, 4, case_id="c1", kind="alert", state="accepted"))
        assert work.outbox.cancel(case_id="c1", contact_id=contact_id, kinds=("alert",), reason="acknowledged") == 1
        assert work.outbox.cancel(contact_id=contact_id, state="suppressed", reason="opted_out") == 1
        assert work.outbox.cancel(campaign_id="none") == 0
        with pytest.raises(Defect):
            work.outbox.cancel(kinds=("alert",))
    states = [state_of(bench, f"m{number}") for number in range(1, 5)]
    assert states == ["cancelled", "suppressed", "queued", "accepted"]


def test_depth_and_age_of_a_lane(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        assert work.outbox.depth("replies", NOON) == 0
        assert work.outbox.oldest_unsent("replies", NOON) is None
        for number in (1, 2, 3):
            work.outbox.add(outgoing(contact_id, number, not_before=NOON + number * MINUTE))
        assert work.outbox.depth("replies", NOON + 2 * MINUTE) == 2
        assert work.outbox.oldest_unsent("replies", NOON + 2 * MINUTE) == NOON + MINUTE
        assert work.outbox.depth("alerts", NOON + 2 * MINUTE) == 0


def test_texts_without_a_final_word_are_found(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        for number, state in enumerate(("accepted", "sent", "delivered", "queued"), start=1):
            work.outbox.add(outgoing(contact_id, number, state=state, created_at=NOON + number * MINUTE))
        assert work.outbox.without_final_word(NOON + timedelta(hours=72), 10) == ("m1", "m2")
        assert work.outbox.without_final_word(NOON + 2 * MINUTE, 10) == ("m1",)


def test_copies_and_receipts_of_a_step(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        for number, outcome in enumerate(("accepted", "ambiguous", "temporary"), start=1):
            work.outbox.add(outgoing(contact_id, number, lane="alerts", kind="alert", step_id="s1"))
            (claimed,) = work.outbox.claim("alerts", NOON, "w", LEASE, 1)
            work.outbox.note_attempts([Attempt(f"m{number}", 1, "twilio", NOON, NOON, outcome)])
            work.outbox.settle([Ended(f"m{number}", claimed.claim_no, Settlement("accepted"))], NOON)
        assert work.outbox.copies_of_step("s1") == 2
        assert work.outbox.copies_of_step("s2") == 0
        assert not work.outbox.receipt_seen("s1")
        work.outbox.raise_state("m1", "delivered", None, NOON)
        assert work.outbox.receipt_seen("s1") and not work.outbox.receipt_seen("s2")


def test_both_directions_stream_oldest_first_without_number_or_text(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        work.caseload.add(case())
        for number in (2, 4):
            at = NOON + number * MINUTE
            row = InboundRow(f"i{number}", "twilio", f"SM{number}", "sms", contact_id, "1", at, f"SM{number}")
            work.inbox.add(row, "done", Answer((AnswerText("x", "hello"),)), "b1", "welcome.menu")
        for number in (1, 3):
            work.outbox.add(outgoing(contact_id, number, created_at=NOON + number * MINUTE, case_id="c1", kind="alert"))
    with bench.store.reading() as work:
        lines = list(work.outbox.lines(None, None, None))
        assert [line.id for line in lines] == ["m1", "i2", "m3", "i4"]
        assert [line.id for line in work.outbox.lines(NOON + 3 * MINUTE, None, None)] == ["m3", "i4"]
        assert [line.id for line in work.outbox.lines(None, "in", None)] == ["i2", "i4"]
        assert [line.id for line in work.outbox.lines(None, "out", "alert")] == ["m1", "m3"]
        assert list(work.outbox.lines(None, "out", "news")) == []
    alert, inbound = lines[0], lines[1]
    assert (alert.case, alert.state, alert.lane, alert.reply_sha256) == ("412701", "queued", "replies", "ab")
    assert (inbound.step, inbound.state, inbound.kind, inbound.provider_id) == ("welcome.menu", "done", "sms", "SM2")
    assert "+856" not in str(lines) and "hello" not in str(lines)

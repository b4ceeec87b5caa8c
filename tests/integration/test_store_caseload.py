"""Cases, their sealed answers and entries, who was told, and the steps that nobody may lose."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gateway.directory.post import Post
from gateway.errors import Conflict
from gateway.ports.caseload import CaseEvent, CaseRow, Step
from gateway.ports.outbox import Outgoing
from gateway.ports.scope import EVERYWHERE, Scope
from gateway.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import NOON, StoreBench

OFFICER = "+8562000000050"
MINUTE = timedelta(minutes=1)


def case(number: int = 1, **changed: object) -> CaseRow:
    row = CaseRow(
        f"c{number}",
        f"41270{number}",
        "new",
        "P1",
        "broker",
        "report",
        "twilio",
        "lo",
        None,
        '{"what": "forced"}',
        NOON,
        NOON,
        what="forced",
        province="LA04",
        district="LA0401",
        routed_at=NOON,
    )
    return replace(row, **changed)  # type: ignore[arg-type] # fields of CaseRow


def alert(number: int, contact_id: str, step_id: str = "s1", case_id: str = "c1") -> Outgoing:
    return Outgoing(
        f"m{number}",
        f"alert:{number}",
        "alert",
        "alerts",
        "simulator",
        contact_id,
        "412701 P1 new.",
        NOON,
        NOON,
        NOON + MINUTE,
        case_id=case_id,
        step_id=step_id,
    )


def due(work: SqlUnitOfWork, case_id: str) -> list[tuple[str, int]]:
    return [(step.name, step.round) for step in work.caseload.steps(case_id) if step.state == "due"]


def test_a_case_comes_back_as_it_was_stored(bench: StoreBench) -> None:
    contact_id = bench.contact()
    row = case(
        contact_id=contact_id,
        country="TH",
        danger_at=NOON,
        released_at=NOON,
        acknowledged_at=NOON,
        acknowledged_by="p1",
        acted_at=NOON,
        pin_fingerprint="ff",
        local_excluded=True,
        duress=True,
        ladder_round=2,
        paused_until=NOON + MINUTE,
    )
    with bench.store.writing() as work:
        work.caseload.add(row)
    with bench.store.reading() as work:
        assert work.caseload.get("c1") == work.caseload.by_code("412701") == work.caseload.open_of(contact_id) == row
        assert work.caseload.get("c2") is None is work.caseload.by_code("999999")
        assert work.people.cases_today(contact_id, NOON) == 1
        assert work.people.cases_today(contact_id, NOON + MINUTE) == 0


def test_a_code_names_one_case(bench: StoreBench) -> None:
    with pytest.raises(Conflict), bench.store.writing() as work:
        work.caseload.add(case(1))
        work.caseload.add(case(2, code="412701"))


def test_a_closed_case_keeps_its_code_and_is_no_open_one(bench: StoreBench) -> None:
    contact_id = bench.contact()
    with bench.store.writing() as work:
        work.caseload.add(case(1, contact_id=contact_id))
        work.caseload.add(case(2, contact_id=contact_id, opened_at=NOON + MINUTE))
        newest = work.caseload.open_of(contact_id)
        assert newest is not None and newest.id == "c2"
        work.caseload.save(replace(newest, state="closed", closed_at=NOON, outcome="helped"))
        left = work.caseload.open_of(contact_id)
        assert left is not None and left.id == "c1"


def test_a_case_changed_meanwhile_is_a_conflict(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case())
        saved = work.caseload.save(case(state="acknowledged"))
        assert saved.version == 1 and work.caseload.get("c1") == saved
    with pytest.raises(Conflict), bench.store.writing() as work:
        work.caseload.save(case(state="closed"))


def test_answers_are_sealed_and_the_few_readable_columns_hold_no_text(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case(answers='{"story": "locked in a room"}'))
        assert "locked" not in str(work.tx.connection.execute(text("SELECT * FROM cases")).one())


def test_entries_and_events_are_told_in_order(bench: StoreBench) -> None:
    later = CaseEvent("e2", "c1", NOON + MINUTE, "p1", "acknowledged")
    first = CaseEvent("e1", "c1", NOON, "gateway", "opened", "P1")
    with bench.store.writing() as work:
        work.caseload.add(case())
        work.caseload.add_entry("n2", "c1", "note", "v1.d1.x.y", "p1", NOON + MINUTE)
        work.caseload.add_entry("n1", "c1", "story", "v1.d1.z.y", "reporter", NOON)
        work.caseload.add_event(later)
        work.caseload.add_event(first)
        assert work.caseload.events("c1") == (first, later)
        assert work.caseload.entries("c1") == (
            ("n1", "story", "v1.d1.z.y", "reporter", NOON),
            ("n2", "note", "v1.d1.x.y", "p1", NOON + MINUTE),
        )


def test_a_step_is_stored_once_moves_while_due_and_can_stand_again(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case())
        assert work.caseload.schedule(Step("s1", "c1", "2", 1, NOON))
        assert work.caseload.schedule(Step("s2", "c1", "2", 1, NOON + MINUTE))
        assert work.caseload.steps("c1") == (Step("s1", "c1", "2", 1, NOON + MINUTE),)
        assert work.caseload.cancel_steps("c1") == 1
        assert work.caseload.schedule(Step("s3", "c1", "2", 1, NOON))
        assert due(work, "c1") == [("2", 1)]
        assert work.caseload.mark_step("s1", "due", "sent")
        assert not work.caseload.schedule(Step("s4", "c1", "2", 1, NOON))
        assert work.caseload.schedule(Step("s5", "c1", "2", 2, NOON))
        assert due(work, "c1") == [("2", 2)]


def test_a_due_step_is_taken_by_one_clock(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case())
        work.caseload.schedule(Step("s1", "c1", "0", 1, NOON))
        work.caseload.schedule(Step("s2", "c1", "2", 1, NOON + MINUTE))
    with bench.store.reading() as first, bench.another().reading() as second:
        assert [step.id for step in first.caseload.due_steps(NOON, 10)] == ["s1"]
        assert [step.id for step in second.caseload.due_steps(NOON, 10)] == ["s1"]
    with bench.store.writing() as work:
        assert work.caseload.mark_step("s1", "due", "sent")
    with bench.another().writing() as work:
        assert not work.caseload.mark_step("s1", "due", "sent")
        assert work.caseload.due_steps(NOON, 10) == ()
        assert [step.id for step in work.caseload.due_steps(NOON + MINUTE, 10)] == ["s2"]


def test_named_steps_are_cancelled_and_others_stay(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case())
        for number, name in enumerate(("release", "abandoned", "2")):
            work.caseload.schedule(Step(f"s{number}", "c1", name, 0, NOON))
        assert work.caseload.cancel_steps("c1", ("release", "abandoned")) == 2
        assert due(work, "c1") == [("2", 0)]


def test_a_routed_case_without_a_next_step_is_found(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case(1))
        work.caseload.add(case(2, routed_at=None))
        work.caseload.add(case(3, acknowledged_at=NOON))
        work.caseload.add(case(4, state="closed"))
        work.caseload.add(case(5))
        work.caseload.add(case(6, level="P0", routed_at=None, danger_at=NOON))
        work.caseload.schedule(Step("s5", "c5", "2", 1, NOON))
        assert work.caseload.without_next_step() == ("c1", "c6")


def test_posts_that_were_told_see_the_most_urgent_case_first(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.caseload.add(case(1))
        work.caseload.add(case(2, level="P0", opened_at=NOON + MINUTE))
        work.caseload.add(case(3, state="closed"))
        for case_id, post_id in (("c1", "p1"), ("c2", "p1"), ("c3", "p1"), ("c1", "p2")):
            work.caseload.note_alerted(case_id, post_id, NOON)
        work.caseload.note_alerted("c1", "p0", NOON + MINUTE)
        work.caseload.note_alerted("c1", "p1", NOON + MINUTE)
        assert work.caseload.alerted_posts("c1") == ("p1", "p2", "p0")
        assert work.caseload.open_codes(("p1", "p2")) == ("412702", "412701")
        assert work.caseload.open_codes(("p2",)) == ("412701",)
        assert work.caseload.open_codes(()) == ()


def test_alerts_to_a_posts_phone_are_counted(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.directory.add_post(Post("p1", "women_union", "district", "LA0401"), OFFICER, "Noy", "lo")
        seat = work.directory.seat("p1")
        assert seat is not None and seat.contact_id is not None
        work.outbox.add(alert(1, seat.contact_id))
        work.outbox.add(alert(2, seat.contact_id, "s2"))
        work.outbox.add(alert(3, seat.contact_id, case_id="c9"))
        assert work.caseload.alerts_since("p1", "c1", NOON) == 2
        assert work.caseload.alerts_since("p1", "c1", NOON + MINUTE) == 0
        assert work.caseload.alerts_since("p2", "c1", NOON) == 0


def test_wrong_tries_are_counted_by_subject(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        for _ in range(3):
            work.caseload.note_wrong_try("code:412701", NOON)
        assert work.caseload.wrong_tries("code:412701", NOON) == 3
        assert work.caseload.wrong_tries("code:412701", NOON + MINUTE) == 0
        assert work.caseload.wrong_tries("code:412702", NOON) == 0


def test_the_list_of_cases_streams_newest_first(bench: StoreBench) -> None:
    contact_id = bench.contact(OFFICER)
    with bench.store.writing() as work:
        for number in range(1, 450):
            work.caseload.add(case(number, code=f"{number:06}", opened_at=NOON + number * MINUTE))
        work.caseload.add(case(900, code="000900", district=None, opened_at=NOON))
        work.caseload.schedule(Step("s1", "c449", "2", 1, NOON + 2 * MINUTE))
        work.caseload.schedule(Step("s2", "c449", "3", 1, NOON + 3 * MINUTE))
        work.outbox.add(alert(1, contact_id, case_id="c449"))
        work.outbox.add(alert(2, contact_id, case_id="c449"))
    with bench.store.reading() as work:
        lines = list(work.caseload.lines(EVERYWHERE))
        assert [line.id for line in lines] == [*(f"c{number}" for number in range(449, 0, -1)), "c900"]
        newest = lines[0]
        assert (newest.next_step_due_at, newest.message_ids, newest.triage) == (NOON + 2 * MINUTE, ("m1", "m2"), "P1")
        assert len(list(work.caseload.lines(Scope(places=frozenset({"LA0401"}))))) == 449
        assert list(work.caseload.lines(Scope(places=frozenset({"LA0501"})))) == []

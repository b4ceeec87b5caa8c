"""The queries that run every few seconds, for ever, go by their index and never read a whole table."""

import pytest
from sqlalchemy import Executable
from sqlalchemy.dialects import sqlite

from gateway.store import (
    campaign_book,
    campaign_results,
    case_steps,
    caseload,
    claims,
    inbox,
    outbox,
    people,
    sealings,
    sessions,
)
from tests.integration.conftest import NOON, StoreBench

VALUES = {
    "before": NOON,
    "by_channel": "c",
    "channel": "c",
    "code": "412706",
    "contact_id": "p",
    "dedupe_key": "k",
    "for_case": "c1",
    "known_as": "x",
    "most": 10,
    "msisdn_index": "i",
    "now": NOON,
    "of_campaign": "k1",
    "of_contact": "p",
    "of_lane": "alerts",
    "of_step": "s",
    "since": NOON,
}
PLANS = {
    "claim": (claims._CLAIMABLE, "ix_outbox_due (lane=? AND not_before<?)"),
    "depth": (outbox._DEPTH, "ix_outbox_due (lane=? AND not_before<?)"),
    "oldest": (outbox._OLDEST, "ix_outbox_due (lane=? AND not_before<?)"),
    "in hand": (outbox._IN_HAND, "ix_outbox_claimed"),
    "lapse": (claims._OPEN_CLAIMS, "ix_outbox_claimed"),
    "silence": (outbox._SILENT, "ix_outbox_silent (moved_at<?)"),
    "copies": (outbox._COPIES, "ix_outbox_step (step_id=?)"),
    "left": (campaign_book._LEFT, "ix_recipient_planned (campaign_id=? AND state=?)"),
    "answer": (campaign_results._LAST_TOLD, "ix_outbox_contact_id_created_at (contact_id=? AND created_at>?)"),
    "receipt": (outbox._BY_PROVIDER, "ix_outbox_provider (provider_id=?)"),
    "release": (campaign_book._planned(None, ()), "ix_recipient_planned (campaign_id=? AND state=?)"),
    "tally": (campaign_book._STATES, "ix_outbox_campaign (campaign_id=?)"),
    "due steps": (case_steps._DUE, "ix_escalation_due (due_at<?)"),
    "open case": (caseload._OPEN_OF, "ix_cases_contact_id_opened_at (contact_id=?)"),
    "code": (caseload._BY_CODE, "(code=?)"),
    "repeat": (inbox._FIND, "(channel=? AND dedupe_key=?)"),
    "contact": (people._LOCK_BY_INDEX, "(msisdn_index=?)"),
    "session": (sessions._FOREGROUND, "uq_session_foreground (contact_id=? AND channel=?)"),
    "to seal": (sealings._CHANGED, "ix_cases_to_seal"),
    "to hand over": (sealings._DUE, "ix_cases_to_hand_over (hand_over_at>? AND hand_over_at<?)"),
    "timers": (sessions._DUE, "ix_timer_due_at (due_at<?)"),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_frequent_query_goes_by_its_index(sqlite_bench: StoreBench, name: str) -> None:
    query, index = PLANS[name]
    plan = explained(sqlite_bench, query)
    assert index in plan[0], plan
    assert not [line for line in plan if line.startswith("SCAN") and "USING" not in line], plan


def explained(bench: StoreBench, query: Executable) -> list[str]:
    compiled = query.compile(dialect=sqlite.dialect(paramstyle="named"))  # type: ignore[attr-defined]
    values = {name: str(VALUES[name]) if name != "most" else 10 for name in compiled.params if name in VALUES}
    given = {**compiled.params, **values}
    with bench.store.reading() as work:
        rows = work.tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", given).all()
    return [str(row[3]) for row in rows]

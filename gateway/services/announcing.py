"""Tells other systems what happened to cases: codes, category and district, never a text, a number or a name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.partners import CaseHappening, Interest, Partner, Push, PushState, PushTry
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services import restoring
from gateway.services.casefile import answers_of

NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "opened": "case.opened",
        "acknowledged": "case.acknowledged",
        "climbed": "case.escalated",
        "referred": "case.referred",
        "closed": "case.closed",
    }
)
"""Which event of a case is announced under which name."""
DELAYS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (0.25, 1, 5, 15, 30, 60, 180, 360, 720)
)  # ten tries within a day
MARK: Final = "announced"
OVERLAP: Final = timedelta(minutes=5)
"""Events are looked for from the last mark less this: a slow transaction may commit an older one later."""
LEASE: Final = timedelta(seconds=60)
BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Announcing:
    """Gathers rows from the events of cases and hands them over; a partner that is away loses nothing for a day.

    Cases of which local offices must not hear, and those under duress, are never announced to anybody.
    """

    outside: Outside
    interests: tuple[Interest, ...]
    partners: Mapping[str, Partner]

    def gather(self) -> int:
        """Make a row of each new event for each partner that wants it; return how many are new."""
        if not self.interests:
            return 0
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            mark = work.duties.mark(MARK)
            since = (datetime.fromisoformat(mark) if mark else now) - OVERLAP
            new = [
                interest.partner
                for happening in work.partners.happenings(tuple(NAMES), since)
                for interest in self.interests
                if self._owe(work, happening, interest, now)
            ]
            work.duties.set_mark(MARK, now.isoformat())
        return len(new)

    def send_due(self) -> int:
        """Hand over what is due; return how many rows were taken."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            due = () if restoring.waiting(work) else work.partners.due(now, BATCH)
        return sum(self._send(push, now) for push in due)

    def _owe(self, work: UnitOfWork, happening: CaseHappening, interest: Interest, now: datetime) -> bool:
        case = work.caseload.get(happening.case_id)
        if case is None or case.local_excluded or case.duress:
            return False
        push_id = self.outside.chance.new_id()
        body = self._referred(work, case, happening, interest, push_id)
        if body is None and NAMES[happening.kind] in interest.events:
            body = _announcement(case, happening)
        if body is None:
            return False
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        return work.partners.add(
            Push(push_id, interest.partner, happening.event_id, NAMES[happening.kind], case.id, text, happening.at, now)
        )

    @staticmethod
    def _referred(
        work: UnitOfWork, case: CaseRow, happening: CaseHappening, interest: Interest, push_id: str
    ) -> dict[str, object] | None:
        """Return the case as its new keeper's system has it, when an officer referred it to one of its agencies."""
        if happening.kind != "referred":
            return None
        rows = (row for row in work.decisions.referrals(case.id) if row.asked_at == happening.at)
        row = next((row for row in rows if row.agency in interest.agencies), None)
        if row is None:
            return None
        facts = {**_facts(case), "agency": row.agency, "ground": row.ground}
        filled = {theirs: ours[1:] if ours.startswith("=") else facts.get(ours) for theirs, ours in interest.fields}
        return {"data": {"id": as_uuid(push_id), **{name: value for name, value in filled.items() if value}}}

    def _send(self, push: Push, now: datetime) -> int:
        with self.outside.store.writing() as work:
            if not work.partners.claim(push, now + LEASE):
                return 0
        partner = self.partners.get(push.partner)
        if partner is None:
            tried = PushTry(push.id, now, "refused", 0, 0, "no such partner is configured any more")
        else:
            tried = partner.push(push, now)
        state: PushState = {"taken": "taken", "refused": "parked", "later": "waiting"}[tried.outcome]  # type: ignore[assignment] # a closed table
        if state == "waiting" and push.tries >= len(DELAYS):
            state = "parked"
        with self.outside.store.writing() as work:
            work.partners.settle(tried, state, now + DELAYS[min(push.tries, len(DELAYS) - 1)])
        self.outside.meter.count("pushes", partner=push.partner, outcome=tried.outcome)
        if state == "parked":
            self.outside.meter.event("push_parked", partner=push.partner, push=push.id, status=tried.status)
        return int(state == "taken")


def _announcement(case: CaseRow, happening: CaseHappening) -> dict[str, object]:
    known = {"code": case.code, "level": case.level, "category": case.what or case.kind, "district": case.district}
    return {
        "id": happening.event_id,
        "type": NAMES[happening.kind],
        "at": happening.at.isoformat(timespec="seconds"),
        "case": {name: value for name, value in known.items() if value},
    }


def _facts(case: CaseRow) -> dict[str, str | None]:
    answers = answers_of(case).as_values()
    said = {name: value for name in ("who", "under_18") if isinstance(value := answers.get(name), str)}
    return {
        **said,
        "code": case.code,
        "level": case.level,
        "category": case.what or case.kind,
        "country": case.country,
        "province": case.province,
        "district": case.district,
        "language": case.language,
        "opened_at": case.opened_at.isoformat(timespec="hours")[:13] + ":00Z",
    }


def as_uuid(push_id: str) -> str:
    """Write one of our ids the way other systems know them: the same row is the same id at every try."""
    return "-".join((push_id[:8], push_id[8:12], push_id[12:16], push_id[16:20], push_id[20:]))

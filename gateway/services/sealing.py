"""Seals cases to the offices that may read them, and lets go of the server's own copy when the intake is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.cases.reach import reach
from gateway.ports.caseload import CaseRow
from gateway.ports.outside import Outside
from gateway.ports.sealings import PendingSeal
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import known_place_of, route_of
from gateway.services.key_holding import DESK, ESCROW, SUPERVISOR, Office, office_of
from gateway.services.notices import may_hear

QUIET: Final = timedelta(minutes=30)  # without a further answer the intake is over
AT_MOST: Final = timedelta(hours=24)
TRY_AGAIN: Final = timedelta(minutes=10)
BATCH: Final = 200
SERVER: Final = "server"
LIVE: Final = frozenset({"in_progress", "accepted", "done"})


@dataclass(frozen=True, slots=True)
class Sealing:
    """The clock's part: the server seals what it can still open, and owes what it cannot; key_holding pays."""

    outside: Outside

    def run(self) -> int:
        """Seal what changed and hand over what is due, each case in its own transaction; return how many."""
        now, handed_over = self.outside.clock.now(), 0
        with self.outside.store.reading() as work:
            due = work.sealings.due(now, BATCH)
        for case_id in due:
            try:
                with self.outside.store.writing() as work:
                    case = work.caseload.get(case_id)
                    if case is not None:
                        handed_over += self.follow(work, case, now)
            except Exception as error:  # noqa: BLE001 - the outermost door of one case's sealing: the others are sealed all the same
                self.outside.meter.event("sealing_failed", case=case_id, error=type(error).__name__)
                self.outside.meter.count("sealings_failed", error=type(error).__name__)
        if handed_over:
            self.outside.store.scrub()
        return len(due)

    def follow(self, work: UnitOfWork, case: CaseRow, now: datetime) -> bool:
        """Bring the keys of a case to what its route, consent and referrals say now; say if it was handed over."""
        wanted, readers = offices_for(work, case), self.outside.case_keys.recipients(case.id)
        known = {key.id: key for key in work.keys.office_keys()}
        held = frozenset[str]().union(*readers.values())
        barred = {name for name in held if name in known and known[name].office not in wanted | {ESCROW}}
        if barred:
            self.outside.case_keys.drop(case.id, frozenset(barred))
        useful = work.keys.usable()
        reading = [{known[name].office for name in names & useful} for names in readers.values()]
        missing = {office for office in wanted | {ESCROW} if not all(office in offices for offices in reading)}
        to = {key.id: key for key in (work.keys.current(*office) for office in sorted(missing)) if key is not None}
        lacking = self.outside.case_keys.share(case.id, {key.id: key.public for key in to.values()}, {})
        sealed = {key.office for key in to.values() if key.id not in lacking and key.id in useful}
        self._settle_debts(work, case, wanted, missing - sealed - {ESCROW}, now)
        if work.sealings.handed_over_at(case.id) is None:
            return self._hand_over_if_due(work, case, now)
        gone = self._drop_own_copy(work, case)
        work.sealings.sealed(case.id, case.version, None if gone else now + TRY_AGAIN)
        return False

    @staticmethod
    def _settle_debts(
        work: UnitOfWork, case: CaseRow, wanted: frozenset[Office], lacking: set[Office], now: datetime
    ) -> None:
        """Owe a seal to each office that should have one and cannot get it now; forgive those no longer wanted."""
        for debt in work.sealings.owed_of(case.id):
            if (debt.agency, debt.place) not in wanted:
                work.sealings.settle(debt)
        for agency, place in sorted(lacking):
            work.sealings.owe(PendingSeal(case.id, agency, place), now)

    def _hand_over_if_due(self, work: UnitOfWork, case: CaseRow, now: datetime) -> bool:
        due = min(case.last_answer_at + QUIET, case.opened_at + AT_MOST)
        if now < due:
            work.sealings.sealed(case.id, case.version, due)
            return False
        if not self._drop_own_copy(work, case):
            work.sealings.sealed(case.id, case.version, now + TRY_AGAIN)
            self.outside.meter.event("case_without_reader", case=case.id)
            return False
        if case.contact_id is not None:
            work.inbox.forget_words(case.contact_id, max(case.last_answer_at, due))
        work.inbox.forget_parts(now - QUIET)
        work.sealings.sealed(case.id, case.version, None)
        work.sealings.hand_over(case.id, now)
        work.audit.append(now, "gateway", "gateway", "case.handed_over", case.id)
        self.outside.meter.event("case_handed_over", case=case.id)
        return True

    def _drop_own_copy(self, work: UnitOfWork, case: CaseRow) -> bool:
        """Let go of the server's copy of each data key; False, and nothing lost, while nobody else could read one."""
        useful = work.keys.usable()
        own = [names for names in self.outside.case_keys.recipients(case.id).values() if SERVER in names]
        if not all(names & useful for names in own):
            return False
        if own:
            self.outside.case_keys.drop(case.id, frozenset({SERVER}))
        return True


def seal_entry(
    outside: Outside, work: UnitOfWork, case: CaseRow, kind: str, text: str, author: str, now: datetime
) -> None:
    """Seal a text under a data key of its own; the key is on disk before the text is.

    Once the case is handed over, the server cannot read it again either.
    """
    entry_id, keys = outside.chance.new_id(), outside.case_keys
    to = readers_of(work, case) if work.sealings.handed_over_at(case.id) else {}
    if to:
        sealed = keys.seal_for(text, case.id, entry_id, to)
    else:
        keys.create(case.id, entry_id)
        sealed = keys.seal(text, case.id, entry_id)
    work.caseload.add_entry(entry_id, case.id, kind, sealed, author, now)
    work.sealings.look_again(case.id)


def readers_of(work: UnitOfWork, case: CaseRow) -> dict[str, str]:
    """Return the public keys, by key id, of everybody who may read a case today and can."""
    usable = work.keys.usable()
    current = (work.keys.current(*office) for office in sorted(offices_for(work, case) | {ESCROW}))
    return {key.id: key.public for key in current if key is not None and key.id in usable}


def offices_for(work: UnitOfWork, case: CaseRow) -> frozenset[Office]:
    """Return the offices that may read a case: in its ladder's reach, alerted, or referred to; never a barred one."""
    route = route_of(case, known_place_of(work, case))
    found = {DESK}
    for office in reach(route, released=case.released_at is not None):
        if office.agency is not None:
            found.add(DESK if office.level == "national" else (office.agency, office.place))
            continue
        found.add((SUPERVISOR, office.place))
        found |= {office_of(seat) for seat in work.directory.seats(None, office.level, office.place)[:1]}
    referred = {row.to_post for row in work.decisions.referrals(case.id) if row.state in LIVE}
    for post_id in (*work.caseload.alerted_posts(case.id), *referred):
        seat = work.directory.seat(post_id)
        if seat is not None and may_hear(case, seat):
            found.add(office_of(seat))
    return frozenset(found)

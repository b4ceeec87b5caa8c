"""Forgetting on time: texts, links, bodies, people; idempotent, written down, and waiting when the clock jumped."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from gateway.errors import Damaged
from gateway.ports.clock import Clock
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.access import ABSOLUTE

DAY: Final = timedelta(days=1)
EVERY: Final = timedelta(hours=1)
JUMP: Final = 2 * DAY
"""A clock that moved further than this between two rounds may be wrong: nothing is deleted for a day."""
BATCH: Final = 1_000
AUDIT_BATCH: Final = 10_000
SEEN, NOT_BEFORE, ORPHANS, NAMED = "retention_seen", "retention_not_before", "orphan_keys", "messages_unnamed"
THE_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Periods:
    """How long each thing is kept; partners confirm them in gateway.yaml, ``retention``."""

    free_text: timedelta = timedelta(days=30)
    free_text_at_most: timedelta = timedelta(days=365)
    reporter_link: timedelta = timedelta(days=30)
    closed_cases: timedelta = timedelta(days=365)
    bodies: timedelta = timedelta(days=40)
    words_of_reporters: timedelta = timedelta(hours=24)
    messages: timedelta = timedelta(days=365)
    contacts: timedelta = timedelta(days=730)
    tries: timedelta = timedelta(days=2)
    audit: timedelta = timedelta(days=1826)


class _OnlyLooking(Exception):
    """Rolls a dry run back."""


@dataclass(frozen=True, slots=True)
class Retention:
    """``steady`` is the clock of people's sessions, which no demo moves."""

    outside: Outside
    periods: Periods
    steady: Clock

    def duty(self) -> int:
        """Take the turn of an hour; after a jump of the clock wait a day, so that an operator sees it first."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            if not work.duties.take("retention", now, EVERY):
                return 0
            self._note_head(work, now)
            seen, wait = work.duties.mark(SEEN), work.duties.mark(NOT_BEFORE)
            work.duties.set_mark(SEEN, now.isoformat())
            jumped = seen is not None and now - datetime.fromisoformat(seen) > JUMP
            if jumped:
                work.duties.set_mark(NOT_BEFORE, (now + DAY).isoformat())
        if jumped or (wait is not None and now < datetime.fromisoformat(wait)):
            self.outside.meter.event("retention_waits", jumped=jumped)
            return 0
        return sum(self.run().values())

    def _note_head(self, work: UnitOfWork, now: datetime) -> None:
        """Once a day the log, which lies elsewhere, is told how the audit ends: a tail cut off shows beside it."""
        head = work.audit.head()
        if head is not None and work.duties.take("audit_head", now, DAY):
            self.outside.meter.event("audit_head", seq=head.seq, mac=head.mac)

    def run(self, *, dry: bool = False) -> Mapping[str, int]:
        """Forget what has had its time; return how much of what. ``dry`` changes nothing and returns the same."""
        now = self.outside.clock.now()
        if dry:
            return self._look(now)
        done = {"texts": self._shred(now), "orphan_keys": self._sweep_orphans(now)}
        for name, part in self._parts(now).items():
            done[name] = 0
            while forgotten := self._forget(name, part, now):
                done[name] += forgotten
        with self.outside.store.writing() as work:
            work.duties.set_mark(NAMED, (now - self.periods.messages - DAY).isoformat())
        self.outside.store.scrub()
        return done

    def _forget(self, name: str, part: Callable[[UnitOfWork], int], now: datetime) -> int:
        with self.outside.store.writing() as work:
            forgotten = part(work)
            if forgotten:
                work.audit.append(now, "gateway", "gateway", f"retention.{name}", str(forgotten))
        return forgotten

    def _parts(self, now: datetime) -> dict[str, Callable[[UnitOfWork], int]]:
        """Each part forgets a batch and says how many; the last batch of all is empty."""
        keep = self.periods
        return {
            "links": lambda work: work.forgetting.unlink(now - keep.reporter_link, BATCH),
            "cases": lambda work: work.forgetting.deidentify(now - keep.closed_cases, now, BATCH),
            "bodies": lambda work: work.forgetting.empty_bodies(now - keep.bodies, BATCH),
            "words": lambda work: work.forgetting.empty_words_of_reporters(now - keep.words_of_reporters, BATCH),
            "messages": lambda work: work.forgetting.unname_messages(_since(work), now - keep.messages, BATCH),
            "sessions": lambda work: work.forgetting.sessions(now - DAY, BATCH),
            "contacts": lambda work: work.forgetting.contacts(now - keep.contacts, BATCH),
            "audit": lambda work: self._prune(work, now - keep.audit),
            "tries": lambda work: work.forgetting.tries(now - keep.tries),
            "sign_ins": lambda work: work.forgetting.sign_ins(self.steady.now() - ABSOLUTE),
        }

    def _prune(self, work: UnitOfWork, before: datetime) -> int:
        """Prune the audit; one that does not hold stays as it is, for whoever looks into it."""
        try:
            return work.audit.prune(before, work.holds.cases(self.outside.clock.now()), AUDIT_BATCH)
        except Damaged as damaged:
            self.outside.meter.event("audit_not_pruned", why=str(damaged))
            return 0

    def _look(self, now: datetime) -> Mapping[str, int]:
        """Do all of it in one transaction, and take it back."""
        found: dict[str, int] = {}
        try:
            with self.outside.store.writing() as work:
                found["texts"] = sum(work.forgetting.shred(case_id, now) for case_id in self._due(work, now))
                found["orphan_keys"] = len(self._orphans(work, now)[0])
                for name, part in self._parts(now).items():
                    found[name] = 0
                    while forgotten := part(work):
                        found[name] += forgotten
                raise _OnlyLooking
        except _OnlyLooking:
            return found

    def _due(self, work: UnitOfWork, now: datetime) -> tuple[str, ...]:
        keep = self.periods
        return work.forgetting.cases_to_shred(now - keep.free_text, now - keep.free_text_at_most, 100 * BATCH)

    def _shred(self, now: datetime) -> int:
        """Delete the keys first: from then on the texts are unreadable, here and in every copy of the data."""
        with self.outside.store.reading() as work:
            due = self._due(work, now)
        texts = 0
        for case_id in due:
            with self.outside.store.writing() as work:
                if case_id in work.holds.cases(now):  # placed since we looked
                    continue
                self.outside.case_keys.shred(case_id)
                texts += work.forgetting.shred(case_id, now)
                work.audit.append(now, "gateway", "gateway", "case.texts_shredded", case_id)
        return texts

    def _sweep_orphans(self, now: datetime) -> int:
        """Delete keys of cases that were never stored, seen so on two days: a case may be about to be stored."""
        with self.outside.store.writing() as work:
            old, waiting = self._orphans(work, now)
            work.duties.set_mark(ORPHANS, json.dumps(waiting))
        for case_id in old:
            self.outside.case_keys.shred(case_id)
        return len(old)

    def _orphans(self, work: UnitOfWork, now: datetime) -> tuple[list[str], dict[str, str]]:
        """Return those first seen a day ago, and since when each of the others is known."""
        before = json.loads(work.duties.mark(ORPHANS) or "{}")
        found = self.outside.case_keys.orphans(work.forgetting.known_cases())[:BATCH]
        since = {case_id: before.get(case_id, now.isoformat()) for case_id in found}
        old = [case_id for case_id, first in since.items() if now - datetime.fromisoformat(first) >= DAY]
        return old, {case_id: first for case_id, first in since.items() if case_id not in old}


def _since(work: UnitOfWork) -> datetime:
    """Return up to when messages are nameless already, so that old rows are not read again each hour."""
    mark = work.duties.mark(NAMED)
    return datetime.fromisoformat(mark) if mark else THE_BEGINNING

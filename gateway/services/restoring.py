"""Backups that were made; and after a restore nothing leaves, since nobody here knows what left since then."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from gateway.campaigns.campaign import moved, refused
from gateway.ports.clock import Clock
from gateway.ports.unit_of_work import Store, UnitOfWork
from gateway.services.campaign_rows import as_campaign, keep

RESTORED: Final = "restored"
LOOK_AGAIN: Final = "Its hour came since the backup: it may have left."
ACTOR: Final = ("command line", "admin")
MADE: Final[Mapping[str, str]] = {"data": "backup_data", "case-keys": "backup_case_keys"}
BACKUP_MAY_BE: Final = timedelta(hours=36)


def noted(work: UnitOfWork, what: str, now: datetime) -> None:
    """Note that a backup of ``what`` (``data``, ``case-keys``) was made, read back and checked."""
    work.duties.set_mark(MADE[what], now.isoformat())


def backup_ages(work: UnitOfWork, now: datetime) -> dict[str, timedelta | None]:
    """Return how old the newest backups are; None for one that was never made."""
    made = {what: work.duties.mark(mark) for what, mark in MADE.items()}
    return {what: now - datetime.fromisoformat(at) if at else None for what, at in made.items()}


def fresh(age: timedelta | None) -> bool:
    """Whether a backup of this age will do: one a day, and half a day for a late one."""
    return age is not None and age <= BACKUP_MAY_BE


def waiting(work: UnitOfWork) -> bool:
    """Whether this database comes from a backup and nobody has let it send yet."""
    return bool(work.duties.mark(RESTORED))


def hold(store: Store, clock: Clock, backup_id: str) -> int:
    """Hold what was unsent, pause what was running and write it into the chain; return how many texts are held."""
    now = clock.now()
    with store.writing() as work:
        work.duties.set_mark(RESTORED, now.isoformat())
        held = work.restored.hold(now)
        for row in work.campaigns.due(now):
            if row.state == "running":
                keep(work, row, moved(as_campaign(row), "pause"), "gateway", "paused", now)
            else:  # its hour came since the backup: it may have left, so its author looks at it again
                keep(work, row, refused(as_campaign(row), "gateway", LOOK_AGAIN), "gateway", "refused", now)
        work.audit.append(now, *ACTOR, "backup.restored", backup_id)
    return held


def release(store: Store, clock: Clock) -> Mapping[str, int]:
    """Let the gateway send again; return what became of the held texts, by lane."""
    now = clock.now()
    with store.writing() as work:
        done = work.restored.release(now)
        work.duties.set_mark(RESTORED, "")
        work.audit.append(now, *ACTOR, "backup.released", " ".join(f"{lane}={n}" for lane, n in sorted(done.items())))
    return done

"""After a restore: nothing leaves until an operator has looked, since nobody here knows what left after the backup."""

from collections.abc import Mapping
from typing import Final

from gateway.campaigns.campaign import moved, refused
from gateway.ports.clock import Clock
from gateway.ports.unit_of_work import Store, UnitOfWork
from gateway.services.campaign_rows import as_campaign, keep

RESTORED: Final = "restored"
ACTOR: Final = ("command line", "admin")


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
                keep(work, row, refused(as_campaign(row), "gateway"), "gateway", "refused", now)
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

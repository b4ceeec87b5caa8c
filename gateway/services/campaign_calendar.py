"""When broadcasts leave: the days ahead and the last month, and secret addresses at which calendars read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from gateway.campaigns.pacing import QuietHours
from gateway.campaigns.plan import Repeats, rounds_after
from gateway.errors import NotFound
from gateway.ports.campaign_book import CampaignRow, Feed
from gateway.ports.outside import Outside
from gateway.services.campaign_rows import plan_of

PLANNED: Final = frozenset({"submitted", "approved", "paused"})
"""It has a day, and somebody's step is missing."""
CERTAIN: Final = frozenset({"scheduled", "running", "finished"})
BACK: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Entry:
    """One broadcast with a day. ``made_at``: when it was drafted. ``series``: the id of its first round.

    ``starts_at``: the hour asked for, ``leaves_at`` the next that is not quiet. ``rounds``: both of each round that is
    to follow, were nothing of it moved.
    """

    id: str
    name: str
    state: str
    starts_at: datetime
    leaves_at: datetime
    made_at: datetime
    repeats: Repeats
    series: str
    rounds: Mapping[datetime, datetime]

    @property
    def is_certain(self) -> bool:
        """Whether it leaves, or left, without another person's step."""
        return self.state in CERTAIN


@dataclass(frozen=True, slots=True)
class CampaignCalendar:
    """Reads the days on which ``quiet`` hours let broadcasts leave; makes and revokes addresses, each step audited."""

    outside: Outside
    quiet: QuietHours

    def entries(self) -> tuple[Entry, ...]:
        """Return what has a day, from a month back on, in order."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            rows = work.campaigns.list()
        begun = {row.id: row.starts_at for row in rows}
        entries = (entry_of(row, begun.get(row.series or row.id), now, self.quiet) for row in rows)
        dated = [entry for entry in entries if entry is not None and entry.leaves_at > now - BACK]
        return tuple(sorted(dated, key=lambda entry: entry.leaves_at))

    def entries_at(self, token: str) -> tuple[Entry, ...]:
        """Return what a secret address shows; NotFound for one that was never made, or is revoked."""
        if _digest(token) not in {feed.token_sha256 for feed in self.feeds()}:
            raise NotFound
        return self.entries()

    def feeds(self) -> tuple[Feed, ...]:
        """Return the addresses that work, newest first."""
        with self.outside.store.reading() as work:
            return work.campaigns.feeds()

    def subscribe(self, by: str) -> str:
        """Make an address; return its token, which nobody can read again."""
        token, now = self.outside.chance.token(), self.outside.clock.now()
        feed = Feed(self.outside.chance.new_id(), _digest(token), by, now)
        with self.outside.store.writing() as work:
            work.campaigns.add_feed(feed)
            work.audit.append(now, by, "manager", "calendar.made", feed.id)
        return token

    def revoke(self, feed_id: str, by: str) -> None:
        """Let an address work no more; NotFound."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            if not work.campaigns.revoke_feed(feed_id, now):
                raise NotFound
            work.audit.append(now, by, "manager", "calendar.revoked", feed_id)


def entry_of(row: CampaignRow, begun: datetime | None, now: datetime, quiet: QuietHours) -> Entry | None:
    """Return the entry of a broadcast; None for one without a day, or that may still become another.

    ``begun``: when the first round of its series leaves; where that is not known, none follows.
    """
    if row.starts_at is None or row.state not in CERTAIN | PLANNED:
        return None
    plan, series = plan_of(row), row.series or row.id
    follows = rounds_after(plan, begun, row.starts_at, now, quiet.zone) if begun and row.state != "finished" else ()
    leaves_at, rounds = quiet.next_open(row.starts_at), {at: quiet.next_open(at) for at in follows}
    return Entry(row.id, row.name, row.state, row.starts_at, leaves_at, row.created_at, plan.repeats, series, rounds)


def _digest(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode()).hexdigest()

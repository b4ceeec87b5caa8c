"""Disasters and the texts sent in them: prepared beforehand, asked for in one step, released by a second person."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.disaster import LONGEST, holds
from gateway.campaigns.plan import Plan
from gateway.errors import Conflict, NotFound
from gateway.ports.content import Content
from gateway.ports.disaster_book import Disaster
from gateway.ports.outside import Outside
from gateway.services.broadcasts import Broadcasts

PREPARED: Final = "campaigns."
EMERGENCY: Final = "campaigns.emergency_"


@dataclass(frozen=True, slots=True)
class Emergencies:
    """Declares disasters and prepares their texts; everything is written to the audit."""

    outside: Outside
    content: Content
    broadcasts: Broadcasts

    def templates(self, beginning: str = EMERGENCY) -> dict[str, dict[str, str]]:
        """Return the prepared texts by name and language; ``beginning`` of ids: emergencies, or every prepared text."""
        catalogue = self.content.catalogue()
        found: dict[str, dict[str, str]] = {}
        for language in catalogue.languages:
            for message_id in catalogue.ids(language):
                if message_id.startswith(beginning):
                    name = message_id.removeprefix(PREPARED)
                    found.setdefault(name, {})[language] = catalogue.get(language, message_id).text
        return found

    def prepare(self, template: str, districts: Set[str], by: str, name: str = "") -> str:
        """Ask for the release of a prepared text in some districts; return its id. A second person's approval sends it.

        ``name``: what lists call it; without one, the template's own. Conflict when there is no such text; the rest
        is refused as for every broadcast.
        """
        texts = self.templates().get(f"{EMERGENCY.removeprefix(PREPARED)}{template}")
        if texts is None:
            raise Conflict("There is no such prepared text.")
        rule = AudienceRule(districts=frozenset(districts), rest_days=0)
        campaign = self.broadcasts.draft(name or template, texts, rule, None, by, plan=Plan(emergency=True))
        self.broadcasts.submit(campaign, by)
        return campaign

    def declare(self, name: str, districts: Set[str], ends_at: datetime, by: str, *, lifts_quiet: bool) -> str:
        """Declare a disaster, in force at once; return its id. Without a second person it lapses in an hour."""
        now = self.outside.clock.now()
        if not districts or not name.strip():
            raise Conflict("A disaster has a name and at least one district.")
        if not now < ends_at <= now + LONGEST:
            raise Conflict("A disaster ends within 90 days.")
        disaster = Disaster(
            self.outside.chance.new_id(), name.strip(), frozenset(districts), by, now, lifts_quiet, ends_at
        )
        with self.outside.store.writing() as work:
            work.declarations.add(disaster)
            work.audit.append(now, by, "desk", "disaster.declared", disaster.id)
        return disaster.id

    def confirm(self, disaster_id: str, by: str) -> None:
        """Confirm as a second person; Conflict for the first, or when it is too late."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            disaster = work.declarations.get(disaster_id)
            if disaster is None:
                raise NotFound
            if by == disaster.declared_by:
                raise Conflict("Somebody else has to confirm a disaster.")
            if not holds(disaster, now) or not work.declarations.confirm(disaster_id, by, now):
                raise Conflict("The disaster does not wait for a second person any more.")
            work.audit.append(now, by, "desk", "disaster.confirmed", disaster_id)

    def end(self, disaster_id: str, by: str) -> None:
        """End it: from now on the quiet hours hold again."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            if not work.declarations.end(disaster_id, now):
                raise NotFound
            work.audit.append(now, by, "desk", "disaster.ended", disaster_id)

    def in_force(self) -> tuple[Disaster, ...]:
        """Return the disasters that hold now."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            return tuple(one for one in work.declarations.list() if holds(one, now))

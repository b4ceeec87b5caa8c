"""Texts of a disaster: prepared beforehand, for every place or for some; asked for in one step, released by two."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Plan
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.content import Content
from gateway.services.broadcasts import ON_ITS_WAY, Broadcasts, is_same
from gateway.services.campaign_rows import plan_of

PREPARED: Final = "campaigns."
EMERGENCY: Final = "campaigns.emergency_"
LIFE: Final = timedelta(days=1)
"""An emergency that was asked for is worth nothing a day later: whoever still needs it asks again."""


@dataclass(frozen=True, slots=True)
class Emergencies:
    """Turns prepared texts into broadcasts of their own kind."""

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
        campaign = self._draft(template, districts, by, name, Plan(emergency=True, not_after=self._end()))
        return self._ask(campaign, by)

    def keep(self, template: str, districts: Set[str], by: str, name: str = "") -> str:
        """Prepare a text for some districts: a draft that stays and may be worded for them; return its id."""
        return self._draft(template, districts, by, name, Plan(emergency=True), kept=True)

    def kept(self) -> tuple[CampaignRow, ...]:
        """Return what is prepared for some districts, by name."""
        drafts = [row for row in self._rows() if row.kept and row.state == "draft" and plan_of(row).emergency]
        return tuple(sorted(drafts, key=lambda row: (row.name, row.id)))

    def release(self, campaign_id: str, by: str) -> str:
        """Ask for the release of a copy of what is kept for some districts; return its id. The draft stays as it is.

        Conflict for what is not among ``kept``.
        """
        if campaign_id not in {row.id for row in self.kept()}:
            raise Conflict("There is no such prepared text.")
        return self._ask(self.broadcasts.copy(campaign_id, by, self._end()), by)

    def _draft(self, template: str, districts: Set[str], by: str, name: str, plan: Plan, *, kept: bool = False) -> str:
        texts = self.templates().get(f"{EMERGENCY.removeprefix(PREPARED)}{template}")
        if texts is None:
            raise Conflict("There is no such prepared text.")
        rule = AudienceRule(districts=frozenset(districts), rest_days=0)
        return self.broadcasts.draft(name or template, texts, rule, None, by, plan=plan, kept=kept)

    def _ask(self, campaign_id: str, by: str) -> str:
        """Ask for approval; Conflict while the same is asked for, or on its way: somebody pressed twice."""
        rows = {row.id: row for row in self._rows()}
        waiting = [row for row in rows.values() if row.state in ("submitted", "approved", *ON_ITS_WAY)]
        if any(is_same(rows[campaign_id], row) for row in waiting):
            raise Conflict("The same text is on its way already.")
        self.broadcasts.submit(campaign_id, by)
        return campaign_id

    def _rows(self) -> tuple[CampaignRow, ...]:
        with self.broadcasts.outside.store.reading() as work:
            return work.campaigns.list()

    def _end(self) -> datetime:
        return self.broadcasts.outside.clock.now() + LIFE

"""Texts of a disaster: prepared beforehand, for every place or for some; asked for in one step, released by two."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Plan
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.content import Content
from gateway.services.broadcasts import Broadcasts
from gateway.services.campaign_rows import plan_of

PREPARED: Final = "campaigns."
EMERGENCY: Final = "campaigns.emergency_"


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
        campaign = self.keep(template, districts, by, name)
        self.broadcasts.submit(campaign, by)
        return campaign

    def keep(self, template: str, districts: Set[str], by: str, name: str = "") -> str:
        """Prepare a text for some districts: a draft that stays and may be worded for them; return its id."""
        texts = self.templates().get(f"{EMERGENCY.removeprefix(PREPARED)}{template}")
        if texts is None:
            raise Conflict("There is no such prepared text.")
        rule = AudienceRule(districts=frozenset(districts), rest_days=0)
        return self.broadcasts.draft(name or template, texts, rule, None, by, plan=Plan(emergency=True))

    def kept(self) -> tuple[CampaignRow, ...]:
        """Return what is prepared for some districts, by name."""
        with self.broadcasts.outside.store.reading() as work:
            drafts = [row for row in work.campaigns.list() if row.state == "draft" and plan_of(row).emergency]
        return tuple(sorted(drafts, key=lambda row: (row.name, row.id)))

    def release(self, campaign_id: str, by: str) -> str:
        """Ask for the release of a copy of what is kept for some districts; return its id. The draft stays as it is.

        Conflict for what is not among ``kept``.
        """
        if campaign_id not in {row.id for row in self.kept()}:
            raise Conflict("There is no such prepared text.")
        campaign = self.broadcasts.copy(campaign_id, by)
        self.broadcasts.submit(campaign, by)
        return campaign

"""Texts of a disaster: prepared beforehand, asked for in one step, released by a second person."""

from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import Plan
from gateway.errors import Conflict
from gateway.ports.content import Content
from gateway.services.broadcasts import Broadcasts

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
        texts = self.templates().get(f"{EMERGENCY.removeprefix(PREPARED)}{template}")
        if texts is None:
            raise Conflict("There is no such prepared text.")
        rule = AudienceRule(districts=frozenset(districts), rest_days=0)
        campaign = self.broadcasts.draft(name or template, texts, rule, None, by, plan=Plan(emergency=True))
        self.broadcasts.submit(campaign, by)
        return campaign

"""Texts of a disaster: prepared beforehand, for every place or for some; asked for in one step, released by two."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.plan import EMERGENCY_LASTS, Plan
from gateway.errors import Conflict
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.content import Content
from gateway.services.broadcasts import ASKED_FOR, Broadcasts
from gateway.services.campaign_rows import plan_of, rule_of, says

PREPARED: Final = "campaigns."
EMERGENCY: Final = "campaigns.emergency_"


@dataclass(frozen=True, slots=True)
class Emergencies:
    """Turns prepared texts into broadcasts of their own kind."""

    content: Content
    broadcasts: Broadcasts

    def templates(self, beginning: str = EMERGENCY) -> dict[str, dict[str, str]]:
        """Return the prepared texts by name and language; ``beginning`` of their ids, which is no part of the name."""
        catalogue = self.content.catalogue()
        found: dict[str, dict[str, str]] = {}
        for language in catalogue.languages:
            for message_id in catalogue.ids(language):
                if message_id.startswith(beginning):
                    name = message_id.removeprefix(beginning)
                    found.setdefault(name, {})[language] = catalogue.get(language, message_id).text
        return dict(sorted(found.items()))

    def prepare(self, template: str, districts: Set[str], by: str, name: str = "") -> str:
        """Ask for the release of a prepared text in some districts; return its id. A second person's approval sends it.

        ``name``: what lists call it; without one, the template's own. Conflict when there is no such text, or while the
        same is asked for or on its way; the rest is refused as for every broadcast.
        """
        texts, rule = self._text(template), AudienceRule(districts=frozenset(districts), rest_days=0)
        self._refuse_twice(texts, rule)
        plan = Plan(emergency=True, not_after=self.broadcasts.outside.clock.now() + EMERGENCY_LASTS)
        campaign = self.broadcasts.draft(name or template, texts, rule, None, by, plan=plan)
        self.broadcasts.submit(campaign, by)
        return campaign

    def keep(self, template: str, districts: Set[str], by: str, name: str = "") -> str:
        """Prepare a text for some districts: a draft that stays and may be worded for them; return its id."""
        texts, rule = self._text(template), AudienceRule(districts=frozenset(districts), rest_days=0)
        return self.broadcasts.draft(name or template, texts, rule, None, by, plan=Plan(emergency=True), kept=True)

    def kept(self) -> tuple[CampaignRow, ...]:
        """Return what is prepared for some districts, by name."""
        drafts = [row for row in self._rows() if row.kept and row.state == "draft" and plan_of(row).emergency]
        return tuple(sorted(drafts, key=lambda row: (row.name, row.id)))

    def release(self, campaign_id: str, by: str) -> str:
        """Ask for the release of a copy of what is kept for some districts; return its id. The draft stays as it is.

        Conflict for what is not among ``kept``, or while the same is asked for or on its way.
        """
        row = next((row for row in self.kept() if row.id == campaign_id), None)
        if row is None:
            raise Conflict("There is no such prepared text.")
        self._refuse_twice(row.texts, rule_of(row))
        campaign = self.broadcasts.copy(campaign_id, by)
        self.broadcasts.submit(campaign, by)
        return campaign

    def _text(self, template: str) -> dict[str, str]:
        try:
            return self.templates()[template]
        except KeyError:
            raise Conflict("There is no such prepared text.") from None

    def _refuse_twice(self, texts: Mapping[str, str], rule: AudienceRule) -> None:
        """Refuse what somebody asked for already: a button pressed twice."""
        if any(row.state in ASKED_FOR and says(row, texts, rule) for row in self._rows()):
            raise Conflict("The same text is on its way already.")

    def _rows(self) -> tuple[CampaignRow, ...]:
        with self.broadcasts.outside.store.reading() as work:
            return work.campaigns.list()

"""What a broadcast may not be: asked when it is written, submitted, approved and let go."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta, tzinfo
from typing import Final

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import Content
from gateway.campaigns.plan import TOO_FAR, check
from gateway.campaigns.wording import Fault, faults, longest, refuse
from gateway.directory.hotline import sendable
from gateway.errors import Conflict
from gateway.ports.content import Content as RunningContent
from gateway.ports.outside import Outside
from gateway.services.reader_places import names_of_all, places
from gateway.text.segments import tidy

LATEST: Final = timedelta(days=366)
SLACK: Final = timedelta(minutes=1)
NOT_OF_A_BROADCAST: Final = frozenset({"welcome", "help", "stop", "my_case"})
"""The entry, where answers come anyway, and what is laid over any conversation."""


@dataclass(frozen=True, slots=True)
class BroadcastChecks:
    """Refuses what could only go wrong; ``zone`` is that of its days."""

    outside: Outside
    content: RunningContent
    zone: tzinfo

    def sound(self, body: Content) -> None:
        """Conflict for a past or far hour, a plan against itself, a bad text, an unknown place, flow or broadcast."""
        now = self.outside.clock.now()
        if body.starts_at is not None and body.starts_at < now - SLACK:
            raise Conflict("Its hour lies in the past: choose one that is to come.")
        if body.starts_at is not None and body.starts_at > now + LATEST:
            raise Conflict(TOO_FAR)
        check(body.plan, body.starts_at, now, self.zone)
        if body.plan.reply_flow is not None and body.plan.reply_flow not in self.reply_flows():
            raise Conflict(f"There is no such flow for the replies; there are: {', '.join(self.reply_flows())}.")
        if nowhere := sorted(code for code in _codes(body.audience) if places().by_code(code) is None):
            raise Conflict(f"There is no such place: {nowhere[0]}.")
        with self.outside.store.reading() as work:
            unknown = sorted(line.campaign for line in body.audience.past if work.campaigns.get(line.campaign) is None)
        if unknown:
            raise Conflict(f"There is no such earlier broadcast: {unknown[0]}.")
        for language, found in self.faults(worst(body.texts, body.audience)).items():
            if found:
                raise refuse(language, found[0])

    def whole(self, body: Content) -> None:
        """Conflict while something is missing that only a draft may lack."""
        if not any(text.strip() for text in body.texts.values()):
            raise Conflict("Write the text in at least one language.")
        rule = body.audience
        if not (rule.districts or rule.provinces or rule.groups or rule.roles or body.plan.drip):
            raise Conflict("Choose at least one district.")

    def faults(self, texts: Mapping[str, str]) -> dict[str, tuple[Fault, ...]]:
        """Return by language what keeps a text from being sent."""
        guarded, now = self.content.library().guarded, self.outside.clock.now()
        with self.outside.store.reading() as work:
            numbers = frozenset(line.number for line in work.directory.dialled_hotlines() if sendable(line, now))
        written = {language: text for language, text in texts.items() if text.strip()}
        return {language: faults(text, guarded, numbers) for language, text in written.items()}

    def reply_flows(self) -> list[str]:
        """Return the flows to which whoever answers may come: no officer's, and none that only another flow calls."""
        library = self.content.library()
        flows = {name: library.bundles[hash_].flows[name] for name, hash_ in library.current.items()}
        return sorted(
            name
            for name, flow in flows.items()
            if flow.purpose != "officer" and not flow.takes and name not in NOT_OF_A_BROADCAST
        )


def tidied(body: Content) -> Content:
    """Return the content as it is sent: typographic signs plain, languages whose text says nothing left out."""
    return replace(body, texts={code: tidy(text) for code, text in body.texts.items() if tidy(text).strip()})


def worst(texts: Mapping[str, str], rule: AudienceRule) -> dict[str, str]:
    """Return each text with the longest names of its audience in it: what it counts as."""
    return {language: longest(text, names_of_all(rule, language)) for language, text in texts.items()}


def _codes(rule: AudienceRule) -> frozenset[str]:
    return rule.districts | rule.provinces

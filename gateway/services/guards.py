"""Guards of money and of phones: how many replies a number gets, which ranges get none, what a day may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from gateway.campaigns.cost import Caps, daily_limit
from gateway.contacts.contact import Contact
from gateway.conversation.library import Library
from gateway.conversation.turn import FlagDuress, HandOff, OpenReport, RaiseAlert, Say, Turn, UpdateReport
from gateway.ports.channel import Inbound
from gateway.ports.content import Content
from gateway.ports.outbox import Claimed
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.conversing import Played
from gateway.text.segments import measure

HOME: Final = "+856"
RANGE_TAIL: Final = 5  # last digits in which the numbers of one range differ: a ring rents them in blocks
REPORT_OPENING: Final = "welcome.text_now"  # the question that leads into a report
_OF_A_REPORT: Final = (OpenReport, UpdateReport, RaiseAlert, HandOff, FlagDuress)
_NEVER_COUNTED: Final = frozenset({"protection", "officer"})  # purposes of flows


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much; ``prices`` in kip a segment by channel and script."""

    caps: Caps = Caps()
    replies_a_day: int = 30
    senders_of_range: int = 1_000
    range_window: timedelta = timedelta(minutes=10)
    prices: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guards:
    """Asked before a reply is stored and before a text leaves; what came in is stored whatever they say."""

    outside: Outside
    content: Content
    limits: Limits
    zone: tzinfo

    def replies(self, work: UnitOfWork, contact: Contact, message: Inbound, played: Played) -> list[Say]:
        """Return what a person may be told now: everything, or nothing at all."""
        said = played.scene.said
        if message.kind == "ussd" or not said:
            return said  # a screen costs nothing to answer, and without one the session would break off
        if self._range_is_odd(work, contact):
            return self._withheld("range")
        must = self.must_be_answered(played.turn)
        today = self.today(self.outside.clock.now())
        if not must and not work.guards.count_reply(contact.id, today, self.limits.replies_a_day):
            return self._withheld("replies_a_day")
        # What goes through the outbox is charged when it leaves.
        here = not message.late and self.outside.channels[message.channel].capabilities.replies_in_response
        cost = sum(self.cost(message.channel, say.text) for say in said) if here else 0
        if cost and not work.guards.spend(today, cost, daily_limit("replies", self.limits.caps, must=must)):
            return self._withheld("daily_spend")
        return said

    def affords(self, row: Claimed, carrier: str) -> bool:
        """Charge one attempt to the day; False when the day's money does not allow it. Alerts always go."""
        cost = self.cost(carrier, row.text)
        if not cost:
            return True
        lane, content = row.message.lane, (row.message.content_id or "").partition(".")[0]
        must = row.message.kind == "notice" or content in must_answer(self.content.library())
        with self.outside.store.writing() as work:
            done = work.guards.spend(
                self.today(self.outside.clock.now()), cost, daily_limit(lane, self.limits.caps, must=must)
            )
        if not done:
            self.outside.meter.count("withheld", guard="daily_spend")
        return done

    def give_back(self, row: Claimed, carrier: str) -> None:
        """Take an attempt off the day again: the provider did not take it."""
        if cost := self.cost(carrier, row.text):
            with self.outside.store.writing() as work:
                work.guards.spend(self.today(self.outside.clock.now()), -cost, None)

    def cost(self, channel: str, text: str) -> int:
        """Return what a text costs by a channel, in kip; 0 when no price is set."""
        prices = self.limits.prices.get(channel)
        if not prices:
            return 0
        size = measure(text)
        return size.segments * prices.get(size.encoding, 0)

    def must_be_answered(self, turn: Turn) -> bool:
        """Whether help, stop, an officer, or the report path with its emergency numbers speaks."""
        at_work = turn.session.flow if turn.session else ""
        flows = must_answer(self.content.library())
        spoken = {part for say in turn.effects if isinstance(say, Say) for part in (say.message, *say.parts)}
        if at_work in flows or REPORT_OPENING in spoken or any(isinstance(e, _OF_A_REPORT) for e in turn.effects):
            return True
        return bool({part.partition(".")[0] for part in spoken} & flows)

    def today(self, now: datetime) -> date:
        """Return the local day."""
        return now.astimezone(self.zone).date()

    def tomorrow(self, now: datetime) -> datetime:
        """Return when the next local day begins."""
        here = now.astimezone(self.zone)
        return (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)

    def _range_is_odd(self, work: UnitOfWork, contact: Contact) -> bool:
        """Whether a thousand numbers of one foreign range wrote within minutes: a ring that lives off our replies."""
        if contact.msisdn.startswith(HOME):
            return False
        number_range, now = contact.msisdn[:-RANGE_TAIL], self.outside.clock.now()
        seen = work.guards.senders_of_range(number_range, contact.id, now, self.limits.range_window)
        return seen >= self.limits.senders_of_range

    def _withheld(self, guard: str) -> list[Say]:
        self.outside.meter.count("withheld", guard=guard)
        return []


def must_answer(library: Library) -> frozenset[str]:
    """Return the flows whose replies nothing withholds."""
    purposes = {name: flow.purpose for bundle in library.bundles.values() for name, flow in bundle.flows.items()}
    kept = {name for name, purpose in purposes.items() if purpose in _NEVER_COUNTED}
    return frozenset(kept | {library.help_flow, library.stop_flow})

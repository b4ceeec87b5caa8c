"""A whole gateway in this process for .chat stories: a database in a folder, simulated phones, a clock."""

import re
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

from gateway.cli import demo_data
from gateway.cli.story_content import Editions, StoryContent
from gateway.cli.story_given import ask_to_swap, dial_hotlines, strike
from gateway.cli.story_home import StoryClock, open_story_gateway
from gateway.cli.story_phones import Line, Simulated
from gateway.cli.story_watch import watched
from gateway.contacts.contact import Safety
from gateway.conversation import coverage
from gateway.conversation.rehearsal import Heard
from gateway.conversation.transcript import Chat
from gateway.conversation.turn import Turn
from gateway.errors import Defect
from gateway.ports.channel import Lane
from gateway.ports.scope import EVERYWHERE
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.casefile import answers_of
from gateway.wiring import Gateway

BETWEEN_TEXTS = timedelta(seconds=1)
ROUNDS, BATCH = 20, 100
OFFICERS = "05"
PIN = re.compile(r"PIN (\d{4})")
SWAP = re.compile(r"DUTY (\d{6})")
HAND_OVER, HAND_OVER_KEY = re.compile(r"HANDOVER (\d{6})"), re.compile(r"HANDOVER (\d{4} \d{6})")
SAFETIES: dict[str, Safety] = {"unknown": "unknown", "safe": "safe", "shared": "shared", "unsafe": "unsafe"}


@dataclass(slots=True)
class StoryWorld:
    """Implements the rehearsal's World over ``folder``, a copy of the prepared home ``template``.

    ``settings`` are further names of its environment.
    """

    template: Path
    folder: Path
    content: StoryContent
    settings: Mapping[str, str] = field(default_factory=dict)
    clock: StoryClock = field(default_factory=StoryClock)
    taken: set[coverage.Taken] = field(default_factory=set)
    turns: list[Turn] = field(default_factory=list)
    _gateway: Gateway | None = None
    _chat: Chat | None = None
    _phones: Simulated | None = None
    _editions: Editions | None = None
    told: dict[str, list[Heard]] = field(default_factory=lambda: defaultdict(list))
    _segments: int = 0

    @property
    def gateway(self) -> Gateway:
        """The gateway of the story that plays."""
        if self._gateway is None:
            raise Defect("no story has begun")
        return self._gateway

    @property
    def chat(self) -> Chat:
        """The story that plays."""
        if self._chat is None:
            raise Defect("no story has begun")
        return self._chat

    @property
    def editions(self) -> Editions:
        """What the story that plays publishes."""
        if self._editions is None:
            raise Defect("no story has begun")
        return self._editions

    @property
    def phones(self) -> Simulated:
        """The phones of the story that plays."""
        if self._phones is None:
            raise Defect("no story has begun")
        return self._phones

    def begin(self, chat: Chat) -> None:
        """Open a fresh copy of the prepared home, set the clock, and make what is given known of the phones."""
        shutil.copytree(self.template, self.folder, dirs_exist_ok=True)
        self.content = self.content.entered_at(chat.flow)
        opened = open_story_gateway(self.folder, self.clock, self.content, self.settings)
        self._chat, self._gateway = chat, watched(opened, self._note)
        self._editions = Editions(self._gateway, self.content)
        zone = self.gateway.settings.timezone
        self.clock.at = chat.start.replace(tzinfo=zone).astimezone(UTC)
        self._phones = Simulated(self.gateway, chat.channel)
        with self.gateway.outside.store.writing() as work:
            given = {role for role, _, _ in chat.given}
            dial_hotlines(work, chat)
            strike(work, chat, self.clock.at)
            for role, digits in chat.phones.items():
                if role in given or not digits.startswith(OFFICERS):
                    self._introduce(work, role, digits)
            ask_to_swap(work, chat, self.gateway.directory.swaps, self.clock.at)

    def _note(self, turn: Turn) -> None:
        self.taken |= set(coverage.taken(turn))
        self.turns.append(turn)

    def _introduce(self, work: UnitOfWork, role: str, digits: str) -> None:
        """Write what the story says is known of a person before it begins."""
        contact = work.people.lock(demo_data.number(digits), self.clock.at)
        if not digits.startswith(OFFICERS):  # an officer is spoken to as her post, unless the story says otherwise
            contact = replace(contact, language=self.chat.language or None)
        for name, fact, value in self.chat.given:
            if name == role and fact == "district":
                contact = replace(contact, district=value, province=value[:4])
            elif name == role and fact == "language":
                contact = replace(contact, language=value)
            elif name == role and fact == "safety" and value in SAFETIES:
                contact = replace(contact, safety=SAFETIES[value])
            elif name == role and fact == "opted_in":
                contact = replace(contact, opted_in=value == "yes")
        work.people.save(contact)

    def local_now(self) -> datetime:
        """Return the story's local time, naive."""
        return self.clock.at.astimezone(self.gateway.settings.timezone).replace(tzinfo=None)

    def say(self, phone: str, text: str) -> None:
        """Let a phone text or dial; ``{case_code}`` and ``{case_pin}`` are what its owner was told."""
        self._go_to(self.clock.at + BETWEEN_TEXTS)
        number = self._number(phone)
        self.phones.text(number, self._spoken(phone, text), self.clock.at)
        self._settle()

    def _spoken(self, phone: str, text: str) -> str:
        said = {"{case_code}": self.fact("case") or "", "{case_pin}": self.pin(phone)}
        said |= {"{swap}": self._told(SWAP)}
        said |= {"{hand_over}": self._told(HAND_OVER), "{hand_over_key}": self._told(HAND_OVER_KEY)}
        for name, value in said.items():
            text = text.replace(name, value)
        return text

    def _told(self, shape: re.Pattern[str]) -> str:
        """Return what any phone was last told in this shape: people tell it each other by voice."""
        told = [found[1] for heard in self.told.values() for line in heard if (found := shape.search(line.text))]
        return told[-1] if told else ""

    def pin(self, phone: str) -> str:
        """Return the PIN a phone was last told, or the empty text."""
        told = [found[1] for heard in self.told[phone] if (found := PIN.search(heard.text))]
        return told[-1] if told else ""

    def advance(self, duration: timedelta) -> None:
        """Let time pass; whatever falls due on the way happens at its own moment."""
        until = self.clock.at + duration
        while (due := self._next_due(until)) is not None:
            self._go_to(due)
            self._settle()
        if self.clock.at < until:
            self._go_to(until)
            self._settle()

    def _go_to(self, moment: datetime) -> None:
        """Move the clock, and let the receipts come of what was sent before."""
        self.clock.at = moment
        self.phones.hand_in_receipts(moment)

    def _next_due(self, until: datetime) -> datetime | None:
        now = self.clock.at
        with self.gateway.outside.store.reading() as work:
            moments = [timer.due_at for timer in work.sessions.due_timers(until, BATCH)]
            moments += [step.due_at for step in work.caseload.due_steps(until, BATCH)]
            others = (work.relay.next_due(until), *(work.outbox.oldest_unsent(lane, until) for lane in get_args(Lane)))
            moments += [due for due in others if due is not None]
            moments += [row.starts_at for row in work.campaigns.due(until) if row.starts_at is not None]
        return min((moment for moment in moments if now < moment <= until), default=None)

    def _settle(self) -> None:
        """Do what is due until nothing is, as the clock process would."""
        for _ in range(ROUNDS):
            if not self.gateway.duties.tick():
                return

    def heard(self, phone: str) -> Sequence[Heard]:
        """Return what a phone heard since it was last asked."""
        number = self._number(phone)
        fresh = [self._as_heard(phone, line) for line in self.phones.fresh(number)]
        self.told[phone] += fresh
        if phone == next(iter(self.chat.phones)):
            self._segments += self.phones.segments_of_fresh
        return fresh

    def _as_heard(self, phone: str, line: Line) -> Heard:
        officer = self.chat.phones[phone].startswith(OFFICERS)
        with self.gateway.outside.store.reading() as work:
            row = work.outbox.get(line.message_id)
            contact = work.people.get(row.message.contact_id) if row else None
        if row is None:
            return Heard(line.text, (), "")
        guarded = self.content.library().guarded.hit(line.text, row.message.content_id)
        exposed = not officer and (contact is None or contact.safety != "safe")
        said, language = (row.message.content_id or "",), row.message.language
        return Heard(line.text, said, language, exposed and guarded is not None, line.message_id)

    def happen(self, words: tuple[str, ...], last: Heard | None) -> str:
        """Let an event happen; without worker and queue server a story runs by its clock as it is."""
        number = self._number(next(iter(self.chat.phones)))
        match words:
            case ("stop", "worker") | ("no", "redis"):
                return ""
            case ("lost", "receipt"):
                return self.phones.lose_receipt(last.sent_as if last else "")
            case ("publish", flow, *rest):
                return self.editions.publish(flow, "withdraw" if rest else "keep")
            case (phone, "acts", digits):
                self.phones.act(self._number(phone), demo_data.number(digits))
                return ""
        known = {"twice": self.phones.repeat, "drop": self.phones.drop, "redial": self.phones.redial}
        if words[0] not in known:
            raise Defect(f"this world has no event {' '.join(words)!r}")
        known[words[0]](number, self.clock.at)
        self._settle()
        return ""

    def close(self) -> None:
        """Close what the story held open."""
        if self._gateway is not None:
            self._gateway.close()

    def fact(self, name: str) -> str | None:
        """Return a fact of the gateway."""
        if name == "segments":
            return str(self._segments)
        if name == "bundle":
            return self.content.library().current.get(self.chat.flow)
        with self.gateway.outside.store.reading() as work:
            lines = list(work.caseload.lines(EVERYWHERE))
            if name == "cases":
                return str(len(lines))
            if name == "alerts.open":
                return str(
                    sum(
                        line.acknowledged_at is None
                        and line.state != "closed"
                        and bool(work.caseload.alerted_posts(line.id))
                        for line in lines
                    )
                )
        newest = lines[0] if lines else None
        if newest is None:
            return None
        return {
            "case": newest.code,
            "case.triage": newest.triage,
            "case.state": newest.state,
            "case.district": newest.district,
        }.get(name)

    def value(self, name: str) -> str | None:
        """Return an answer of the newest report."""
        with self.gateway.outside.store.reading() as work:
            code = self.fact("case")
            case = work.caseload.by_code(code) if code else None
        found = answers_of(case).as_values().get(name) if case else None
        return ",".join(found) if isinstance(found, tuple) else found

    def _number(self, phone: str) -> str:
        return demo_data.number(self.chat.phones[phone])

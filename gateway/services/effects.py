"""Applies the effects of a turn, in order, inside the transaction of the message that caused them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from gateway.contacts.contact import Contact
from gateway.conversation import orders
from gateway.conversation import turn as fx
from gateway.ports.content import Content
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.closing import Closing
from gateway.services.facts import folded
from gateway.services.intake import Intake
from gateway.services.officer_work import OfficerWork
from gateway.services.referring import Referring

OFFICER_ROLE = "officer"
SAFETIES = ("unknown", "safe", "shared", "unsafe")
WAYS = ("sms", "call", "none")
TICKED: frozenset[str] = frozenset({"signal", "topic"})
SAID_BEFORE = timedelta(hours=1)
WORDY = 12  # letters: shorter texts are answers to a menu


@dataclass(slots=True)
class Scene:
    """One turn being applied: whose it is, what was said, and what is still to be written down."""

    work: UnitOfWork
    contact: Contact
    channel_kind: str
    language: str
    now: datetime
    inbound_text: str
    post_ids: tuple[str, ...] = ()
    said: list[fx.Say] = field(default_factory=list)
    timers: list[fx.StartTimer] = field(default_factory=list)
    starts: list[fx.StartFlow] = field(default_factory=list)
    look_up: fx.LookUpCase | None = None
    verdict: str = ""
    hidden: int = 0
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Effects:
    """Knows for every effect which service applies it; an effect without a row here is a defect found by a test."""

    outside: Outside
    content: Content
    intake: Intake
    officers: OfficerWork
    referring: Referring
    closing: Closing

    def apply(self, turn: fx.Turn, scene: Scene) -> None:
        """Apply every effect of ``turn``."""
        for effect in turn.effects:
            self._table()[type(effect)](effect, scene)

    def _table(self) -> dict[type, Callable[[Any, Scene], None]]:
        return {
            fx.Say: lambda e, s: s.said.append(e),
            fx.OpenReport: self._open_report,
            fx.UpdateReport: lambda e, s: self.intake.update(s.work, e.code, e.values, s.now),
            fx.AddStory: self._add_story,
            fx.GivePin: lambda e, s: self.intake.give_pin(s.work, e.code, e.pin),
            fx.RaiseAlert: self._raise_alert,
            fx.FlagDuress: self._flag_duress,
            fx.HandOff: lambda e, s: self._ask_person(e.code, s),
            fx.RecordConsent: self._consent,
            fx.WithdrawConsent: self._withdraw,
            fx.SetContact: self._set_contact,
            fx.Tag: self._tag,
            fx.Subscription: self._subscribe,
            fx.StartTimer: lambda e, s: s.timers.append(e),
            fx.StartFlow: lambda e, s: s.starts.append(e),
            fx.CancelTimers: lambda e, s: s.timers.clear(),
            fx.EraseRequest: self._erase,
            fx.LookUpCase: lambda e, s: setattr(s, "look_up", e),
            orders.Acknowledge: self._acknowledge,
            orders.Undo: self._undo,
            orders.PassOn: self._pass_on,
            orders.Refer: self._refer,
            orders.CloseCase: self._close_case,
            orders.Duty: self._duty,
            orders.Note: self._note,
            fx.Count: lambda e, s: self.outside.meter.count("flow", metric=e.metric),
            fx.Incident: self._incident,
            # Nothing of these is shipped yet: the lint refuses flows that use them (surveys, courses).
            fx.Enrolment: self._unserved,
            fx.SaveAnswer: self._unserved,
            orders.ListOpen: self._list_open,
        }

    def _open_report(self, effect: fx.OpenReport, scene: Scene) -> None:
        self.intake.open(
            scene.work,
            scene.contact,
            scene.channel_kind,
            scene.language,
            effect.code,
            effect.kind,
            effect.values,
            scene.now,
        )
        # Opening words are part of the story; "no danger now", said after them, is surer than a word in them.
        ticked = TICKED if effect.values.get("danger") != "not_now" else frozenset()
        for text in scene.work.inbox.said(scene.contact.id, scene.now - SAID_BEFORE):
            if wordy(text):
                self._seal(effect.code, text, scene, ticked)
        if effect.kind == "duress":
            self._warn_of_duress(effect.code, scene)

    def _warn_of_duress(self, code: str, scene: Scene) -> None:
        """A second word speaks for the phone: every open case of it is marked, whichever the conversation was about."""
        for case in scene.work.caseload.all_open_of(scene.contact.id):
            if case.code != code and not case.duress:
                self.intake.update(scene.work, case.code, {"duress": "yes"}, scene.now)

    def _flag_duress(self, effect: fx.FlagDuress, scene: Scene) -> None:
        self.intake.update(scene.work, effect.code, {"duress": "yes"}, scene.now)
        self._warn_of_duress(effect.code, scene)

    def _add_story(self, effect: fx.AddStory, scene: Scene) -> None:
        if effect.code is None:
            return
        self._seal(effect.code, effect.text, scene)
        scene.sealed = True

    def _seal(self, code: str, text: str, scene: Scene, ticked: frozenset[str] = TICKED) -> None:
        """Seal a person's words into a case; of the words, only those of the ``ticked`` classes are kept as ticks."""
        lexicon = self.content.library().lexicon
        ticks = frozenset(word for word in lexicon.words(text) if lexicon.class_of(word) in ticked)
        self.intake.tell_story(scene.work, code, text, ticks, scene.now)

    def _raise_alert(self, effect: fx.RaiseAlert, scene: Scene) -> None:
        if effect.code is not None and effect.reason == "silent_plea":
            self.intake.update(scene.work, effect.code, {"silent_plea": "yes"}, scene.now)
        elif effect.code is not None:
            self._ask_person(effect.code, scene)
        self.outside.meter.event("alert_asked", reason=effect.reason)

    def _ask_person(self, code: str, scene: Scene) -> None:
        self.intake.update(scene.work, code, {"asks_person": "yes"}, scene.now)

    def _consent(self, effect: fx.RecordConsent, scene: Scene) -> None:
        scene.work.audit.append(
            scene.now,
            "reporter",
            "reporter",
            f"consent.{effect.answer}",
            f"{effect.code or '-'}:{effect.purpose}:{effect.recipient}:{effect.message}:{effect.sha256[:16]}",
        )

    def _withdraw(self, effect: fx.WithdrawConsent, scene: Scene) -> None:
        scene.work.audit.append(
            scene.now,
            "reporter",
            "reporter",
            "consent.withdrawn",
            f"{effect.code or '-'}:{effect.recipient or 'all'}",
        )
        if effect.code is not None:
            self._save(scene, contact_ok="none")
            self.intake.withdraw(scene.work, effect.code, scene.now)

    def _set_contact(self, effect: fx.SetContact, scene: Scene) -> None:
        changes: dict[str, Any] = {}
        for name, value in effect.values.items():
            if name == "safety" and value in SAFETIES:
                changes["safety"] = value
            elif name == "via" and value in WAYS:
                changes["contact_ok"] = value
            elif name == "hours":
                changes["hours"] = hours_of(value)
            elif name == "language":
                changes["language"] = value
            elif name in ("safe_word", "duress_word"):
                column = "safe_word_hash" if name == "safe_word" else "duress_hash"
                changes[column] = self.outside.keyring.fingerprint(name, f"{scene.contact.id}:{folded(value)}")
        self._save(scene, **changes)

    def _tag(self, effect: fx.Tag, scene: Scene) -> None:
        tags = scene.contact.tags | {effect.tag} if effect.on else scene.contact.tags - {effect.tag}
        self._save(scene, tags=tags)

    def _subscribe(self, effect: fx.Subscription, scene: Scene) -> None:
        """STOP leaves every list and is never undone by asking for help; joining needs its own yes."""
        if effect.on:
            self._save(scene, opted_in=True, opted_out_at=None)
            return
        self._save(scene, opted_out_at=scene.contact.opted_out_at or scene.now)
        scene.work.outbox.cancel(
            contact_id=scene.contact.id, kinds=("broadcast",), state="suppressed", reason="opted_out"
        )

    def _erase(self, effect: fx.EraseRequest, scene: Scene) -> None:
        scene.work.outbox.cancel(contact_id=scene.contact.id, kinds=("news", "reply"), reason="deleted")
        scene.work.audit.append(scene.now, scene.contact.id, "reporter", "erase.asked", scene.contact.id)

    def _acknowledge(self, effect: orders.Acknowledge, scene: Scene) -> None:
        """OK accepts the case, or the referral that waits for this post."""
        known = scene.work, effect.code
        for post in scene.post_ids:
            if self.referring.answer(*known, "accept", post, OFFICER_ROLE, scene.now):
                return
        self.officers.acknowledge(*known, self._actor(effect.code, scene), OFFICER_ROLE, scene.now)

    def _undo(self, effect: orders.Undo, scene: Scene) -> None:
        """UNDO takes back the last word: a wish to close, else the OK."""
        known = scene.work, effect.code, self._actor(effect.code, scene), OFFICER_ROLE, scene.now
        if not self.closing.take_back(*known):
            self.officers.undo(*known)

    def _pass_on(self, effect: orders.PassOn, scene: Scene) -> None:
        """PASS hands the case to the next post, or a referral back to whoever sent it."""
        known = scene.work, effect.code
        for post in scene.post_ids:
            if self.referring.answer(*known, "reject", post, OFFICER_ROLE, scene.now):
                return
        self.officers.pass_on(*known, self._actor(effect.code, scene), OFFICER_ROLE, scene.now)

    def _refer(self, effect: orders.Refer, scene: Scene) -> None:
        actor = self._actor(effect.code, scene)
        scene.verdict = self.referring.refer(
            scene.work, effect.code, effect.target, effect.agreed, actor, OFFICER_ROLE, scene.now
        )

    def _close_case(self, effect: orders.CloseCase, scene: Scene) -> None:
        """The PIN is cut from what is stored of the message."""
        scene.hidden = len(effect.pin)
        scene.verdict = self.closing.ask(
            scene.work, effect.code, effect.outcome, effect.kept, effect.pin, self._actor(effect.code, scene),
            OFFICER_ROLE, scene.now,
        )  # fmt: skip

    def _duty(self, effect: orders.Duty, scene: Scene) -> None:
        """Switch every seat of this phone; whoever leaves an office empty is told, and so is the operator."""
        scene.verdict = "on" if effect.on else "off"
        for post_id in scene.post_ids:
            scene.work.directory.set_on_duty(post_id, effect.on)
            scene.work.audit.append(scene.now, post_id, OFFICER_ROLE, f"duty.{scene.verdict}", post_id)
        for post_id in () if effect.on else scene.post_ids:
            seat = scene.work.directory.seat(post_id)
            if seat and not scene.work.directory.seats(seat.post.agency, seat.post.level, seat.post.place or ""):
                self.outside.meter.event("rota_gap", agency=seat.post.agency, place=seat.post.place or "LA")
                scene.verdict = "gap"

    def _note(self, effect: orders.Note, scene: Scene) -> None:
        actor = self._actor(effect.code, scene)
        self.officers.note(scene.work, effect.code, effect.text, actor, OFFICER_ROLE, scene.now)
        scene.sealed = True

    @staticmethod
    def _actor(code: str, scene: Scene) -> str:
        """The post by which this phone acts on a case: the one that accepted it, else one that was told of it."""
        case = scene.work.caseload.by_code(code)
        if case is None or not scene.post_ids:
            return scene.contact.id
        told = (case.acknowledged_by, *scene.work.caseload.alerted_posts(case.id))
        return next((post for post in told if post in scene.post_ids), scene.post_ids[0]) or scene.contact.id

    def _list_open(self, effect: orders.ListOpen, scene: Scene) -> None:
        """The flow's own text carries the list; nothing is left to do."""

    def _incident(self, effect: fx.Incident, scene: Scene) -> None:
        self.outside.meter.event("content_incident", kind=effect.kind, where=effect.where)
        self.outside.meter.count("content_incidents", kind=effect.kind)

    def _unserved(self, effect: object, scene: Scene) -> None:
        self.outside.meter.event("effect_unserved", kind=type(effect).__name__)

    def _save(self, scene: Scene, **changes: Any) -> None:  # noqa: ANN401 - the fields of Contact, checked by its own types
        scene.contact = replace(scene.contact, **changes)
        scene.work.people.save(scene.contact)


def wordy(text: str) -> bool:
    """Whether a text tells something, rather than answering a menu with a key or a word."""
    return sum(character.isalpha() for character in text) >= WORDY


def hours_of(value: str) -> tuple[int, int] | None:
    """Return the local hours that a flow's word names: ``any``, ``morning``, ``afternoon``, ``evening`` or ``8-17``."""
    named = {"any": (0, 24), "any_time": (0, 24), "morning": (7, 12), "afternoon": (12, 17), "evening": (17, 21)}
    if value in named:
        return named[value]
    start, _, end = value.partition("-")
    return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None

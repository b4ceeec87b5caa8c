"""Applies the effects of a turn, in order, inside the transaction of the message that caused them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, get_args

from gateway.cases.report import ABROAD, QUESTIONS
from gateway.conversation import turn as fx
from gateway.conversation.conditions import lies_in
from gateway.errors import Defect
from gateway.ports.content import Content
from gateway.ports.outside import Outside
from gateway.services.agreeing import Agreeing
from gateway.services.attendance import Attendance
from gateway.services.casefile import answers_of
from gateway.services.closing import Closing
from gateway.services.disasters import places_in_disaster
from gateway.services.handing_over import HandingOver
from gateway.services.intake import Intake
from gateway.services.officer_orders import OfficerOrders
from gateway.services.officer_work import OfficerWork
from gateway.services.person_effects import PersonEffects, forget_days
from gateway.services.referring import Referring
from gateway.services.relay import Relay
from gateway.services.scene import Scene
from gateway.services.swaps import Swaps

TICKED: frozenset[str] = frozenset({"signal", "topic"})
SAID_BEFORE = timedelta(hours=1)
WORDY = 12  # letters: shorter texts are answers to a menu
Server = Callable[[Any, Scene], None]


@dataclass(frozen=True, slots=True)
class Effects:
    """Knows for every effect which service applies it; a gateway with an effect that nobody serves does not start."""

    outside: Outside
    content: Content
    intake: Intake
    officers: OfficerWork
    referring: Referring
    closing: Closing
    relay: Relay
    attendance: Attendance
    handing_over: HandingOver
    swaps: Swaps
    servers: Mapping[type, Server] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Join the servers of all effects."""
        persons, agreeing = PersonEffects(self.outside), Agreeing(self.intake, self.referring)
        orders = OfficerOrders(
            self.outside,
            self.officers,
            self.referring,
            self.closing,
            self.relay,
            self.attendance,
            self.handing_over,
            self.swaps,
        )
        object.__setattr__(
            self, "servers", complete(self._of_cases(), persons.servers(), agreeing.servers(), orders.servers())
        )

    def apply(self, turn: fx.Turn, scene: Scene) -> None:
        """Apply every effect of ``turn``."""
        for effect in turn.effects:
            self.servers[type(effect)](effect, scene)

    def _of_cases(self) -> Mapping[type, Server]:
        return {
            fx.Say: lambda e, s: s.said.append(e),
            fx.OpenReport: self._open_report,
            fx.UpdateReport: self._update_report,
            fx.AddStory: self._add_story,
            fx.GivePin: lambda e, s: self.intake.give_pin(s.work, e.code, e.pin),
            fx.RaiseAlert: self._raise_alert,
            fx.FlagDuress: self._flag_duress,
            fx.HandOff: lambda e, s: self._ask_person(e.code, s),
            fx.StartTimer: lambda e, s: s.timers.append(e),
            fx.StartFlow: lambda e, s: s.starts.append(e),
            fx.CancelTimers: lambda e, s: s.timers.clear(),
            fx.EraseRequest: self._erase,
            fx.LookUpCase: lambda e, s: setattr(s, "look_up", e),
            fx.Relayed: lambda e, s: self.relay.told(s.work, e.texts, e.way, s.now),
            fx.Unlocked: lambda e, s: self.relay.unlock(s.work, s.contact.id, s.now),
            fx.Count: lambda e, s: self.outside.meter.count("flow", metric=e.metric),
            fx.Incident: self._incident,
        }

    def _open_report(self, effect: fx.OpenReport, scene: Scene) -> None:
        self.intake.open(
            scene.work,
            scene.contact,
            scene.channel_kind,
            scene.language,
            effect.code,
            effect.kind,
            {**effect.values, "question": "yes"} if effect.kind in QUESTIONS else effect.values,
            scene.now,
        )
        # Opening words are part of the story; "no danger now", said after them, is surer than a word in them.
        ticked = TICKED if effect.values.get("danger") != "not_now" else frozenset()
        for text in scene.work.inbox.said(scene.contact.id, scene.now - SAID_BEFORE):
            if wordy(text):
                self._seal(effect.code, text, scene, ticked)
        if effect.kind == "duress":
            self._warn_of_duress(effect.code, scene)

        self._note_disaster(effect.code, scene)

    def _update_report(self, effect: fx.UpdateReport, scene: Scene) -> None:
        self.intake.update(scene.work, effect.code, effect.values, scene.now)
        self._note_disaster(effect.code, scene)

    def _note_disaster(self, code: str, scene: Scene) -> None:
        """Where disaster mode is on, a report is one level more urgent; that it was on then stays with the case."""
        case = scene.work.caseload.by_code(code)
        if case is None or case.country in ABROAD or answers_of(case).disaster:
            return
        place = case.district or case.province or scene.contact.district or scene.contact.province
        if lies_in(place or "", places_in_disaster(scene.work, scene.now)):
            self.intake.update(scene.work, code, {"disaster": "yes"}, scene.now)

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

    def _erase(self, effect: fx.EraseRequest, scene: Scene) -> None:
        scene.work.outbox.cancel(contact_id=scene.contact.id, kinds=("news", "reply"), reason="deleted")
        forget_days(scene)
        scene.work.audit.append(scene.now, scene.contact.id, "reporter", "erase.asked", scene.contact.id)

    def _incident(self, effect: fx.Incident, scene: Scene) -> None:
        self.outside.meter.event("content_incident", kind=effect.kind, where=effect.where)
        self.outside.meter.count("content_incidents", kind=effect.kind)


def complete(*parts: Mapping[type, Server]) -> Mapping[type, Server]:
    """Return the servers of all effects together; Defect when an effect has none, or two."""
    joined = {kind: server for part in parts for kind, server in part.items()}
    kinds = set(get_args(fx.Effect))
    wrong = {*(kinds ^ joined.keys()), *(kind for kind in kinds if sum(kind in part for part in parts) > 1)}
    if wrong:
        names = ", ".join(sorted(kind.__name__ for kind in wrong))
        raise Defect(f"not served by exactly one service: {names}")
    return MappingProxyType(joined)


def wordy(text: str) -> bool:
    """Whether a text tells something, rather than answering a menu with a key or a word."""
    return sum(character.isalpha() for character in text) >= WORDY

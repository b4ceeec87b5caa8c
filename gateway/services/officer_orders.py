"""Applies what an officer ordered by text, for whichever of her posts the case knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.cases.case import Actor
from gateway.conversation import orders
from gateway.ports.outside import Outside
from gateway.services.attendance import Attendance
from gateway.services.closing import Closing
from gateway.services.handing_over import HandingOver
from gateway.services.officer_work import OfficerWork
from gateway.services.referring import Referring
from gateway.services.relay import Relay
from gateway.services.scene import Scene
from gateway.services.swaps import Swaps

OFFICER_ROLE = "officer"
TOLD = "told"  # the service has told everybody whom it concerns; the flow says nothing more


@dataclass(frozen=True, slots=True)
class OfficerOrders:
    """Serves every effect of gateway.conversation.orders."""

    outside: Outside
    officers: OfficerWork
    referring: Referring
    closing: Closing
    relay: Relay
    attendance: Attendance
    handing_over: HandingOver
    swaps: Swaps

    def servers(self) -> Mapping[type, Callable[[Any, Scene], None]]:
        """Return which order is applied by what."""
        return {
            orders.Acknowledge: self._acknowledge,
            orders.Undo: self._undo,
            orders.PassOn: self._pass_on,
            orders.Refer: self._refer,
            orders.CloseCase: self._close_case,
            orders.Duty: self._duty,
            orders.TakeTurn: self._take_turn,
            orders.Present: self._present,
            orders.HandOver: self._hand_over,
            orders.Note: self._note,
            orders.Answer: self._answer,
            orders.ListOpen: self._list_open,
        }

    def _acknowledge(self, effect: orders.Acknowledge, scene: Scene) -> None:
        """OK accepts the case, or the referral that waits for this post."""
        known = scene.work, effect.code
        for post in scene.post_ids:
            if self.referring.answer(*known, "accept", post, OFFICER_ROLE, scene.now):
                return
        self.officers.acknowledge(*known, self._actor(effect.code, scene), OFFICER_ROLE, scene.now)

    def _undo(self, effect: orders.Undo, scene: Scene) -> None:
        """UNDO takes back the last word: a wish to leave, a wish to close, else the OK."""
        row = scene.work.hand_overs.by_code(effect.code)
        if row is not None and self.handing_over.may_take_back(row, scene.contact.id, scene.now):
            self.handing_over.undo(scene.work, row, Actor(row.posts[0], OFFICER_ROLE), scene.now)
            scene.verdict = TOLD
            return
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
                self.attendance.left_empty(scene.work, seat.post, scene.now)
                scene.verdict = "gap"

    def _take_turn(self, effect: orders.TakeTurn, scene: Scene) -> None:
        """DUTY with a code takes the turn that a colleague gives; what was wrong is not said."""
        taken = self.swaps.accept_by_text(scene.work, effect.code, scene.post_ids, scene.now)
        scene.verdict = "taken" if taken else "no"

    def _present(self, effect: orders.Present, scene: Scene) -> None:
        """A sign of life is written down, and thanked for where a check waited for it."""
        awaited = self.attendance.heard(scene.work, scene.post_ids, scene.now)
        scene.verdict = "present" if awaited else scene.verdict

    def _hand_over(self, effect: orders.HandOver, scene: Scene) -> None:
        """Ask, approve or enrol; the codes of an enrolment are cut from what is stored of the message."""
        scene.hidden = len(effect.key + effect.code) if effect.key else 0
        told = False
        if effect.key:
            told = self.handing_over.enrol(scene.work, scene.contact, effect.code, effect.key, scene.now)
        elif effect.code:
            told = self.handing_over.approve_by_text(scene.work, scene.contact, effect.code, scene.now)
        elif scene.post_ids:
            self.handing_over.ask(scene.work, scene.contact.id, scene.post_ids, scene.now)
            told = True
        scene.verdict = TOLD if told else "no"

    def _note(self, effect: orders.Note, scene: Scene) -> None:
        actor = self._actor(effect.code, scene)
        self.officers.note(scene.work, effect.code, effect.text, actor, OFFICER_ROLE, scene.now)
        scene.sealed = True

    def _answer(self, effect: orders.Answer, scene: Scene) -> None:
        actor = self._actor(effect.code, scene)
        scene.verdict = self.relay.write(scene.work, effect.code, effect.text, actor, OFFICER_ROLE, scene.now)
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

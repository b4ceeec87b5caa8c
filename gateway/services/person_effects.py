"""Applies what a turn changes of the person herself: how she may be reached, tags, lists, courses, survey answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.campaigns.plan import DATES
from gateway.contacts.membership import COURSE, LIST
from gateway.conversation import turn as fx
from gateway.ports.outside import Outside
from gateway.ports.surveys import SurveyAnswer
from gateway.services.facts import folded
from gateway.services.scene import Scene

SAFETIES = ("unknown", "safe", "shared", "unsafe")
WAYS = ("sms", "call", "none")


@dataclass(frozen=True, slots=True)
class PersonEffects:
    """Serves the effects that change no case."""

    outside: Outside

    def servers(self) -> Mapping[type, Callable[[Any, Scene], None]]:
        """Return which effect is applied by what."""
        return {
            fx.SetContact: self._set_contact,
            fx.Tag: self._tag,
            fx.Subscription: self._subscribe,
            fx.Enrolment: self._enrol,
            fx.SaveAnswer: self._save_answer,
        }

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
            elif name in DATES:
                scene.work.campaigns.set_date(scene.contact.id, name, date.fromisoformat(value))
        scene.know(**changes)

    def _tag(self, effect: fx.Tag, scene: Scene) -> None:
        tags = scene.contact.tags | {effect.tag} if effect.on else scene.contact.tags - {effect.tag}
        scene.know(tags=tags)

    def _subscribe(self, effect: fx.Subscription, scene: Scene) -> None:
        """Join a list, which needs its own yes; leave one; or leave everything by STOP, which help never undoes."""
        if effect.on:
            scene.know(opted_in=True, opted_out_at=None)
        if effect.list != fx.EVERY_LIST:
            self._member(LIST, effect.list, scene, on=effect.on)
        elif not effect.on:
            self._leave_everything(scene)

    def _leave_everything(self, scene: Scene) -> None:
        """End every list, every course and every purpose she named, and forget the days that messages go by."""
        scene.know(opted_out_at=scene.contact.opted_out_at or scene.now)
        scene.work.memberships.leave_all(scene.contact.id, scene.now)
        scene.work.consents.end_broadcasts(scene.contact.id, scene.now)
        forget_days(scene)
        scene.work.outbox.cancel(
            contact_id=scene.contact.id, kinds=("broadcast",), state="suppressed", reason="opted_out"
        )

    def _enrol(self, effect: fx.Enrolment, scene: Scene) -> None:
        self._member(COURSE, effect.course, scene, on=effect.on)

    def _member(self, kind: str, name: str, scene: Scene, *, on: bool) -> None:
        move = scene.work.memberships.join if on else scene.work.memberships.leave
        move(scene.contact.id, kind, name, scene.now)

    def _save_answer(self, effect: fx.SaveAnswer, scene: Scene) -> None:
        """Keep an answer under a digest that is the same in every round, so that rounds compare without a name."""
        respondent = self.outside.keyring.fingerprint("respondent", scene.contact.id)
        scene.work.surveys.save(
            SurveyAnswer(
                effect.survey, effect.item, respondent, effect.code, effect.telling, effect.bundle, scene.language,
                scene.now,
            )
        )  # fmt: skip


def hours_of(value: str) -> tuple[int, int] | None:
    """Return the local hours that a flow's word names: ``any``, ``morning``, ``afternoon``, ``evening`` or ``8-17``."""
    named = {"any": (0, 24), "any_time": (0, 24), "morning": (7, 12), "afternoon": (12, 17), "evening": (17, 21)}
    if value in named:
        return named[value]
    start, _, end = value.partition("-")
    return (int(start), int(end)) if start.isdecimal() and end.isdecimal() else None


def forget_days(scene: Scene) -> None:
    """Forget the days by which messages would come: nothing more is said about a trip."""
    for of in DATES:
        scene.work.campaigns.set_date(scene.contact.id, of, None)

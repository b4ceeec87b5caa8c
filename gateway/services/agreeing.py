"""What a person says of who may be told: kept with its wording, and what is taken back ends at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gateway.campaigns.audience import INFORMATION
from gateway.cases.report import NOBODY_LOCAL, ONLY_OFFICE
from gateway.contacts.consent import BROADCASTS, Consent, Event, after, answered
from gateway.conversation import turn as fx
from gateway.ports.caseload import CaseRow
from gateway.services.casefile import answers_of
from gateway.services.intake import Intake
from gateway.services.referring import Referring
from gateway.services.scene import Scene

NO_OFFICE: Final = frozenset({ONLY_OFFICE, NOBODY_LOCAL})
"""Answers to "whom may we tell?" that name nobody beyond the office that takes the case."""
SAYS: Final[Mapping[str, Event]] = {"given": "give", "refused": "refuse"}


@dataclass(frozen=True, slots=True)
class Agreeing:
    """Applied twice, a word counts once: what changes nothing writes nothing, neither a row nor the audit."""

    intake: Intake
    referring: Referring

    def servers(self) -> Mapping[type, Callable[[Any, Scene], None]]:
        """Return which effect is applied by what."""
        return {fx.RecordConsent: self._record, fx.WithdrawConsent: self._withdraw}

    def _record(self, effect: fx.RecordConsent, scene: Scene) -> None:
        """Keep an answer with the wording it was given to; a no to somebody named before takes that back."""
        if effect.recipient in NO_OFFICE:
            return
        ours = effect.recipient == BROADCASTS
        case = scene.work.caseload.by_code(effect.code) if effect.code and not ours else None
        before = _said(scene, case, ours=ours).get((effect.recipient, effect.purpose))
        state = after(before.state if before else None, SAYS[effect.answer])
        if before is None or before.state != state:
            said = Consent(
                effect.recipient, effect.purpose, state, effect.message, effect.sha256, effect.language, scene.now
            )
            self._keep(scene, case, said)
        if case is not None and effect.answer == "refused":
            self._untell(scene, case, effect.recipient)
        if ours:
            self._subscribe(effect, scene)

    @staticmethod
    def _subscribe(effect: fx.RecordConsent, scene: Scene) -> None:
        """Let the gateway's own texts follow what was said: a yes to one purpose after STOP brings back no other."""
        given, stopped = effect.answer == "given", scene.contact.opted_out_at is not None
        if effect.purpose == INFORMATION:
            scene.know(opted_in=given)
        if given and stopped:
            scene.know(opted_out_at=None, opted_in=effect.purpose == INFORMATION)

    def _withdraw(self, effect: fx.WithdrawConsent, scene: Scene) -> None:
        """Take back what was said of one recipient; of all, and then nobody may write to her either."""
        case = scene.work.caseload.by_code(effect.code) if effect.code else None
        given = [one for one in _said(scene, case).values() if one.state == "given"]
        for consent in (one for one in given if effect.recipient in ("", one.recipient)):
            self._keep(scene, case, answered(consent, "withdraw", scene.now))
        if case is None:
            return
        if effect.recipient:
            self._untell(scene, case, effect.recipient)
            return
        mine = case.contact_id == scene.contact.id  # with code and PIN any phone may say it, of the reporter's alone
        if given or not self.intake.has_withdrawn(scene.work, case) or (mine and scene.contact.contact_ok != "none"):
            if mine:
                scene.know(contact_ok="none")
            self._note(scene, case, "withdrawn", "all")
            self.intake.withdraw(scene.work, case.code, scene.now)
            self.referring.revoke(scene.work, case, None, scene.now)

    def _keep(self, scene: Scene, case: CaseRow | None, consent: Consent) -> None:
        """Store a word: with a case it belongs to whoever reported it, whichever phone said it with code and PIN."""
        whose = case.contact_id if case is not None else scene.contact.id
        scene.work.consents.keep(case.id if case is not None else None, whose, consent)
        what = f"{consent.purpose}:{consent.recipient}:{consent.wording}:{consent.text_sha256[:16]}"
        self._note(scene, case, consent.state, what)

    @staticmethod
    def _note(scene: Scene, case: CaseRow | None, state: str, what: str) -> None:
        code = case.code if case is not None else "-"
        scene.work.audit.append(scene.now, "reporter", "reporter", f"consent.{state}", f"{code}:{what}")

    def _untell(self, scene: Scene, case: CaseRow, recipient: str) -> None:
        """Whoever was to be told and is not any more is left out of the route, and what was handed on is revoked."""
        tell = answers_of(case).tell
        if recipient in tell:
            self.intake.update(
                scene.work, case.code, {"tell": tuple(sorted(tell - {recipient})) or (ONLY_OFFICE,)}, scene.now
            )
        self.referring.revoke(scene.work, case, recipient, scene.now)


def _said(scene: Scene, case: CaseRow | None, *, ours: bool = False) -> Mapping[tuple[str, str], Consent]:
    """Return the last word of each recipient and purpose; ``ours``: of the gateway's own texts instead."""
    consents = scene.work.consents
    if ours:
        return {(one.recipient, one.purpose): one for one in consents.of_broadcasts(scene.contact.id)}
    said = consents.of_case(case.id, case.contact_id) if case is not None else consents.of_person(scene.contact.id)
    return {(one.recipient, one.purpose): one for one in said}

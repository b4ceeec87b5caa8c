"""One turn in the making: the session as it changes, the effects so far, and the facts conditions may ask for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from gateway.conversation.conditions import LIST_MARK, lies_in, several
from gateway.conversation.flow import REPORT_FIELDS, SKIPPED, Flow, Step
from gateway.conversation.library import Bundle, Library
from gateway.conversation.session import MAX_VALUES, Frame, Session
from gateway.conversation.stimulus import CaseFacts, Stimulus
from gateway.conversation.structure import report_fields
from gateway.conversation.turn import (
    EVERY_LIST,
    Effect,
    Enrolment,
    OpenReport,
    Subscription,
    Tag,
    TraceStep,
    UpdateReport,
)
from gateway.errors import Defect
from gateway.text.catalogue import Catalogue
from gateway.text.commands import Command

DEFAULT_LANGUAGE: Final = "lo"
ROMANISED: Final = "lo-Latn"
# Languages that the catalogue itself gives the texts of the nearest one.
_NEIGHBOURS: Final = ("lo-Latn", "hmn")
_CONFIRMED_FOR: Final = timedelta(hours=24)
_VALUE_CAP: Final = 40
_HOME: Final = "LA"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text to be said; ``body`` and ``options`` apart, so that a screen can be paged; ``fixed`` is never cut.

    ``bundle`` and ``step`` say which version spoke, and where in it.
    """

    message: str
    body: str
    options: tuple[str, ...] = ()
    via: str = ""
    fixed: bool = False
    prompts: bool = False
    bundle: str = ""
    step: str = ""


class Run:
    """The working state of one turn; nothing in it outlives the turn but ``session`` and ``effects``."""

    def __init__(self, library: Library, session: Session, stimulus: Stimulus, now: datetime) -> None:
        self.library, self.stimulus, self.now = library, stimulus, now
        self.session = session
        self.effects: list[Effect] = []
        self.trace: list[TraceStep] = []
        self.utterances: list[Utterance] = []
        self.safety = stimulus.contact.safety
        self.command: Command | None = None
        self.command_case: Literal["", "one", "several", "none"] = ""
        self.case_ref: tuple[str, str] | None = None
        self.found: CaseFacts | None = stimulus.found
        self.steps = 0
        self.failed = False
        self.unasked = False
        self.pin_shown = False
        self.relayed = False

    def change(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Session, checked by its own types
        """Change fields of the session."""
        self.session = replace(self.session, **changes)

    def move(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Frame, checked by its own types
        """Change fields of the running frame."""
        self.session = replace(self.session, here=replace(self.session.here, **changes))

    @property
    def place(self) -> str:
        """Where the session stands, as ``flow.step``."""
        return f"{self.session.flow}.{self.session.step}"

    def emit(self, effect: Effect) -> None:
        """Add an effect."""
        self.effects.append(effect)

    def note(self, test: str, result: str = "") -> None:
        """Add a line to the trace; never what was typed."""
        self.trace.append(TraceStep(self.place, test, result))

    def leave_by(self, way: str) -> None:
        """Add to the trace by which exit the step at hand is left, and in which language."""
        self.trace.append(TraceStep(f"{self.session.flow}.{self.session.step}", "exit", way, self.language))

    @property
    def bundle(self) -> Bundle:
        """The bundle that the running frame is pinned to, or the newest of its flow."""
        found = self.library.bundle(self.session.flow, self.session.bundle)
        if found is None:
            raise Defect(f"no bundle of flow '{self.session.flow}'")
        return found

    @property
    def flow(self) -> Flow:
        """The running flow."""
        return self.bundle.flows[self.session.flow]

    @property
    def step(self) -> Step | None:
        """The step the session stands at; None when a newer bundle no longer has it."""
        return self.flow.steps.get(self.session.step)

    @property
    def catalogue(self) -> Catalogue:
        """The texts of the running bundle."""
        return self.bundle.catalogue

    @property
    def language(self) -> str:
        """The language to speak; one without texts or a neighbour of its own is spoken to in Lao.

        A screen that shows no Lao letters is written in romanised Lao.
        """
        wanted = self.session.language
        known = wanted if wanted in self.catalogue.languages or wanted in _NEIGHBOURS else DEFAULT_LANGUAGE
        return ROMANISED if known == DEFAULT_LANGUAGE and self.on_ussd and self.stimulus.channel.latin else known

    @property
    def on_ussd(self) -> bool:
        """Say whether this turn answers a screen."""
        return self.stimulus.channel.kind == "ussd"

    @property
    def values(self) -> Mapping[str, str]:
        """The values of the running frame."""
        return self.session.here.values

    @property
    def report(self) -> str:
        """Code of the report that answers and stories go to: the one looked up here, else the one of this session."""
        return self.session.here.case or self.session.report

    def save(self, name: str, value: str) -> None:
        """Save a value; once a report is open, the answer goes out at once."""
        if name not in self.values and len(self.values) >= MAX_VALUES:
            raise Defect("more values than a session may hold")
        capped = value if len(several(value)) > 1 else value[:_VALUE_CAP]
        self.move(values={**self.values, name: capped})
        field = report_fields(self.flow).get(name)
        if field and self.report:
            self.emit(UpdateReport(self.report, {field: self.report_value(name)}))

    def forget(self, name: str) -> None:
        """Unset a value."""
        self.move(values={key: value for key, value in self.values.items() if key != name})

    def report_value(self, name: str) -> str | tuple[str, ...]:
        """Return a value as a report stores it: several codes as a tuple."""
        declared = self.flow.values.get(name)
        value = self.values[name]
        return several(value) if declared is not None and declared.kind == "choices" else value

    def open_report(self, kind: str, fields: Mapping[str, str] | None = None) -> str:
        """Return the code of the open report; open one with what is known if there is none."""
        if self.report:
            return self.report
        code = self.stimulus.spare_code
        if not code:
            raise Defect("a report is opened without a spare code")
        known = {field: name for name, field in report_fields(self.flow).items()} | dict(fields or {})
        values = {field: self.report_value(name) for field, name in known.items() if name in self.values}
        self.change(report=code)
        self.emit(OpenReport(code, kind, {field: values[field] for field in REPORT_FIELDS if field in values}))
        return code

    def understand(self, command: Command | None) -> None:
        """Settle which case an officer's command is about: the code given, or the only one there is."""
        officer = self.stimulus.officer
        if command is None or officer is None:
            return
        open_to = officer.undoable if command.verb.casefold() == "undo" else officer.open_codes
        code = command.code or (open_to[0] if len(open_to) == 1 else None)
        if code is None:
            self.command_case = "several" if open_to else "none"
        else:
            self.command_case = "one" if code in open_to else "none"
        self.command = replace(command, code=code)

    def refresh_mode(self) -> None:
        """Settle how openly this turn may speak."""
        confirmed = self.session.confirmed
        if self.session.duress or self.safety == "unsafe":
            self.change(mode="silent")
        elif self.safety == "safe" and confirmed is not None and self.now - confirmed <= _CONFIRMED_FOR:
            self.change(mode="open")
        else:
            self.change(mode="neutral")

    def enter(
        self,
        name: str,
        how: Literal["root", "call", "aside"],
        values: Mapping[str, str] | None = None,
        *,
        anew: bool = False,
    ) -> None:
        """Put a new frame of a flow in front; the caller takes care of the stack.

        It belongs to the version that the session is pinned to; what begins ``anew`` takes the live one.
        """
        pinned = self.bundle.hash if not anew and name in self.bundle.flows else ""
        current = self.library.current.get(name, "")
        if not pinned and not current:
            raise Defect(f"no bundle of flow '{name}'")
        case = self.session.here.case if how == "call" else ""
        self.change(here=Frame(name, pinned or current, "", how, dict(values or {}), case=case), asking=(), pages=1)

    @property
    def country(self) -> str:
        """Where the person said she is, by the value of this flow that holds it; empty as long as she has not."""
        fields = report_fields(self.flow)
        said = next((self.values[name] for name in self.values if fields.get(name) == "country"), "")
        return "" if said == SKIPPED else said

    @property
    def area(self) -> str:
        """The district or province answered in this flow, else the one known of the contact; empty when abroad."""
        if self.country not in ("", _HOME):
            return ""
        named = (self.values.get(value.name, "") for value in self.flow.values.values() if value.kind == "place")
        return next(filter(None, named), self.stimulus.contact.place)

    @property
    def tags(self) -> frozenset[str]:
        """The contact's tags, with what this turn has added and taken away."""
        moves = [(effect.tag, effect.on) for effect in self.effects if isinstance(effect, Tag)]
        return _moved(self.stimulus.contact.tags, moves)

    @property
    def lists(self) -> frozenset[str]:
        """The contact's lists, with those this turn has joined and left; STOP leaves every one."""
        moves = [(effect.list, effect.on) for effect in self.effects if isinstance(effect, Subscription)]
        return frozenset() if self._stopped else _moved(self.stimulus.contact.lists, moves)

    @property
    def courses(self) -> frozenset[str]:
        """The contact's courses, with those this turn has joined and left; STOP leaves every one."""
        moves = [(effect.course, effect.on) for effect in self.effects if isinstance(effect, Enrolment)]
        return frozenset() if self._stopped else _moved(self.stimulus.contact.courses, moves)

    @property
    def _stopped(self) -> bool:
        return Subscription(EVERY_LIST, on=False) in self.effects

    def facts(self) -> dict[str, str]:
        """Return what conditions may ask for; unknown fields are absent."""
        contact, session = self.stimulus.contact, self.session
        local = self.now.astimezone(self.library.zone)
        facts = {
            "contact.language": session.language,
            "contact.safety": self.safety,
            "contact.stopped": _yes(contact.stopped),
            "contact.known": _yes(contact.known),
            "contact.tags": LIST_MARK.join(sorted(self.tags)),
            "contact.lists": LIST_MARK.join(sorted(self.lists)),
            "contact.courses": LIST_MARK.join(sorted(self.courses)),
            "channel.kind": self.stimulus.channel.kind,
            "mode": session.mode,
            "report.open": _yes(bool(self.report or contact.open_report)),
            "begin": session.begin,
            "case.typed": _yes(self.case_ref is not None),
            "case.found": _yes(self.found is not None),
            "case.state": self.found.state if self.found else "",
            "case.waiting": _yes(bool(self.found and self.found.waiting)),
            "command.case": self.command_case,
            "verdict": self.stimulus.verdict,
            "command.rest": "known" if self.command and self.command.rest else "",
            "today": local.date().isoformat(),
            "hour": str(local.hour),
            "area.disaster_mode": _yes(lies_in(self.area, self.stimulus.disasters)),
        }
        return {**facts, **self.values}


def _moved(names: Collection[str], moves: Iterable[tuple[str, bool]]) -> frozenset[str]:
    """Return names after some were added (True) and others taken away."""
    found = set(names)
    for name, on in moves:
        (found.add if on else found.discard)(name)
    return frozenset(found)


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"

"""``gateway simulate``: one handset in this terminal; the real engine and texts, no server and no database."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import click

from gateway.assembly import content_root
from gateway.content.running import RunningContent
from gateway.conversation.engine import advance
from gateway.conversation.library import Library
from gateway.conversation.session import Session, to_json
from gateway.conversation.stimulus import ChannelFacts, ContactFacts, Safety, Stimulus, StimulusKind
from gateway.conversation.turn import CancelTimers, LookUpCase, Say, SetContact, StartTimer, Turn
from gateway.system.chance import SystemChance
from gateway.system.clock import SystemClock
from gateway.text.segments import measure

HELP = ":state  :why  :+2h  :lang en  :ussd  :back  :drop  :redial  :unsafe  :quit"
AHEAD = re.compile(r"\+(\d{1,4})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SAFETIES: dict[str, Safety] = {"unknown": "unknown", "safe": "safe", "shared": "shared", "unsafe": "unsafe"}


@click.command()
@click.argument("flow")
@click.option("--lang", default="lo", show_default=True, help="Language of the phone.")
@click.option("--ussd", is_flag=True, help="Screens instead of texts.")
def simulate(flow: str, lang: str, ussd: bool) -> None:
    r"""Talk with FLOW in this terminal; lines that begin with a colon steer.

    \b
    Examples:
      gateway simulate report --lang en
      gateway simulate welcome --ussd
    """
    library = RunningContent(content_root()).library()
    if flow not in library.current:
        raise click.UsageError(f"there is no flow {flow}; use one of: {', '.join(sorted(library.current))}")
    handset = Handset(library, flow, ContactFacts("phone", lang, known=True), ussd, SystemClock().now())
    click.echo(HELP, err=True)
    handset.dial()
    while True:
        try:
            typed = click.prompt("", prompt_suffix="> ", default="", show_default=False)
        except click.Abort:
            return
        if typed == ":quit":
            return
        if typed.startswith(":"):
            handset.steer(typed[1:])
        else:
            handset.send(typed)


@dataclass(slots=True)
class Handset:
    """One phone, its conversation, and its own clock."""

    library: Library
    flow: str
    contact: ContactFacts
    ussd: bool
    now: datetime
    session: Session | None = None
    last: Turn | None = None
    timers: dict[str, StartTimer] = field(default_factory=dict)
    chance: SystemChance = field(default_factory=SystemChance)

    def dial(self) -> None:
        """Begin, or dial again."""
        self._take(self._stimulus("begin", ""))

    def send(self, text: str) -> None:
        """Type a text."""
        self._take(self._stimulus("text", text))

    def steer(self, order: str) -> None:
        """Do what a line with a colon asks for."""
        name, _, argument = order.partition(" ")
        ahead = AHEAD.fullmatch(name)
        if ahead:
            self._wait(timedelta(**{UNITS[ahead[2]]: int(ahead[1])}))
        elif name == "state":
            self._show_state()
        elif name == "why":
            for step in self.last.trace if self.last else ():
                click.echo(f"  {step.step}: {step.test} {step.result}".rstrip())
        elif name in ("back", "drop", "redial"):
            self._act(name)
        elif name in ("lang", "ussd", "unsafe", "safe", "shared"):
            self._change(name, argument)
        else:
            click.echo(HELP)

    def _act(self, name: str) -> None:
        if name == "back":
            self.send("0")
        elif name == "redial":
            self.dial()
        else:
            self._take(self._stimulus("cut", ""))

    def _show_state(self) -> None:
        record = json.loads(to_json(self.session)) if self.session else "no session"
        click.echo(json.dumps(record, ensure_ascii=False, indent=1))

    def _change(self, name: str, argument: str) -> None:
        if name == "lang":
            self.contact = replace(self.contact, language=argument or None)
            if self.session is not None:
                self.session = replace(self.session, language=argument)
        elif name == "ussd":
            self.ussd = not self.ussd
        else:
            self.contact = replace(self.contact, safety=SAFETIES[name])

    def _wait(self, by: timedelta) -> None:
        """Let time pass; what falls due in it happens at its own moment."""
        until = self.now + by
        while due := sorted((timer.due, kind) for kind, timer in self.timers.items() if timer.due <= until):
            at, kind = due[0]
            timer = self.timers.pop(kind)
            self.now = max(self.now, at)
            click.echo(f"  ({kind} at {at:%d/%m %H:%M} UTC)")
            self._take(replace(self._stimulus("timer", ""), timer=timer.kind, turn=timer.turn, due=timer.due))
        self.now = until

    def _stimulus(self, kind: StimulusKind, text: str) -> Stimulus:
        channel = ChannelFacts("simulator", "ussd" if self.ussd else "sms")
        return Stimulus(
            kind,
            self.contact,
            channel,
            text,
            flow=self.flow if self.session is None else "",
            spare_session=self.chance.new_id(),
            spare_code=self.chance.case_code(),
            spare_pin=self.chance.pin(),
            may_write=True,
        )

    def _take(self, stimulus: Stimulus) -> None:
        turn = advance(self.library, self.session, stimulus, self.now.astimezone(UTC))
        self._apply(turn)
        if turn.asks == "case":
            turn = advance(self.library, turn.session, replace(stimulus, kind="found", found=None), self.now)
            self._apply(turn)
        if turn.session is not None and turn.session.status == "ended":
            click.echo("  (ended)")
            self.session, self.timers = None, {}

    def _apply(self, turn: Turn) -> None:
        self.session, self.last = turn.session, turn
        if turn.session is not None:
            self.timers = {kind: timer for kind, timer in self.timers.items() if timer.turn == turn.session.turn}
        for effect in turn.effects:
            if isinstance(effect, Say):
                self._show(effect)
            elif isinstance(effect, StartTimer):
                self.timers[effect.kind] = effect
            elif isinstance(effect, CancelTimers):
                self.timers.clear()
            elif isinstance(effect, SetContact):
                self._learn(effect)
            elif not isinstance(effect, LookUpCase):
                click.echo(f"  * {type(effect).__name__}")

    def _learn(self, effect: SetContact) -> None:
        safety = SAFETIES.get(effect.values.get("safety", ""), self.contact.safety)
        language = effect.values.get("language", self.contact.language)
        self.contact = replace(self.contact, safety=safety, language=language)

    def _show(self, said: Say) -> None:
        size = measure(said.text)
        click.echo(said.text)
        click.echo(f"  [{said.message} · {size.encoding} {size.units} units, {size.segments} segment(s)]")

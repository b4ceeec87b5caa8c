"""``gateway simulate``: one handset in this terminal, on a whole gateway in a folder that is thrown away afterwards."""

import json
import re
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.explaining import explained
from gateway.cli.story_content import StoryContent
from gateway.cli.story_home import prepare_template
from gateway.cli.story_world import SAFETIES, StoryWorld
from gateway.cli.story_writing import PHONE, Notebook, chat_of
from gateway.conversation.rehearsal import Heard
from gateway.conversation.session import to_json
from gateway.conversation.turn import CancelTimers, LookUpCase, Say, StartTimer, Turn
from gateway.text.screens import Budget
from gateway.text.segments import measure

HELP = ":state  :why  :+2h  :lang en  :ussd  :back  :drop  :redial  :unsafe  :save FILE.chat  :quit"
AHEAD = re.compile(r"\+(\d{1,4})([smhd])")
UNITS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}
LANGUAGE_WORDS = {"lo": "ລາວ", "en": "English", "hmn": "Hmoob"}
SILENT = (Say, StartTimer, CancelTimers, LookUpCase)


@click.command()
@click.argument("flow")
@click.option("--lang", default="lo", show_default=True, help="Language of the phone.")
@click.option("--ussd", is_flag=True, help="Screens instead of texts.")
def simulate(flow: str, lang: str, ussd: bool) -> None:
    r"""Talk with FLOW in this terminal; lines that begin with a colon steer, and :save makes a story of the talk.

    \b
    Examples:
      gateway simulate report --lang en
      gateway simulate welcome --ussd
    """
    content = StoryContent(content_root())
    known = content.library().current
    if flow not in known:
        raise click.UsageError(f"there is no flow {flow}; use one of: {', '.join(sorted(known))}")
    click.echo(HELP, err=True)
    with tempfile.TemporaryDirectory(prefix="sd-") as folder:
        prepare_template(Path(folder) / "template", content)
        handset = Handset(Path(folder), content, flow, lang, "ussd" if ussd else "sms")
        handset.begin()
        while (typed := _typed()) != ":quit":
            handset.take(typed)
        handset.close()


def _typed() -> str:
    try:
        return str(click.prompt("", prompt_suffix="> ", default="", show_default=False))
    except click.Abort:  # the end of the input
        return ":quit"


@dataclass(slots=True)
class Handset:
    """One phone on a gateway of its own; ``begin`` starts over with what is known of it."""

    folder: Path
    content: StoryContent
    flow: str
    language: str
    channel: str
    safety: str = "unknown"
    worlds: list[StoryWorld] = field(default_factory=list)
    notebook: Notebook = field(default_factory=Notebook)
    typed: str = ""
    turns: list[Turn] = field(default_factory=list)

    @property
    def world(self) -> StoryWorld:
        """The gateway this phone talks with."""
        return self.worlds[-1]

    def begin(self) -> None:
        """Start over: an empty text (on USSD a dial) brings the first question."""
        world = StoryWorld(self.folder / "template", self.folder / str(len(self.worlds)), self.content)
        self.worlds.append(world)
        self.notebook = Notebook()
        world.begin(chat_of(self.flow, self.channel, self.language, self.safety))
        self.say("")

    def close(self) -> None:
        """Close every gateway that was opened."""
        for world in self.worlds:
            world.close()

    def take(self, typed: str) -> None:
        """Take one line: a text, or an order that begins with a colon."""
        if not typed.startswith(":"):
            self.say(typed)
            return
        name, _, argument = typed[1:].partition(" ")
        ahead = AHEAD.fullmatch(name)
        if ahead:
            self._wait(int(ahead[1]), UNITS[ahead[2]])
        elif name in ("drop", "redial"):
            self.notebook.event(name)
            self.world.happen((name,), None)
            self._listen()
        elif name in ("back", "lang"):
            self._say_for(name, argument)
        elif name == "ussd" or name in SAFETIES:
            self._start_over(name)
        else:
            self._show(name, argument)

    def say(self, text: str) -> None:
        """Text or dial; show what comes back."""
        self.typed = text
        self.notebook.says(text, code=self.world.fact("case") or "", pin=self.world.pin(PHONE))
        self.world.say(PHONE, text)
        self._listen()

    def _say_for(self, name: str, argument: str) -> None:
        """Type the word that does what was ordered: it works in every step."""
        word = "0" if name == "back" else LANGUAGE_WORDS.get(argument, "")
        if word:
            self.say(word)
        else:
            click.echo(f"  languages: {', '.join(LANGUAGE_WORDS)}")

    def _start_over(self, name: str) -> None:
        """Begin anew where a story could not tell the change in the middle: another channel, another safety."""
        if name == "ussd":
            self.channel = "sms" if self.channel == "ussd" else "ussd"
        else:
            self.safety = name
        click.echo(f"  (starts over: {self.channel}, phone {self.safety})")
        self.begin()

    def _wait(self, count: int, unit: str) -> None:
        self.notebook.pause(count, unit)
        self.world.advance(timedelta(**{f"{unit}s": count}))
        self._listen()

    def _listen(self) -> None:
        """Show what this phone heard and what else came of it."""
        heard = self.world.heard(PHONE)
        self.turns, self.world.turns = self.world.turns, []
        for turn in self.turns:
            for step in (step for step in turn.trace if step.test == "timer"):
                click.echo(f"  ({step.result} at {step.step})")
        for text in heard:
            self.notebook.hears(text)
            _show_text(text, self.channel)
        for turn in self.turns:
            for effect in (effect for effect in turn.effects if not isinstance(effect, SILENT)):
                click.echo(f"  * {type(effect).__name__}")
        if not heard:
            click.echo("  (nothing)")
        if self.turns and self.turns[-1].session is not None and self.turns[-1].session.status == "ended":
            click.echo("  (ended)")

    def _show(self, name: str, argument: str) -> None:
        if name == "state":
            session = self.turns[-1].session if self.turns else None
            record = json.loads(to_json(session)) if session else "no session"
            click.echo(json.dumps(record, ensure_ascii=False, indent=1))
        elif name == "why":
            for line in explained(self.turns, self.typed, self.content.library()):
                click.echo(f"  {line}")
        elif name == "save" and argument:
            self._save(Path(argument))
        else:
            click.echo(HELP)

    def _save(self, path: Path) -> None:
        """Write the talk as a story; an existing file is never written over."""
        story = self.notebook.story(self.flow, self.channel, self.language, self.safety)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(story)
        except OSError as error:
            click.echo(f"  not saved: {error.strerror}")
        else:
            click.echo(f"  saved: {path}; play it with: gateway test {path}")


def _show_text(heard: Heard, channel: str) -> None:
    """Show a text with what it costs and how much room it had."""
    size, budget = measure(heard.text), Budget()
    room = budget.gsm7 if size.encoding == "gsm7" else budget.ucs2
    cost = f"{size.units} of {room} units"
    if channel == "sms":
        cost += f", {size.segments} segment{'' if size.segments == 1 else 's'}"
    click.echo(heard.text)
    click.echo(f"  [{'+'.join(heard.messages)} · {size.encoding} {cost}]")

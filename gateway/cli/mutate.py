"""``gateway mutate``: whether lint or a story notices small faults in flows and texts."""

import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.printing import json_line
from gateway.cli.stories import SHIPPED, stories_of
from gateway.cli.story_world import StoryContent, StoryWorld, prepare_template
from gateway.content.checking import findings_below
from gateway.content.mutants import Mutant, mutants_below
from gateway.conversation.coverage import Exit
from gateway.conversation.rehearsal import play
from gateway.conversation.transcript import Chat, read_chat
from gateway.conversation.turn import Say
from gateway.errors import GatewayError


@click.command()
@click.option("--sample", type=click.IntRange(1), help="Try so many faults, chosen by --seed (default: all).")
@click.option("--seed", default=1, show_default=True, help="Which faults a sample takes.")
@click.option(
    "--least", default=95, show_default=True, type=click.IntRange(0, 100), help="Exit 1 below so many percent."
)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_context
def mutate(ctx: click.Context, sample: int | None, seed: int, least: int, as_json: bool) -> None:
    r"""Put small faults into the content, one at a time, and see whether lint or a story notices.

    \b
    Examples:
      gateway mutate --sample 40
      gateway mutate --sample 100 --seed 7 --json
    """
    root = content_root()
    faults = list(mutants_below(root))
    chosen = faults if sample is None or sample >= len(faults) else picked(faults, sample, seed)
    counts: Counter[tuple[str, bool]] = Counter()
    with tempfile.TemporaryDirectory(prefix="sd-") as folder:
        trial = Trial(root, Path(folder))
        trial.prepare(stories_of((root / SHIPPED,)))
        for mutant in chosen:
            killer = trial.killer(mutant)
            counts[mutant.fault, bool(killer)] += 1
            tell(mutant, killer, as_json=as_json)
    killed = sum(count for (_, dead), count in counts.items() if dead)
    rate = 100 * killed / len(chosen)
    click.echo(f"{killed} of {len(chosen)} noticed ({rate:.1f} %), of {len(faults)} possible faults", err=True)
    for fault in dict.fromkeys(mutant.fault for mutant in faults):
        click.echo(f"  {fault}: {counts[fault, True]} noticed, {counts[fault, False]} not", err=True)
    if rate < least:
        ctx.exit(1)


def picked(faults: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return a sample in the order of the files; the same seed gives the same."""
    places = sorted(random.Random(seed).sample(range(len(faults)), count))
    return [faults[place] for place in places]


def tell(mutant: Mutant, killer: str, *, as_json: bool) -> None:
    """Print what became of one mutant."""
    if as_json:
        facts = {"file": mutant.file, "line": mutant.line, "fault": mutant.fault, "what": mutant.what}
        json_line({**facts, "noticed_by": killer or None})
    else:
        click.echo(f"{mutant}  {f'noticed by {killer}' if killer else 'NOT NOTICED'}")


@dataclass(frozen=True, slots=True)
class Witness:
    """A story that holds, the exits it takes, and the texts that are said in it."""

    chat: Chat
    exits: frozenset[Exit]
    heard: frozenset[tuple[str, str]]

    def meets(self, mutant: Mutant) -> bool:
        """Say whether a fault lies on the way of this story; elsewhere it can change nothing."""
        return mutant.exit in self.exits or (mutant.message, mutant.language) in self.heard


@dataclass(slots=True)
class Trial:
    """A copy of the content in which one fault after the other is put, and the stories that could notice."""

    root: Path
    folder: Path
    witnesses: list[Witness] = field(default_factory=list)
    worlds: int = 0

    @property
    def content(self) -> Path:
        """The copy that is mutated."""
        return self.folder / "content"

    def prepare(self, files: Sequence[Path]) -> None:
        """Copy the content and play every story once, to learn what it meets; one that fails already is no witness."""
        for part in ("flows", "messages"):
            shutil.copytree(self.root / part, self.content / part)
        prepare_template(self.folder / "template", StoryContent(self.content))
        for file in files:
            chat = read_chat(file.read_text("utf-8"), file.name)
            world, holds = self._played(chat)
            if holds:
                exits = frozenset(exit_ for exit_, _ in world.taken)
                self.witnesses.append(Witness(chat, exits, frozenset(_said(world))))

    def killer(self, mutant: Mutant) -> str:
        """Return what notices a fault: a rule of the lint, or a story; the empty text when nothing does."""
        path = self.content / mutant.file
        sound = path.read_bytes()
        path.write_bytes(mutant.text.encode("utf-8"))
        try:
            errors = [finding for finding in findings_below(self.content) if finding.severity == "error"]
            return errors[0].code if errors else self._story_against(mutant)
        finally:
            path.write_bytes(sound)

    def _story_against(self, mutant: Mutant) -> str:
        for witness in self.witnesses:
            if witness.meets(mutant) and not self._played(witness.chat)[1]:
                return witness.chat.file
        return ""

    def _played(self, chat: Chat) -> tuple[StoryWorld, bool]:
        """Play one story on the content as it stands now; a world that breaks down is a story that fails."""
        self.worlds += 1
        place = self.folder / f"world{self.worlds}"
        world = StoryWorld(self.folder / "template", place, StoryContent(self.content))
        try:
            return world, play(chat, world) is None
        except GatewayError:
            return world, False
        finally:
            world.close()
            shutil.rmtree(place, ignore_errors=True)


def _said(world: StoryWorld) -> Iterator[tuple[str, str]]:
    """Yield (message id, language) of everything that was said, by a flow or by the gateway itself, to any phone."""
    for turn in world.turns:
        for effect in (effect for effect in turn.effects if isinstance(effect, Say)):
            yield from ((part, effect.language) for part in effect.parts)
    for heard in (heard for of_phone in world.told.values() for heard in of_phone):
        yield from ((message, heard.language) for message in heard.messages)

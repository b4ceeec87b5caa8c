"""A trial of the content: one fault after the other is put into it, and lint and stories try to notice."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from gateway.cli.story_content import StoryContent
from gateway.cli.story_home import prepare_template
from gateway.cli.story_world import StoryWorld
from gateway.content.bundles import compile_bundle
from gateway.content.checking import SCHEMA, material_of, raw_texts
from gateway.content.files import Sources, with_file
from gateway.content.mutants import Mutant
from gateway.content.published import Loaded
from gateway.content.running import load
from gateway.conversation.coverage import Exit
from gateway.conversation.lint import errors
from gateway.conversation.lint_material import Material
from gateway.conversation.rehearsal import play
from gateway.conversation.structure import check_together
from gateway.conversation.transcript import Chat, read_chat
from gateway.conversation.turn import Say
from gateway.errors import GatewayError
from gateway.text.catalogue import Catalogue

BY_WORDS: Final = frozenset({"words", "near", "ask_back", "pick"})


@dataclass(frozen=True, slots=True)
class Witness:
    """A story that holds: the exits it takes, the steps that find words in a reply, the texts that are said."""

    chat: Chat
    exits: frozenset[Exit]
    worded: frozenset[str]
    heard: frozenset[tuple[str, str]]

    def meets(self, mutant: Mutant) -> bool:
        """Say whether a fault lies on the way of this story; elsewhere it can change nothing."""
        if mutant.exit is not None and mutant.fault == "words lost":
            return f"{mutant.exit.flow}.{mutant.exit.step}" in self.worded
        return mutant.exit in self.exits or (mutant.message, mutant.language) in self.heard


@dataclass(slots=True)
class Trial:
    """The sound content below ``root``, and the stories that could notice a fault; nothing below ``root`` changes.

    ``folder`` holds the homes of the worlds in which stories play; a fault is never written to a disk.
    """

    root: Path
    folder: Path
    sound: Loaded = field(init=False)
    material: Material = field(init=False)
    witnesses: list[Witness] = field(default_factory=list)
    worlds: int = 0

    def __post_init__(self) -> None:
        self.sound = load(self.root)
        self.material = material_of(self.sound.sources, raw_texts(self.root), (self.root / SCHEMA).exists())
        prepare_template(self.folder / "template", self._content(self.sound))

    def hear(self, files: Sequence[Path]) -> None:
        """Play every story once, to learn what it meets; one that fails already is no witness. Short ones come first.

        Two stories of one length keep the order of their names, so that each run asks the same ones first.
        """
        for file in files:
            chat = read_chat(file.read_text("utf-8"), file.name)
            world, holds = self._played(chat, self.sound)
            if holds:
                exits = frozenset(exit_ for exit_, _ in world.taken)
                self.witnesses.append(Witness(chat, exits, _worded(world), frozenset(_said(world))))
        self.witnesses.sort(key=lambda witness: len(witness.chat.lines))

    def killer(self, mutant: Mutant) -> str:
        """Return what notices a fault: a rule that refuses the content, or a story; the empty text when nothing does.

        A fault in texts is asked of the lint first, one in a flow of the stories: whoever is likely to answer sooner.
        """
        sources = with_file(self.sound.sources, mutant.file, mutant.text)
        for finding in (*sources.findings, *check_together(sources.flows)):
            if finding.severity == "error":
                return finding.code
        if mutant.message:
            return self._rule_against(mutant, sources) or self._story_against(mutant, sources)
        return self._story_against(mutant, sources) or self._rule_against(mutant, sources)

    def _rule_against(self, mutant: Mutant, sources: Sources) -> str:
        raw = {**self.material.sources, mutant.file: mutant.text}
        faulty = replace(
            self.material, flows=sources.flows, messages=sources.messages, nodes=sources.nodes, sources=raw
        )
        return next((finding.code for finding in errors(faulty)), "")

    def _story_against(self, mutant: Mutant, sources: Sources) -> str:
        witnesses = [witness for witness in self.witnesses if witness.meets(mutant)]
        faulty = self._with_fault(mutant, sources) if witnesses else self.sound
        for witness in witnesses:
            if not self._played(witness.chat, faulty)[1]:
                return witness.chat.file
        return ""

    def _with_fault(self, mutant: Mutant, sources: Sources) -> Loaded:
        """Return the compiled content with the fault; bundles that cannot hold it stay as they are."""
        library, flow = self.sound.library, mutant.exit.flow if mutant.exit is not None else ""
        current = {
            name: compile_bundle(name, sources.flows, sources.messages) if not flow or flow in old.flows else old
            for name, old in ((name, library.bundles[hash_]) for name, hash_ in library.current.items())
        }
        library = replace(
            library,
            bundles={bundle.hash: bundle for bundle in current.values()},
            current={name: bundle.hash for name, bundle in current.items()},
        )
        return Loaded(library, Catalogue(sources.messages), self.sound.shared, sources)

    def _content(self, loaded: Loaded) -> StoryContent:
        return StoryContent(self.root, _loaded=loaded)

    def _played(self, chat: Chat, loaded: Loaded) -> tuple[StoryWorld, bool]:
        """Play one story on some content; a world that breaks down is a story that fails."""
        self.worlds += 1
        place = self.folder / f"world{self.worlds}"
        world = StoryWorld(self.folder / "template", place, self._content(loaded))
        try:
            return world, play(chat, world) is None
        except GatewayError:
            return world, False
        finally:
            world.close()
            shutil.rmtree(place, ignore_errors=True)


def _worded(world: StoryWorld) -> frozenset[str]:
    """Return the steps at which the words of choices decided, or made the gateway ask back."""
    return frozenset(line.step for turn in world.turns for line in turn.trace if line.test in BY_WORDS)


def _said(world: StoryWorld) -> Iterator[tuple[str, str]]:
    """Yield (message id, language) of everything that was said, by a flow or by the gateway itself, to any phone."""
    for turn in world.turns:
        for effect in (effect for effect in turn.effects if isinstance(effect, Say)):
            yield from ((part, effect.language) for part in effect.parts)
    for heard in (heard for of_phone in world.told.values() for heard in of_phone):
        yield from ((message, heard.language) for message in heard.messages)

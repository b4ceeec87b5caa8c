"""`gateway` as a person at a terminal runs it, in a folder of its own: output, notices and exit status."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from gateway.cli import demo_data
from gateway.cli.main import gateway
from gateway.cli.story_content import StoryContent
from gateway.cli.story_home import prepare_template
from gateway.cli.story_world import StoryWorld
from gateway.conversation.rehearsal import play
from gateway.conversation.transcript import read_chat

ROOT = Path(__file__).resolve().parent.parent.parent


SHORT_STORY = """
flow: welcome
language: en
start: 2026-11-23 10:00
phones: reader=001

reader > hello
reader < @welcome.menu
"""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str

    def objects(self) -> list[dict[str, Any]]:
        """Return one object a line of output."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Runs commands in ``home``; ``settings`` are further names of the environment."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, typed: str = "", **settings: str) -> Done:
        """Run one command to its end, in this process."""
        foreign = {name: None for name in os.environ if name.startswith(("GATEWAY_", "TWILIO_"))}
        environment = foreign | {"GATEWAY_HOME": str(self.home)} | self.settings | settings
        done = CliRunner().invoke(gateway, arguments, input=typed, env=environment, prog_name="gateway")
        return Done(done.exit_code, done.stdout, done.stderr)


def approved(gateway: CommandLine, campaign: str) -> Done:
    """Read a broadcast, as the second person, and approve what was read."""
    [shown] = gateway("campaign", "show", campaign, "--json").objects()
    return gateway("campaign", "approve", campaign, "--by", "approver", "--hash", shown["content_hash"], "--yes")


def home_with_story(folder: Path, story: str = SHORT_STORY) -> Path:
    """Return a demo's home with accounts in which a story has been played."""
    content = StoryContent(ROOT)
    prepare_template(folder / "template", content)
    world = StoryWorld(folder / "template", folder / "home", content)
    assert play(read_chat(story, "story.chat"), world) is None
    demo_data.seed_accounts(world.gateway, demo_data.shipped_cast())
    world.close()
    return folder / "home"

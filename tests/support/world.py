"""The world of .chat stories for pytest: one prepared home a run, a copy of it for each story."""

from pathlib import Path

from gateway.assembly import content_root
from gateway.cli.story_content import StoryContent
from gateway.cli.story_home import prepare_template
from gateway.cli.story_world import StoryWorld

STORIES = Path(__file__).resolve().parent.parent / "conversations"


class Stage:
    """Prepares keys, database and posts once; every story plays on a copy."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.content = StoryContent(content_root())
        prepare_template(folder / "template", self.content, settings)

    def world(self, folder: Path, **settings: str) -> StoryWorld:
        """Return a fresh world under ``folder``; its database is elsewhere if ``settings`` say so."""
        return StoryWorld(self.folder / "template", folder, self.content, settings)

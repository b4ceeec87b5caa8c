"""Every story of tests/conversations, played against a whole gateway with simulated phones and a clock that waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.conversation.rehearsal import play
from gateway.conversation.transcript import read_chat
from tests.support.world import STORIES, Stage

FILES = sorted(STORIES.glob("*.chat"))


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"


def test_there_are_at_least_thirty_stories() -> None:
    assert len(FILES) >= 30


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_story(file: Path, stage: Stage, home: Path) -> None:
    chat = read_chat(file.read_text("utf-8"), file.name)
    world = stage.world(home)
    failure = play(chat, world)
    world.close()
    assert failure is None, str(failure)

"""Every story of tests/conversations, played against a whole gateway with simulated phones and a clock that waits."""

from pathlib import Path

import pytest

from gateway.conversation.coverage import Taken, gaps
from gateway.conversation.lint_material import REQUIRED
from gateway.conversation.rehearsal import Failure, play
from gateway.conversation.transcript import read_chat
from tests.support.world import STORIES, Stage

pytestmark = pytest.mark.xdist_group("stories")  # one process plays them all, so that each is played once
FILES = sorted(STORIES.glob("*.chat"))


class Theatre:
    """Plays each story once a run and remembers the exits that it took."""

    def __init__(self, folder: Path) -> None:
        self.stage, self.folder = Stage(folder), folder
        self.taken: dict[Path, frozenset[Taken]] = {}

    def play(self, file: Path) -> Failure | None:
        world = self.stage.world(self.folder / file.stem)
        failure = play(read_chat(file.read_text("utf-8"), file.name), world)
        world.close()
        self.taken[file] = frozenset(world.taken)
        return failure


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Theatre:
    return Theatre(tmp_path_factory.mktemp("stage"))


def test_there_are_at_least_thirty_stories() -> None:
    assert len(FILES) >= 30


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_story(file: Path, theatre: Theatre) -> None:
    failure = theatre.play(file)
    assert failure is None, str(failure)


def test_the_stories_take_every_exit_of_every_flow_in_lao_and_in_english(theatre: Theatre) -> None:
    for file in FILES:
        if file not in theatre.taken:  # this test was run alone, or beside other processes
            theatre.play(file)
    seen = frozenset().union(*theatre.taken.values())
    missing = gaps(theatre.stage.content.loaded().sources.flows, seen, REQUIRED)
    assert not missing, "\n".join(map(str, missing))

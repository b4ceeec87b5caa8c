"""The same stories where gateways live: on PostgreSQL, and with every text coming over HTTP."""

import itertools
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server

from gateway.cli.story_world import StoryWorld
from gateway.conversation.rehearsal import play
from gateway.conversation.transcript import Chat, read_chat
from gateway.ports.channel import Answer, Request
from gateway.web.app import create_app
from tests.support.world import STORIES, Stage

TOLD = (
    "mother_falls_silent",
    "my_case_right_pin",
    "newer_version_begun_keeps_english",
    "nobody_answers",
    "officer_closes",
    "receipt_lost_told_again_lao",
    "referral_ends_when_taken_back_lao",
    "relay_her_hours_english",
    "repeated_webhook",
    "stop_then_help",
    "whole_report_lao",
    "withdrawn_version_goes_to_a_person_lao",
)
BY_SCREEN = ("abandoned_on_ussd", "ussd_dial_again", "whole_report_ussd")
OK = 200


def chat_of(name: str) -> Chat:
    return read_chat((STORIES / f"{name}.chat").read_text("utf-8"), f"{name}.chat")


@pytest.fixture(scope="module")
def on_postgresql(
    postgres_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Stage, Callable[[], str]]]:
    """A stage whose database is on PostgreSQL, and what copies that database."""
    numbers = itertools.count(1)
    server = create_engine(postgres_server.format(name="postgres"), isolation_level="AUTOCOMMIT")

    def made(template: str) -> str:
        name = f"stage{next(numbers)}"
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        return postgres_server.format(name=name)

    stage = Stage(tmp_path_factory.mktemp("stage"), DATABASE_URL=made("template0"))
    yield stage, lambda: made("stage1")
    server.dispose()


@pytest.mark.parametrize("name", [*TOLD, *BY_SCREEN])
def test_a_story_holds_on_postgresql(name: str, on_postgresql: tuple[Stage, Callable[[], str]], tmp_path: Path) -> None:
    stage, copied = on_postgresql
    world = stage.world(tmp_path / "home", DATABASE_URL=copied())
    failure = play(chat_of(name), world)
    world.close()
    assert failure is None, str(failure)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return Stage(tmp_path_factory.mktemp("stage"))


class OverHttp(StoryWorld):
    """A world whose phones reach it through a server on a free port of this machine."""

    def begin(self, chat: Chat) -> None:
        """Open the story's gateway, serve it, and let every phone post."""
        super().begin(chat)
        self.server = make_server("127.0.0.1", 0, create_app(self.gateway), threaded=True)
        self.serving = threading.Thread(target=self.server.serve_forever)
        self.serving.start()
        self.phones.door = self.post
        self.statuses: list[int] = []

    def post(self, request: Request) -> Answer:
        """Post a text; what is answered, the phone shows."""
        connection = HTTPConnection("127.0.0.1", self.server.server_port)
        connection.request(request.method, request.path, request.body, {"Content-Type": "application/json"})
        self.statuses.append(connection.getresponse().status)
        connection.close()
        return Answer()

    def close(self) -> None:
        """Stop serving, and close what the story held open."""
        self.server.shutdown()
        self.serving.join()
        self.server.server_close()
        super().close()


@pytest.mark.parametrize("name", TOLD)
def test_a_story_holds_when_every_text_comes_over_http(name: str, stage: Stage, tmp_path: Path) -> None:
    world = OverHttp(stage.folder / "template", tmp_path / "home", stage.content)
    failure = play(chat_of(name), world)
    world.close()
    assert failure is None, str(failure)
    assert world.statuses and set(world.statuses) == {OK}

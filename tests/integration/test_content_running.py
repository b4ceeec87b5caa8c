"""The content that runs in the demo: a saved file speaks at the next look, a faulty one never; nobody is lost by it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.content.files import newest_change
from gateway.content.running import LOOK_AGAIN, RunningContent
from gateway.wiring import wire
from tests.support.editions import files_to_edit, shipped_documents
from tests.support.gateway_in_process import House, beside, open_house

MENU = "messages/en/welcome.yaml"
FIRST, SECOND = "Can you text now?", "Is it safe to text?"


class Files:
    """A folder of files, and the seconds that pass between two looks at it."""

    def __init__(self, folder: Path) -> None:
        self.folder = files_to_edit(folder)
        self.seconds = 0.0

    def content(self, house: House) -> RunningContent:
        """Return the content of a demo that has just started over these files."""
        return RunningContent(self.folder, watch=True, store=house.store, ticks=lambda: self.seconds, meter=house.meter)

    def edit(self, file: str, old: str, new: str) -> None:
        """Save a file with another text, at a later moment than before."""
        path = self.folder / file
        saved = newest_change(self.folder)
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        os.utime(path, (saved + 10, saved + 10))
        self.seconds += LOOK_AGAIN


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path / "content")


@pytest.fixture
def house(tmp_path: Path, files: Files) -> Iterator[House]:
    with open_house(tmp_path / "home") as opened:
        opened.alpha.inline = True
        opened.introduce()
        yield follow(opened, files)


def follow(house: House, files: Files) -> House:
    gateway = house.gateway
    house.gateway = wire(gateway.settings, gateway.outside, files.content(house), None, gateway.arrivals, house.meter)
    return house


def words(house: House, text: str, key: str) -> str:
    return "\n".join(said.text for said in house.hear(text, key=key).texts)


def test_a_saved_file_speaks_within_two_seconds_without_being_published(house: House, files: Files) -> None:
    house.gateway.publishing.install(shipped_documents)
    assert LOOK_AGAIN < 2
    words(house, "hello", "m1")
    files.edit(MENU, "What do you need?", "How can we help?")
    assert "How can we help?" in words(house, "menu", "m2")


def test_a_faulty_file_changes_nothing_and_is_named(house: House, files: Files) -> None:
    words(house, "hello", "m1")
    files.edit("flows/welcome.yaml", "start: ", "begin: ")
    assert "What do you need?" in words(house, "menu", "m2")
    assert house.gateway.content.findings and "welcome.yaml" in str(house.gateway.content.findings[0])
    files.edit("flows/welcome.yaml", "begin: ", "start: ")
    assert "What do you need?" in words(house, "menu", "m3") and not house.gateway.content.findings


def test_whoever_is_inside_while_files_are_edited_keeps_her_version_also_after_a_restart(
    house: House, files: Files
) -> None:
    words(house, "hello", "m1")
    files.edit(MENU, FIRST, SECOND)
    with beside(house) as other:
        follow(other, files)
        assert FIRST in words(other, "2", "m2")
        assert SECOND in words(other, "menu", "m3") + words(other, "2", "m4")
    assert not house.counted("bundles_missing")

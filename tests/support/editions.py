"""A house whose content is published: files to edit, two people, and a look at the journal at every message."""

import itertools
import shutil
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from gateway.assembly import content_root
from gateway.content.drafting import documents_of
from gateway.content.running import RunningContent
from gateway.ports.bundle_book import Edition, People
from gateway.services.publishing import Draft, Publishing
from gateway.wiring import wire
from tests.support.gateway_in_process import House

AUTHOR, APPROVER = "author", "approver"
PASSPHRASE = "correct horse battery"
GREEN = {"green": True, "stories": 1, "warnings": []}


@dataclass
class PublishingHouse:
    """A house that follows its journal; every look at it is a tick, so that a message never finds an old state."""

    house: House
    folder: Path
    ticks: "itertools.count[int]" = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        for name in (AUTHOR, APPROVER):
            self.house.gateway.access.add_account(name, PASSPHRASE, frozenset({name}))
        self.follow(self.house)
        self.publishing.install(shipped_documents)

    def follow(self, house: House, files: Path | None = None) -> House:
        """Let a house take its content from the journal, with an own memory, as a process that has just started."""
        content = RunningContent(
            files or self.folder, store=house.store, ticks=lambda: float(next(self.ticks)), meter=house.meter
        )
        gateway = house.gateway
        house.gateway = wire(gateway.settings, gateway.outside, content, None, gateway.arrivals, house.meter)
        return house

    @property
    def publishing(self) -> Publishing:
        """Return the service."""
        return self.house.gateway.publishing

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text in a file of the folder."""
        path = self.folder / file
        before = path.read_text("utf-8")
        assert old in before
        path.write_text(before.replace(old, new), "utf-8")

    def propose(self, people: People = "keep", author: str = AUTHOR, **steps: str) -> str:
        """Propose the files as they are; ``steps`` are written flow__old="flow.new"."""
        mapped = {name.replace("__", "."): target for name, target in steps.items()}
        draft = Draft(documents_of(self.folder), "a note", GREEN, {}, people, mapped)
        return self.publishing.propose(draft, author)

    def publish(self, people: People = "keep", **steps: str) -> Edition:
        """Propose the files as they are, and approve them as the second person."""
        return self.publishing.approve(self.propose(people, **steps), APPROVER)

    def say(self, *texts: str, sender: str, house: House | None = None) -> str:
        """Let a phone text; return what the last text was answered."""
        answer = ""
        for text in texts:
            heard = (house or self.house).hear(text, sender=sender, key=f"said-{next(self.ticks)}")
            answer = "\n".join(said.text for said in heard.texts)
        return answer

    def pinned_to(self, sender: str) -> str:
        """Return the bundle that a phone's conversation stands in."""
        with self.house.writing() as work:
            contact = work.people.lock(sender, self.house.clock.now())
            row = work.sessions.foreground(contact.id, "alpha:sms")
        assert row is not None
        return row.bundle


@cache
def shipped_documents() -> dict[str, str]:
    """Return what the shipped files publish, compiled once for the whole run."""
    return documents_of(content_root())


def files_to_edit(folder: Path) -> Path:
    """Copy the shipped flows and messages into a folder."""
    for name in ("flows", "messages"):
        shutil.copytree(content_root() / name, folder / name)
    return folder

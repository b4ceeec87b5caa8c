"""One turn being applied: whose it is, what was said, and what is still to be written down."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.contacts.contact import Contact
from gateway.conversation import turn as fx
from gateway.ports.unit_of_work import UnitOfWork


@dataclass(slots=True)
class Scene:
    """One turn being applied: whose it is, what was said, and what is still to be written down."""

    work: UnitOfWork
    contact: Contact
    channel_kind: str
    language: str
    now: datetime
    inbound_text: str
    post_ids: tuple[str, ...] = ()
    said: list[fx.Say] = field(default_factory=list)
    timers: list[fx.StartTimer] = field(default_factory=list)
    starts: list[fx.StartFlow] = field(default_factory=list)
    look_up: fx.LookUpCase | None = None
    verdict: str = ""
    hidden: int = 0
    sealed: bool = False

    def know(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Contact, checked by its own types
        """Change what is known of the contact, and store it."""
        self.contact = replace(self.contact, **changes)
        self.work.people.save(self.contact)

"""A production gateway whose one channel is a bind to a message centre on loopback: in this process or in its own."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.assembly import build
from gateway.ports.outbox import MessageLine, Outgoing
from gateway.settings import read_settings
from gateway.wiring import Gateway
from tests.doubles.message_centre import MessageCentre
from tests.support.child import Process
from tests.support.prepared_folder import prepare
from tests.support.waiting import until
from workers.smpp import BoundProcess

UNITEL = "unitel"
VILLAGER = "+8562055501001"
ENTRY = """channels:
  unitel: {{kind: smpp, short_code: "1234", rate: "500", bind: {{host: 127.0.0.1, port: "{port}", system_id: saiduan,
    password: secret{more}}}}}
"""


@dataclass
class BoundGateway:
    """One gateway of a folder, the message centre it is bound to, and what it remembers."""

    folder: Path
    centre: MessageCentre
    gateway: Gateway

    def lines(self, direction: str | None = None) -> list[MessageLine]:
        """Return what ``gateway messages list`` shows."""
        with self.gateway.outside.store.reading() as work:
            return list(work.outbox.lines(None, direction, None))

    def states(self) -> object:
        """Return what ``/readyz`` says of each channel."""
        return self.gateway.health.report().facts["channels"]

    def said(self, number: str = VILLAGER) -> tuple[str, ...]:
        """Return what a phone wrote, oldest first."""
        now = self.gateway.outside.clock.now()
        with self.gateway.outside.store.writing() as work:
            contact = work.people.lock(number, now)
            return work.inbox.said(contact.id, now - timedelta(hours=1))

    def settled(self, state: str, message_id: str | None = None, seconds: float = 15) -> MessageLine:
        """Wait until a text that goes out is in a state."""

        def look() -> MessageLine | None:
            found = (line for line in self.lines("out") if line.state == state and message_id in (None, line.id))
            return next(found, None)

        return until(look, seconds, f"a text {state}; there is {[(o.state, o.reason) for o in self.lines('out')]}")

    def queue(self, text: str, to: str = VILLAGER, kind: str = "reply", lane: str = "replies") -> str:
        """Put a text into the outbox and return its id."""
        outside = self.gateway.outside
        now, new_id = outside.clock.now(), outside.chance.new_id()
        fields: dict[str, Any] = {"kind": kind, "lane": lane, "channel": UNITEL, "body": text}
        with outside.store.writing() as work:
            contact = work.people.lock(to, now).id
            row = Outgoing(
                id=new_id,
                idempotency_key=new_id,
                contact_id=contact,
                created_at=now,
                not_before=now,
                not_after=now.replace(year=now.year + 1),
                segments=9,
                **fields,
            )
            assert work.outbox.add(row)
        return new_id

    @contextmanager
    def bound(self) -> Iterator[BoundProcess]:
        """Serve the bind in threads of this process; it binds again a twentieth of a second after it was lost."""
        process = BoundProcess(self.gateway, UNITEL, first_pause=0.05)
        serving = threading.Thread(target=process.serve, args=(lambda: None,))
        serving.start()
        try:
            yield process
        finally:
            process.stop()
            serving.join()

    @contextmanager
    def process(self, **more: str) -> Iterator[Process]:
        """Serve the bind in a process of its own, which may be told to crash."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GATEWAY_", "CRASH_"))}
        environment = {**kept, "GATEWAY_HOME": str(self.folder), "GATEWAY_CONFIG": str(self.folder / "gateway.yaml")}
        child = Process((sys.executable, "-m", "workers", "smpp", UNITEL), {**environment, **more})
        try:
            yield child
        finally:
            child.stop()


@contextmanager
def bound_gateway(
    folder: Path, centre: MessageCentre, more: str = "", port: int | None = None
) -> Iterator[BoundGateway]:
    """Open a gateway in an empty folder, bound to ``centre`` (by ``port``); ``more`` goes into its entry."""
    prepare(folder)
    (folder / "gateway.yaml").write_text(ENTRY.format(port=port or centre.port, more=more and f", {more}"), "utf-8")
    environment = {
        "GATEWAY_HOME": str(folder),
        "GATEWAY_CONFIG": str(folder / "gateway.yaml"),
        "LOG_LEVEL": "error",
    }
    gateway = build(read_settings(environment, folder))
    try:
        yield BoundGateway(folder, centre, gateway)
    finally:
        gateway.close()

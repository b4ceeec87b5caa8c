"""An operator's message centre: smpp34's server on loopback; takes texts by script, delivers what phones say."""

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import smpp34

from gateway.queueing.embedded import free_port
from gateway.text import gsm7
from tests.support.waiting import until

FIRST_PORT = 27_750
SHORT_CODE = "1234"
SILENT = -1
"""In a script: no answer at all."""


@dataclass(frozen=True, slots=True)
class Taken:
    """One submit_sm as the centre read it."""

    message_id: str
    destination: str
    source: tuple[int, int, str]
    octets: bytes
    data_coding: int
    esm_class: int
    service_type: str
    registered: int
    tlvs: dict[int, bytes]

    @property
    def header(self) -> bytes:
        """The user data header, if there is one."""
        return self.octets[: self.octets[0] + 1] if self.esm_class & 0x40 else b""

    @property
    def text(self) -> str:
        """The words of this part."""
        words = self.octets[len(self.header) :]
        return words.decode("utf-16-be") if self.data_coding == 8 else gsm7.from_octets(words)


@dataclass
class MessageCentre:
    """Accepts every bind; ``script`` holds statuses by destination, one for each text, 0 once it is at its end."""

    port: int
    script: dict[str, list[int]] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    sessions: list[smpp34.Esme] = field(default_factory=list)
    _held: list[smpp34.SubmitSmEvent] = field(default_factory=list)
    _binds: int = 0

    def start(self) -> None:
        """Listen, in a thread of its own."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="message-centre", daemon=True)
        self._thread.start()
        self._run(self._open())

    def stop(self) -> None:
        """Hang up on everybody."""
        self._pulling.cancel()
        self._run(_stopping(self._server))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def bound(self, binds: int = 1) -> smpp34.Esme:
        """Wait until somebody has bound for the ``binds``-th time and return that session."""
        return until(lambda: self.sessions[binds - 1] if len(self.sessions) >= binds else None, 15, "a bind")

    def deliver(self, source: str, said: str | bytes, binds: int = 1, patience: float = 20, **fields: Any) -> int:  # noqa: ANN401 - PDU fields
        """Hand over what a phone says, and return the status it was answered with; SILENT when no answer came."""
        session = self.bound(binds)
        octets = said if isinstance(said, bytes) else said.encode("utf-16-be")
        tlvs = [smpp34.Tlv(tag, value) for tag, value in fields.pop("tlvs", {}).items()]
        asked = {
            "source_addr": source,
            "destination_addr": SHORT_CODE,
            "source_addr_ton": 1,
            "data_coding": 8,
            **fields,
        }
        try:
            return int(self._run(_delivering(session, octets, tlvs, asked), patience))
        except (smpp34.SmppError, TimeoutError):
            return SILENT

    def hang_up(self, binds: int = 1) -> None:
        """End a session from this side."""
        self._run(_unbinding(self.bound(binds)))

    def to(self, number: str) -> list[Taken]:
        """Return what was taken for a phone."""
        return [text for text in self.taken if text.destination == number.removeprefix("+")]

    async def _open(self) -> None:
        self._server = smpp34.Server(host="127.0.0.1", port=self.port, system_id="centre")
        await self._server.start()
        self._pulling: Future[None] = asyncio.run_coroutine_threadsafe(self._pull(), self._loop)

    async def _pull(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, smpp34.Esme):
                self.sessions.append(event)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._answer(event)

    def _answer(self, event: smpp34.SubmitSmEvent) -> None:
        self.asked.append(event.destination_addr)
        script = self.script.get(event.destination_addr, [])
        status = script.pop(0) if script else 0
        if status == SILENT:
            self._held.append(event)  # dropped, the library would answer by itself
        elif status:
            event.reject(status)
        else:
            message_id = f"{0xA0F00 + len(self.taken):x}"
            source = (event.source_addr_ton, event.source_addr_npi, event.source_addr)
            tlvs = {tlv.tag: tlv.value for tlv in event.tlvs}
            self.taken.append(
                Taken(
                    message_id, event.destination_addr, source, event.short_message, event.data_coding,
                    event.esm_class, event.service_type, event.registered_delivery, tlvs,
                )
            )  # fmt: skip
            event.accept(message_id)

    def _run(self, work: Coroutine[Any, Any, Any], seconds: float = 20) -> Any:  # noqa: ANN401 - whatever it returns
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)


async def _delivering(session: smpp34.Esme, octets: bytes, tlvs: list[smpp34.Tlv], fields: dict[str, Any]) -> int:
    return (await session.deliver_sm(short_message=octets, tlvs=tlvs, **fields)).command_status


async def _stopping(server: smpp34.Server) -> None:
    await server.stop()


async def _unbinding(session: smpp34.Esme) -> None:
    await session.unbind()


@contextmanager
def message_centre() -> Iterator[MessageCentre]:
    """Lend a message centre on a free port."""
    port = free_port(FIRST_PORT + os.getpid() % 100 * 20, tries=20)
    assert port is not None
    centre = MessageCentre(port)
    centre.start()
    try:
        yield centre
    finally:
        centre.stop()

"""A bind that is kept standing: opened again whenever it is lost, heard by one thread, sent over by many."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from gateway.binds import Bind
from gateway.channels.smpp import pdus
from gateway.channels.smpp.codes import BUSY, OK, REFUSES_BIND, SYSTEM_ERROR
from gateway.channels.smpp.records import Answered, Delivered, NoAnswer, NotSent, Submission
from gateway.channels.smpp.tls import TlsRefused
from gateway.channels.smpp.wire import BindRefused, Wire
from gateway.ports.meter import Meter

RESPONSE_SECONDS: Final = 30.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
_UNBIND_SECONDS: Final = 2.0
_MOST_UNHEARD: Final = 200

Take = Callable[[str, Delivered], Submission | None]


@dataclass(frozen=True, slots=True)
class _Heard:
    wire: Wire
    session: str
    delivered: Delivered


class Link:
    """One bind with one or two connections; ``take`` stores a delivery and must have committed when it returns.

    ``new_session`` names each bind anew; ``first_pause`` is in seconds, and doubles up to a minute.
    """

    def __init__(
        self,
        bind: Bind,
        take: Take,
        new_session: Callable[[], str],
        meter: Meter,
        reach: Callable[[str], None] = lambda _: None,
        first_pause: float = FIRST_PAUSE,
    ) -> None:
        self._bind, self._take, self._new_session, self._meter, self._reach = bind, take, new_session, meter, reach
        self._first_pause = first_pause
        self._window = threading.BoundedSemaphore(bind.window)
        self._unheard: queue.Queue[_Heard | None] = queue.Queue()
        self._screens = ThreadPoolExecutor(bind.window, thread_name_prefix="screen")
        self._stopping, self._moved = threading.Event(), threading.Event()
        self._wires: tuple[Wire, ...] = ()
        self._refused = False
        self.bound = threading.Event()

    def serve(self) -> None:
        """Keep the bind standing until ``stop``; then hear what has come, unbind, and return."""
        hearing = threading.Thread(target=self._hear_on, name="smpp-hearing")
        hearing.start()
        pause = self._first_pause
        while not self._stopping.is_set():
            if self._open():
                pause = self._first_pause
                self._moved.wait()
                self.bound.clear()
            if self._stopping.is_set():
                break
            self._close()
            self._stopping.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._unheard.put(None)
        hearing.join()
        self._screens.shutdown()
        self._unbind()
        self._close()

    def stop(self) -> None:
        """Let ``serve`` end; safe to call from a signal handler."""
        self._stopping.set()
        self._moved.set()

    def submit(self, submission: Submission) -> Answered:
        """Send one submit_sm within the window; raises NotSent or NoAnswer."""
        wires = self._wires
        if not wires:
            raise NotSent(refused=self._refused)
        if not self._window.acquire(timeout=RESPONSE_SECONDS):
            raise NotSent
        try:
            return wires[0].ask(partial(_submit, submission), RESPONSE_SECONDS)
        finally:
            self._window.release()

    def _open(self) -> bool:
        """Bind by every connection of the mode; the first one sends."""
        modes = ("transceiver",) if self._bind.mode == "transceiver" else ("transmitter", "receiver")
        session, opened = self._new_session(), []
        self._moved.clear()
        try:
            for mode in modes:
                wire = Wire(self._bind, mode, partial(self._delivered, session), self._moved.set, self._reach)
                wire.open()
                opened.append(wire)
        except (OSError, BindRefused) as error:
            self._refused = is_refusal(error)
            told = self._refused or isinstance(error, TlsRefused)
            self._meter.event("bind_failed", error=str(error) if told else type(error).__name__)
            for wire in opened:
                wire.close()
            return False
        self._wires, self._refused = tuple(opened), False
        if self._stopping.is_set():
            self._moved.set()
        self.bound.set()
        self._meter.event("bound", mode=self._bind.mode)
        return True

    def _close(self) -> None:
        wires, self._wires = self._wires, ()
        for wire in wires:
            wire.close()

    def _unbind(self) -> None:
        for wire in self._wires:
            try:
                wire.ask(partial(pdus.request, "unbind"), _UNBIND_SECONDS)
            except (NotSent, NoAnswer):
                continue

    def _delivered(self, session: str, wire: Wire, delivered: Delivered) -> None:
        """Queue a delivery for the thread that hears; too many at once are refused, and come back."""
        if self._unheard.qsize() >= _MOST_UNHEARD:
            wire.respond("deliver_sm", delivered.sequence, BUSY)
            return
        self._unheard.put(_Heard(wire, session, delivered))

    def _hear_on(self) -> None:
        """Store one delivery after the other, each acknowledged once it is committed."""
        while (heard := self._unheard.get()) is not None:
            screen, status = None, OK
            try:
                screen = self._take(heard.session, heard.delivered)
            except Exception as error:  # noqa: BLE001 - the door of a bind: what could not be stored is refused, and comes back
                self._meter.event("delivery_not_stored", error=type(error).__name__)
                status = SYSTEM_ERROR
            self._reach("before-ack")
            heard.wire.respond("deliver_sm", heard.delivered.sequence, status)
            if screen is not None:
                self._screens.submit(self._show, screen)

    def _show(self, screen: Submission) -> None:
        """Send a screen; one that does not get through is lost with its session, the answers are kept."""
        try:
            status = self.submit(screen).status
        except (NotSent, NoAnswer):
            status = -1
        self._meter.count("screens", outcome="shown" if status == OK else "lost")


def is_refusal(error: OSError | BindRefused) -> bool:
    """Whether somebody must look at the settings: waiting will not help."""
    if isinstance(error, TlsRefused):
        return not error.passes
    return isinstance(error, BindRefused) and error.status in REFUSES_BIND


def _submit(submission: Submission, sequence: int) -> bytes:
    return pdus.submit(sequence, submission)

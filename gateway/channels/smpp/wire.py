"""One bound connection: requests wait for their response, deliveries are passed on, silence is asked about."""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final

from gateway.binds import Bind
from gateway.channels.smpp import pdus
from gateway.channels.smpp.codes import OK
from gateway.channels.smpp.records import Answered, Asked, Delivered, NoAnswer, NotSent
from gateway.channels.smpp.tls import Secured, TlsRefused, secured

CONNECT_SECONDS: Final = 10.0
_CHUNK: Final = 65_536
_HIGHEST: Final = 0x7FFFFFFF
_INVALID_COMMAND: Final = 0x03


class BindRefused(Exception):
    """The operator answered our bind with ``status``."""

    def __init__(self, status: int) -> None:
        super().__init__(f"bind refused, status 0x{status:02x}")
        self.status = status


class Wire:
    """One TCP connection in one ``mode``: transceiver, transmitter or receiver.

    ``deliver`` is called in the reader's thread with each delivery and must not wait; ``lost`` once, when it is over.
    """

    def __init__(
        self,
        bind: Bind,
        mode: str,
        deliver: Callable[["Wire", Delivered], None],
        lost: Callable[[], None],
        reach: Callable[[str], None],
    ) -> None:
        self._bind, self._mode, self._deliver, self._lost, self._reach = bind, mode, deliver, lost, reach
        self._buffer = b""
        self._sequence = 0
        self._over = False
        self._state, self._writing = threading.Lock(), threading.Lock()
        self._waiting: dict[int, Future[Answered]] = {}
        self._socket: socket.socket | Secured | None = None

    def open(self) -> None:
        """Connect and bind; raises OSError (TlsRefused: before the login was sent) or BindRefused."""
        plain = socket.create_connection((self._bind.host, self._bind.port), timeout=CONNECT_SECONDS)
        connection: socket.socket | Secured = plain
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            bind = self._bind
            self._socket = connection = secured(plain, bind) if bind.tls else plain
            self._write(pdus.bind(self._mode, self._next_number(), bind.system_id, bind.password, bind.system_type))
            answered = pdus.read(self._next())
        except TlsRefused:
            connection.close()
            raise
        except (OSError, pdus.Malformed) as error:
            connection.close()
            raise OSError("no answer to our bind") from error
        if not isinstance(answered, Answered) or answered.status != OK:
            connection.close()
            raise BindRefused(answered.status if isinstance(answered, Answered) else -1)
        connection.settimeout(bind.enquire.total_seconds())
        threading.Thread(target=self._read_on, name=f"smpp-{self._mode}", daemon=True).start()

    def ask(self, written: Callable[[int], bytes], seconds: float) -> Answered:
        """Send a request and wait for its response; raises NotSent before, NoAnswer after bytes have left."""
        with self._state:
            if self._over:
                raise NotSent
            number = self._next_number()
            answer: Future[Answered] = Future()
            self._waiting[number] = answer
        try:
            self._write(written(number))
            self._reach("after-submit")
            return answer.result(seconds)
        except (OSError, TimeoutError) as error:
            raise NoAnswer from error
        finally:
            with self._state:
                self._waiting.pop(number, None)

    def respond(self, command: str, sequence: int, status: int = OK) -> None:
        """Answer a request of the other side; a line that is gone needs no answer."""
        try:
            self._write(pdus.response(command, sequence, status))
        except OSError:
            self.close()

    def close(self) -> None:
        """End the connection; whoever waits for a response learns that none will come."""
        with self._state:
            if self._over:
                return
            self._over = True
            waiting = list(self._waiting.values())
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # the other side was faster
            self._socket.close()
        for answer in waiting:
            answer.set_exception(NoAnswer())
        self._lost()

    def _next_number(self) -> int:
        self._sequence = self._sequence % _HIGHEST + 1
        return self._sequence

    def _write(self, octets: bytes) -> None:
        if self._socket is None:
            raise OSError("not connected")
        with self._writing:
            self._socket.sendall(octets)

    def _read_on(self) -> None:
        asked = False
        while not self._over:
            try:
                told = pdus.read(self._next())
                asked = False
                self._heed(told)
            except TimeoutError:
                if asked:
                    break  # it has not even answered whether it is there
                asked = True
                self._enquire()
            except (OSError, pdus.Malformed):
                break
        self.close()

    def _enquire(self) -> None:
        with self._state:
            number = self._next_number()
        try:
            self._write(pdus.request("enquire_link", number))
        except OSError:
            self.close()

    def _heed(self, told: Delivered | Answered | Asked) -> None:
        if isinstance(told, Delivered):
            self._deliver(self, told)
        elif isinstance(told, Answered):
            with self._state:
                answer = self._waiting.pop(told.sequence, None)
            if answer is not None:
                answer.set_result(told)
        elif told.command == "unbind":
            self.respond("unbind", told.sequence)
            self.close()
        elif told.command == "enquire_link":
            self.respond("enquire_link", told.sequence)
        else:
            self.respond("?", told.sequence, _INVALID_COMMAND)

    def _next(self) -> bytes:
        """Return the next whole PDU; what has come of it stays when the wait is interrupted."""
        self._fill(4)
        length = pdus.length_of(self._buffer[:4])
        self._fill(length)
        octets, self._buffer = self._buffer[:length], self._buffer[length:]
        return octets

    def _fill(self, length: int) -> None:
        if self._socket is None:
            raise OSError("not connected")
        while len(self._buffer) < length:
            received = self._socket.recv(_CHUNK)
            if not received:
                raise OSError("the other side has hung up")
            self._buffer += received

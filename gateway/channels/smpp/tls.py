"""TLS over a bind's connection: refused unless the certificate is trusted and bears the operator's name."""

import socket
import ssl
import threading
from typing import Final, Literal

from gateway.binds import Bind
from gateway.exchange import public_trust

_CHUNK: Final = 65_536
_WRONG_HOST: Final = frozenset({62, 64})  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
Refusal = Literal["untrusted_certificate", "certificate_of_another_name", "no_tls", "tls_unanswered"]


class TlsRefused(OSError):
    """No bind without TLS as it was asked for: the login has not been sent. ``reason`` is told by the doctor.

    ``passes``: the other side only was silent or gone, which may be better in a minute.
    """

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason: Refusal = reason

    @property
    def passes(self) -> bool:
        """Whether waiting may help."""
        return self.reason == "tls_unanswered"


class Secured:
    """A connected socket under TLS, as far as a bind needs one.

    One thread reads while others write. OpenSSL allows no two calls at once on one connection, and a reader that held a
    lock while it waits would keep the writers from writing; so only memory is touched under the lock, never the socket.
    """

    def __init__(self, plain: socket.socket, context: ssl.SSLContext, name: str) -> None:
        self._plain = plain
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=name)
        self._state, self._sending = threading.Lock(), threading.Lock()

    def shake_hands(self) -> None:
        """Agree on keys and judge the certificate; raises TlsRefused."""
        try:
            self._until_done()
        except ssl.SSLCertVerificationError as error:
            wrong_host = error.verify_code in _WRONG_HOST
            raise TlsRefused("certificate_of_another_name" if wrong_host else "untrusted_certificate") from error
        except ssl.SSLEOFError as error:
            raise TlsRefused("tls_unanswered") from error
        except ssl.SSLError as error:
            raise TlsRefused("no_tls") from error
        except OSError as error:
            raise TlsRefused("tls_unanswered") from error

    def sendall(self, octets: bytes) -> None:
        """Send everything; raises OSError."""
        with self._state:
            self._tls.write(octets)
        self._flush()

    def recv(self, most: int) -> bytes:
        """Return up to ``most`` octets, none at the end; raises TimeoutError or another OSError."""
        while True:
            try:
                with self._state:
                    return self._tls.read(most)
            except ssl.SSLWantReadError:
                self._more()
            except ssl.SSLZeroReturnError:
                return b""

    def settimeout(self, seconds: float) -> None:
        """Say how long each wait for the network may last."""
        self._plain.settimeout(seconds)

    def shutdown(self, how: int) -> None:
        """Wake whoever waits; SMPP has said its own farewell."""
        self._plain.shutdown(how)

    def close(self) -> None:
        """Give the connection back."""
        self._plain.close()

    def _until_done(self) -> None:
        done = False
        while not done:
            try:
                with self._state:
                    self._tls.do_handshake()
                done = True
            except ssl.SSLWantReadError:
                self._more()
        self._flush()

    def _more(self) -> None:
        """Let out what TLS itself has to say, and wait for what comes."""
        self._flush()
        octets = self._plain.recv(_CHUNK)
        with self._state:
            if octets:
                self._came.write(octets)
            else:
                self._came.write_eof()

    def _flush(self) -> None:
        """Send what is ready, in the order in which it was made."""
        with self._sending:
            with self._state:
                octets = self._goes.read()
            if octets:
                self._plain.sendall(octets)


def secured(plain: socket.socket, bind: Bind) -> Secured:
    """Return the connection under TLS; raises TlsRefused."""
    connection = Secured(plain, _context_of(bind), bind.tls_name or bind.host)
    connection.shake_hands()
    return connection


def _context_of(bind: Bind) -> ssl.SSLContext:
    """Trust the authorities that came with the contract and no others, else those of the public web."""
    if not bind.tls_ca:
        return public_trust()
    context = ssl.create_default_context(cadata=bind.tls_ca)
    # The file may also hold the operator's own certificate: then that one is trusted, whoever signed it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context

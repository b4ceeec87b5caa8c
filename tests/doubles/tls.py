"""Certificates made on the spot, and a listener that ends TLS before a stand-in, as an operator's own door does."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BEGUN = datetime(2020, 1, 1)
LASTS = timedelta(days=365 * 60)
GENERIC_NACK = bytes.fromhex("00000010 80000000 00000002 00000000")
"""What a message centre answers to octets that are no PDU (SMPP 3.4, section 4.3)."""


@dataclass(frozen=True)
class Authority:
    """Somebody who signs certificates; ``pem`` is its own."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """The authority's certificate."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def identity(self, folder: Path, *names: str) -> Path:
        """Write a certificate for hosts and addresses with its key into one file, and return its path."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = [_alternative(name) for name in names]
        made = _certificate(names[0], self.name, key, self.key, x509.SubjectAlternativeName(alternatives))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = folder / f"{names[0]}.pem"
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
        return path


def authority(name: str = "Authority of a test") -> Authority:
    """Make an authority with a key of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    ca = x509.BasicConstraints(ca=True, path_length=0)
    return Authority(name, key, _certificate(name, name, key, key, ca))


def _certificate(
    subject: str,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> x509.Certificate:
    whose, whom = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in (subject, issuer))
    builder = x509.CertificateBuilder(whom, whose, key.public_key(), x509.random_serial_number(), BEGUN, BEGUN + LASTS)
    return builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints)).sign(
        signer, hashes.SHA256()
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@contextmanager
def tls_door(identity: Path, inner: int) -> Iterator[int]:
    """Lend a TLS listener with the certificate and key of ``identity`` before the port ``inner``; its own port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(identity)
    loop = asyncio.new_event_loop()
    serving = threading.Thread(target=loop.run_forever, name="tls-door", daemon=True)
    serving.start()
    door = asyncio.run_coroutine_threadsafe(_open(context, inner), loop).result(20)
    try:
        yield door.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_shut(door), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        serving.join()
        loop.close()


@contextmanager
def plain_door() -> Iterator[tuple[int, bytearray]]:
    """Lend a listener that knows no TLS: it keeps what the first caller sends, and refuses it; its port and that."""
    came = bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hear() -> None:
            with suppress(OSError), listener.accept()[0] as caller:
                came.extend(caller.recv(65_536))
                caller.sendall(GENERIC_NACK)
                while more := caller.recv(65_536):  # hanging up before all is read would take the answer back
                    came.extend(more)

        hearing = threading.Thread(target=hear, daemon=True)
        hearing.start()
        try:
            yield listener.getsockname()[1], came
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            hearing.join()


async def _open(context: ssl.SSLContext, inner: int) -> asyncio.Server:
    async def relay(here: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        there, behind = await asyncio.open_connection("127.0.0.1", inner)
        await asyncio.gather(_carry(here, behind), _carry(there, back), return_exceptions=True)

    return await asyncio.start_server(relay, "127.0.0.1", 0, ssl=context)


async def _carry(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while octets := await source.read(65_536):
            target.write(octets)
            await target.drain()
    finally:
        target.close()


async def _shut(door: asyncio.Server) -> None:
    door.close()
    me = asyncio.current_task()
    others = [task for task in asyncio.all_tasks() if task is not me]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)

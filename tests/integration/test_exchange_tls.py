"""Whoever cannot prove who it is hears nothing: certificates of carriers and partners are verified."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from gateway.exchange import Exchange, NotReached


def self_signed(folder: Path) -> ssl.SSLContext:
    """Return a server's context with a certificate that only its own maker vouches for."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).add_extension(names, critical=False)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(pem + made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(tmp_path: Path) -> None:
    context, heard = self_signed(tmp_path), bytearray()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            wire, _ = listener.accept()
            with wire:
                try:
                    with context.wrap_socket(wire, server_side=True) as secure:
                        heard.extend(secure.recv(1_000))
                except OSError:
                    return  # the other side hung up, as it should

        server = threading.Thread(target=serve)
        server.start()
        with pytest.raises(NotReached) as refused:
            Exchange().ask("POST", f"https://127.0.0.1:{listener.getsockname()[1]}/", {}, b"a secret")
        server.join()
    assert "CertVerification" in str(refused.value) and heard == b""

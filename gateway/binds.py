"""One SMPP bind as the configuration file has it: where, as whom, and in which dialect of the operator."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, Protocol, TypeVar

from gateway.errors import ConfigurationError

_T = TypeVar("_T")
Mode = Literal["transceiver", "pair"]
IdBase = Literal["auto", "dec", "hex"]
_MODES: Mapping[str, Mode] = {"transceiver": "transceiver", "pair": "pair"}
_BASES: Mapping[str, IdBase] = {"auto": "auto", "dec": "dec", "hex": "hex"}
_YES_OR_NO: Mapping[str, bool] = {"true": True, "false": False}
_MOST = 255


@dataclass(frozen=True, slots=True)
class Bind:
    """How one operator is reached; ``window`` requests may be unanswered at a time.

    ``mode``: one connection both ways, or a transmitter and a receiver. ``dlr_id_base``: the base in which receipts
    write an id that the submit response wrote in the other. ``source_ton``, ``source_npi``: of our short code, where
    the operator wants other than 3/0. ``ussd_coding``: the data coding of a Latin screen. ``tls_ca``: PEM text of the
    only certificates to trust, an authority's or the operator's own; empty: the public web's authorities. ``tls_name``:
    the name on the certificate, where we bind to an address.
    """

    host: str
    port: int
    system_id: str
    password: str = field(default="", repr=False)
    system_type: str = ""
    mode: Mode = "transceiver"
    dlr_id_base: IdBase = "auto"
    window: int = 10
    enquire: timedelta = timedelta(seconds=30)
    source_ton: int | None = None
    source_npi: int | None = None
    ussd_coding: int = 15
    tls: bool = False
    tls_ca: str = field(default="", repr=False)
    tls_name: str = ""


class Place(Protocol):
    """A value of the file that can say where it stands (gateway.configuration)."""

    @property
    def read_file(self) -> Callable[[str], str]:
        """Reads the file of a secret."""
        ...

    def members(self, *known: str) -> Mapping[str, "Place"]:
        """Return the entries of a group; an unknown name is refused."""
        ...

    def text(self) -> str:
        """Return a single value."""
        ...

    def texts(self) -> tuple[str, ...]:
        """Return a list of single values."""
        ...

    def integer(self) -> int:
        """Return a whole number."""
        ...

    def duration(self) -> timedelta:
        """Return a span of time."""
        ...

    def read(self, reader: Callable[[str], _T], cure: str) -> _T:
        """Return the value as ``reader`` understands it; a ValueError is a refusal."""
        ...

    def refuse(self, problem: str, cure: str) -> ConfigurationError:
        """Return the refusal of this value."""
        ...


def read_bind(place: Place) -> Bind:
    """Return the bind of one channel entry."""
    got = place.members(*(name for name in Bind.__dataclass_fields__ if name != "tls_ca"), "password_file", "ca_file")
    for name in ("host", "port", "system_id"):
        if name not in got:
            raise place.refuse(f"has no {name}", "Give host, port, system_id and password_file, as the operator wrote.")
    if "password" in got and "password_file" in got:
        raise got["password"].refuse("is given twice, with password_file", "Keep password_file.")
    values: dict[str, Any] = {}
    values |= {name: got[name].text() for name in ("host", "system_id", "password", "system_type") if name in got}
    values |= {name: got[name].read(_small, "Write a number of 0 to 255.") for name in _SMALL if name in got}
    values["port"] = got["port"].read(_port, "Write a port, 1 to 65535.")
    if "password_file" in got:
        values["password"] = place.read_file(got["password_file"].text())
    if "mode" in got:
        values["mode"] = got["mode"].read(lambda word: _one_of(_MODES, word), "Use transceiver or pair.")
    if "dlr_id_base" in got:
        values["dlr_id_base"] = got["dlr_id_base"].read(lambda word: _one_of(_BASES, word), "Use auto, dec or hex.")
    if "enquire" in got:
        values["enquire"] = got["enquire"].duration()
    values |= _read_tls(place, got)
    if values.get("window") == 0 or values.get("enquire") == timedelta(0):
        raise place.refuse("would never send", "Give window and enquire at least 1.")
    return Bind(**values)


def _read_tls(place: Place, got: Mapping[str, Place]) -> dict[str, Any]:
    """Return what is said of TLS; certificates without it would be heeded by nobody, so they are refused."""
    values: dict[str, Any] = {}
    if "tls" in got:
        values["tls"] = got["tls"].read(lambda word: _one_of(_YES_OR_NO, word), "Use true or false.")
    for name in ("ca_file", "tls_name"):
        if name in got and not values.get("tls"):
            raise got[name].refuse("says how to trust, but TLS is off", "Add `tls: true`.")
    if "tls_name" in got:
        values["tls_name"] = got["tls_name"].read(_host_name, "Write the name on the certificate, as in smsc.example.")
    if "ca_file" in got:
        values["tls_ca"] = got["ca_file"].read(
            lambda name: _certificates(place.read_file(name)), "Give a PEM file with at least one certificate."
        )
    return values


def _certificates(pem: str) -> str:
    try:
        ssl.create_default_context(cadata=pem)
    except ssl.SSLError as error:
        raise ValueError("no certificates") from error
    return pem


def _host_name(name: str) -> str:
    ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname=name)
    return name


_SMALL = ("window", "source_ton", "source_npi", "ussd_coding")


def _one_of(known: Mapping[str, _T], word: str) -> _T:
    if word not in known:
        raise ValueError(word)
    return known[word]


def _small(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _MOST:
        raise ValueError(text)
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65_535:
        raise ValueError(text)
    return number

"""Checks the origins that settings name: where we are reached, and where a provider is."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from gateway.errors import ConfigurationError


def checked_origin(setting: str, url: str) -> str:
    """Return ``url`` without its last slash; refuse what libraries read differently (userinfo, backslash, query)."""
    cure = "Give scheme, host and port only, as in https://gateway.example.org"
    try:
        parts = urlsplit(url)
        sound = parts.port != 0 and bool(parts.hostname)
    except ValueError as error:
        raise ConfigurationError(setting, "is not a web address", cure) from error
    if parts.scheme not in ("http", "https") or not sound:
        raise ConfigurationError(setting, "is not a web address", cure)
    if "@" in url or "\\" in url or parts.query or parts.fragment or any(sign <= " " for sign in url):
        raise ConfigurationError(setting, "holds more than an origin and a path", cure)
    return url.rstrip("/")


def is_loopback(origin: str) -> bool:
    """Whether ``origin`` names this machine: a loopback address or localhost."""
    host = urlsplit(origin).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

"""Names and values of the environment and ``.env``, each given directly or through a file, checked as they are read."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from gateway.errors import ConfigurationError

NAMES = (
    "GATEWAY_HOME",
    "GATEWAY_CONFIG",
    "DATABASE_URL",
    "KEY_STORE_URL",
    "REDIS_URL",
    "GATEWAY_KEYS",
    "PUBLIC_BASE_URL",
    "BIND",
    "WEB_WORKERS",
    "WEB_THREADS",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_NEXT",
    "TWILIO_API_KEY_SID",
    "TWILIO_API_KEY_SECRET",
    "TWILIO_FROM",
    "TWILIO_MESSAGING_SERVICE_SID",
    "TWILIO_API_BASE_URL",
    "GATEWAY_MODE",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "TZ_NAME",
)
"""Every setting an operator may give; ``NAME_FILE`` names a file that holds the value of NAME."""

INTERNAL = ("GATEWAY_START_TOKEN", "CRASH_AT")
"""Set by the supervisor and by fault tests, never by an operator."""


class Source:
    """Names to values: the environment first, then ``.env``; each name directly or through ``NAME_FILE``."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.folder = folder
        self.layers = (environment, _read_env_file(folder / ".env"))

    def text(self, name: str, default: str = "") -> str:
        """Return a value, or ``default`` when the name is unset or empty."""
        for layer in self.layers:
            value, file = layer.get(name, ""), layer.get(name + "_FILE", "")
            if value and file:
                raise ConfigurationError(name, f"is given twice, with {name}_FILE", "Keep one of the two.")
            if value or file:
                found = value or self.file(file, name + "_FILE")
                if not found.isprintable():
                    raise ConfigurationError(name, "holds a control character or a line break", "Remove it.")
                return found
        return default

    def file(self, path: str, name: str) -> str:
        """Return the stripped text of a secret's file, relative to the folder of ``.env``."""
        try:
            found = (self.folder / path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(name, f"{path} cannot be read", "Check the path and its permissions.") from error
        if not found:
            raise ConfigurationError(name, f"{path} is empty", "Write the value into it.")
        return found

    def choice(self, name: str, default: str, *allowed: str) -> str:
        """Return one of ``allowed``, in lower case."""
        value = self.text(name, default).lower()
        if value not in allowed:
            raise ConfigurationError(name, f"{value!r} is not known", f"Use one of: {', '.join(allowed)}.")
        return value

    def count(self, name: str, default: int, most: int) -> int:
        """Return a whole number from 1 to ``most``."""
        value = self.text(name, str(default))
        if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= most:
            raise ConfigurationError(name, f"{value!r} is not a number from 1 to {most}", f"Try {name}={default}.")
        return int(value)

    def path(self, name: str, default: Path) -> Path:
        """Return an absolute path; a relative one begins at the folder of ``.env``."""
        return (self.folder / Path(self.text(name, str(default))).expanduser()).absolute()

    def origin(self, name: str, default: str) -> str:
        """Return an http(s) address without user, query or trailing slash."""
        value = self.text(name, default).rstrip("/")
        cure = f"Write it like {default}."
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            raise ConfigurationError(name, f"{value!r} is not an address", cure) from None
        if not whole or parts.username is not None or parts.query or parts.fragment or " " in value:
            raise ConfigurationError(name, "is not a plain http(s) address", cure)
        return value

    def database(self, name: str, default: str) -> str:
        """Return a database URL this gateway can open; its password is never quoted in an error."""
        value = self.text(name, default)
        if not re.match(r"(sqlite:///.|postgresql\+psycopg://.)", value):
            cure = "Use sqlite:////absolute/path.db or postgresql+psycopg://user@host/name."
            raise ConfigurationError(name, f"begins with {value.split(':')[0]!r}, which is not supported", cure)
        return value


def _read_env_file(path: Path) -> dict[str, str]:
    """Return the names of a ``.env`` file; comments, ``export`` and quotes as shells write them."""
    try:
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(str(path), "cannot be read", "Check its permissions; it must be UTF-8.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = re.fullmatch(r"\s*(?:export\s+)?([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^\"'\s][^\s]*|)\s*(?:#.*)?", line)
        if match is None:
            raise ConfigurationError(f"{path.name}:{number}", "is not NAME=value", "Quote a value that holds spaces.")
        name, value = match.groups()
        if name.startswith(("GATEWAY_", "TWILIO_")) and name.removesuffix("_FILE") not in NAMES:
            raise ConfigurationError(f"{path.name}:{number} {name}", "is no setting", "See the table in README.md.")
        found[name] = value[1:-1] if value[:1] in ("'", '"') else value
    return found

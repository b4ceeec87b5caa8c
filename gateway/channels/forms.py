"""Reads url-encoded forms strictly: valid UTF-8, a bounded number of fields, each name once."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl

from gateway.errors import MalformedRequest

MOST_FIELDS = 100


@dataclass(frozen=True, slots=True)
class Form:
    """Decoded name and value pairs in the order they came."""

    pairs: tuple[tuple[str, str], ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Return every value of ``name``."""
        return tuple(value for given, value in self.pairs if given == name)

    def get(self, name: str) -> str | None:
        """Return the only value of ``name``, or None when it is absent; a repeated name is malformed."""
        found = self.values(name)
        if len(found) > 1:
            raise MalformedRequest(f"repeated field {name}")
        return found[0] if found else None

    def need(self, name: str) -> str:
        """Return the only value of ``name``; absent or repeated it is malformed."""
        found = self.get(name)
        if found is None:
            raise MalformedRequest(f"missing field {name}")
        return found

    def repeated(self) -> bool:
        """Whether any name stands twice."""
        return len({name for name, _ in self.pairs}) < len(self.pairs)

    def readings(self) -> Iterator[dict[str, str]]:
        """Yield what a reader that keeps one value a name would see: the last ones, then the first ones."""
        yield dict(self.pairs)
        yield dict(reversed(self.pairs))


def read_form(raw: bytes | str, encoding: str = "utf-8") -> Form:
    """Read a body or a query; raise MalformedRequest for bytes that are no UTF-8 or for more than 100 fields.

    With ``encoding`` latin-1 a value has one character a byte, for providers that mix alphabets.
    """
    try:
        text = raw if isinstance(raw, str) else raw.decode()
        pairs = parse_qsl(text, keep_blank_values=True, encoding=encoding, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise MalformedRequest("form") from error
    return Form(tuple(pairs))

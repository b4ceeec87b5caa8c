"""A value of ``gateway.yaml`` that knows where it stands, so that what is wrong with it is named by its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import time, timedelta
from typing import TypeVar

from gateway import strict_yaml
from gateway.errors import ConfigurationError

_T = TypeVar("_T")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class ConfigPlace:
    """A node with the path that names it in an error, and the reader of secret files."""

    node: strict_yaml.Node
    path: str
    read_file: Callable[[str], str]

    def refuse(self, problem: str, cure: str) -> ConfigurationError:
        """Return the refusal of this value, with its place, the problem and the cure."""
        mark = self.node.mark
        return ConfigurationError(f"{mark.file}:{mark.line}:{mark.column} {self.path}", problem, cure)

    def members(self, *known: str) -> dict[str, "ConfigPlace"]:
        """Return the entries of a mapping; an unknown name is refused (no names given: any well-formed one)."""
        if not isinstance(self.node, strict_yaml.Mapping):
            raise self.refuse("is not a group of names and values", "Write `name: value` lines under it.")
        found = {}
        for name, node in self.node.entries:
            path = f"{self.path}.{name.value}".lstrip(".")
            place = ConfigPlace(node, path, self.read_file)
            if known and name.value not in known:
                raise place.refuse("is not known here", f"Use one of: {', '.join(known)}.")
            if not known and not _NAME.fullmatch(name.value):
                raise place.refuse("is not a usable name", "Use a-z, 0-9 and _, beginning with a letter.")
            found[name.value] = place
        return found

    def items(self) -> list["ConfigPlace"]:
        """Return the places of a list."""
        if not isinstance(self.node, strict_yaml.Sequence):
            raise self.refuse("is not a list", "Write it as `[one, two]`.")
        return [ConfigPlace(node, f"{self.path}[{at}]", self.read_file) for at, node in enumerate(self.node.items)]

    def text(self) -> str:
        """Return a single value."""
        if not isinstance(self.node, strict_yaml.Scalar) or not self.node.value:
            raise self.refuse("is not a single value", "Write one value after the colon.")
        return self.node.value

    def texts(self) -> tuple[str, ...]:
        """Return a list of single values."""
        return tuple(item.text() for item in self.items())

    def read(self, reader: Callable[[str], _T], cure: str) -> _T:
        """Return the value as ``reader`` understands it; its ValueError becomes a refusal with ``cure``."""
        try:
            return reader(self.text())
        except ValueError:
            raise self.refuse(f"{self.text()!r} cannot be used", cure) from None

    def integer(self) -> int:
        """Return a whole number."""
        return self.read(_count, "Write a whole number of 0 or more.")

    def integers(self) -> tuple[int, ...]:
        """Return a list of whole numbers."""
        return tuple(item.integer() for item in self.items())

    def duration(self) -> timedelta:
        """Return a span of time."""
        return self.read(_duration, "Write a number with a unit: 30s, 3m, 12h or 365d.")

    def hour(self) -> time:
        """Return a time of day."""
        return self.read(_hour, 'Write hours and minutes in quotes, as "21:00".')


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def rate(text: str) -> float:
    """Return segments a second; ValueError outside of 0.01 to 10000."""
    found = float(text)
    if not 0.01 <= found <= 10_000:
        raise ValueError(text)
    return found


def _duration(text: str) -> timedelta:
    if text[-1] not in _UNITS:
        raise ValueError(text)
    return timedelta(**{_UNITS[text[-1]]: _count(text[:-1])})


def _hour(text: str) -> time:
    if not re.fullmatch(r"\d\d:\d\d", text):
        raise ValueError(text)
    return time.fromisoformat(text)


def number(text: str) -> str:
    """Return a phone number as E.164; ValueError for anything else."""
    if not re.fullmatch(r"\+[1-9]\d{7,14}", text):
        raise ValueError(text)
    return text

"""Repairs content files in place, whole files at a time, until nothing is left that can be repaired safely."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from gateway.content.checking import checked_below, raw_texts
from gateway.conversation.lint_fix import fixed

_MOST_ROUNDS = 5  # one repair can leave another to do, such as a marker that is no longer needed


def fix_below(root: Path, wanted: Callable[[str], bool]) -> tuple[str, ...]:
    """Repair the wanted files below ``root``; return those that were changed, sorted."""
    changed: set[str] = set()
    for _ in range(_MOST_ROUNDS):
        repaired = dict(_repaired(root, wanted))
        for file, text in repaired.items():
            _replace(root / file, text)
        changed |= repaired.keys()
        if not repaired:
            break
    return tuple(sorted(changed))


def _repaired(root: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    findings = checked_below(root).findings
    for file, source in raw_texts(root).items():
        if wanted(file):
            text = fixed(file, source, findings)
            if text != source:
                yield file, text


def _replace(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(text.encode("utf-8"))
    beside.chmod(path.stat().st_mode)
    os.replace(beside, path)

"""Examples of the lint: small edits of one sound world, written beside what the lint must say of them."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parents[1] / "unit" / "lint_examples"
WORLD = HERE / "world"
_HEAD = re.compile(r"# (?P<says>.+)\n# expected:(?P<expected>[^\n]*)\n")


@dataclass(frozen=True)
class Example:
    """One example: ``edits`` are (file, lines that go, lines that come); nothing expected is the good twin."""

    code: str
    good: bool
    says: str
    expected: frozenset[str]
    edits: tuple[tuple[str, str, str], ...]

    def build(self, folder: Path) -> Path:
        """Write the world with the edits of this example below ``folder``."""
        shutil.copytree(WORLD, folder, dirs_exist_ok=True)
        for file, old, new in self.edits:
            path = folder / file
            if not old:
                path.parent.mkdir(parents=True, exist_ok=True)
                assert not path.exists(), f"{file} is there already"
                path.write_text(f"{new}\n", "utf-8")
                continue
            text = path.read_text("utf-8")
            assert old in text, f"{file} does not hold {old!r}"
            path.write_text(text.replace(old if new else f"{old}\n", new, 1), "utf-8")
        return folder


def examples() -> list[Example]:
    """Return every example, sorted by code."""
    return [_example(path) for path in sorted(HERE.glob("*.txt"))]


def _example(path: Path) -> Example:
    text = path.read_text("utf-8")
    head = _HEAD.match(text)
    assert head, f"{path.name} does not begin with what it shows and what is expected"
    code, twin, _ = path.name.split(".")
    edits = tuple(_edits(text[head.end() :]))
    return Example(code, twin == "good", head["says"], frozenset(head["expected"].split()), edits)


def _edits(body: str) -> list[tuple[str, str, str]]:
    """Read ``@ file`` and, below it, lines that go (``- ``) and lines that come (``+ ``) in their place."""
    found: list[tuple[str, str, str]] = []
    file, old, new = "", [], []  # type: str, list[str], list[str]
    for line in [*body.splitlines(), "@ "]:
        sign, rest = line[:1], line[2:]
        if (sign == "-" and new) or sign == "@":
            if old or new:
                found.append((file, "\n".join(old), "\n".join(new)))
            old, new = [], []
        if sign == "@":
            file = rest
        else:
            (old if sign == "-" else new).append(rest)
    return found

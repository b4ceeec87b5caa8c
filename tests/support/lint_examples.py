"""Examples of the lint: small edits of one sound world, written beside what the lint must say of them."""

import re
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gateway.content.checking import findings_below
from gateway.content.files import read_sources
from gateway.conversation.coverage import exits_of
from gateway.conversation.lint_material import REQUIRED, Given
from gateway.errors import Finding

HERE = Path(__file__).parents[1] / "unit" / "lint_examples"
WORLD = HERE / "world"
_HEAD = re.compile(r"# (?P<says>.+)\n# expected:(?P<expected>[^\n]*)\n(?:# given: (?P<given>[^\n]+)\n)?")


@dataclass(frozen=True)
class Example:
    """One example: ``edits`` are (file, lines that go, lines that come); nothing expected is the good twin."""

    code: str
    good: bool
    says: str
    expected: frozenset[str]
    edits: tuple[tuple[str, str, str], ...]
    given: str = ""

    def findings(self, folder: Path) -> tuple[Finding, ...]:
        """Build the example below ``folder`` and return what is found in it."""
        root = self.build(folder)
        return findings_below(root, _given(self.given, root))

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
    return Example(code, twin == "good", head["says"], frozenset(head["expected"].split()), edits, head["given"] or "")


def _given(said: str, root: Path) -> Given:
    """Read what no file says: ``day 2027-01-01``, ``held flow.value code ..``, ``untaken flow.step way in lo``."""
    kind, _, rest = said.partition(" ")
    if kind == "day":
        return Given(today=date.fromisoformat(rest))
    if kind == "held":
        place, *codes = rest.split()
        return Given(in_use={place: frozenset(codes)})
    if kind == "untaken":
        flows = read_sources(root).flows.values()
        exits = {(exit_, language) for flow in flows for exit_ in exits_of(flow) for language in REQUIRED}
        untaken = {
            f"{exit_.flow}.{exit_.step} {exit_.way} in {language}": (exit_, language) for exit_, language in exits
        }
        return Given(taken=frozenset(exits - {untaken[rest]} if rest != "nothing" else exits))
    return Given()


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

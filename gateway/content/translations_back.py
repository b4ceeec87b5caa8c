"""What came back from a translator, judged row by row: taken, refused with the reason, or unchanged."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.content.translations import Row, Sheet
from gateway.content.translations_yaml import Texts, edited, new_file
from gateway.conversation.translated import RECORD, written
from gateway.errors import Conflict, Defect
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import read
from gateway.text.catalogue import parse_messages, placeholders

LONGEST: Final = 1_000
_WORD: Final = re.compile(r"[^\W\d_]+")
_PLACEHOLDER: Final = re.compile(r"\{[a-z0-9_.]*\}")
_HIDDEN: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Given:
    """One row as it came back; ``line`` is where it stands in the file.

    ``settled`` says that its translator stands by it: no longer fuzzy in PO, state done in a spreadsheet.
    """

    key: str
    source: str
    target: str
    source_hash: str
    line: int = 0
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Returned:
    """A file that came back, for one language."""

    language: str
    rows: tuple[Given, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken, and why."""

    row: Given
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The lists of an import: what is taken (row, new text), what is refused, and keys that stay as they are.

    ``confirmed`` are stale texts that stay, since they fit their changed source as well.
    """

    taken: tuple[tuple[Row, str], ...]
    refused: tuple[Refused, ...]
    unchanged: tuple[str, ...]
    confirmed: tuple[Row, ...] = ()


def judge(sheet: Sheet, returned: Returned) -> Verdict:
    """Judge every row; raises Conflict when the whole file is of another language."""
    if returned.language != sheet.language:
        raise Conflict(f"The file is for language '{returned.language}', not for '{sheet.language}'.")
    known = {row.key: row for row in sheet.rows}
    seen: set[str] = set()
    taken: list[tuple[Row, str]] = []
    refused: list[Refused] = []
    unchanged: list[str] = []
    confirmed: list[Row] = []
    for given in returned.rows:
        row = known.get(given.key)
        reason = "it stands twice in the file" if given.key in seen else _reason(row, given, sheet.language)
        seen.add(given.key)
        if row is None or reason:
            refused.append(Refused(given, reason))
        elif given.target not in ("", row.target):
            taken.append((row, given.target))
        elif row.state == "stale" and given.settled and given.target:
            confirmed.append(row)
        else:
            unchanged.append(given.key)
    return Verdict(tuple(taken), tuple(refused), tuple(unchanged), tuple(confirmed))


def _reason(row: Row | None, given: Given, language: str) -> str:
    """Return why a row is refused, or the empty text."""
    if row is None:
        return "there is no such id"
    # Some tools drop the comment that holds the hash; the source itself is there all the same.
    if given.source != row.source or given.source_hash not in ("", row.source_hash):
        return "the source has changed since the export"
    if given.target in ("", row.target):
        return ""
    wanted, found = set(placeholders(row.source)), set(placeholders(given.target))
    if row.variant == "without_directory":
        wanted = {name for name in wanted if not name.startswith("directory.")}
    if wanted != found:
        lacking = " ".join(f"{{{name}}}" for name in sorted(wanted - found))
        foreign = " ".join(f"{{{name}}}" for name in sorted(found - wanted))
        return "; ".join(part for part in (lacking and f"it lacks {lacking}", foreign and f"it adds {foreign}") if part)
    return _unfit(given.target) or _wrong_script(row, given.target, language)


def _unfit(text: str) -> str:
    """Say why a text cannot be stored."""
    if len(text) > LONGEST:
        return f"it has {len(text)} characters, more than {LONGEST}"
    for sign in text:
        control = unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp", "Cn") and sign != "\n"
        if control or sign in _HIDDEN:
            return f"it holds a character that cannot be sent: U+{ord(sign):04X}"
    return ""


def _wrong_script(row: Row, text: str, language: str) -> str:
    """Say which script is lacking if most letters are not in that of the language; words of the source are names."""
    named = {word for word in _WORD.findall(row.source)}
    own = _WORD.sub(lambda found: "" if found[0] in named else found[0], _PLACEHOLDER.sub("", text))
    letters = [sign for sign in own if sign.isalpha()]
    in_lao = sum("\u0e80" <= sign <= "\u0eff" for sign in letters)
    in_latin = sum("LATIN" in unicodedata.name(sign, "") for sign in letters)
    expected, name = (
        (in_lao, "Lao") if language.partition("-")[0] == "lo" and language != "lo-Latn" else (in_latin, "Latin")
    )
    return f"most of its letters are not in {name} script" if letters and expected * 2 < len(letters) else ""


def files_after(
    root: Path, sheet: Sheet, taken: Iterable[tuple[Row, str]], confirmed: Iterable[Row] = ()
) -> dict[Path, str]:
    """Return the new text of every messages file that changes, of the record of sources too; nothing is written here.

    Raises Defect if a file would not hold exactly what was taken.
    """
    taken = list(taken)
    by_flow: dict[str, dict[tuple[str, str], str]] = {}
    for row, target in taken:
        flow, _, name = row.message_id.partition(".")
        by_flow.setdefault(flow, {})[name, row.variant] = target
    found: dict[Path, str] = {}
    for flow, texts in by_flow.items():
        path = root / "messages" / sheet.language / f"{flow}.yaml"
        found[path] = _file_after(path, root, sheet, flow, texts)
    fresh = {row.key: row.source_hash for row in (*(row for row, _ in taken), *confirmed)}
    if sheet.is_recorded and any(sheet.record.get(key) != made_from for key, made_from in fresh.items()):
        record = {**sheet.record, **fresh}
        found[root / "messages" / sheet.language / f"{RECORD}.yaml"] = written({
            row.key: record[row.key] for row in sheet.rows if row.key in record
        })  # fmt: skip
    return found


def _file_after(path: Path, root: Path, sheet: Sheet, flow: str, texts: Texts) -> str:
    order = _order(root / "messages" / sheet.source_language / f"{flow}.yaml")
    if path.exists():
        text = edited(path.read_bytes().decode("utf-8"), texts, order, path.name)
    else:
        text = new_file(texts, order, review=sheet.language != "en")
    _check(text, flow, texts, path)
    return text


def _order(path: Path) -> Sequence[str]:
    """Return the ids in the order of the source's file."""
    node = read(path.read_bytes(), path.name) if path.exists() else None
    return node.names() if isinstance(node, YamlMapping) else ()


def _check(text: str, flow: str, texts: Mapping[tuple[str, str], str], path: Path) -> None:
    held = parse_messages(flow, read(text, path.name))
    for (name, variant), target in texts.items():
        if getattr(held[f"{flow}.{name}"], variant) != target:
            raise Defect(f"{path.name} would not hold '{name}' as it was given")

"""Changes as one HTML page for whoever approves them: nothing loaded, everything escaped, words beside colours."""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Final

from gateway.conversation.diff import Change, cost

SIGNS: Final = {"added": "+", "gone": "-"}
_STYLE: Final = (
    "body{font:16px/1.5 'Noto Sans','Noto Sans Lao',sans-serif;color:#0b0c0c;max-width:76rem;margin:2rem auto;"
    "padding:0 1rem}table{border-collapse:collapse;width:100%;margin-bottom:2rem}caption{text-align:left;font-size:"
    "1.25rem;font-weight:700;padding:.5rem 0}th,td{border-top:1px solid #9aa0a6;padding:.4rem .6rem;text-align:left;"
    "vertical-align:top}td{white-space:pre-wrap;overflow-wrap:anywhere}.added{background:#e3f4ec}.gone{background:#fde8e4}"
    ".sign{font-family:monospace;white-space:nowrap}.people{font-weight:700}"
)


def html(changes: Sequence[Change], old: str, new: str, inside: int = 0) -> str:
    """Return a page that shows changes from ``old`` to ``new`` (names of both sides).

    ``inside`` conversations wait at changed steps.
    """
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(_title(changes, inside))}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(_title(changes, inside))}</h1>",
        f"<p>From {escape(old)} to {escape(new)}.{escape(_cost(changes))}</p>",
        *(_table(flow, list(of_flow)) for flow, of_flow in groupby(_by_flow(changes), key=lambda change: change.flow)),
        "</body></html>",
    ]
    return "\n".join(parts) + "\n"


def _by_flow(changes: Sequence[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: change.flow)  # stable: the order inside a flow stays


def _title(changes: Sequence[Change], inside: int) -> str:
    said = f", {inside} conversation{'' if inside == 1 else 's'} inside changed steps" if inside else ""
    return f"{len(changes)} change{'' if len(changes) == 1 else 's'}{said}"


def _cost(changes: Sequence[Change]) -> str:
    said = cost_in_words(changes)
    return f" Segments: {said}." if said else ""


def cost_in_words(changes: Sequence[Change]) -> str:
    """Return what changed texts cost more or less, such as ``en +1, lo -2``."""
    return ", ".join(f"{language} {more:+d}" for language, more in cost(changes).items())


def _table(flow: str, changes: Sequence[Change]) -> str:
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("What", "Where", "Before", "After", "Segments", "Waiting")
    )
    rows = "\n".join(_row(change) for change in changes)
    return f"<table><caption>{escape(flow)}</caption><thead><tr>{head}</tr></thead><tbody>\n{rows}\n</tbody></table>"


def _row(change: Change) -> str:
    sort = change.kind.rpartition("_")[2]
    row = f' class="{sort}"' if sort in SIGNS else ""
    sign = SIGNS.get(sort, "~")
    language = f' lang="{escape(change.language)}"' if change.language else ""
    where = " ".join(word for word in (change.where, change.part, change.language and f"({change.language})") if word)
    cost = f"{change.segments[0]} &rarr; {change.segments[1]}" if change.segments else ""
    return (
        f'<tr{row}><th scope="row"><span class="sign">{sign}</span> {escape(change.kind.replace("_", " "))}</th>'
        f"<td>{escape(where)}</td><td{language}>{escape(change.before)}</td><td{language}>{escape(change.after)}</td>"
        f'<td>{cost}</td><td class="people">{change.people or ""}</td></tr>'
    )

"""Finds what was typed last when a provider sends everything typed so far; a typed ``*`` looks like its separator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gateway.ports.ussd_memory import UssdHop


@dataclass(frozen=True, slots=True)
class Step:
    """The newest input of a session; ``keep`` is what to remember, None when an old request came again."""

    typed: str
    event: Literal["begin", "resume"]
    keep: UssdHop | None = None
    lost: bool = False


def next_step(text: str, known: UssdHop | None, digest: Callable[[str], str], separator: str = "*") -> Step:
    """Compare the cumulative ``text`` with the last one.

    A hop that was lost between us is an empty ``resume``: the current screen is shown again, nothing is guessed.
    """
    if known is None:
        return _keep(text, "", "begin", digest, lost=text != "")
    if len(text) < known.length:
        return Step("", "begin" if text == "" else "resume")
    if digest(text[: known.length]) != known.digest:
        return _keep(text, "", "resume", digest, lost=True)
    rest = text[known.length :]
    if not rest:
        return Step(text[len(text) - known.typed :] if known.typed else "", known.event, lost=known.lost)
    if known.length == 0:
        return _keep(text, rest, "resume", digest)
    if rest.startswith(separator):
        return _keep(text, rest.removeprefix(separator), "resume", digest)
    return _keep(text, "", "resume", digest, lost=True)


def _keep(
    text: str, typed: str, event: Literal["begin", "resume"], digest: Callable[[str], str], *, lost: bool = False
) -> Step:
    return Step(typed, event, UssdHop(len(text), digest(text), len(typed), event, lost), lost)

"""What an officer ordered by text: effects that the case work applies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """An officer accepts."""

    code: str


@dataclass(frozen=True, slots=True)
class Undo:
    """An officer takes the last word back."""

    code: str


@dataclass(frozen=True, slots=True)
class PassOn:
    """An officer hands to the next post."""

    code: str


@dataclass(frozen=True, slots=True)
class Note:
    """An officer's note."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An officer's words to the person of the case; the host's verdict says what becomes of them."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Refer:
    """An officer refers the case; ``target`` is the folded first word after the code.

    ``agreed``: the officer says that the person asked for it.
    """

    code: str
    target: str
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class CloseCase:
    """An officer closes the case; the host checks the PIN. ``kept`` is the code that a duplicate points to."""

    code: str
    outcome: str
    pin: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class Duty:
    """An officer goes on duty or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class TakeTurn:
    """An officer takes the turn that a colleague asked her to take; ``code`` is that question's."""

    code: str


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody is there: an officer ordered something, or answered that she is still on duty."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A holder hands over (no code), a supervisor approves (``code``), or a successor enrols (``code`` and ``key``)."""

    code: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ListOpen:
    """An officer asks for the open codes; the host sends them."""

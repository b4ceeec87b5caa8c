"""Answers to surveys, kept apart from the people who gave them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One answer to one item of a survey round.

    ``respondent``: keyed digest of the contact, the same in every round. ``telling``: the value was typed and could
    tell who answered (an age, a date, a place, a number), so it is sealed on disk; a chosen code is not. ``bundle`` and
    ``language``: which version asked, in which words.
    """

    survey: str
    item: str
    respondent: str
    value: str = field(repr=False)
    telling: bool
    bundle: str
    language: str
    at: datetime


class Surveys(Protocol):
    """The answers of all rounds."""

    def save(self, answer: SurveyAnswer) -> None:
        """Store an answer; a later one of the same respondent to the same item replaces it."""
        ...

    def answers(self, survey: str) -> tuple[SurveyAnswer, ...]:
        """Return every answer of a round, by item and respondent."""
        ...

    def tally(self, survey: str) -> Mapping[str, Mapping[str, int]]:
        """Return how often each code was chosen, by item; answers that could tell who gave them are not counted."""
        ...

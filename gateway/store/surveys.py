"""Survey answers: codes to be counted, everything typed under a seal, nobody by name."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from gateway.ports.surveys import SurveyAnswer
from gateway.store.inserting import insert_or_replace
from gateway.store.schema.learning import SURVEY_ANSWER
from gateway.store.transaction import Repository

_KEYS = ("survey", "item", "respondent")
_ROUND = SURVEY_ANSWER.c.survey == bindparam("survey")
_ANSWERS = select(SURVEY_ANSWER).where(_ROUND).order_by(SURVEY_ANSWER.c.item, SURVEY_ANSWER.c.respondent)
_TALLY = (
    select(SURVEY_ANSWER.c.item, SURVEY_ANSWER.c.code, func.count().label("answers"))
    .where(_ROUND, SURVEY_ANSWER.c.code.is_not(None))
    .group_by(SURVEY_ANSWER.c.item, SURVEY_ANSWER.c.code)
    .order_by(SURVEY_ANSWER.c.item, SURVEY_ANSWER.c.code)
)


class SqlSurveys(Repository):
    """Survey answers (gateway.ports.surveys)."""

    __slots__ = ()

    def save(self, answer: SurveyAnswer) -> None:
        """Store an answer; a later one of the same respondent to the same item replaces it."""
        row: dict[str, Any] = {
            "survey": answer.survey,
            "item": answer.item,
            "respondent": answer.respondent,
            "code": None if answer.telling else answer.value,
            "value_ct": None,
            "bundle": answer.bundle,
            "language": answer.language,
            "at": answer.at,
        }
        if answer.telling:
            row["value_ct"] = self.tx.keyring.seal(answer.value, "survey_answer", _row_id(answer), "value")
        insert_or_replace(self.tx.connection, SURVEY_ANSWER, row, _KEYS)

    def answers(self, survey: str) -> tuple[SurveyAnswer, ...]:
        """Return every answer of a round, by item and respondent."""
        return tuple(self._answer(row) for row in self.tx.connection.execute(_ANSWERS, {"survey": survey}))

    def tally(self, survey: str) -> Mapping[str, Mapping[str, int]]:
        """Return how often each code was chosen, by item; answers that could tell who gave them are not counted."""
        found: dict[str, dict[str, int]] = {}
        for row in self.tx.connection.execute(_TALLY, {"survey": survey}):
            found.setdefault(row.item, {})[row.code] = row.answers
        return found

    def _answer(self, row: Row[Any]) -> SurveyAnswer:
        telling = row.value_ct is not None
        value = self.tx.keyring.open(row.value_ct, "survey_answer", _row_id(row), "value") if telling else row.code
        return SurveyAnswer(
            row.survey, row.item, row.respondent, value, telling, row.bundle, row.language, row.at
        )  # fmt: skip


def _row_id(row: SurveyAnswer | Row[Any]) -> str:
    return f"{row.survey}:{row.item}:{row.respondent}"

"""Who may get a broadcast, said in SQL: counted without naming anybody, and written down in order of contact id."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, literal, null, select

from gateway.store.schema.casework import CASES
from gateway.store.schema.columns import word
from gateway.store.schema.talk import CONTACT

FALLBACKS = {"hmn": "lo", "lo-Latn": "lo"}
LAST_RESORT = "en"
UNKNOWN = "lo"  # somebody who never chose a language

OPEN_CASE = exists().where(CASES.c.contact_id == CONTACT.c.id, CASES.c.state != word("closed"))


def language(languages: Sequence[str]) -> ColumnElement[str | None]:
    """Return the language a contact is written to, of those that have a text (one at least); NULL when none fits."""
    spoken = func.coalesce(CONTACT.c.language, UNKNOWN)
    steps = [(spoken == code, literal(code)) for code in languages]
    near = {code: other for code, other in FALLBACKS.items() if other in languages and code not in languages}
    steps += [(spoken == code, literal(other)) for code, other in near.items()]
    chosen: ColumnElement[str | None] = case(*steps, else_=LAST_RESORT if LAST_RESORT in languages else None)
    return chosen


def left_out(languages: Sequence[str]) -> ColumnElement[str | None]:
    """Return why a contact gets nothing, the first reason that holds; NULL for those who do."""
    return case(
        (CONTACT.c.opted_out_at.is_not(None), "opted_out"),
        (~CONTACT.c.opted_in, "not_opted_in"),
        (OPEN_CASE, "open_case"),
        (CONTACT.c.safety == "unsafe", "unsafe"),
        (language(languages).is_(None), "no_language_text"),
        else_=null(),
    )


def inside(districts: frozenset[str]) -> ColumnElement[bool]:
    """Return whether a contact lives in one of the districts; none at all means anywhere."""
    return CONTACT.c.district.in_(sorted(districts)) if districts else CONTACT.c.id.is_not(None)


def counted(districts: frozenset[str], languages: Sequence[str]) -> Select[Any]:
    """Return the query of (reason left out, language, people)."""
    reason, spoken = left_out(languages).label("reason"), language(languages).label("spoken")
    people = select(reason, spoken).where(inside(districts)).subquery()
    return select(people.c.reason, people.c.spoken, func.count()).group_by(people.c.reason, people.c.spoken)


def eligible(districts: frozenset[str], languages: Sequence[str], after: str) -> ColumnElement[bool]:
    """Return the condition of those who get it, with contact ids above ``after``."""
    return (
        (CONTACT.c.id > after)
        & CONTACT.c.opted_in
        & CONTACT.c.opted_out_at.is_(None)
        & (CONTACT.c.safety != "unsafe")
        & inside(districts)
        & language(languages).is_not(None)
        & ~OPEN_CASE
    )

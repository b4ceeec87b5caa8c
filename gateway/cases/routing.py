"""Which offices a case goes to, in which order: an ordered table, first match wins (domain.md section 6)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gateway.cases.report import ABROAD, SKIPPED, Answers, official_named, told_whom
from gateway.cases.triage import Level, child
from gateway.directory.agency import CHILD, LABOUR, NATIONAL_DESK, POLICE, WOMEN_UNION

COUNTRY = "LA"


@dataclass(frozen=True, slots=True)
class Office:
    """Agency x level x place; ``order`` 1 is its duty post, 2 its second post. ``place`` is LAppdd, LApp or LA.

    ``agency`` None: whichever agency has the duty there, as in a province.
    """

    agency: str | None
    level: Literal["district", "province", "national"]
    place: str
    order: int = 1


@dataclass(frozen=True, slots=True)
class Route:
    """Where a case goes. ``first`` takes the case, ``then`` follows; ``rule`` names the row that matched.

    ``local_allowed``: posts of the district may ever be alerted; ``released``: they may be alerted now.
    ``excluded`` holds ids of posts, codes of agencies or of places that must not hear; whoever turns an office into
    posts asks it again. ``national`` is never excluded: somebody must always be there.
    """

    rule: str
    first: tuple[Office, ...]
    then: tuple[Office, ...]
    province: Office | None
    national: Office
    local_allowed: bool
    released: bool
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the rows read: the answers, and the place as far as it may be used."""

    answers: Answers
    province: str
    district: str
    excluded: bool
    desk_allows_local: bool

    def local(self, agency: str, order: int = 1) -> Office:
        return Office(agency, "district", self.district, order)

    def chose(self, agency: str) -> bool:
        return agency in self.answers.tell


def _conflict(facts: _Facts) -> bool:
    return facts.excluded or facts.chose("nobody_local") or official_named(facts.answers)


def _national_only(facts: _Facts) -> bool:
    guarded = facts.answers.silent_plea or facts.answers.duress
    return not facts.province or (guarded and not facts.desk_allows_local)


def _after_police(facts: _Facts) -> Office:
    return facts.local(WOMEN_UNION) if facts.chose("women_union") else facts.local(POLICE, 2)


_Row = tuple[str, Callable[[_Facts], bool], Callable[[_Facts], tuple[Office, Office]]]
LOCAL_ROWS: tuple[_Row, ...] = (
    ("child", lambda f: child(f.answers), lambda f: (f.local(CHILD), f.local(WOMEN_UNION))),
    ("police", lambda f: f.chose("police"), lambda f: (f.local(POLICE), _after_police(f))),
    ("women_union", lambda f: f.chose("women_union"), lambda f: (f.local(WOMEN_UNION), f.local(WOMEN_UNION, 2))),
    ("labour", lambda f: f.answers.what in ("wages", "broker"), lambda f: (f.local(LABOUR), f.local(LABOUR, 2))),
    ("default", lambda f: True, lambda f: (f.local(WOMEN_UNION), f.local(WOMEN_UNION, 2))),
)
"""Rows of a case that the district may know of: name, when, (first office, then)."""


def route(
    answers: Answers,
    level: Level,
    *,
    known_place: str | None = None,
    excluded: frozenset[str] = frozenset(),
    desk_allows_local: bool = False,
) -> Route:
    """Return the offices of a case; ``level`` P3 is never released: a question is nobody's alert.

    ``known_place`` is the contact's own district or province: it counts only until the place question is answered,
    and never abroad. ``desk_allows_local``: the national desk decided on a silent plea or a duress word.
    """
    in_province, in_district = _place(answers, known_place or "")
    facts = _Facts(answers, in_province, in_district, bool(excluded), desk_allows_local)
    national = Office(NATIONAL_DESK, "national", COUNTRY)
    province = Office(None, "province", in_province) if in_province else None
    if in_province in excluded:
        province = None
    if _conflict(facts):
        both = (province, national) if province else (national,)
        return Route("conflict", both, (national,), province, national, False, False, excluded)
    if _national_only(facts):
        # The desk decides who else may hear: after a duress word the listener may sit in the next office.
        return Route("national", (national,), (), None, national, False, False, excluded)
    if province and not in_district:
        return Route("province", (province,), (national,), province, national, False, False, excluded)
    name, _, offices = next(row for row in LOCAL_ROWS if row[1](facts))
    first, then = offices(facts)
    return Route(name, (first,), (then,), province, national, True, told_whom(answers) and level != "P3", excluded)


def _place(answers: Answers, known: str) -> tuple[str, str]:
    """Return (province, district), empty where unknown."""
    if answers.country in ABROAD or answers.province == SKIPPED:
        return "", ""
    if answers.province:
        return answers.province, answers.district or ""
    return known[:4], known if len(known) == 6 else ""

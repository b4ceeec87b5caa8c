"""The inbox, its search, and the page of a case with whatever may be done there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.cases.case import LIFE, OUTCOMES
from gateway.cases.triage import LEVELS
from gateway.directory.agency import agencies
from gateway.geography.place import Place
from gateway.ports.caseload import Wanted
from gateway.services.case_desk import CaseView, actor_of
from gateway.services.case_reading import right_to_read
from gateway.services.case_texts import CaseText
from gateway.services.holding import standing
from gateway.text.lao import ascii_digits
from gateway.web.case_words import CONTACT, FACTS, facts, in_charge, post, timeline
from gateway.web.running import gateway
from gateway.web.words import Words, places

blueprint = Blueprint("cases", __name__)

ON_A_PAGE = 25
SEARCHED = ("show", "place", "level", "kind", "from", "to")
KINDS = ("suspicion", "plea", "person", "duress", "question", "child")
STATES = {"closed": "closed", "any": "any"}
SAID = frozenset(
    {
        "accepted",
        "passed",
        "given_back",
        "undone",
        "noted",
        "referred",
        "closing",
        "second",
        "sent",
        "later",
        "waits",
        "raised",
        "lower_asked",
        "lowered",
        "hold",
        "excluded",
    }
)
A_DAY = timedelta(days=1)
CENTURY = range(2000, 2100)


@dataclass(frozen=True, slots=True)
class Told:
    """What a page shows besides the case: a refusal, what was asked for, a text that was not taken, and what came."""

    refused: Markup | None = None
    number: str | None = None
    may_call: bool = False
    texts: tuple[CaseText, ...] | None = None
    closed: str | None = None
    mine: str = ""
    unsent: str = ""
    news: tuple[CaseText, ...] = ()


@blueprint.get("/cases")
def inbox() -> ResponseReturnValue:
    """Show the cases that are looked for; a code in the search box opens its case."""
    code = ascii_digits(request.args.get("code", "")).replace(" ", "")
    if len(code) == 6 and code.isdecimal():
        return redirect(url_for("cases.page", code=code), 303)
    number = ascii_digits(request.args.get("page", "1"))
    wanted, unreadable = looked_for()
    page = gateway().case_desk.page(
        g.visitor, wanted, ON_A_PAGE, int(number) if number.isdecimal() and len(number) < 7 else 1
    )
    kept = {name: request.args[name] for name in SEARCHED if request.args.get(name)}
    return render_template(
        "cases.html",
        page=page,
        show=wanted.state,
        not_a_code=bool(code),
        unreadable=unreadable,
        kept=kept,
        choices=place_choices(wanted.place),
        place=wanted.place,
        wanted=wanted,
        levels=LEVELS,
        kinds=KINDS,
    )


def looked_for() -> tuple[Wanted, bool]:
    """Return what the search asks for, and whether a day in it could not be read."""
    since, bad = day_of(request.args.get("from", ""))
    until, worse = day_of(request.args.get("to", ""))
    known = places().by_code(request.args.get("place", ""))
    show = request.args.get("show", "")
    wanted = Wanted(
        "closed" if show == "closed" else "any" if show == "any" else "open",
        known.code if known and known.level in ("province", "district") else None,
        since,
        until + A_DAY if until else None,
        level=one_of(LEVELS, request.args.get("level")),
        kind=one_of(KINDS, request.args.get("kind")),
    )
    return wanted, bad or worse


def one_of(known: Sequence[str], given: str | None) -> str | None:
    """Return what is given if it is known; anything else narrows nothing."""
    return given if given in known else None


def day_of(typed: str) -> tuple[datetime | None, bool]:
    """Return the local midnight that begins a day written as 27/11/2026 in any digits, and whether it is unreadable."""
    typed = ascii_digits(typed).strip()
    if not typed:
        return None, False
    try:
        day = datetime.strptime(typed, "%d/%m/%Y").replace(tzinfo=gateway().settings.timezone)
    except ValueError:
        return None, True
    return (day, False) if day.year in CENTURY else (None, True)


def place_choices(chosen: str | None) -> list[Place]:
    """Return the provinces of the visitor's scope, with the districts of the one that is chosen or the only one."""
    scope, gazetteer = g.visitor.scope, places()
    if not scope.country and not scope.places:
        return []
    mine = [place for place in gazetteer.provinces() if scope.country or place.code in scope.places]
    found: list[Place] = []
    for province in mine:
        found.append(province)
        if len(mine) == 1 or (chosen or "").startswith(province.code):
            found += gazetteer.districts(province.code)
    return found


@blueprint.get("/cases/<code>")
def page(code: str) -> ResponseReturnValue:
    """Show one case; who looked is written down."""
    return shown(gateway().case_desk.show(g.visitor, code))


def shown(view: CaseView, told: Told | None = None) -> str:
    """Render the page of a case."""
    words: Words = g.words
    case, said = view.case, request.args.get("said")
    actor, _ = actor_of(g.visitor)
    referred = any((row.to_post, row.state) == (actor, "in_progress") for row in view.referrals)
    return render_template(
        "case.html",
        view=view,
        case=case,
        told=told or Told(),
        may_accept=referred or ((case.state, "acknowledge") in LIFE and case.acknowledged_at is None),
        may_act=(case.state, "act") in LIFE,
        may_pass=referred or ((case.state, "pass_on") in LIFE and case.acknowledged_by in (None, actor)),
        mine=case.acknowledged_by == actor,
        right=right_to_read(g.visitor, view),
        said=said if said in SAID and request.method == "GET" else None,
        owner=in_charge(words, view),
        asked=post(words, view.closing.actor) if view.closing else None,
        lowerer=post(words, view.lowering.actor) if view.lowering else None,
        levels=LEVELS,
        facts=facts(words, view, FACTS),
        contact=facts(words, view, CONTACT),
        timeline=timeline(words, view),
        outcomes=OUTCOMES,
        targets=[agency for agency in agencies().values() if agency.word],
        post=lambda who: post(words, who),
        hold=standing(view.hold, gateway().outside.clock.now()),
        may_exclude=not view.case.local_excluded and g.visitor.may("cases:exclude"),
        may_hold=g.visitor.may("holds"),
        self_name=g.visitor.account.name,
    )

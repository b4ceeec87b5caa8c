"""Writing a broadcast: name, districts, texts with their size, and the hour; one page that needs no script."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.campaigns.audience import AudienceRule
from gateway.errors import Conflict
from gateway.geography.place import Place
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_rows import found, rule_of
from gateway.text.lao import ascii_digits
from gateway.text.segments import Measure, measure, tidy
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.words import places

blueprint = Blueprint("campaign_form", __name__)

WRITTEN = ("lo", "en")
LONGEST_NAME, LONGEST_TEXT = 80, 1000
DATES = ("%d/%m/%Y", "%Y-%m-%d")


class UnreadableHour(Conflict):
    """Day or hour are not written as a day or an hour."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form."""

    name: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    districts: frozenset[str] = frozenset()
    day: str = ""
    hour: str = ""

    def sizes(self) -> dict[str, Measure]:
        """Return what each text costs."""
        return {language: measure(tidy(self.texts.get(language, ""))) for language in WRITTEN}

    def starts_at(self) -> datetime | None:
        """Return the instant of day and hour; None when both are empty; UnreadableHour otherwise."""
        if not self.day and not self.hour:
            return None
        for pattern in DATES:
            try:
                local = datetime.strptime(f"{ascii_digits(self.day)} {ascii_digits(self.hour)}", f"{pattern} %H:%M")
            except ValueError:
                continue
            return local.replace(tzinfo=gateway().settings.timezone).astimezone(UTC)
        raise UnreadableHour


@blueprint.get("/campaigns/new")
def new() -> str:
    """Show an empty form."""
    return shown(Draft())


@blueprint.get("/campaigns/<campaign_id>/edit")
def edit(campaign_id: str) -> str:
    """Show the form of a stored broadcast."""
    with gateway().outside.store.reading() as work:
        row = found(work, campaign_id)
    return shown(of_row(row), campaign_id=row.id)


@blueprint.post("/campaigns/new")
def save_new() -> ResponseReturnValue:
    """Count, or store a new draft."""
    return saved(None)


@blueprint.post("/campaigns/<campaign_id>/edit")
def save(campaign_id: str) -> ResponseReturnValue:
    """Count, or store the change; an approval is void by it."""
    return saved(campaign_id)


@blueprint.post("/campaigns/count")
def count() -> Response:
    """Answer with the size of one text as JSON: what the page's script shows while somebody writes."""
    size = measure(tidy(request.form.get("text", "")[:LONGEST_TEXT]))
    said = g.words("size.line", units=size.units, script=g.words(f"size.{size.encoding}"), segments=size.segments)
    return Response(json.dumps({"segments": size.segments, "said": str(said)}), content_type="application/json")


def saved(campaign_id: str | None) -> ResponseReturnValue:
    """Store the form and go to its page; what cannot be stored is shown again with the reason."""
    draft = of_form()
    if request.form.get("what") == "count":
        return shown(draft, campaign_id=campaign_id, counted=True)
    if not draft.name:
        return shown(draft, campaign_id=campaign_id, refused=g.words("refused.no_name")), 409
    texts = {language: tidy(text) for language, text in draft.texts.items() if text.strip()}
    try:
        stored = gateway().broadcasts.draft(
            draft.name,
            texts,
            AudienceRule(districts=draft.districts),
            draft.starts_at(),
            g.visitor.account.name,
            campaign_id,
        )
    except UnreadableHour:
        return shown(draft, campaign_id=campaign_id, refused=g.words("refused.unreadable_hour")), 409
    except Conflict as conflict:
        return shown(draft, campaign_id=campaign_id, refused=in_words(g.words, conflict.told)), 409
    return redirect(url_for("campaigns.page", campaign_id=stored), 303)


def shown(draft: Draft, *, campaign_id: str | None = None, refused: Markup | None = None, counted: bool = False) -> str:
    """Render the form."""
    return render_template(
        "campaign_form.html",
        draft=draft,
        sizes=draft.sizes(),
        provinces=by_province(),
        campaign_id=campaign_id,
        refused=refused,
        counted=counted,
        written=WRITTEN,
        longest=LONGEST_TEXT,
        tomorrow=g.words.day(g.words.now + timedelta(days=1)),
    )


def by_province() -> list[tuple[Place, tuple[Place, ...]]]:
    """Return every province with its districts, by code."""
    return [(province, places().districts(province.code)) for province in places().provinces()]


def of_form() -> Draft:
    """Read the form; a ticked province stands for all its districts."""
    known = {place.code for place in places().districts()}
    districts = set(request.form.getlist("district"))
    for province in request.form.getlist("province"):
        districts |= {place.code for place in places().districts(province)}
    given = {language: request.form.get(f"text_{language}", "") for language in WRITTEN}
    texts = {language: text.replace("\r\n", "\n")[:LONGEST_TEXT] for language, text in given.items()}
    return Draft(
        " ".join(request.form.get("name", "").split())[:LONGEST_NAME],
        texts,
        frozenset(districts & known),
        request.form.get("day", "").strip(),
        request.form.get("hour", "").strip(),
    )


def of_row(row: CampaignRow) -> Draft:
    """Return the form of a stored broadcast."""
    starts_at = row.starts_at.astimezone(gateway().settings.timezone) if row.starts_at else None
    day, hour = (f"{starts_at:%d/%m/%Y}", f"{starts_at:%H:%M}") if starts_at else ("", "")
    return Draft(row.name, row.texts, rule_of(row).districts, day, hour)

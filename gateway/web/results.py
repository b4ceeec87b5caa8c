"""What came of a broadcast, in words and pictures."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template

from gateway.services.campaign_progress import progress_of
from gateway.services.campaign_results import Share, few, results_of
from gateway.services.campaign_rows import found, plan_of
from gateway.web.broadcast_words import flow_words
from gateway.web.charts import Bar, bars
from gateway.web.running import gateway

blueprint = Blueprint("results", __name__)


@blueprint.get("/campaigns/<campaign_id>/results")
def page(campaign_id: str) -> str:
    """Show the results of one broadcast."""
    with gateway().outside.store.reading() as work:
        row, results = found(work, campaign_id), results_of(work, campaign_id)
        tally = work.campaigns.tally(campaign_id)
    words, reply_flow = g.words, plan_of(row).reply_flow
    districts = [bar(share, district_name(share.key)) for share in results.districts]
    languages = [bar(share, language_name(share.key)) for share in results.languages]
    return render_template(
        "campaign_results.html",
        campaign=row,
        progress=progress_of(row, tally),
        ended=row.state in ("finished", "stopped"),
        districts=districts,
        languages=languages,
        by_district=bars(districts, words("results.by_district"), words("results.chart")),
        by_language=bars(languages, words("results.by_language"), words("results.chart")),
        failures=counted(results.failures),
        unknown=counted(results.unknown),
        left_out=counted(results.left_out),
        answered=few(results.answered),
        reply_flow=flow_words(reply_flow) if reply_flow else None,
    )


def bar(share: Share, label: object) -> Bar:
    """Return the line of a place or a language."""
    return Bar(str(label), share.shown, share.percent)


def district_name(code: str) -> object:
    """Return what a district is called; those of too few people are elsewhere."""
    return g.words.place(code) if code else g.words("results.elsewhere")


def language_name(code: str) -> object:
    """Return what a language is called; those of too few people are the other ones."""
    return g.words.code("tongue", code) if code else g.words("results.other_languages")


def counted(reasons: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return reasons with their figures as they may be shown."""
    return [(why, few(count)) for why, count in reasons.items()]

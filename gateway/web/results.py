"""What came of a broadcast: by district and language, why texts failed, and who wrote back; small figures hidden."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from flask import Blueprint, g, render_template

from gateway.delivery.life import FAILURES
from gateway.ports.campaign_book import Fate
from gateway.services.campaign_rows import found, plan_of
from gateway.web import progress
from gateway.web.broadcast_words import flow_words
from gateway.web.charts import Bar, bars
from gateway.web.running import gateway

blueprint = Blueprint("results", __name__)

FEW = 5
"""A figure below it says too much about too few people: it is shown together with others, or as "<5"."""
ELSEWHERE = ""


@blueprint.get("/campaigns/<campaign_id>/results")
def page(campaign_id: str) -> str:
    """Show the results of one broadcast."""
    with gateway().outside.store.reading() as work:
        row = found(work, campaign_id)
        fates, tally = work.campaigns.fates(campaign_id), work.campaigns.tally(campaign_id)
        answered = work.campaigns.answered(campaign_id)
    words, reply_flow = g.words, plan_of(row).reply_flow
    districts = lines_of(fates, "district", lambda code: words.place(code) if code else words("results.elsewhere"))
    languages = lines_of(
        fates, "language", lambda code: words.code("tongue", code) if code else words("results.other_languages")
    )
    return render_template(
        "campaign_results.html",
        campaign=row,
        progress=progress.read(tally),
        ended=row.state in ("finished", "stopped"),
        districts=districts,
        languages=languages,
        by_district=bars(districts, words("results.by_district"), words("results.chart")),
        by_language=bars(languages, words("results.by_language"), words("results.chart")),
        failures=[(why, few(count)) for why, count in reasons_of(fates, FAILURES).most_common()],
        unknown=[(why, few(count)) for why, count in reasons_of(fates, {"unknown", "no_receipt"}).most_common()],
        left_out=[(why, few(count)) for why, count in reasons_of(fates, {"suppressed", "held"}).most_common()],
        answered=few(answered),
        reply_flow=flow_words(reply_flow) if reply_flow else None,
    )


def lines_of(fates: Iterable[Fate], by: str, named: Callable[[str], object]) -> list[Bar]:
    """Return one bar for each place or language, delivered of all; those of too few people go into one line."""
    people, delivered = Counter[str](), Counter[str]()
    for fate in fates:
        key = getattr(fate, by) or ELSEWHERE
        people[key] += fate.people
        delivered[key] += fate.people if fate.state == "delivered" else 0
    merged = merge_few(people)
    groups: dict[str, list[str]] = {}
    for key in people:
        groups.setdefault(merged[key], []).append(key)
    lines = []
    for key, members in groups.items():
        whole, part = sum(people[one] for one in members), sum(delivered[one] for one in members)
        lines.append(Bar(str(named(key)), part, whole, f"{few(part)} / {few(whole)}"))
    return sorted(lines, key=lambda line: (-line.whole, line.label))


def merge_few(people: Mapping[str, int]) -> dict[str, str]:
    """Return for each place or language under which line it stands: below five people under one, with the next above.

    A single hidden line could be had back from the total, so a second one goes with it.
    """
    small = {key for key, count in people.items() if count < FEW}
    rest = sorted((key for key in people if key not in small), key=lambda key: people[key])
    if len(small) == 1 and rest:
        small.add(rest[0])
    return {key: ELSEWHERE if key in small else key for key in people}


def reasons_of(fates: Iterable[Fate], states: Iterable[str]) -> Counter[str]:
    """Count people by the reason of their state, or by the state where there is none."""
    wanted, found_reasons = frozenset(states), Counter[str]()
    for fate in fates:
        if fate.state in wanted:
            found_reasons[fate.reason or fate.state] += fate.people
    return found_reasons


def few(count: int) -> str:
    """Return a figure as it may be shown."""
    return f"<{FEW}" if 0 < count < FEW else f"{count:,}"

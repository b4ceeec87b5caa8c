"""The health of the gateway in words: what is well, what is not, and what to do about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, render_template
from markupsafe import Markup

from gateway.services.health import ALERT_MAY_WAIT, CLOCK_MAY_REST, DISK_NEEDED
from gateway.services.restoring import fresh
from gateway.web.running import gateway
from gateway.web.words import Words

blueprint = Blueprint("system", __name__)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that is well or not, as a word; ``fact`` is the figure behind it."""

    name: str
    well: bool
    fact: Markup


@blueprint.get("/health")
def page() -> str:
    """Show every part."""
    report = gateway().health.report()
    return render_template("health.html", well=report.ready, concerns=list(concerns(report.facts)), facts=report.facts)


def concerns(facts: Mapping[str, Any]) -> Iterator[Concern]:
    """Yield the parts, those that keep people safe first."""
    words: Words = g.words
    database = facts.get("database_write") is True
    yield Concern("database", database, words(f"system.database_{'ok' if database else 'bad'}"))
    if not database:
        return
    waited = timedelta(seconds=facts["oldest_unsent_alert_s"])
    yield Concern("alerts", waited <= ALERT_MAY_WAIT, words("system.oldest", span=words.span(waited)))
    rested = facts["clock_heartbeat_s"]
    beats = words("system.beat", n=round(rested)) if rested is not None else words("system.no_beat")
    yield Concern("clock", rested is not None and timedelta(seconds=rested) <= CLOCK_MAY_REST, beats)
    orphans = facts["cases_without_next_step"]
    yield Concern("ladder", orphans == 0, words("system.orphans", n=orphans))
    for what, seconds in facts["backup_age_s"].items():
        age = timedelta(seconds=seconds) if seconds is not None else None
        said = words("system.backup_age", span=words.span(age)) if age is not None else words("system.backup_never")
        yield Concern(f"backup_{what.replace('-', '_')}", gateway().settings.demo or fresh(age), said)
    free = facts["disk_free_bytes"]
    yield Concern("disk", free >= DISK_NEEDED, words("system.free", n=words.number(free // MEGABYTE)))

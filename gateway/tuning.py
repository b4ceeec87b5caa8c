"""Settings as the services want them: clocks of the ladder, pace of broadcasts, which channel sends, what it costs."""

from gateway.campaigns import holidays
from gateway.campaigns.cost import Caps
from gateway.campaigns.pacing import PacingSettings, QuietHours
from gateway.cases.clocks import EscalationSettings
from gateway.cases.working_time import WorkingTime
from gateway.channel_entry import KINDS
from gateway.ports.partners import Interest
from gateway.services.guards import Limits
from gateway.services.retention import Periods
from gateway.services.routes import SIMULATOR, Routes
from gateway.settings import Settings


def escalation_of(settings: Settings) -> EscalationSettings:
    """Return the clocks of the ladder as configured."""
    ladder, local = settings.configuration.escalation, settings.configuration.local_posts
    return EscalationSettings(
        p0=ladder.p0,
        p1=ladder.p1,
        p2=ladder.p2,
        resume_after_ok_p0=ladder.resume_after_ok_p0,
        resume_after_ok_other=ladder.resume_after_ok_other,
        danger_wait=local.danger_wait,
        abandoned_ussd=local.abandoned_ussd,
        abandoned_sms=local.abandoned_sms,
        working_time=WorkingTime(zone=settings.timezone),
    )


def periods_of(settings: Settings) -> Periods:
    """Return how long each thing is kept as configured."""
    kept = settings.configuration.retention
    return Periods(
        free_text=kept.free_text,
        free_text_at_most=kept.free_text_at_most,
        reporter_link=kept.reporter_link,
        closed_cases=kept.closed_cases,
        bodies=kept.bodies,
        messages=kept.messages,
        contacts=kept.contacts,
        audit=kept.audit,
    )


def pacing_of(settings: Settings) -> PacingSettings:
    """Return quiet hours and pace as configured, with the holidays that ship with the gateway."""
    quiet = settings.configuration.quiet_hours
    return PacingSettings(quiet=QuietHours(quiet.start, quiet.end, settings.timezone, holidays=holidays.shipped()))


def routes_of(settings: Settings) -> Routes:
    """Return which channels send unasked: the configured order, else every channel that can send."""
    senders = tuple(entry.name for entry in settings.channels if KINDS[entry.kind].sends)
    prefixes = {entry.name: entry.prefixes for entry in settings.channels if entry.prefixes}
    return Routes(settings.configuration.alert_channels or senders, senders, prefixes)


def limits_of(settings: Settings) -> Limits:
    """Return what is too much: the day's money, and what each channel costs."""
    caps = settings.configuration.caps
    prices = {entry.name: entry.price for entry in settings.channels if entry.price}
    return Limits(Caps(caps.daily_spend, caps.reserve), prices=prices)


def erasing_of(settings: Settings) -> frozenset[str]:
    """Return the channels whose provider is to erase texts that are settled."""
    return frozenset(entry.name for entry in settings.channels if entry.options.get("redact", "true") == "true")


def interests_of(settings: Settings) -> tuple[Interest, ...]:
    """Return what each partner is told of."""
    return tuple(
        Interest(entry.name, entry.events, entry.agencies, tuple(entry.fields.items()))
        for entry in settings.configuration.partners
    )


def binds_of(settings: Settings) -> frozenset[str]:
    """Return the channels that a process of their own carries."""
    return frozenset(entry.name for entry in settings.channels if entry.bind is not None)


def rate_of(settings: Settings, routes: Routes) -> float:
    """Return the broadcasts' rate in segments a second."""
    by_name = {entry.name: entry.rate for entry in settings.channels}
    return by_name.get((*routes.broadcasts, SIMULATOR)[0], 1.0) * 0.7


def prices_of(settings: Settings, routes: Routes) -> dict[str, int | None]:
    """Return kip a segment by script, where set."""
    for entry in settings.channels:
        if entry.name == (*routes.broadcasts, SIMULATOR)[0]:
            return {script: entry.price.get(script) for script in ("gsm7", "ucs2")}
    return {"gsm7": None, "ucs2": None}

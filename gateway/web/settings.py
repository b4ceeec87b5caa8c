"""What the gateway was told, to be read: hours, money, minutes, how long things are kept; a page for each operator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, abort, g, render_template
from markupsafe import Markup

from gateway.channel_entry import KINDS, SECRETS, ChannelEntry
from gateway.configuration import Configuration
from gateway.web.running import gateway
from gateway.web.words import Words

blueprint = Blueprint("settings", __name__)
SCRIPTS = ("gsm7", "ucs2")
Line = tuple[Markup, Markup]


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together, as (name, value) in words."""

    name: str
    lines: tuple[Line, ...]


@blueprint.get("/settings")
def page() -> str:
    """Show every setting of the file, with the defaults that hold where it says nothing."""
    settings = gateway().settings
    return render_template(
        "settings.html",
        groups=list(groups(g.words, settings.configuration)),
        channels=settings.channels,
        sends=lambda entry: KINDS[entry.kind].sends,
        alerts=settings.configuration.alert_channels,
        address=settings.public_base_url,
    )


@blueprint.get("/settings/channels/<name>")
def channel(name: str) -> str:
    """Show one operator's channel; of what is secret, only that it is there."""
    entry = next((entry for entry in gateway().settings.channels if entry.name == name), None)
    if entry is None:
        abort(404)
    return render_template("channel.html", entry=entry, lines=list(lines_of(g.words, entry)))


def groups(words: Words, file: Configuration) -> Iterator[Group]:
    """Yield the settings in groups."""
    quiet, caps, ladder, local = file.quiet_hours, file.caps, file.escalation, file.local_posts
    yield Group("quiet", ((words("settings.quiet"), Markup(f"{quiet.start:%H:%M}-{quiet.end:%H:%M}")),))
    yield Group(
        "caps",
        (
            (words("settings.daily"), words("campaign.price_of", n=words.number(caps.daily_spend))),
            (words("settings.reserve"), words("campaign.price_of", n=words.number(caps.reserve))),
        ),
    )
    yield Group(
        "escalation",
        (
            (words("settings.P0"), minutes(words, ladder.p0)),
            (words("settings.P1"), minutes(words, ladder.p1)),
            (words("settings.P2"), minutes(words, ladder.p2)),
            (words("settings.resume_P0"), words.span(timedelta(minutes=ladder.resume_after_ok_p0))),
            (words("settings.resume_other"), words.span(timedelta(minutes=ladder.resume_after_ok_other))),
            (words("settings.danger_wait"), words.span(local.danger_wait)),
            (words("settings.abandoned_sms"), words.span(local.abandoned_sms)),
            (words("settings.abandoned_ussd"), words.span(local.abandoned_ussd)),
        ),
    )
    kept = file.retention
    names = ("free_text", "closed_cases", "bodies", "messages", "contacts", "audit")
    yield Group("retention", tuple((words(f"settings.{name}"), words.span(getattr(kept, name))) for name in names))


def minutes(words: Words, steps: tuple[int, ...]) -> Markup:
    """Return the minutes of a ladder's steps, and how often its last repeats."""
    return words("settings.steps", steps=", ".join(map(str, steps[:-1])), again=steps[-1])


def lines_of(words: Words, entry: ChannelEntry) -> Iterator[Line]:
    """Yield what is set of a channel."""
    yield words("settings.kind"), Markup.escape(f"{entry.kind} {entry.profile}".strip())
    yield words("settings.way"), words("settings.sends") if KINDS[entry.kind].sends else words("settings.answers")
    for name, values in (("codes", entry.service_codes or (entry.short_code,)), ("prefixes", entry.prefixes)):
        if any(values):
            yield words(f"settings.{name}"), Markup.escape(", ".join(values))
    yield words("settings.rate"), words("settings.rate_of", n=f"{entry.rate:g}")
    for script in SCRIPTS:
        price = entry.price.get(script)
        told = words("campaign.no_price") if price is None else words("campaign.price_of", n=words.number(price))
        yield words("settings.price", script=words(f"size.{script}")), told
    for name in sorted(entry.options.keys() | ({"bind"} if entry.bind else set())):
        hidden = name in SECRETS or name in ("bind", "username")
        yield Markup.escape(name), words("settings.is_set") if hidden else Markup.escape(entry.options[name])
    if entry.bind is not None:
        yield Markup("bind.tls"), Markup("true" if entry.bind.tls else "false")

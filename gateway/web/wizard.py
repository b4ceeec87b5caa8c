"""Writing a broadcast in plain pages: who, message, check, when; each saves what stands in it, and may be left."""

import json
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gateway.campaigns.audience import DEEDS, ROLES, AudienceRule
from gateway.campaigns.campaign import BEGUN, LIFE, Content
from gateway.campaigns.plan import ONCE
from gateway.campaigns.wording import culprits
from gateway.contacts.cells import PURPOSES
from gateway.contacts.phone import mask
from gateway.errors import Conflict
from gateway.ports.audience_book import Group
from gateway.ports.campaign_book import CampaignRow, Reach
from gateway.services.broadcast_checks import worst
from gateway.services.campaign_rows import STATES, as_campaign, found
from gateway.services.emergencies import PREPARED
from gateway.text.segments import measure, tidy
from gateway.web import campaign_form as form
from gateway.web import campaigns
from gateway.web.checking import checks_of, handset_of, planned
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.typed_numbers import UnreadableNumber
from gateway.web.words import Words

blueprint = Blueprint("wizard", __name__)

NEXT = {"who": "message", "message": "check", "when": "approve"}
MOST_EARLIER = 50
EMPTY = Content({}, AudienceRule(), None, "", ONCE)
Change = Callable[[Content], Content]


@blueprint.get("/campaigns/new")
def new() -> str:
    """Show the first page, empty."""
    return who_page(None, EMPTY, "")


@blueprint.post("/campaigns/new")
def begin() -> ResponseReturnValue:
    """Count, or store a new draft and go on."""
    return save_who(None)


@blueprint.get("/campaigns/<campaign_id>/who")
def who(campaign_id: str) -> str:
    """Show whom it is for."""
    row = stored(campaign_id)
    return who_page(row, as_campaign(row).content, row.name)


@blueprint.post("/campaigns/<campaign_id>/who", endpoint="save_who")
def save_who(campaign_id: str | None) -> ResponseReturnValue:
    """Count, or store whom it is for."""
    row = stored(campaign_id) if campaign_id else None
    before = as_campaign(row).content if row else EMPTY
    content, name = replace(before, audience=form.rule_of(request.form, before.audience)), request.form.get("name", "")
    try:
        content = replace(content, audience=form.rested(request.form, content.audience))
        if request.form.get("go") == "count":
            return who_page(row, content, name, counted=True)
        return kept("who", row, name, content)
    except Conflict as conflict:
        return who_page(row, content, name, refused=why(conflict)), 409


@blueprint.post("/campaigns/<campaign_id>/copy")
def copy(campaign_id: str) -> ResponseReturnValue:
    """Begin a new draft with the same texts for the same people."""
    try:
        drafted = gateway().broadcasts.copy(campaign_id, g.visitor.account.name)
    except Conflict as conflict:
        return campaigns.shown(campaign_id, why(conflict)), 409
    return redirect(url_for("wizard.who", campaign_id=drafted), 303)


@blueprint.get("/campaigns/<campaign_id>/message")
def message(campaign_id: str) -> str:
    """Show the texts, how they look on the phones of real readers, and what they cost."""
    row = stored(campaign_id)
    return message_page(row, as_campaign(row).content)


@blueprint.post("/campaigns/<campaign_id>/message", endpoint="save_message")
def save_message(campaign_id: str) -> ResponseReturnValue:
    """Count, take a prepared text, or store the texts."""
    row = stored(campaign_id)
    before = as_campaign(row).content
    texts = form.texts_of(request.form, before.texts)
    instead = form.substitutes_of(request.form, before.audience.substitutes)
    content = replace(before, texts=texts, audience=replace(before.audience, substitutes=instead))
    prepared = gateway().emergencies.templates(PREPARED).get(request.form.get("prepared", ""))
    if request.form.get("go") == "take" and prepared:
        return message_page(row, replace(content, texts={**texts, **prepared}))
    if request.form.get("go") in ("count", "take"):
        return message_page(row, content)
    try:
        return kept("message", row, row.name, content)
    except Conflict as conflict:
        return message_page(row, content, refused=why(conflict)), 409


@blueprint.post("/campaigns/<campaign_id>/test")
def try_out(campaign_id: str) -> ResponseReturnValue:
    """Send the stored texts to the test phones."""
    row, phone = stored(campaign_id), request.form.get("phone", "")
    try:
        sent = gateway().rehearsing.send(row.id, g.visitor.account.name, phone.strip("."))
    except Conflict as conflict:
        return message_page(row, as_campaign(row).content, refused=why(conflict)), 409
    return redirect(url_for("wizard.message", campaign_id=row.id, tested=sent, phone=phone or None), 303)


@blueprint.get("/campaigns/<campaign_id>/check")
def check(campaign_id: str) -> ResponseReturnValue:
    """Show everything that an approver will ask: people, price, hours, and what is missing; nothing once it began."""
    row = stored(campaign_id)
    if row.state in BEGUN:
        return redirect(url_for("campaigns.page", campaign_id=row.id), 303)
    preview = gateway().broadcasts.preview(row.id)
    return render_template(
        "wizard_check.html",
        campaign=row,
        at="check",
        preview=preview,
        checks=checks_of(row, preview),
        drip=as_campaign(row).content.plan.drip,
    )


@blueprint.get("/campaigns/<campaign_id>/when")
def when(campaign_id: str) -> str:
    """Show when it leaves, how often, and how far."""
    row = stored(campaign_id)
    return when_page(row, as_campaign(row).content)


@blueprint.post("/campaigns/<campaign_id>/when", endpoint="save_when")
def save_when(campaign_id: str) -> ResponseReturnValue:
    """Store when it leaves."""
    row = stored(campaign_id)
    content = as_campaign(row).content
    try:
        content = replace(content, plan=form.plan_of(request.form, content.plan))
        content = replace(content, starts_at=form.start_of(request.form))
        return kept("when", row, row.name, content)
    except Conflict as conflict:
        return when_page(row, content, refused=why(conflict)), 409


@blueprint.post("/campaigns/count")
def count() -> Response:
    """Answer with the size of one text as JSON: what the page's script shows while somebody writes."""
    size = measure(tidy(request.form.get("text", "")[: form.LONGEST_TEXT]))
    said = g.words("size.line", units=size.units, script=g.words(f"size.{size.encoding}"), segments=size.segments)
    return Response(json.dumps({"segments": size.segments, "said": str(said)}), content_type="application/json")


@blueprint.post("/campaigns/reached")
def reached() -> str:
    """Answer with the people whom the ticked boxes reach now: what the page's script shows while somebody ticks."""
    campaign_id = request.args.get("campaign")
    row = stored(campaign_id) if campaign_id else None
    before = as_campaign(row).content if row else EMPTY
    try:
        rule = form.rested(request.form, form.rule_of(request.form, before.audience))
    except Conflict as conflict:
        return render_template("reached.html", refused=why(conflict))
    return render_template("reached.html", reach=reach_of(row, replace(before, audience=rule)))


def stored(campaign_id: str) -> CampaignRow:
    """Return a broadcast; NotFound."""
    with gateway().outside.store.reading() as work:
        return found(work, campaign_id)


def why(conflict: Conflict) -> Markup:
    """Return why what was typed is not stored."""
    words: Words = g.words
    if isinstance(conflict, form.UnreadableHour):
        return words("refused.unreadable_hour")
    if isinstance(conflict, UnreadableNumber):
        return words("refused.unreadable_number", field=words(conflict.field), example=conflict.example)
    return in_words(words, conflict.told)


def kept(page: str, row: CampaignRow | None, name: str, content: Content) -> ResponseReturnValue:
    """Store what changed (an unchanged page voids nothing), and go on or leave."""
    if row is None or row.name != name or as_campaign(row).content != content:
        campaign_id = gateway().broadcasts.draft(
            name, content.texts, content.audience, content.starts_at, g.visitor.account.name,
            row.id if row else None, content.plan, whole=False,
        )  # fmt: skip
    else:
        campaign_id = row.id
    if request.form.get("go") == "leave":
        return redirect(url_for("campaigns.index"), 303)
    target = "campaigns.page" if NEXT[page] == "approve" else f"wizard.{NEXT[page]}"
    return redirect(url_for(target, campaign_id=campaign_id), 303)


def reach_of(row: CampaignRow | None, content: Content) -> Reach:
    """Count whom it reaches now; before any text is written, whoever could be written to in Lao or English."""
    return gateway().audience.count(planned(row, content), tuple(content.texts) or form.WRITTEN)


def who_page(
    row: CampaignRow | None, content: Content, name: str, *, refused: Markup | None = None, counted: bool = False
) -> str:
    """Render the first page."""
    rule = content.audience
    chosen = bool(rule.districts or rule.provinces or rule.groups or rule.roles)
    return render_template(
        "wizard_who.html", campaign=row, at="who", refused=refused, name=name, rule=rule, may_edit=may_edit(row),
        provinces=form.by_province(), groups=groups_of(rule), roles=ROLES, written=form.WRITTEN,
        purposes=dict.fromkeys((*PURPOSES, rule.purpose)), deeds=DEEDS, earlier=earlier(row, rule),
        past=sorted(rule.past), rest=request.form.get("rest_days", rule.rest_days),
        reach=reach_of(row, content) if (chosen and not refused) or counted else None,
    )  # fmt: skip


def message_page(row: CampaignRow, content: Content, *, refused: Markup | None = None) -> str:
    """Render the page of the texts."""
    longest = worst(content.texts, content.audience)
    tested = request.args.get("tested", "")
    return render_template(
        "wizard_message.html", campaign=row, at="message", refused=refused, texts=content.texts, written=form.WRITTEN,
        sizes={language: measure(content.texts.get(language, "")) for language in form.WRITTEN},
        worst={language: measure(text) for language, text in longest.items()},
        culprits={language: culprits(text) for language, text in content.texts.items()},
        faults=gateway().broadcasts.checks.faults(longest), substitutes=content.audience.substitutes,
        reach=reach_of(row, content), longest=form.LONGEST_TEXT, may_edit=may_edit(row),
        prepared=sorted(gateway().emergencies.templates(PREPARED)), handset=handset_of(row, content),
        phones=sorted({mask(number) for number in gateway().rehearsing.phones}), chosen=request.values.get("phone"),
        tested=tested if tested.isdecimal() and len(tested) < 4 else None,
    )  # fmt: skip


def when_page(row: CampaignRow, content: Content, *, refused: Markup | None = None) -> str:
    """Render the page of the hours; after a refusal with what was typed."""
    typed = request.form if request.method == "POST" else None
    flows = sorted({*gateway().broadcasts.checks.reply_flows(), *filter(None, [content.plan.reply_flow])})
    return render_template(
        "wizard_when.html", campaign=row, at="when", refused=refused, plan=content.plan, typed=typed, flows=flows,
        start=form.shown_time(content.starts_at), last=form.shown_time(content.plan.not_after),
        tomorrow=g.words.day(form.in_a_day(g.words.now)), may_edit=may_edit(row),
        quiet=gateway().broadcasts.pacing.quiet,
    )  # fmt: skip


def groups_of(rule: AudienceRule) -> list[Group]:
    """Return every group, and those that the rule names although nobody is in them."""
    groups = gateway().audience.groups()
    return [*groups, *(Group(name, 0) for name in sorted(rule.groups - {group.name for group in groups}))]


def earlier(row: CampaignRow | None, rule: AudienceRule) -> dict[str, str]:
    """Return by id the names of the broadcasts that people may have received or answered, newest first.

    Those that the rule names are among them; one that is not known is called by its id.
    """
    with gateway().outside.store.reading() as work:
        rows = [one for one in work.campaigns.list() if row is None or one.id != row.id]
    newest = {one.id for one in [one for one in rows if one.state in BEGUN][:MOST_EARLIER]}
    named = {line.campaign for line in rule.past}
    known = {one.id: one.name for one in rows if one.id in newest | named}
    return {**known, **{campaign: campaign for campaign in sorted(named - set(known))}}


def may_edit(row: CampaignRow | None) -> bool:
    """Whether it can be changed in its state."""
    return row is None or (STATES[row.state], "edit") in LIFE

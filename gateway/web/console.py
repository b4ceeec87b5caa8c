"""The people's side: its pages, what happens before and after each, and its errors."""

from urllib.parse import quote

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from gateway.errors import GatewayError
from gateway.services.campaign_results import few
from gateway.web import (
    account,
    audit,
    calendar,
    campaigns,
    case_secrets,
    case_steps,
    cases,
    contact_import,
    cookies,
    dashboard,
    directory,
    directory_posts,
    directory_rota,
    disasters,
    emergencies,
    entry,
    flows,
    forgery,
    holds,
    office,
    policy,
    results,
    settings,
    simulator,
    system,
    turns,
    users,
    wizard,
)
from gateway.web.assets import Assets
from gateway.web.forgery import Forged
from gateway.web.refusals import in_words
from gateway.web.running import gateway
from gateway.web.words import LANGUAGES, Words, script, visible

PAGES = (
    entry,
    dashboard,
    cases,
    case_steps,
    case_secrets,
    holds,
    office,
    campaigns,
    wizard,
    results,
    calendar,
    emergencies,
    disasters,
    contact_import,
    flows,
    directory,
    directory_posts,
    directory_rota,
    turns,
    audit,
    system,
    account,
    users,
    settings,
)


def register(app: Flask) -> None:
    """Add every page to the app; the simulator in demo mode only."""
    for module in PAGES:
        app.register_blueprint(module.blueprint)
    if app.extensions["gateway"].settings.demo:
        app.register_blueprint(simulator.blueprint)
    policy.require_complete(app)
    assets = Assets.read(app)
    app.before_request(know_the_visitor)
    app.before_request(policy.guard)
    app.before_request(contact_import.allow_upload)
    app.before_request(forgery.check)
    app.after_request(cookies.keep)
    app.after_request(assets.lighten)
    app.register_error_handler(Exception, failed)
    app.context_processor(lambda: {"t": g.words, "visitor": g.visitor, "demo": gateway().settings.demo})
    app.jinja_env.globals.update(asset=assets.address, csrf=forgery.token, is_open=policy.is_open)
    app.jinja_env.globals.update(language_link=language_link)
    app.jinja_env.filters.update(visible=visible, script=script, few=few)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def know_the_visitor() -> None:
    """Find out who asks, and in which language they read."""
    running = gateway()
    g.visitor = None
    g.words = Words("lo", running.settings.timezone, running.outside.clock.now())
    if request.endpoint == "static":
        return
    g.visitor = running.access.visitor(cookies.read(cookies.SESSION))
    asked = request.args.get("lang")
    if asked in LANGUAGES:
        g.new_language = asked
    known = (asked, cookies.read(cookies.LANGUAGE), g.visitor.account.language if g.visitor else None)
    language = next((language for language in known if language in LANGUAGES), "lo")
    g.words = Words(language, running.settings.timezone, running.outside.clock.now())


def language_link(language: str) -> str:
    """Return this page's address in another language; what was asked for stays."""
    from_form = request.method != "GET"
    kept = {} if from_form else {name: values for name, values in request.args.lists() if name != "lang"}
    query = "&".join(f"{quote(name)}={quote(value)}" for name, values in kept.items() for value in values)
    return f"?{query}&lang={language}" if query else f"?lang={language}"


def failed(error: Exception) -> ResponseReturnValue:
    """Show what went wrong in the reader's words: for a fault of ours its id and nothing else."""
    status, told = (error.http_status, error.told) if isinstance(error, GatewayError) else (500, "")
    if isinstance(error, HTTPException):
        status = error.code or 500
        if error.response is not None:
            return error.response
    if request.path.startswith("/simulator/") and "text/html" not in request.headers.get("Accept", ""):
        return simulator.refused(status, told)
    reference = write_down(error) if status >= 500 and status != 503 else ""
    title = "forged" if isinstance(error, Forged) else str(status)
    reason = in_words(g.words, told) if status == 409 else ""
    page = render_template(
        "error.html", title=title if g.words.has(f"error.{title}") else "400", reason=reason, reference=reference
    )
    response = Response(page, status, content_type="text/html; charset=utf-8")
    if isinstance(error, MethodNotAllowed):
        response.allow.update(error.valid_methods or ())
    return response


def write_down(error: Exception) -> str:
    """Log a fault under an id that the reader can tell an operator."""
    reference = gateway().outside.chance.new_id()[-8:]
    meter = gateway().outside.meter
    meter.event("page_failed", id=reference, error=type(error).__name__, page=request.endpoint or "none")
    meter.count("pages_failed")
    return reference

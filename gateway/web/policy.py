"""Who may open what: one line per endpoint, asked before every request; an endpoint without a line opens for nobody."""

from collections.abc import Mapping

from flask import Flask, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from gateway.errors import Defect, Forbidden
from gateway.services.access import Visitor
from gateway.services.roles import CAMPAIGN_STEPS
from gateway.web.running import gateway

OPEN = "open"
SIGNED_IN = "signed in"

POLICY: Mapping[str, str] = {
    "static": OPEN,
    "entry.sign_in": OPEN,
    "entry.enter": OPEN,
    "entry.sign_out": SIGNED_IN,
    "dashboard.page": SIGNED_IN,
    "cases.inbox": "cases",
    "cases.page": "cases",
    "office.page": "cases",
    "office.let_in": "cases",
    "case_steps.accept": "cases",
    "case_steps.pass_on": "cases",
    "case_steps.undo": "cases",
    "case_steps.note": "cases",
    "case_steps.answer": "cases",
    "case_steps.refer": "cases",
    "case_steps.close": "cases",
    "case_steps.judge": "cases",
    "case_steps.exclude": "cases:exclude",
    "holds.act": "holds",
    "case_secrets.number": "cases",
    "case_secrets.texts": "cases",
    "case_secrets.letter": "cases",
    "case_secrets.letter_with_number": "cases",
    "campaigns.index": "campaigns",
    "campaigns.page": "campaigns",
    "campaigns.progress": "campaigns",
    **{f"campaigns.{step}": permission for step, permission in CAMPAIGN_STEPS.items()},
    "wizard.new": "campaigns:write",
    "wizard.begin": "campaigns:write",
    "wizard.who": "campaigns:write",
    "wizard.save_who": "campaigns:write",
    "wizard.message": "campaigns:write",
    "wizard.save_message": "campaigns:write",
    "wizard.try_out": "campaigns:write",
    "wizard.check": "campaigns",
    "wizard.when": "campaigns:write",
    "wizard.save_when": "campaigns:write",
    "wizard.copy": "campaigns:write",
    "wizard.count": "campaigns:write",
    "wizard.reached": "campaigns:write",
    "results.page": "campaigns",
    "calendar.page": "campaigns",
    "calendar.subscribe": "campaigns",
    "calendar.revoke": "campaigns",
    "calendar.feed": OPEN,  # the address is the secret
    "emergencies.page": "campaigns:write",
    "emergencies.prepare": "campaigns:write",
    "emergencies.release": "campaigns:write",
    "disasters.page": "disasters",
    "disasters.declare": "disasters",
    "disasters.confirm": "disasters",
    "disasters.end": "disasters",
    "flows.page": "flows",
    "flows.approve": "flows:approve",
    "flows.rollback": "flows:rollback",
    "directory.page": "directory",
    "directory_rota.page": "directory",
    "directory_posts.page": "directory",
    "turns.page": "turns",
    "turns.ask": "turns",
    "turns.answer": "turns",
    "directory_posts.change": "directory:write",
    "directory_posts.new": "directory:write",
    "directory_posts.create": "directory:write",
    "directory_posts.hand_over": "directory:write",
    "directory_posts.go_on": "directory:write",
    "contact_import.index": "campaigns:write",
    "contact_import.upload": "campaigns:write",
    "contact_import.page": "campaigns:write",
    "contact_import.repair": "campaigns:write",
    "contact_import.accept": "campaigns:write",
    "contact_import.drop": "campaigns:write",
    "audit.page": "audit",
    "audit.verify": "audit",
    "system.page": "health",
    "entry.invitation": OPEN,
    "entry.join": OPEN,
    "account.page": SIGNED_IN,
    "account.language": SIGNED_IN,
    "account.passphrase": SIGNED_IN,
    "account.close_others": SIGNED_IN,
    "account.second_factor": SIGNED_IN,
    "account.enrol": SIGNED_IN,
    "account.code": SIGNED_IN,
    "account.confirm": SIGNED_IN,
    "settings.page": "settings",
    "settings.channel": "settings",
    "users.page": "sessions",
    "users.stop": "sessions",
    "users.seen": "sessions",
    "users.add": "accounts",
    "users.invite": "accounts",
    "simulator.page": OPEN,
    "simulator.messages": OPEN,
    "simulator.phone": OPEN,
    "simulator.phones": OPEN,
    "simulator.clock": OPEN,
    "simulator.advance": OPEN,
    "simulator.send": OPEN,
    "simulator.forward": OPEN,
}
"""Endpoint -> permission of gateway/services/access.py; ``open`` needs no session, ``signed in`` any session."""


OWED: Mapping[str, frozenset[str]] = {
    "enrolment": frozenset({"account.second_factor", "account.enrol", "entry.sign_out"}),
    "code": frozenset({"account.code", "account.confirm", "entry.sign_out"}),
}
"""What a session may open until it has given what it owes."""


def where_owed(visitor: Visitor) -> str:
    """Return the page that asks for what a session owes."""
    if visitor.owes == "enrolment":
        return url_for("account.second_factor")
    return url_for("account.code", next=request.full_path.rstrip("?") if request.method == "GET" else None)


def require_complete(app: Flask) -> None:
    """Refuse to start an app with a route that nobody thought of, or with a line for a route that is gone."""
    routes = {rule.endpoint for rule in app.url_map.iter_rules()}
    demo_only = {endpoint for endpoint in POLICY if endpoint.startswith("simulator.")}
    unknown = sorted(routes - POLICY.keys())
    stale = sorted(POLICY.keys() - routes - demo_only)
    if unknown or stale:
        raise Defect(f"no policy for {unknown}, policy without a route {stale}")


def guard() -> ResponseReturnValue | None:
    """Let the request through, ask for sign-in, or refuse."""
    if request.endpoint is None:
        return None  # no such page, or another method is needed: the same for everybody
    needed = POLICY.get(request.endpoint)
    if needed is None:
        raise Defect(f"no policy for {request.endpoint}")
    visitor: Visitor | None = g.visitor
    if needed == OPEN:
        return None
    if visitor is None:
        wanted = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("entry.sign_in", next=None if wanted == "/" else wanted), 303)
    if visitor.owes != "nothing" and request.endpoint not in OWED[visitor.owes]:
        return redirect(where_owed(visitor), 303)
    if needed != SIGNED_IN and not visitor.may(needed):
        write_down_refusal(visitor, request.endpoint)
        raise Forbidden(needed)
    return None


def write_down_refusal(visitor: Visitor, endpoint: str) -> None:
    """Leave an audit row: somebody asked for a page that is not theirs."""
    outside = gateway().outside
    with outside.store.writing() as work:
        roles = ",".join(sorted(visitor.account.roles))
        work.audit.append(outside.clock.now(), visitor.account.name, roles, "page.opened", endpoint, "denied")


def is_open(endpoint: str) -> bool:
    """Whether the page of ``endpoint`` may be linked for the present visitor."""
    visitor: Visitor | None = g.visitor
    return visitor is not None and (POLICY[endpoint] in (OPEN, SIGNED_IN) or visitor.may(POLICY[endpoint]))

"""Roles as one table: what each may do, which cases it may know of, and which roles nobody holds together."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from gateway.errors import Conflict
from gateway.ports.accounts import Account
from gateway.ports.scope import EVERYWHERE, NOWHERE, Scope

Cases = Literal["none", "post", "province", "country"]
PROVINCE = re.compile(r"LA[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Role:
    """``may``: permissions that pages ask for (gateway/web/policy.py); ``cases``: how far it sees cases."""

    may: frozenset[str]
    cases: Cases = "none"


ROLES: Final[Mapping[str, Role]] = {
    "officer": Role(frozenset({"cases", "turns"}), "post"),
    "supervisor": Role(
        frozenset({"cases", "cases:exclude", "directory", "directory:write", "disasters", "holds", "sessions"}),
        "province",
    ),
    "desk": Role(frozenset({"cases", "cases:exclude", "directory", "disasters", "holds", "sessions"}), "country"),
    "manager": Role(frozenset({"campaigns", "campaigns:write", "campaigns:stop"})),
    "approver": Role(
        frozenset({"campaigns", "campaigns:approve", "campaigns:stop", "flows", "flows:approve", "flows:rollback"})
    ),
    "author": Role(frozenset({"flows", "flows:write", "flows:rollback"})),
    "translator": Role(frozenset({"flows"})),
    "monitoring": Role(frozenset({"campaigns", "flows"})),
    "auditor": Role(frozenset({"audit"})),
    "admin": Role(frozenset({"health", "settings", "accounts", "sessions", "directory", "directory:write"})),
}
MAY: Final[Mapping[str, frozenset[str]]] = {name: role.may for name, role in ROLES.items()}
CAMPAIGN_STEPS: Final[Mapping[str, str]] = {
    "submit": "campaigns:write",
    "approve": "campaigns:approve",
    "refuse": "campaigns:approve",
    "schedule": "campaigns:write",
    "pause": "campaigns:write",
    "resume": "campaigns:write",
    "stop": "campaigns:stop",
}
"""Step of a broadcast -> the permission it needs, on a page and on the command line."""

READS_CASES = frozenset(name for name, role in ROLES.items() if role.cases != "none")
SENDS = frozenset({"manager", "approver"})
APART: Final = ((READS_CASES, SENDS, "No account may both read cases and send campaigns."),)
"""Groups of which nobody holds one role each: a complicit manager must not see who asked for help."""


def check_roles(roles: frozenset[str], places: frozenset[str], post_id: str | None) -> None:
    """Refuse unknown roles, roles that exclude each other, and a role without the place or post it is tied to."""
    unknown = roles - ROLES.keys()
    if unknown or not roles:
        known = ", ".join(sorted(ROLES))
        raise Conflict(f"Unknown role: {', '.join(sorted(unknown)) or 'none given'}. Known: {known}.")
    for some, others, why in APART:
        if roles & some and roles & others:
            raise Conflict(why)
    if "officer" in roles and post_id is None:
        raise Conflict("An officer works for one post: name it.")
    if "supervisor" in roles and not any(PROVINCE.fullmatch(place) for place in places):
        raise Conflict("A supervisor stands over a province: name it.")


def scope_of(account: Account) -> Scope:
    """Return which cases an account may know of: the sum over its roles."""
    seen = {ROLES[role].cases for role in account.roles if role in ROLES}
    if "country" in seen:
        return EVERYWHERE
    places = account.places if "province" in seen else NOWHERE.places
    posts = frozenset({account.post_id}) - {None} if "post" in seen else NOWHERE.posts
    return Scope(places=places, posts=frozenset(post for post in posts if post))

"""Where somebody may broadcast: an account for some places acts on what is for people there alone."""

from gateway.campaigns.audience import AudienceRule
from gateway.conversation.conditions import lies_in
from gateway.errors import Conflict
from gateway.ports.unit_of_work import UnitOfWork


def require_within(work: UnitOfWork, by: str, rule: AudienceRule) -> None:
    """Conflict when an audience reaches beyond the places of an account; an account without places is central."""
    account = work.accounts.by_name(by)
    if account is None or not account.places:
        return
    asked = rule.districts | rule.provinces
    if not asked or not all(lies_in(code, account.places) for code in asked):
        raise Conflict(
            f"It reaches people outside your places: choose only districts of {', '.join(sorted(account.places))}."
        )

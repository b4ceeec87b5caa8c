"""What a list may change in what somebody agreed to: it never undoes her own word."""

from datetime import datetime

from gateway.contacts.consent import Event, State, after


def listed(state: State | None, at: datetime | None, event: Event, said_at: datetime | None) -> State | None:
    """Return the state after a line of a list, None for nothing stored.

    A yes undoes an earlier no only when the list says that it was given later: ``said_at`` after ``at``.
    """
    if event == "give" and state in ("refused", "withdrawn") and (said_at is None or at is None or said_at <= at):
        return state
    return after(state, event)

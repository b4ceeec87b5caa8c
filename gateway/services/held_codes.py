"""Which codes running conversations hold: what an edit of the flows must not take away from under them."""

from collections import defaultdict

from gateway.conversation.session import from_json
from gateway.ports.unit_of_work import UnitOfWork


def held_codes(work: UnitOfWork) -> dict[str, frozenset[str]]:
    """Return the codes by "flow.value", of the flow in front and of those that called it; numbers and places too."""
    held: defaultdict[str, set[str]] = defaultdict(set)
    for row in work.sessions.every():
        session = from_json(row.document)
        for frame in (session.here, *session.stack):
            for name, value in frame.values.items():
                held[f"{frame.flow}.{name}"] |= set(value.split(","))
    return {place: frozenset(codes) for place, codes in held.items()}

"""Reads the journal of the content: what is live, what to go back to, and what became of people inside."""

from collections.abc import Mapping, Sequence

from gateway.ports.bundle_book import Move


def live_of(moves: Sequence[Move]) -> dict[str, str]:
    """Return which bundle is live for each name."""
    latest = {move.name: move.bundle for move in moves}
    return {name: bundle for name, bundle in latest.items() if bundle is not None}


def standing(moves: Sequence[Move], name: str) -> list[Move]:
    """Return the moves of a name that a rollback can undo one by one, the live one last: a rollback takes one away."""
    stack: list[Move] = []
    for move in moves:
        if move.name != name:
            continue
        if move.why != "rolled_back":
            stack.append(move)
        elif stack:
            stack.pop()
    return stack


def withdrawn_of(moves: Sequence[Move]) -> frozenset[str]:
    """Return the bundles that nobody may hear again: all that were live before a move that withdrew them.

    One that goes live once more is heard again.
    """
    before: dict[str, set[str]] = {}
    withdrawn: set[str] = set()
    for move in moves:
        earlier = before.setdefault(move.name, set())
        if move.people == "withdraw":
            withdrawn |= earlier
        if move.bundle is not None:
            earlier.add(move.bundle)
            withdrawn.discard(move.bundle)
    return frozenset(withdrawn)


def moved_of(moves: Sequence[Move]) -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return where the steps of replaced bundles went, as (hash, "flow.step") -> (hash, step).

    Nobody is moved out of a bundle that went live once more.
    """
    latest: dict[str, str] = {}
    moved: dict[tuple[str, str], tuple[str, str]] = {}
    for move in moves:
        replaced = latest.get(move.name)
        if move.people == "map" and replaced is not None and move.bundle is not None:
            for old, new in move.steps.items():
                moved[replaced, old] = (move.bundle, new.rpartition(".")[2])
        if move.bundle is not None:
            latest[move.name] = move.bundle
            moved = {key: target for key, target in moved.items() if key[0] != move.bundle}
    return moved

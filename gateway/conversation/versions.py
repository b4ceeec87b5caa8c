"""What a new version means to people inside a conversation: they keep theirs, are moved, or are called back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from gateway.conversation.flow import ASKING, RECALL, Flow, Step
from gateway.conversation.library import Library
from gateway.conversation.session import Frame, Session

_MOST_MOVES: Final = 10  # of one frame, when several versions went live while a phone was silent


def frames(session: Session) -> tuple[Frame, ...]:
    """Return every flow in progress, the one laid aside first at the beginning."""
    return (*session.stack, session.here)


def pinned(session: Session) -> frozenset[str]:
    """Return the hashes of every bundle that a session refers to."""
    return frozenset(frame.bundle for frame in frames(session))


def is_withdrawn(library: Library, session: Session) -> bool:
    """Say whether any part of a session belongs to a bundle that nobody may hear again."""
    return bool(library.withdrawn) and not library.withdrawn.isdisjoint(pinned(session))


def recalled(library: Library, session: Session) -> tuple[Frame, str]:
    """Return the frame in which a recalled session goes on, and the step: the flow's own ``recall``, or ``on_error``.

    Everything above the withdrawn flow is left with it; the report that is open and what it knows stay.
    """
    oldest = next(frame for frame in frames(session) if frame.bundle in library.withdrawn)
    name = oldest.flow if oldest.flow in library.current else library.entry["villager"]
    hash_ = library.current[name]
    flow = library.bundles[hash_].flows[name]
    kept = {key: value for key, value in oldest.values.items() if key in flow.values}
    frame = Frame(name, hash_, values=kept, case=oldest.case)
    return frame, RECALL if RECALL in flow.steps else flow.on_error


def begun_live(library: Library, session: Session) -> Session:
    """Return a session that has not begun, of the live version of its flow, or of the entry flow where that is gone."""
    name = session.flow if session.flow in library.current else library.entry["villager"]
    return replace(session, here=Frame(name, library.current[name]))


def carried(library: Library, session: Session) -> Session:
    """Return a session whose steps stand in the bundles that they were mapped to."""
    if not library.moved:
        return session
    here, *stack = (_carried(library, frame) for frame in (session.here, *session.stack))
    return (
        replace(session, here=here, stack=tuple(stack)) if (here, *stack) != (session.here, *session.stack) else session
    )


def _carried(library: Library, frame: Frame) -> Frame:
    for _ in range(_MOST_MOVES):
        target = library.moved.get((frame.bundle, f"{frame.flow}.{frame.step}"))
        if target is None:
            break
        hash_, step = target
        history = tuple(step if name == frame.step else name for name in frame.history)
        frame = replace(frame, bundle=hash_, step=step, history=history)
    return frame


def misfits(old: Flow, old_step: str, new: Flow, new_step: str) -> Iterator[str]:
    """Yield why who waits at ``old_step`` cannot go on at ``new_step``: other values, other codes, another kind."""
    before, after = old.steps.get(old_step), new.steps.get(new_step)
    if before is None or after is None:
        missing = f"{old.name}.{old_step}" if before is None else f"{new.name}.{new_step}"
        yield f"there is no step {missing}"
        return
    if before.kind not in ASKING or before.kind != after.kind:
        yield f"{old_step} is a {before.kind}, {new_step} a {after.kind}"
    if before.save != after.save:
        yield f"{old_step} saves {before.save or 'nothing'}, {new_step} {after.save or 'nothing'}"
    if _codes(before) != _codes(after):
        yield f"the codes of {old_step} and {new_step} differ"
    for name, value in old.values.items():
        now = new.values.get(name)
        if now is None or (now.kind, now.data_class, now.target) != (value.kind, value.data_class, value.target):
            yield f"the value {name} is not what it was"


def _codes(step: Step) -> tuple[frozenset[tuple[str, str]], tuple[object, ...]]:
    """Return which keys mean which codes, and what is expected: a menu seen before must still mean what it said."""
    test = step.expect
    expected = (test.name, test.options, test.every, test.low, test.high, test.argument) if test is not None else ()
    return frozenset((choice.code, choice.key) for choice in step.choices), expected

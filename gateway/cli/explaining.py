"""Why a text was read as it was: tests tried in their order, which one hit, which form of the lexicon stood in it."""

from collections.abc import Iterator, Sequence

from gateway.conversation.library import Library
from gateway.conversation.turn import TraceStep, Turn

# The order of the engine, as far as a trace names it; what a kind of step does not try is left out.
TRIED = {
    "global": "a word that always works",
    "which": "the answer to a question asked back",
    "key": "a key of the step",
    "pick": "keys or labels of several answers",
    "label": "a label or code typed out",
    "words": "the words of a choice",
    "also": "a side door",
    "expect": "what the step expects",
    "ask_back": "several or near answers: asked back",
    "miss": "not understood",
}
OF_KIND = {
    "menu": ("global", "which", "key", "label", "words", "ask_back", "miss"),
    "consent": ("global", "which", "key", "label", "words", "ask_back", "miss"),
    "pick": ("global", "which", "pick", "ask_back", "miss"),
    "ask": ("global", "also", "expect", "ask_back", "miss"),
}


def explained(turns: Sequence[Turn], text: str, library: Library) -> Iterator[str]:
    """Yield the explanation of the last turns, a line each; ``text`` is what was typed."""
    reading = library.lexicon.read(text)
    for found in reading.evidence:
        negated = ", negated" if found.negated else ""
        yield f"form '{found.form}' ({found.language}, {found.how}{negated}) means {found.intent}"
    if not reading.evidence:
        yield "no form of the lexicon stands in it"
    for turn in turns:
        for step in turn.trace:
            yield from _tried(step, library)
            yield f"{step.step}: {step.test} {step.result}".rstrip()


def _tried(step: TraceStep, library: Library) -> Iterator[str]:
    """Yield the tests that were tried in vain before the one that hit."""
    flow, _, name = step.step.partition(".")
    bundle = library.bundle(flow)
    known = bundle.flows[flow].steps.get(name) if bundle else None
    order = OF_KIND.get(known.kind, ()) if known else ()
    if step.test in order:
        for test in order[: order.index(step.test)]:
            yield f"{step.step}: {TRIED[test]}: no"

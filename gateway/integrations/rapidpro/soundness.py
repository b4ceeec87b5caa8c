"""Makes a built flow sound: labels become steps, silent loops and dead ends are broken, what nobody reaches goes."""

from collections import deque
from typing import Final

from gateway.conversation.flow import ASKING, WAITING
from gateway.integrations.rapidpro.draft import CLOSE, GAVE_UP, PERSON, Body, Draft

# Steps at which a loop stops for a person or another flow.
_PAUSES: Final = WAITING | {"call", "help"}
_MOST_TEXTS: Final = 3


def make_sound(draft: Draft) -> None:
    """Finish a draft: afterwards every target exists, every step is reached and leads to an end or a person."""
    draft.steps[PERSON] = {"handoff": {"reason": "error"}, "say": "common.person_will_help", "released": CLOSE}
    draft.steps[GAVE_UP] = {"end": "abandoned"}
    draft.steps[CLOSE] = {"end": "done"}
    for body in draft.steps.values():
        for holder, key in draft.leading(body):
            holder[key] = draft.resolved(holder[key])
    draft.start = draft.resolved(draft.start)
    _break_loops(draft)
    _open_dead_ends(draft)
    order = _reached(draft, [draft.start, PERSON])
    draft.steps = {name: draft.steps[name] for name in sorted(order, key=_last_of_all)}
    _forget_unsaid(draft)
    _tell_long_turns(draft)


def _last_of_all(name: str) -> int:
    return (PERSON, GAVE_UP, CLOSE).index(name) + 1 if name in (PERSON, GAVE_UP, CLOSE) else 0


def _targets(draft: Draft, name: str) -> list[str]:
    return [holder[key] for holder, key in draft.leading(draft.steps[name])]


def _reached(draft: Draft, start: list[str]) -> list[str]:
    """Return the steps reached from some, nearest first."""
    waiting, found = deque(start), dict.fromkeys(start)
    while waiting:
        for target in _targets(draft, waiting.popleft()):
            if target not in found:
                found[target] = None
                waiting.append(target)
    return list(found)


def _pauses(body: Body) -> bool:
    return bool(body.keys() & _PAUSES)


def _break_loops(draft: Draft) -> None:
    """Put a person where steps go round without waiting: at the edge that would close the circle."""
    done: set[str] = set()
    for root in list(draft.steps):
        path: list[tuple[str, list[tuple[Body, str]]]] = []
        on_path: set[str] = set()
        _descend(draft, root, path, on_path, done)
        while path:
            name, edges = path[-1]
            if not edges:
                path.pop()
                on_path.discard(name)
                done.add(name)
                continue
            holder, key = edges.pop(0)
            if holder[key] in on_path:
                why = "it goes round without waiting for anybody"
                holder[key] = draft.person("", f"loop from '{name}' to '{holder[key]}'", why, CLOSE)
            else:
                _descend(draft, holder[key], path, on_path, done)


def _descend(
    draft: Draft, name: str, path: list[tuple[str, list[tuple[Body, str]]]], on_path: set[str], done: set[str]
) -> None:
    if name not in done and not _pauses(draft.steps[name]):
        path.append((name, list(draft.leading(draft.steps[name]))))
        on_path.add(name)


def _leading_out(draft: Draft) -> set[str]:
    """Return every step from which a path leads to an end or a person."""
    before: dict[str, list[str]] = {name: [] for name in draft.steps}
    for name in draft.steps:
        for target in _targets(draft, name):
            before[target].append(name)
    ahead = [name for name, body in draft.steps.items() if "end" in body or "handoff" in body]
    found = set(ahead)
    while ahead:
        new = [name for name in before[ahead.pop()] if name not in found]
        found.update(new)
        ahead += new
    return found


def _open_dead_ends(draft: Draft) -> None:
    """Let silence, or a call that fails, end a conversation from which no other path leads out."""
    leading_out = _leading_out(draft)
    for name, body in draft.steps.items():
        if name in leading_out:
            continue
        if "no_reply" in body:
            draft.tell("narrowed", "", f"step '{name}'", "no path led to an end", "silence there ends the conversation")
            body["no_reply"]["then"] = GAVE_UP
        elif "call" in body:
            instead = "the conversation ends where the called flow gives up"
            draft.tell("narrowed", "", f"step '{name}'", "no path led to an end", instead)
            body["else"] = GAVE_UP


def _forget_unsaid(draft: Draft) -> None:
    """Drop texts of steps that are gone."""
    for language, texts in draft.texts.items():
        draft.texts[language] = {name: text for name, text in texts.items() if name.split(".")[0] in draft.steps}


def _tell_long_turns(draft: Draft) -> None:
    """Tell where more texts follow each other than this gateway sends in one turn."""
    for name in draft.steps:
        count, here = 0, name
        while "say" in draft.steps[here] and "then" in draft.steps[here] and count <= _MOST_TEXTS:
            count, here = count + 1, draft.steps[here]["then"]
        count += bool(draft.steps[here].keys() & (ASKING | {"handoff"}))
        if count > _MOST_TEXTS and not any(_says_and_leads(other, name) for other in draft.steps.values()):
            why = f"one turn sends {_MOST_TEXTS} texts at most"
            draft.tell(
                "narrowed", "", f"more than {_MOST_TEXTS} texts from '{name}' on", why, "a person; join them first"
            )


def _says_and_leads(body: Body, name: str) -> bool:
    return "say" in body and body.get("then") == name

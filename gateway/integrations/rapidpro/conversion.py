"""An export becomes flows and messages of this gateway, with a line for everything that needs a look."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.integrations.rapidpro.building import Surroundings, build
from gateway.integrations.rapidpro.draft import Draft, cut_note
from gateway.integrations.rapidpro.export import Export, SourceFlow, fields_of, text_of
from gateway.integrations.rapidpro.naming import Names
from gateway.integrations.rapidpro.report import Line
from gateway.integrations.rapidpro.soundness import make_sound
from gateway.integrations.rapidpro.writing import flow_file, messages_file

_MINUTE, _DAY = 60, 86_400
_SHORTEST, _LONGEST, _USUAL = 10 * _MINUTE, 90 * _DAY, 3 * _DAY
_MOST_STEPS, _MOST_BYTES = 400, 256 * 1024
_DEEPEST_CALL: Final = 3
# How RapidPro writes languages that this gateway speaks; others keep their own code.
_LANGUAGES: Final = {
    "eng": "en", "en": "en", "english": "en", "lao": "lo", "lo": "lo",
    "hmn": "hmn", "mww": "hmn", "hnj": "hmn", "kjg": "kjg",
}  # fmt: skip
_CODE: Final = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who imports asks for; ``taken`` are names of flows that may not be used again."""

    purpose: str = "information"
    language: str = "en"
    taken: frozenset[str] = frozenset()
    meaning: Callable[[str], Iterable[str]] = lambda word: ()


@dataclass(frozen=True, slots=True)
class Converted:
    """Files by path below the content's folder, each flow's name there and here, and the lines to look at."""

    files: Mapping[str, str]
    flows: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


class NoSuchFlow(Exception):
    """The export holds no flow of the name asked for."""


def convert(export: Export, wishes: Wishes, only: str = "") -> Converted:
    """Convert every flow of an export, or ``only`` one and what it calls; raises NoSuchFlow."""
    chosen = _chosen(export, only)
    names = Names({*wishes.taken, "common", "lexicon", "guarded", "translated", "campaigns", "intents", "glossary"})
    flows = {flow.uuid: names.new(flow.name, "flow") for flow in chosen}
    refused = [] if only else [Line("refused", name, "", "flow", why, "nothing") for name, why in export.refused]
    while True:
        around = Surroundings(export, flows, wishes.meaning, _beyond(chosen, flows))
        made = [(flow, *_built(flow, flows[flow.uuid], around, wishes)) for flow in chosen if flow.uuid in flows]
        large = [flow for flow, draft, files in made if _too_large(draft, files)]
        if not large:
            break
        # Without them the others are built anew: a call of one that is missing needs a person.
        for flow in large:
            del flows[flow.uuid]
            why = f"more than {_MOST_STEPS} steps, or a file of more than {_MOST_BYTES} bytes"
            refused.append(Line("refused", flow.name, "", "flow", why, "nothing"))
    lines = [line for _, draft, _ in made for line in draft.lines]
    return Converted(
        files={path: text for _, _, files in made for path, text in files.items()},
        flows=tuple((flow.name, draft.name) for flow, draft, _ in made),
        lines=(*refused, *lines),
    )


def _built(flow: SourceFlow, name: str, around: Surroundings, wishes: Wishes) -> tuple[Draft, dict[str, str]]:
    """Return one flow, sound, and its files."""
    draft = _draft(flow, name, wishes)
    build(flow, draft, around)
    make_sound(draft)
    return draft, _files(flow, draft, wishes)


def _too_large(draft: Draft, files: Mapping[str, str]) -> bool:
    return len(draft.steps) > _MOST_STEPS or any(len(text.encode()) > _MOST_BYTES for text in files.values())


def _chosen(export: Export, only: str) -> list[SourceFlow]:
    """Return the flows to convert; one flow brings those it calls."""
    if not only:
        return list(export.flows)
    wanted = [flow for flow in export.flows if only in (flow.name, flow.uuid)]
    if not wanted:
        raise NoSuchFlow(only)
    for flow in wanted:
        wanted += [other for other in export.flows if other.uuid in _called(flow) and other not in wanted]
    return wanted


def _called(flow: SourceFlow) -> list[str]:
    return [
        text_of(fields_of(action.get("flow")).get("uuid"))
        for node in flow.nodes.values()
        for action in node.actions
        if action.get("type") == "enter_flow"
    ]


def _draft(flow: SourceFlow, name: str, wishes: Wishes) -> Draft:
    base = _language(flow.language) or wishes.language
    expires = min(max(flow.expires or _USUAL, _SHORTEST), _LONGEST)
    draft = Draft(name, base, {code: _language(code) for code in [*_LANGUAGES, *flow.localization]}, expires)
    if base != _LANGUAGES.get(base):
        draft.tell(
            "narrowed", "", f"language '{flow.language}'", "not one of this gateway", f"texts in messages/{base}"
        )
    for code in (code for code in flow.localization if not _language(code)):
        draft.tell("replaced", "", f"translation '{code[:20]}'", "no code of a language", "left out")
    return draft


def _language(code: str) -> str:
    """Return the name of a language here; nothing for what names none, such as ``base``."""
    plain = re.split(r"[_-]", code.strip().lower())[0]
    return _LANGUAGES.get(plain) or (plain if _CODE.fullmatch(plain) and plain != "und" else "")


def _files(flow: SourceFlow, draft: Draft, wishes: Wishes) -> dict[str, str]:
    """Return the files of a flow by path."""
    source = cut_note(f"from RapidPro: {flow.name[:100]} {flow.uuid}")
    files = {f"flows/{draft.name}.yaml": flow_file(draft, source, wishes.purpose)}
    for language, texts in sorted(draft.texts.items()):
        if texts:
            files[f"messages/{language}/{draft.name}.yaml"] = messages_file(texts)
    return files


def _beyond(chosen: list[SourceFlow], flows: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Return the calls that would go round in a circle, or deeper than this gateway follows; the first come first."""
    followed: dict[str, list[str]] = {}
    beyond = set()
    for flow in (flow for flow in chosen if flow.uuid in flows):
        caller = flows[flow.uuid]
        for called in (flows[uuid] for uuid in dict.fromkeys(_called(flow)) if uuid in flows):
            deep = _above(caller, followed) + _below(called, followed) >= _DEEPEST_CALL
            if deep or caller in _reached(called, followed):
                beyond.add((caller, called))
            else:
                followed.setdefault(caller, []).append(called)
    return frozenset(beyond)


def _reached(name: str, followed: Mapping[str, list[str]]) -> set[str]:
    return {name}.union(*(_reached(other, followed) for other in followed.get(name, ())))


def _below(name: str, followed: Mapping[str, list[str]]) -> int:
    """Return how many calls follow one another from a flow."""
    return max((1 + _below(other, followed) for other in followed.get(name, ())), default=0)


def _above(name: str, followed: Mapping[str, list[str]]) -> int:
    """Return how many calls follow one another down to a flow."""
    return max((1 + _above(caller, followed) for caller, called in followed.items() if name in called), default=0)

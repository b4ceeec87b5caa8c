"""One flow in the making: steps, texts and values under legal names, and lines about what needs a look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.integrations.rapidpro.export import Fields, SourceFlow, text_of
from gateway.integrations.rapidpro.naming import Names, first_words
from gateway.integrations.rapidpro.report import Degree, Line
from gateway.integrations.rapidpro.wording import visible, worded

Body = dict[str, Any]

CLOSE, GAVE_UP, PERSON = "close", "gave_up", "person"
_NOTE_CAP: Final = 200
# Where the name of a step may stand in another step.
_TARGETS: Final = ("then", "else", "released")


@dataclass(slots=True)
class Draft:
    """Steps as they will be written; a target that is not built yet is a label, which ``labels`` leads to a step."""

    name: str
    language: str
    languages: Mapping[str, str]
    expires: int
    steps: dict[str, Body] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, tuple[str, str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names((CLOSE, GAVE_UP, PERSON)))
    start: str = ""
    _numbered: int = 0

    def label(self) -> str:
        """Return a new label: a target that is led to a step later."""
        self._numbered += 1
        return f"@{self._numbered}"

    def tell(self, degree: Degree, node: str, what: str, why: str, instead: str) -> None:
        """Add a line to the report, once."""
        line = Line(degree, self.name, node, what, why, instead)
        if line not in self.lines:
            self.lines.append(line)

    def step(self, wanted: str, fallback: str, body: Body) -> str:
        """Add a step under a free name near ``wanted``; return the name."""
        name = self.names.new(first_words(wanted), fallback)
        self.steps[name] = body
        return name

    def say(self, message: str, texts: Mapping[str, str]) -> None:
        """Keep a text of this flow in each of its languages."""
        for language, text in texts.items():
            self.texts.setdefault(language, {})[message] = text

    def person(self, node: str, what: str, why: str, released: str, reason: str = "error") -> str:
        """Put a person where the conversation cannot go on by itself; return the step's name."""
        note = f"RapidPro {f'node {node}: ' if node else ''}{what}: {why}"
        body = {"handoff": {"reason": reason}, "say": "common.person_will_help", "note": cut_note(note)}
        name = self.step("person", PERSON, {**body, "released": released})
        self.tell("replaced", node, what, why, f"step '{name}' hands to a person")
        return name

    def counted(self, node: str, what: str, why: str) -> Body:
        """Return a placeholder for something nobody hears: it counts each time somebody passes it."""
        self.tell("replaced", node, what, why, f"a step that only counts 'rapidpro_{what}'")
        return {
            "do": [{"count": {"metric": f"rapidpro_{what}"}}],
            "note": cut_note(f"RapidPro node {node}: {what}: {why}"),
        }

    def spoken(self, node: str, raw: Mapping[str, str]) -> list[dict[str, str]]:
        """Return a text in parts, each by language; what had to be taken out is told."""
        found = {language: worded(text) for language, text in raw.items()}
        for language, wording in found.items():
            if wording.expressions:
                shown = ", ".join(dict.fromkeys(wording.expressions))[:_NOTE_CAP].replace("\n", " ")
                why = "a text never repeats what a person typed or what is computed"
                self.tell("narrowed", node, f"text in {language} with {shown}", why, "the text without it")
        most = len(found[self.language].parts) if self.language in found else 0
        parts: list[dict[str, str]] = [{} for _ in range(most)]
        for language, wording in found.items():
            for part, text in zip(parts, wording.parts, strict=False):
                part[language] = text
            if len(wording.parts) > most:
                self.tell("narrowed", node, f"text in {language}", "longer than the original", "its beginning")
        return parts

    def in_our_languages(self, base: str, translations: Mapping[str, str]) -> dict[str, str]:
        """Return a text by this gateway's language names; the first wins where two are one here."""
        found = {self.language: base}
        for language, text in translations.items():
            found.setdefault(self.languages.get(language, ""), text)
        return {language: text for language, text in found.items() if language and text.strip()}

    def leading(self, body: Body) -> Iterator[tuple[Body, str]]:
        """Yield every place of a step that holds the name of another."""
        yield from ((body, key) for key in _TARGETS if key in body)
        if "no_reply" in body:
            yield body["no_reply"], "then"
        for key in ("choices", "also", "choose"):
            for inner in body.get(key, ()):
                yield inner, "then"

    def resolved(self, target: str) -> str:
        """Return the step a label leads to; labels that only lead to each other end the conversation."""
        seen: set[str] = set()
        while target in self.labels and target not in seen:
            seen.add(target)
            target = self.labels[target]
        return CLOSE if target in self.labels else target


def texts_of_action(draft: Draft, flow: SourceFlow, action: Fields) -> dict[str, str]:
    """Return the text of an action in every language it has."""
    found = flow.translated(text_of(action.get("uuid")), "text")
    return draft.in_our_languages(text_of(action.get("text")), {code: texts[0] for code, texts in found.items()})


class Chain:
    """Steps one after another; whatever ends the chain so far leads to the next step added."""

    def __init__(self, draft: Draft, label: str) -> None:
        self.draft = draft
        self._open: list[tuple[Body, str]] = [(draft.labels, label)]

    def step(self, wanted: str, fallback: str, body: Body, *, out: tuple[str, ...] = ("then",)) -> str:
        """Add a step whose exits ``out`` lead to whatever comes next."""
        name = self.draft.step(wanted, fallback, body)
        self.close(name)
        self._open = [(body, key) for key in out]
        return name

    def speak(self, kind: str, wanted: str, body: Body, texts: Mapping[str, str], *, out: tuple[str, ...]) -> str:
        """Add a step that says something: its message bears its own name."""
        name = self.step(wanted or texts.get(self.draft.language, ""), kind, body, out=out)
        body[kind] = name
        self.draft.say(name, texts)
        return name

    def close(self, target: str) -> None:
        """Lead the end of the chain to a step or label."""
        for holder, key in self._open:
            holder[key] = target
        self._open = []

    def reopen(self, label: str) -> None:
        """Go on behind a step that leads to a label of its own."""
        self._open = [(self.draft.labels, label)]

    @property
    def ended(self) -> bool:
        """Say whether nothing can be added any more."""
        return not self._open


def cut_note(text: str) -> str:
    """Return a note for readers in one line of bearable length."""
    return visible(text)[:_NOTE_CAP]

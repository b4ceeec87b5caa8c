"""Lint of cost: segments of every text with its options and the longest values, and pages of every screen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import Flow, Step
from gateway.conversation.lint_material import REFERENCE, Fault, Material, label_id, labelled, variants
from gateway.errors import Defect
from gateway.strict_yaml import Mark
from gateway.text import lao
from gateway.text.catalogue import fill, placeholders
from gateway.text.screens import Budget, paginate
from gateway.text.segments import encoding_of, measure

MOST_SEGMENTS: Final = 3
_FEW: Final = 3  # so few foreign signs are a slip, not a script
_EXTENDED: Final = "^{}\\[~]|€"
# As long as a value can be: codes and numbers by their form, a place by the longest name in each script.
_LONGEST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "case_code": "888888", "case_pin": "8888", "date": "28/12/2026", "time": "20:30", "count": "888",
        "lesson": "88", "score": "88", "list": "888888, 888888, 888888", "level": "P0",
    }
)  # fmt: skip
_PLACE: Final = {"lo": "ກ" * 14}
_PLACE_LATIN, _HOTLINE = "m" * 20, "Thailand 0000 0000"
_REGIONS: Final = (("1", "place_north"), ("2", "place_centre"), ("3", "place_south"), ("7", "place_unknown"))


@dataclass(frozen=True, slots=True)
class Said:
    """What one step says in one language: the text with the longest values, and the lines of its options."""

    flow: Flow
    step: Step
    language: str
    message: str
    variant: str
    body: str
    lines: tuple[str, ...]
    mark: Mark

    @property
    def by_sms(self) -> str:
        """The whole text as it leaves by SMS."""
        return "\n".join((self.body, *self.lines))


def everything_said(material: Material) -> Iterator[Said]:
    """Yield what each step says, in each language that has a text of its own for it."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            if step.message and step.kind != "help":
                for language in material.messages:
                    yield from said(material, flow, step, language)


def said(material: Material, flow: Flow, step: Step, language: str) -> Iterator[Said]:
    """Yield what one step says in one language, each variant once."""
    message_id = flow.message_id(step.message)
    message = material.messages[language].get(message_id)
    if message is None:
        return
    lines = tuple(_option_lines(material, flow, step, language))
    for variant, text in variants(message):
        mark = material.mark(language, message_id, variant)
        yield Said(flow, step, language, message_id, variant, filled(text, language), lines, mark)


def over_one(material: Material) -> Iterator[Fault]:
    """Note texts of more than one segment with the longest values (C201)."""
    for spoken in _by_sms(material):
        size = measure(spoken.by_sms)
        if 1 < size.segments <= MOST_SEGMENTS:
            room = 70 if size.encoding == "ucs2" else 160
            problem = f"'{spoken.message}' is {size.segments} segments in {spoken.language} ({size.units} of {room})"
            yield Fault(spoken.mark, problem, f"drop {size.units - room} characters")


def over_three(material: Material) -> Iterator[Fault]:
    """Note texts of more than three segments (C202)."""
    for spoken in _by_sms(material):
        segments = measure(spoken.by_sms).segments
        if segments > MOST_SEGMENTS:
            yield Fault(spoken.mark, f"'{spoken.message}' is {segments} segments in {spoken.language}")


def one_foreign_character(material: Material) -> Iterator[Fault]:
    """Note a text in Latin letters that costs twice as much for a few signs outside the GSM alphabet (C203)."""
    for spoken in _by_sms(material):
        if any(lao.is_lao_or_thai(sign) for sign in spoken.by_sms):
            continue
        foreign = sorted({sign for sign in spoken.body if encoding_of(sign) != "gsm7"})
        if 0 < len(foreign) <= _FEW:
            named = ", ".join(f"'{sign}' (U+{ord(sign):04X})" for sign in foreign)
            yield Fault(spoken.mark, f"'{spoken.message}' is UCS-2 only for {named}")


def extended_characters(material: Material) -> Iterator[Fault]:
    """Note characters that count twice in the GSM alphabet (C209)."""
    for spoken in _by_sms(material):
        twice = [sign for sign in _EXTENDED if sign in spoken.body]
        if twice and encoding_of(spoken.by_sms) == "gsm7":
            yield Fault(spoken.mark, f"'{spoken.message}' holds '{twice[0]}', which counts twice")


def dearer_than_english(material: Material) -> Iterator[Fault]:
    """Note texts that cost more than twice what the English one costs (C210)."""
    for spoken in _by_sms(material):
        twins = (twin for twin in said(material, spoken.flow, spoken.step, REFERENCE) if twin.variant == spoken.variant)
        english = next((measure(twin.by_sms).segments for twin in twins), 0)
        segments = measure(spoken.by_sms).segments
        if english and segments > 2 * english:
            problem = f"'{spoken.message}' is {segments} segments in {spoken.language}, {english} in {REFERENCE}"
            yield Fault(spoken.mark, problem)


def crowded_screens(material: Material) -> Iterator[Fault]:
    """Note texts and options that no cutting brings onto screens within the budget (C204)."""
    for spoken in _on_screens(material):
        more, back = _footer(material, spoken.language)
        budget = Budget()
        try:
            pages = paginate(spoken.body, spoken.lines, budget, more, back)
        except Defect:
            pages = (spoken.body,)
        if not all(budget.holds(page) for page in pages):
            yield Fault(spoken.mark, f"a screen of '{spoken.message}' is over the budget in {spoken.language}")


def long_options(material: Material) -> Iterator[Fault]:
    """Note single options that fill more than a screen, which would be shortened (C205)."""
    seen: set[tuple[str, str]] = set()
    for spoken in _on_screens(material):
        for (code, mark), line in zip(labelled(spoken.step), spoken.lines, strict=False):
            message_id = label_id(material, spoken.flow, spoken.step, code)
            footer = _footer(material, spoken.language)
            room = Budget().holds("\n".join(("1", *footer)))  # else the footer is at fault, not the option (C204)
            if not room or Budget().holds("\n".join((line, *footer))) or (spoken.language, message_id) in seen:
                continue
            seen.add((spoken.language, message_id))
            mark = material.mark(spoken.language, message_id)
            yield Fault(mark, f"option '{message_id}' fills more than a screen in {spoken.language}")


def _by_sms(material: Material) -> Iterator[Said]:
    yield from (spoken for spoken in everything_said(material) if spoken.variant != "ussd")


def _on_screens(material: Material) -> Iterator[Said]:
    for spoken in everything_said(material):
        if "ussd" in spoken.flow.channels and spoken.variant != "without_directory" and spoken.step.via != "sms":
            yield spoken


def _footer(material: Material, language: str) -> tuple[str, str]:
    more, back = (f"{key} {_shared(material, language, name)}" for key, name in (("9", "more"), ("0", "back")))
    return more, back


def _option_lines(material: Material, flow: Flow, step: Step, language: str) -> list[str]:
    keys = {choice.code: choice.key for choice in step.choices} | {"affirm": "1", "deny": "2"}
    lines = [f"{keys[code]} {_label(material, flow, step, code, language)}" for code, _ in labelled(step)]
    if step.expect is not None and step.expect.name == "place":
        lines += [f"{key} {_shared(material, language, name)}" for key, name in _REGIONS]
    return lines


def _label(material: Material, flow: Flow, step: Step, code: str, language: str) -> str:
    message = material.messages[language].get(label_id(material, flow, step, code))
    return message.text if message is not None else ""


def _shared(material: Material, language: str, name: str) -> str:
    message = material.messages[language].get(f"common.{name}")
    return message.text if message is not None else name


def filled(text: str, language: str) -> str:
    """Return a text with the longest value in each placeholder."""
    values = dict(_LONGEST)
    values |= dict.fromkeys(("place", "district"), _PLACE.get(language, _PLACE_LATIN))
    values |= {name: _HOTLINE for name in placeholders(text) if name not in values}
    return fill(text, values)

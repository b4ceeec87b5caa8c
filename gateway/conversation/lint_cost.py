"""Lint of cost: segments of every text with its options and the longest values, and pages of every screen."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import Flow, Step
from gateway.conversation.lint_material import Material, label_id, labelled, variants
from gateway.conversation.shape import Findings
from gateway.errors import Defect
from gateway.strict_yaml import Mark
from gateway.text.catalogue import fill, placeholders
from gateway.text.screens import Budget, paginate
from gateway.text.segments import measure

MOST_SEGMENTS: Final = 3
# As long as a value can be: codes and numbers by their form, a place by the longest name in each script.
_LONGEST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "case_code": "888888", "case_pin": "8888", "date": "28/12/2026", "time": "20:30", "count": "888",
        "lesson": "88", "score": "88", "list": "888888, 888888, 888888", "level": "P0",
    }
)  # fmt: skip
_PLACE: Final = {"lo": "ກ" * 14}
_PLACE_LATIN, _HOTLINE = "m" * 20, "Thailand 0000 0000"


def check(material: Material, findings: Findings) -> None:
    """Measure what each step says in each language."""
    for flow in material.flows.values():
        for step in flow.steps.values():
            if step.message and step.kind != "help":
                for language in material.messages:
                    _check_step(material, flow, step, language, findings)


def _check_step(material: Material, flow: Flow, step: Step, language: str, findings: Findings) -> None:
    message_id = flow.message_id(step.message)
    message = material.messages[language].get(message_id)
    if message is None:
        return
    lines = _option_lines(material, flow, step, language)
    for variant, text in variants(message):
        body = filled(text, language)
        mark = material.mark(language, message_id, variant)
        if variant != "ussd" and step.via != "ussd":
            _check_segments("\n".join((body, *lines)), message_id, language, mark, findings)
        if "ussd" in flow.channels and variant != "without_directory":
            _check_screen(material, body, lines, message_id, language, mark, findings)


def _check_segments(text: str, message_id: str, language: str, mark: Mark, findings: Findings) -> None:
    size = measure(text)
    if size.segments > MOST_SEGMENTS:
        problem = f"'{message_id}' is {size.segments} segments in {language}, more than {MOST_SEGMENTS}"
        findings.add(mark, "C202", problem)
    elif size.segments > 1:
        room = 70 if size.encoding == "ucs2" else 160
        problem = f"'{message_id}' is {size.segments} segments in {language} ({size.units} of {room})"
        findings.add(mark, "C201", problem, f"drop {size.units - room} characters", "warning")


def _check_screen(
    material: Material, body: str, lines: list[str], message_id: str, language: str, mark: Mark, findings: Findings
) -> None:
    budget = Budget()
    more, back = (f"{key} {_shared(material, language, name)}" for key, name in (("9", "more"), ("0", "back")))
    try:
        pages = paginate(body, lines, budget, more, back)
    except Defect:
        pages = (body,)
    if not all(budget.holds(page) for page in pages):
        findings.add(mark, "C204", f"a screen of '{message_id}' is over the budget in {language}")


def _option_lines(material: Material, flow: Flow, step: Step, language: str) -> list[str]:
    keys = {choice.code: choice.key for choice in step.choices} | {"affirm": "1", "deny": "2"}
    lines = [f"{keys[code]} {_label(material, flow, step, code, language)}" for code, _ in labelled(step)]
    if step.expect is not None and step.expect.name == "place":
        lines += [f"{key} {_shared(material, language, name)}" for key, name in _region_lines()]
    return lines


def _region_lines() -> Iterator[tuple[str, str]]:
    yield from (("1", "place_north"), ("2", "place_centre"), ("3", "place_south"), ("7", "place_unknown"))


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

"""What we tell people has a source, an owner and a last day; and nobody is led out of her language."""

import re
from datetime import date

import pytest

from gateway.content.files import read_sources
from gateway.conversation.flow import Flow, Step
from tests.conventions.sources import ROOT

SOURCES = read_sources(ROOT)
ADVICE = ("safe_migration", "check_offer", "my_rights", "after_disaster")
HMONG = ("welcome", "help", "stop", "safe_migration", "report", "child_at_risk", "safe_contact", "my_case", "call_me")
FORM = re.compile(
    r"(?P<fact>.+); owner (?P<owner>[A-Z]{3,4}); reviewed_by [^;]+; valid_until (?P<until>\d{4}-\d\d-\d\d)"
)
ORIGIN = re.compile(r"\b(19|20)\d\d\b|^Advice|\bundated\b|own offer|^Child rule|each dialled within")


def told(flow: Flow) -> list[str]:
    return [flow.message_id(step.message) for step in flow.steps.values() if step.kind == "say"]


@pytest.mark.parametrize("language", ["lo", "en"])
@pytest.mark.parametrize("name", ADVICE)
def test_every_piece_of_advice_has_a_source(language: str, name: str) -> None:
    own = [message for message in told(SOURCES.flows[name]) if message.startswith(f"{name}.")]
    assert own and [message for message in own if not SOURCES.messages[language][message].source] == []


def test_a_source_names_fact_owner_reviewer_and_last_day() -> None:
    for language in ("lo", "en"):
        for message_id, message in SOURCES.messages[language].items():
            if message.source is not None:
                form = FORM.fullmatch(message.source)
                assert form, f"{language} {message_id}: {message.source}"
                assert ORIGIN.search(form["fact"]), f"{language} {message_id} has neither year nor the word advice"
                assert date.fromisoformat(form["until"]) > date(2026, 11, 26)


def test_a_fact_has_one_source_in_every_language() -> None:
    english = SOURCES.messages["en"]
    for message_id, message in SOURCES.messages["lo"].items():
        assert message.source == english[message_id].source, message_id


@pytest.mark.parametrize("language", ["hmn", "lo-Latn"])
def test_no_text_falls_back_in_the_middle_of_a_conversation(language: str) -> None:
    texts = SOURCES.messages[language]
    flows = [flow for name, flow in SOURCES.flows.items() if name in HMONG or language == "lo-Latn"]
    missing = {
        message
        for flow in flows
        if flow.purpose != "officer"
        for step in flow.steps.values()
        for message in spoken(flow, step, language)
        if message not in texts
    }
    shared = {name for name in SOURCES.messages["en"] if name.startswith("common.") and not name.endswith("_offer")}
    assert (missing | shared) - texts.keys() == set()


def spoken(flow: Flow, step: Step, language: str) -> list[str]:
    """Return the ids a step says in a language: its message, and the labels of the choices shown in it."""
    if not step.message or step.kind == "help":
        return []
    message = flow.message_id(step.message)
    shown = [choice.code for choice in step.choices if language != "hmn" or choice.when is None]
    own = [f"{message}.{code}" for code in shown]
    return [
        message,
        *(label if label in SOURCES.messages["en"] else f"common.{label.rpartition('.')[2]}" for label in own),
    ]

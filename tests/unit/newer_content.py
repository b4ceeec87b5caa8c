"""The shipped content changed by somebody: every text is another, a step gone, one renamed, a language added."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from gateway.content.bundles import compile_bundles
from gateway.conversation.library import Library
from gateway.text.catalogue import Message
from tests.support.flows import load_flow
from tests.unit.talking import ROOT, shipped_content, shipped_library

RENAMED = ("report.under_18", "report.younger_than_18")


def newer_report() -> str:
    """Return flows/report.yaml with a step renamed and another one taken out."""
    text = (ROOT / "flows/report.yaml").read_text("utf-8")
    old, new = (name.partition(".")[2] for name in RENAMED)
    text = text.replace(f"\n  {old}:\n    menu", f"\n  {new}:\n    menu").replace(f"then: {old}}}", f"then: {new}}}")
    gone = "  emergency: {say: emergency, then: after_emergency}\n"
    assert gone in text and text.count(new) > 1
    return text.replace(gone, "").replace("then: emergency}", "then: after_emergency}")


def newer_messages() -> dict[str, dict[str, Message]]:
    """Return every text in other words, and Hmong beside Lao and English."""
    shipped = shipped_content().sources.messages
    changed = {
        language: {key: replace(message, text=f"{message.text}.") for key, message in texts.items()}
        for language, texts in shipped.items()
    }
    return {**changed, "hmn": {"help.menu": Message("Pab?")}}


@cache
def newer_library() -> Library:
    """Return the changed content alone."""
    flows = {**shipped_content().sources.flows, "report": load_flow(newer_report(), "flows/report.yaml")}
    bundles = compile_bundles(flows, newer_messages())
    return replace(
        shipped_library(),
        bundles={bundle.hash: bundle for bundle in bundles.values()},
        current={name: bundle.hash for name, bundle in bundles.items()},
    )


def published(*, withdraw: bool = False, moved: Mapping[tuple[str, str], tuple[str, str]] | None = None) -> Library:
    """Return the content right after the changed one went live: old bundles are still known."""
    old, new = shipped_library(), newer_library()
    return replace(
        new,
        bundles={**old.bundles, **new.bundles},
        withdrawn=frozenset(old.bundles) if withdraw else frozenset(),
        moved=moved or {},
    )

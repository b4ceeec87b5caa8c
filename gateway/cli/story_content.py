"""The content of one story: entered at the flow that the story names, and published anew when the story says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.content import bundles, words
from gateway.content.files import Sources
from gateway.content.running import RunningContent
from gateway.conversation.canonical import document_of
from gateway.conversation.flow import Flow
from gateway.conversation.library import Library
from gateway.ports.bundle_book import People
from gateway.ports.unit_of_work import Store
from gateway.services.publishing import Draft
from gateway.text.catalogue import Message
from gateway.wiring import Gateway

AUTHOR, APPROVER = "author", "approver"
PASSPHRASE = "a passphrase of a story"
GREEN = {"green": True}
VARIANTS = ("text", "neutral", "ussd", "retry", "without_directory")
Texts = dict[str, dict[str, Message]]


@dataclass(slots=True)
class StoryContent(RunningContent):
    """The content of a folder, entered at the flow a story names."""

    flow: str = "welcome"

    def library(self) -> Library:
        """Return the compiled content with the story's own entry."""
        library = self.loaded().library
        return replace(library, entry={**library.entry, "villager": self.flow})

    def entered_at(self, flow: str) -> "StoryContent":
        """Return the same content for one story alone; what is published in it reaches no other."""
        return StoryContent(self.root, flow=flow, _loaded=self.loaded())

    def follow(self, store: Store) -> None:
        """Take what was just published."""
        self._follow(store)


@dataclass(slots=True)
class Editions:
    """What one story publishes, through the doors of every publication: one proposes, a second person approves."""

    gateway: Gateway
    content: StoryContent
    number: int = 1
    _first: Sources | None = None
    _texts: Texts = field(default_factory=dict)

    def publish(self, flow: str, people: People) -> str:
        """Let a newer version of a flow go live, its texts marked ``(v2)``, ``(v3)`` ...; return why it cannot."""
        if self._first is None:
            self._first = self._begin()
        known = self._first.flows.get(flow)
        if known is None:
            return f"there is no flow {flow}"
        self.number += 1
        self._texts = marked(self._texts, self._first.messages, known, f" (v{self.number})")
        publishing = self.gateway.publishing
        draft = Draft(self._documents(self._first.flows), f"{flow} in a story", GREEN, people=people)
        publishing.approve(publishing.propose(draft, AUTHOR), APPROVER)
        self.content.follow(self.gateway.outside.store)
        return ""

    def _begin(self) -> Sources:
        """Publish what the story began with, as an installation does, and add the two people it takes to change it."""
        first = self.content.loaded().sources
        self._texts = first.messages
        self.gateway.publishing.install(lambda: self._documents(first.flows))
        for name in (AUTHOR, APPROVER):
            self.gateway.access.add_account(name, PASSPHRASE, frozenset({name}))
        return first

    def _documents(self, flows: Mapping[str, Flow]) -> Mapping[str, str]:
        return {
            **{name: document_of(bundle) for name, bundle in bundles.compile_bundles(flows, self._texts).items()},
            bundles.NAME: bundles.shared_document(flows, self._texts),
            words.NAME: words.words_document(self.content.root),
        }


def marked(texts: Texts, original: Texts, flow: Flow, mark: str) -> Texts:
    """Return the texts with those that the steps of a flow say, no label among them, ending in a mark."""
    said = {f"{flow.name}.{step.message}" for step in flow.steps.values() if step.message}
    return {
        language: {
            key: _marked(original[language][key], mark) if key in said else message for key, message in known.items()
        }
        for language, known in texts.items()
    }


def _marked(message: Message, mark: str) -> Message:
    variants = {name: getattr(message, name) for name in VARIANTS}
    return replace(message, **{name: f"{text}{mark}" for name, text in variants.items() if text is not None})

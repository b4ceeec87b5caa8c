"""How many SMS segments a text costs as it is sent: with its options, with the longest values."""

from collections.abc import Iterator, Mapping

from gateway.conversation.flow import Flow, Step
from gateway.conversation.lint_cost import filled
from gateway.conversation.lint_material import labelled
from gateway.text.catalogue import Message
from gateway.text.segments import measure

REGIONS = ("place_north", "place_centre", "place_south", "place_unknown")


class Sizes:
    """Knows where every text of some flows is said; an option costs what its question costs."""

    def __init__(self, flows: Mapping[str, Flow], messages: Mapping[str, Mapping[str, Message]]) -> None:
        self._messages = messages
        self._said: dict[str, list[tuple[Flow, Step]]] = {}
        for flow in flows.values():
            for step in flow.steps.values():
                for message_id in self._ids(flow, step):
                    self._said.setdefault(message_id, []).append((flow, step))

    def segments(self, language: str, message_id: str, variant: str = "text") -> int:
        """Return the segments of a variant of a text, of the dearest question it stands in; 0 when there is none."""
        message = self._messages.get(language, {}).get(message_id)
        text = getattr(message, variant) if message else None
        if text is None:
            return 0
        sizes = [self._sent(language, flow, step, message_id, text) for flow, step in self._said.get(message_id, ())]
        return max(sizes, default=measure(filled(text, language)).segments)

    def said_at(self, message_id: str) -> frozenset[str]:
        """Return the steps, as "flow.step", that say a text."""
        return frozenset(f"{flow.name}.{step.name}" for flow, step in self._said.get(message_id, ()))

    def _sent(self, language: str, flow: Flow, step: Step, message_id: str, text: str) -> int:
        """Return the segments of what a step sends; ``text`` stands in for its message if that is the one asked for."""
        own = flow.message_id(step.message)
        body = text if own == message_id else self._text(language, own)
        lines = [self._text(language, label) for label in self._labels(flow, step)]
        whole = "\n".join((body, *(f"0 {line}" for line in lines)))
        return measure(filled(whole, language)).segments

    def _text(self, language: str, message_id: str) -> str:
        message = self._messages.get(language, {}).get(message_id)
        return message.text if message else ""

    def _ids(self, flow: Flow, step: Step) -> Iterator[str]:
        if step.message and step.kind != "help":
            yield flow.message_id(step.message)
            yield from self._labels(flow, step)

    def _labels(self, flow: Flow, step: Step) -> Iterator[str]:
        for code, _ in labelled(step):
            own = f"{flow.message_id(step.message)}.{code}"
            known = any(own in texts for texts in self._messages.values())
            yield own if known else f"common.{code}"
        if step.expect is not None and step.expect.name == "place":
            yield from (f"common.{name}" for name in REGIONS)

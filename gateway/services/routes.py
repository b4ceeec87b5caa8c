"""Which channel carries which text: simulated phones by the simulator, others by operator, alerts by their list."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.contacts.phone import is_simulated

SIMULATOR = "simulator"
HOME = "+856"


@dataclass(frozen=True, slots=True)
class Routes:
    """The configured order of channels for what the gateway sends unasked; the first is tried first.

    ``prefixes``: the beginnings of the national numbers that an operator's channel serves, by channel; one without
    serves every number. Nobody takes a Lao number to another operator, so the beginning decides.
    """

    alerts: tuple[str, ...]
    broadcasts: tuple[str, ...]
    prefixes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def for_alert(self, e164: str, attempt: int = 0) -> str:
        """Return the channel of an alert's ``attempt`` (0 first): from the second on, the fallback."""
        return self._pick(self.alerts, e164, attempt)

    def other(self, channel: str, e164: str) -> str:
        """Return the channel by which an alert leaves after it failed by ``channel``: the next in order, then round."""
        if is_simulated(e164) or not self.alerts:
            return SIMULATOR
        serving = self._serving(self.alerts, e164)
        place = serving.index(channel) if channel in serving else -1
        return serving[(place + 1) % len(serving)]

    def for_news(self, e164: str) -> str:
        """Return the channel of a text that nobody asked for: the phone's own operator before one that serves all."""
        serving = self._serving(self.broadcasts, e164)
        return self._pick(tuple(sorted(serving, key=lambda channel: channel not in self.prefixes)), e164, 0)

    @staticmethod
    def carrier(channel: str, e164: str) -> str:
        """Return the channel that may carry a text to this phone: the simulator alone serves simulated ones."""
        return SIMULATOR if is_simulated(e164) else channel

    def _pick(self, channels: tuple[str, ...], e164: str, attempt: int) -> str:
        if is_simulated(e164) or not channels:
            return SIMULATOR
        serving = self._serving(channels, e164)
        return serving[min(attempt, 1) % len(serving)]

    def _serving(self, channels: tuple[str, ...], e164: str) -> tuple[str, ...]:
        """Return those of ``channels`` that serve a number; all, when none does: trying is better than silence."""
        national = e164.removeprefix(HOME) if e164.startswith(HOME) else ""
        fit = tuple(
            channel
            for channel in channels
            if channel not in self.prefixes or (national and national.startswith(self.prefixes[channel]))
        )
        return fit or channels

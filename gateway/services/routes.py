"""Which channel carries which text: simulated phones by the simulator, alerts by their own list."""

from dataclasses import dataclass

from gateway.contacts.phone import is_simulated

SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class Routes:
    """The configured order of channels for what the gateway sends unasked; the first is tried first."""

    alerts: tuple[str, ...]
    broadcasts: tuple[str, ...]

    def for_alert(self, e164: str, attempt: int = 0) -> str:
        """Return the channel of an alert's ``attempt`` (0 first): from the second on, the fallback."""
        return self._pick(self.alerts, e164, attempt)

    def other(self, channel: str, e164: str) -> str:
        """Return the channel by which an alert leaves after it failed by ``channel``: the next in order, then round."""
        if is_simulated(e164) or not self.alerts:
            return SIMULATOR
        place = self.alerts.index(channel) if channel in self.alerts else -1
        return self.alerts[(place + 1) % len(self.alerts)]

    def for_news(self, e164: str) -> str:
        """Return the channel of a text that nobody asked for."""
        return self._pick(self.broadcasts, e164, 0)

    @staticmethod
    def carrier(channel: str, e164: str) -> str:
        """Return the channel that may carry a text to this phone: the simulator alone serves simulated ones."""
        return SIMULATOR if is_simulated(e164) else channel

    @staticmethod
    def _pick(channels: tuple[str, ...], e164: str, attempt: int) -> str:
        if is_simulated(e164) or not channels:
            return SIMULATOR
        return channels[min(attempt, 1) % len(channels)]

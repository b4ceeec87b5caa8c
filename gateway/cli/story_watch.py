"""Watches a gateway converse: every turn is shown to a listener before its effects are applied."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

from gateway.conversation.turn import Turn
from gateway.services.effects import Effects
from gateway.services.scene import Scene
from gateway.wiring import Gateway


@dataclass(frozen=True, slots=True)
class WatchedEffects(Effects):
    """The effects of a gateway, with somebody who looks on."""

    watch: Callable[[Turn], None]

    def apply(self, turn: Turn, scene: Scene) -> None:
        """Show the turn, then apply it."""
        self.watch(turn)
        Effects.apply(self, turn, scene)


def watched(gateway: Gateway, watch: Callable[[Turn], None]) -> Gateway:
    """Return the gateway with every turn of its conversations shown to ``watch``: texts, dials, cuts and timers.

    Receipts of its simulated phones wait until whoever plays hands them in.
    """
    conversing = gateway.inbound.conversing
    known = {field.name: getattr(conversing.effects, field.name) for field in fields(conversing.effects) if field.init}
    conversing = replace(conversing, effects=WatchedEffects(**known, watch=watch))
    silences = replace(gateway.duties.silences, conversing=conversing)
    return replace(
        gateway,
        inbound=replace(gateway.inbound, conversing=conversing),
        duties=replace(gateway.duties, silences=silences, phones=None),
    )

"""Everything outside that a service may reach, in one record."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.ports.breakers import Breakers
from gateway.ports.chance import Chance
from gateway.ports.channel import Channel
from gateway.ports.clock import Clock
from gateway.ports.crew import Crew
from gateway.ports.keyring import CaseKeys, Keyring
from gateway.ports.meter import Meter
from gateway.ports.seals import Seals
from gateway.ports.throttle import Throttle
from gateway.ports.unit_of_work import Store
from gateway.ports.wakeup import Wakeup


@dataclass(frozen=True, slots=True)
class Outside:
    """The ports of one gateway; built once by the composition root.

    ``reach`` visits a named crash point (nothing happens unless a test asks); ``owner`` names this process in
    claims, so that another can tell whether it is dead.
    """

    store: Store
    clock: Clock
    chance: Chance
    wakeup: Wakeup
    meter: Meter
    keyring: Keyring
    case_keys: CaseKeys
    throttle: Throttle
    breakers: Breakers
    channels: Mapping[str, Channel]
    crew: Crew
    reach: Callable[[str], None]
    owner: str
    seals: Seals

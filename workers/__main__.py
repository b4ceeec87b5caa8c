"""``python -m workers LANE|clock|smpp NAME``: one process for one queue, the clock, or a bind."""

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import get_args

from gateway.errors import ConfigurationError
from gateway.ports.channel import Lane, Prepared
from gateway.queueing.wakeup import LANES
from gateway.wiring import Gateway
from workers import alerts, broadcasts, chores, replies
from workers.clock import serve_clock
from workers.lane_worker import serve_lane
from workers.running import announce_ready, queue_server, running_gateway

DRAINS = {"alerts": alerts.drain, "replies": replies.drain, "broadcasts": broadcasts.drain, "chores": chores.drain}

BINDS = "smpp"


def main(arguments: Sequence[str]) -> int:
    """Run the part named in ``arguments`` until it is told to stop; returns the exit status."""
    parts = (*LANES, "clock", BINDS)
    if not arguments or arguments[0] not in parts or len(arguments) != 1 + (arguments[0] == BINDS):
        sys.stderr.write(f"usage: python -m workers {'|'.join(parts)} NAME\n")
        return 2
    part = arguments[0]
    try:
        gateway = running_gateway()
        if part == "clock":
            serve_clock(gateway.duties.tick, announce_ready, gateway.outside.meter)
        elif part == BINDS:
            serve_bind_of(gateway, arguments[1])
        else:
            prepare(gateway, part)
            serve_lane(part, queue_server(), DRAINS[part], lambda: gateway.duties.beat(part), announce_ready)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def prepare(gateway: Gateway, part: str) -> None:
    """Load what the first text of a lane will need."""
    for channel in gateway.channels.values() if part in get_args(Lane) else ():
        if isinstance(channel, Prepared):
            channel.prepare()


def serve_bind_of(gateway: Gateway, name: str) -> None:
    """Serve a bind where the library for it is installed; raises ConfigurationError where it is not."""
    try:
        serve_bind = import_module("workers.smpp").serve_bind
    except ModuleNotFoundError as missing:
        raise ConfigurationError(f"channels.{name}", "needs smpplib", "Run: pip install 'saiduan[smpp]'") from missing
    serve_bind(gateway, name, announce_ready)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

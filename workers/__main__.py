"""``python -m workers alerts|replies|broadcasts|chores|clock``: one process for one queue, or the clock."""

import sys
from collections.abc import Sequence

from gateway.errors import ConfigurationError
from gateway.queueing.wakeup import LANES
from workers import alerts, broadcasts, chores, replies
from workers.clock import serve_clock
from workers.lane_worker import serve_lane
from workers.running import announce_ready, queue_server, running_gateway

DRAINS = {"alerts": alerts.drain, "replies": replies.drain, "broadcasts": broadcasts.drain, "chores": chores.drain}


def main(arguments: Sequence[str]) -> int:
    """Run the part named in ``arguments`` until it is told to stop; returns the exit status."""
    parts = (*LANES, "clock")
    if len(arguments) != 1 or arguments[0] not in parts:
        sys.stderr.write(f"usage: python -m workers {'|'.join(parts)}\n")
        return 2
    part = arguments[0]
    try:
        gateway = running_gateway()
        if part == "clock":
            serve_clock(gateway.duties.tick, announce_ready, gateway.outside.meter)
        else:
            serve_lane(part, queue_server(), DRAINS[part], lambda: gateway.duties.beat(part), announce_ready)
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

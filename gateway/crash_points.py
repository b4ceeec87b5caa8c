"""Named points at which a fault test lets a process die; in production none is set and a visit does nothing."""

import os
import threading
from collections import Counter

KILLED = 137  # what a shell reports of a process that SIGKILL ended
_visits: Counter[str] = Counter()
_one_at_a_time = threading.Lock()


def _wanted(setting: str) -> tuple[str, int]:
    """Read ``name:n``; without a number the first visit counts."""
    name, _, number = setting.partition(":")
    return name, int(number) if number.isdecimal() else 1


_NAME, _VISIT = _wanted(os.environ.get("CRASH_AT", ""))


def reach(name: str) -> None:
    """Visit the crash point ``name``; the visit that ``CRASH_AT`` names ends the process as a kill would."""
    if name != _NAME:
        return
    with _one_at_a_time:
        _visits[name] += 1
        if _visits[name] == _VISIT:
            os._exit(KILLED)

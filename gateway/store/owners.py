"""Who holds a claim, and whether that process is certainly dead."""

import os
import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def present_owner() -> str:
    """Return ``host:boot:pid:start`` of this process."""
    pid = os.getpid()
    return f"{_host()}:{_boot_id()}:{pid}:{_started(pid)}"


def owner_is_dead(owner: str) -> bool:
    """Whether a claim's owner is provably gone: same host and boot, and no such process any more.

    Another host, or a system without ``/proc``, proves nothing: such a claim ends with its lease.
    """
    parts = owner.split(":")
    if len(parts) != 4 or not parts[2].isdecimal() or not _BOOT.exists():
        return False
    host, boot, pid, start = parts
    if host != _host() or boot != _boot_id() or not start:
        return False
    return _started(int(pid)) != start


def _host() -> str:
    return socket.gethostname().replace(":", "-")


def _boot_id() -> str:
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return when a process started, in clock ticks since boot: a later process with the same id differs."""
    try:
        # The name of a program may hold spaces and brackets; the fields are counted from its closing one.
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    # A process that has ended but was not yet waited for works no more.
    return "" if fields[0] in ("Z", "X") else fields[19]

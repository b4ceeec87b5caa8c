"""Whether the process that holds a claim is certainly dead, from the name it signed with."""

import socket
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def owner_is_dead(owner: str) -> bool:
    """Whether a claim's owner, ``host:boot:pid:start``, is provably gone: same host, same boot, no such process.

    ``boot`` is the boot id without hyphens, or the beginning of it; ``start`` counts clock ticks since boot. Another
    host, another boot or a system without ``/proc`` proves nothing: such a claim ends with its lease.
    """
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or not parts[2].isdecimal():
        return False
    host, boot, pid, start = parts
    if host != socket.gethostname() or not boot or not start:
        return False
    return _read(_BOOT).replace("-", "").startswith(boot) and _started(int(pid)) != start


def _started(pid: int) -> str:
    """Return when a process started: a later process with the same id differs. Empty when it works no more."""
    # The name of a program may hold spaces and brackets; the fields are counted from its closing one.
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    ended = len(fields) < 20 or fields[0] in ("Z", "X")  # a killed process whose parent has not looked yet is gone, too
    return "" if ended else fields[19]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""

"""The name of this process in claims: host, boot, process id and start, so that another can tell whether it is dead."""

import os
import socket
from pathlib import Path


def this_process() -> str:
    """Return ``host:boot:pid:start``; boot and start are empty where the system does not tell them."""
    return f"{socket.gethostname()}:{boot_id()}:{os.getpid()}:{start_of(os.getpid())}"


def boot_id() -> str:
    """Return the id of this boot of the machine."""
    return _read(Path("/proc/sys/kernel/random/boot_id")).strip().replace("-", "")[:12]


def start_of(pid: int) -> str:
    """Return when a process began, in clock ticks since boot; empty when there is no such process."""
    fields = _read(Path(f"/proc/{pid}/stat")).rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else ""


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""

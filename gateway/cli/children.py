"""One child process: started so that it dies with its parent, watched, asked to stop, and quoted when it fails."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOG_LIMIT = 10 * 1024 * 1024
# Loaded once, before any fork: between fork and exec nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


@dataclass(frozen=True, slots=True)
class ChildPlan:
    """What to run; without ``answers`` the child itself writes a line to the descriptor GATEWAY_READY_FD."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    answers: Callable[[], bool] | None = None


class Child:
    """A running plan; its output goes to ``<logs>/<name>.log``."""

    def __init__(self, plan: ChildPlan, logs: Path) -> None:
        self.plan = plan
        self.log = logs / f"{plan.name}.log"
        self.deaths: deque[float] = deque()
        self._ready = False
        self._pipe: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process in a group of its own, so that Ctrl-C reaches the parent alone."""
        self._turn_log()
        self._close_pipe()
        self._ready = False
        environment, writer = dict(self.plan.environment), None
        if self.plan.answers is None:
            self._pipe, writer = os.pipe()
            os.set_blocking(self._pipe, False)
            environment["GATEWAY_READY_FD"] = str(writer)
        parent = os.getpid()
        try:
            with open(self.log, "ab", opener=_open_private) as log:
                self._process = subprocess.Popen(
                    self.plan.command,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    process_group=0,
                    pass_fds=() if writer is None else (writer,),
                    preexec_fn=lambda: _die_with(parent),
                )
        finally:
            if writer is not None:
                os.close(writer)

    @property
    def pid(self) -> int | None:
        """The process id, or None before the first start."""
        return self._process.pid if self._process else None

    def exit_status(self) -> int | None:
        """Return the status of an ended process (negative: the signal), or None while it runs."""
        return self._process.poll() if self._process else None

    def ready(self) -> bool:
        """Whether this very process, and no namesake, has said that it can work."""
        if self._ready or self.exit_status() is not None:
            return self._ready
        if self.plan.answers is not None:
            self._ready = self.plan.answers()
        elif self._pipe is not None:
            try:
                self._ready = bool(os.read(self._pipe, 16))
            except BlockingIOError:
                self._ready = False
        return self._ready

    def died(self, window: float) -> int:
        """Note a death and return how many there were in the last ``window`` seconds."""
        now = time.monotonic()
        self.deaths.append(now)
        while now - self.deaths[0] > window:
            self.deaths.popleft()
        return len(self.deaths)

    def ask_to_stop(self) -> None:
        """Send SIGTERM; the child finishes what it has in hand."""
        self._signal(signal.SIGTERM)

    def wait(self, deadline: float) -> bool:
        """Wait until ``deadline`` (monotonic seconds), then kill the whole group; True: it ended by itself."""
        if self._process is None:
            return True
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
            return True
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self._process.wait()
            return False
        finally:
            self._close_pipe()

    def last_lines(self, count: int = 20) -> list[str]:
        """Return the last lines the child wrote."""
        try:
            with open(self.log, "rb") as log:
                log.seek(max(0, self.log.stat().st_size - 16_384))
                return log.read().decode("utf-8", "replace").splitlines()[-count:]
        except OSError:
            return []

    def _signal(self, number: signal.Signals) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        try:
            if number == signal.SIGKILL:
                os.killpg(self._process.pid, number)  # a server's own children too
            else:
                self._process.send_signal(number)
        except ProcessLookupError:
            return

    def _turn_log(self) -> None:
        if self.log.exists() and self.log.stat().st_size > _LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _close_pipe(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _die_with(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent ends, however it ends (Linux; elsewhere the next start cleans up)."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel was asked
        os._exit(1)

"""One child process whose output is read as it comes, and one HTTP request to it."""

import json
import re
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.waiting import until

ROOT = Path(__file__).resolve().parent.parent.parent
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Answered:
    """One HTTP answer."""

    status: int
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    def json(self) -> Any:  # noqa: ANN401 - whatever the gateway answers
        """Return the body read as JSON."""
        return json.loads(self.body)


def ask(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answered:
    """Make one request; an error status is an answer, too."""
    request = urllib.request.Request(url, body, dict(headers or {}))
    try:
        with _OPENER.open(request, timeout=15) as answer:
            return Answered(answer.status, answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answered(refusal.code, refusal.read())


@dataclass
class Process:
    """One child whose output is read as it comes."""

    command: Sequence[str]
    environment: Mapping[str, str]
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.child = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stdout is not None
        for line in self.child.stdout:
            self.lines.append(line.rstrip("\n"))

    def line(self, pattern: re.Pattern[str], seconds: float) -> str:
        """Wait for a line; a child that ends before is quoted."""

        def look() -> str | None:
            found = next((line for line in self.lines if pattern.search(line)), None)
            assert found or self.child.poll() is None, "\n".join(self.lines[-40:])
            return found

        return until(look, seconds, f"a line like {pattern.pattern}; it said:\n" + "\n".join(self.lines[-40:]))

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 15) -> int:
        """Ask it to end and return its status."""
        if self.child.poll() is None:
            self.child.send_signal(number)
        try:
            self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self._reader.join(5)
        assert self.child.stdout is not None
        self.child.stdout.close()
        return self.child.returncode

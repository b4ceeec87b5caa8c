"""Counts for /metrics and JSON lines for the log; neither ever holds a number or a text."""

import json
import logging
import sys
import threading
from collections import Counter


class LogMeter:
    """Counts in memory and logs one JSON object a line on standard error."""

    def __init__(self, level: str = "info", form: str = "json") -> None:
        self._form = form
        self._lock = threading.Lock()
        self.counters: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()
        self._log = logging.getLogger("gateway")
        self._log.setLevel(level.upper())
        self._log.propagate = False
        if not self._log.handlers:
            handler = logging.StreamHandler(sys.stderr)
            handler.setFormatter(logging.Formatter("%(message)s"))
            self._log.addHandler(handler)

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter."""
        with self._lock:
            self.counters[name, tuple(sorted(labels.items()))] += 1

    def event(self, name: str, **facts: str | int | float) -> None:
        """Write one log line."""
        if self._form == "json":
            self._log.info(json.dumps({"event": name, **facts}, ensure_ascii=False))
        else:
            self._log.info("%s %s", name, " ".join(f"{key}={value}" for key, value in facts.items()))

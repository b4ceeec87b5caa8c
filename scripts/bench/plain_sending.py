"""What a broadcast is held against: one RQ job a recipient, RapidSMS, and a loop that keeps a row and sends."""

import sqlite3
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

RAPIDSMS = Path(__file__).with_name("rapidsms.lock")
TEXT = "Market day is on Friday. To end text STOP"
_lines: dict[int, HTTPConnection] = {}


def send(port: int, number: str) -> None:
    """Hand one text to the stand-in over a kept-alive connection."""
    line = _lines.setdefault(port, HTTPConnection("127.0.0.1", port, timeout=10))
    body = urlencode({"To": number, "From": "1234", "Body": TEXT})
    line.request("POST", "/x", body, {"Content-Type": "application/x-www-form-urlencoded"})
    line.getresponse().read()


def by_jobs(redis_url: str, port: int, recipients: int) -> float:
    """Return the messages a second of one job a recipient, run by one worker that forks nothing."""
    connection = Redis.from_url(redis_url)
    queue = Queue("plain", connection=connection, serializer=JSONSerializer)
    began = time.monotonic()
    for number in range(recipients):
        queue.enqueue(send, port, f"+85620{50_000_000 + number}", result_ttl=0)
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="ERROR")
    return recipients / (time.monotonic() - began)


def by_loop(path: Path, port: int, recipients: int) -> float:
    """Return the messages a second of the way bulk senders go: for each recipient a durable row, then the request."""
    database = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        database.execute(f"PRAGMA {pragma}")
    database.execute("CREATE TABLE message (number TEXT, body TEXT, at REAL)")
    began = time.monotonic()
    for number in range(recipients):
        phone = f"+85620{50_000_000 + number}"
        database.execute("INSERT INTO message VALUES (?, ?, ?)", (phone, TEXT, time.time()))
        send(port, phone)
    seconds = time.monotonic() - began
    database.close()
    return recipients / seconds


def by_rapidsms(home: Path, port: int, recipients: int) -> float:
    """Return the messages a second of RapidSMS's bulk send, installed (hashes checked) in an environment of its own."""
    python = home / "rapidsms" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", python.parent.parent], check=True)
    subprocess.run([python, "-m", "pip", "install", "-q", "--require-hashes", "-r", RAPIDSMS], check=True)
    command = [python, "-m", "scripts.bench.rapidsms_sending", str(port), str(recipients), home / "rapidsms.db"]
    return recipients / float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

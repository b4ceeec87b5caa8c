"""Real processes of a gateway on a folder of their own, a stand-in provider beside them, and how people reach them."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gateway.queueing.embedded import free_port
from tests.doubles.twilio import ACCOUNT_SID, AUTH_TOKEN, signed
from tests.support.child import ROOT, Answered, Process, ask
from tests.support.waiting import until

READY = re.compile(r"web ready · .*clock ready\s+[\d.]+ s")
ALERTED = re.compile(r"\b([1-9][0-9]{5}) P0\b")
FIRST_PORT = 21_000
SHORT_CODE = "+8562099999999"
FAST = 'channels:\n  twilio: {kind: twilio, rate: "500"}\n'


@dataclass
class Provider:
    """The stand-in for Twilio in a process of its own."""

    process: Process
    url: str

    def texts(self) -> list[dict[str, Any]]:
        """Return every text it took."""
        found = ask(f"{self.url}/messages").json()
        assert isinstance(found, list)
        return found


@dataclass
class Demo:
    """A folder for a gateway in demo mode, the processes of it, and people around it."""

    home: Path
    port: int
    provider: Provider
    environment: dict[str, str]
    processes: list[Process] = field(default_factory=list)
    _numbers: int = 0

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        return f"http://127.0.0.1:{self.port}"

    def run(self, *command: str, **more: str) -> Process:
        """Start a part of it."""
        process = Process((sys.executable, "-m", *command), {**self.environment, **more})
        self.processes.append(process)
        return process

    def start(self) -> Process:
        """Start `gateway demo` and wait until everything is ready."""
        process = self.run("gateway.cli.main", "demo")
        process.line(READY, 60)
        return process

    def command(self, *arguments: str, status: int = 0) -> str:
        """Run one `gateway` command and return what it printed."""
        done = subprocess.run(
            (sys.executable, "-m", "gateway.cli.main", *arguments),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """Run one `--json` command and return its objects."""
        return [json.loads(line) for line in self.command(*arguments, "--json").splitlines()]

    def sms(self, sender: str, text: str, sid: str | None = None) -> Answered:
        """Let a phone text through the provider: a signed webhook."""
        self._numbers += 1
        sid = sid or f"SM{self._numbers:032x}"
        fields = {
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "AccountSid": ACCOUNT_SID,
            "From": sender,
            "To": SHORT_CODE,
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
        }
        webhook = signed(f"{self.url}/hooks/twilio/inbound", fields)
        return ask(webhook.url, webhook.body, webhook.headers)

    def ussd(self, session: str, sender: str, typed: str) -> Answered:
        """Let a phone dial, or type on; ``typed`` is everything so far."""
        token = (self.home / "keys" / "africastalking.token").read_text("ascii").strip()
        form = {
            "sessionId": session,
            "serviceCode": "*123#",
            "phoneNumber": sender,
            "networkCode": "45701",
            "text": typed,
        }
        return ask(
            f"{self.url}/hooks/africastalking/{token}/ussd",
            urlencode(form).encode(),
            {"content-type": "application/x-www-form-urlencoded"},
        )

    def officer(self, digits: str, text: str) -> Any:  # noqa: ANN401 - the simulator's JSON
        """Let a simulated phone text."""
        body = json.dumps({"from": f"+85620000000{digits[-2:]}", "text": text, "channel": "sms"}).encode()
        answer = ask(f"{self.url}/simulator/messages", body, {"content-type": "application/json"})
        assert answer.status == 200, answer.text
        return answer.json()

    def inbox(self, digits: str) -> list[str]:
        """Return every text that a simulated phone holds."""
        found = ask(f"{self.url}/simulator/phones/%2B85620000000{digits[-2:]}").json()
        return [text["text"] for text in found]

    def rings(self, digits: str, part: str, seconds: float = 12) -> str:
        """Wait until a simulated phone holds a text with ``part``."""
        return until(
            lambda: next((text for text in self.inbox(digits) if part in text), None),
            seconds,
            f"{part!r} on phone {digits}",
        )

    def danger(self, sender: str) -> str:
        """Let a phone say that somebody is in danger now; return the code once the national desk has rung."""
        seen = self.inbox("053")
        for text in ("HELP", "2", "1"):
            answer = self.sms(sender, text)
            assert answer.status == 200 and b"<Message" in answer.body, answer.text
        return self.new_code("053", seen)

    def new_code(self, digits: str, seen: Sequence[str], seconds: float = 12) -> str:
        """Wait for an alert that a phone did not hold before; return its code."""

        def look() -> str | None:
            return next((text for text in self.inbox(digits) if text not in seen and ALERTED.search(text)), None)

        found = ALERTED.search(until(look, seconds, f"a new alert on phone {digits}"))
        assert found is not None
        return found[1]

    def case(self) -> dict[str, Any]:
        """Return the newest case."""
        return self.rows("case", "list")[0]

    def advance(self, by: str) -> None:
        """Move the demo's clock."""
        answer = ask(
            f"{self.url}/simulator/clock", json.dumps({"advance": by}).encode(), {"content-type": "application/json"}
        )
        assert answer.status == 200, answer.text

    def queue_url(self) -> str:
        """Return where the bundled queue server listens."""
        return (self.home / "redis" / "url").read_text("utf-8").strip()


@contextmanager
def demo_folder(announce: str = "sent,delivered") -> Iterator[Demo]:
    """Lend a fresh folder with a provider beside it; end every process that was started through it."""
    # Short, since a socket's path may be in it, and not under pytest's folder, so that it is gone afterwards.
    home = Path(tempfile.mkdtemp(prefix="sd-", dir="/tmp"))
    port = free_port(FIRST_PORT + os.getpid() % 200 * 40, tries=40)
    assert port is not None
    provider = start_provider(home, announce)
    (home / "gateway.yaml").write_text(FAST, "utf-8")
    demo = Demo(home, port, provider, environment_of(home, port, provider.url))
    try:
        yield demo
    finally:
        for process in reversed(demo.processes):
            process.stop()
        provider.process.stop()
        shutil.rmtree(home, ignore_errors=True)


def start_provider(home: Path, announce: str) -> Provider:
    """Start the stand-in and learn its port."""
    command = (
        sys.executable,
        "-m",
        "tests.doubles.twilio",
        "--ledger",
        str(home / "provider.jsonl"),
        "--announce",
        announce,
    )
    process = Process(command, dict(os.environ))
    return Provider(process, f"http://127.0.0.1:{process.line(re.compile('^[0-9]+$'), 20)}")


def environment_of(home: Path, port: int, provider: str) -> dict[str, str]:
    """Return the environment of a gateway whose provider is on loopback."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GATEWAY_", "TWILIO_", "CRASH_"))}
    return kept | {
        "GATEWAY_HOME": str(home),
        "GATEWAY_CONFIG": str(home / "gateway.yaml"),
        "BIND": f"127.0.0.1:{port}",
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "TWILIO_FROM": SHORT_CODE,
        "TWILIO_API_BASE_URL": provider,
        "PYTHONUNBUFFERED": "1",
    }

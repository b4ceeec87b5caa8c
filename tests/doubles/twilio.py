"""A stand-in for Twilio's REST API on loopback: remembers what it took, breaks on request, signs its callbacks.

Alone: ``python -m tests.doubles.twilio --port 0 --ledger FILE`` prints its port and runs until it is terminated.
``POST /faults {"fault", "times", "to"}`` breaks it from outside, ``GET /messages`` lists what it took.
"""

import base64
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from tests.doubles.twilio_faults import Exchange, break_exchange
from tests.doubles.twilio_resources import VERSION, error, message, page

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "token-of-the-stand-in"
API_KEY = ("SK" + "fedcba9876543210" * 2, "secret-of-the-stand-in")


@dataclass(frozen=True, slots=True)
class Signed:
    """A webhook request as the provider would make it."""

    url: str
    body: bytes
    headers: Mapping[str, str]


def signed(url: str, fields: Mapping[str, str], token: str = AUTH_TOKEN, algorithm: str | None = None) -> Signed:
    """Sign ``fields`` for ``url`` (its fragment is not signed) with the SDK's own signer."""
    address = url.partition("#")[0]
    signature = RequestValidator(token).compute_signature(address, dict(fields), algorithm)
    headers = {"x-twilio-signature": str(signature), "content-type": "application/x-www-form-urlencoded"}
    return Signed(address, urlencode(fields).encode(), headers)


@dataclass
class Taken:
    """One text that was taken for sending."""

    sid: str
    to: str
    body: str
    sender: str
    callback: str
    at: float
    fields: Mapping[str, str]
    status: str = "queued"
    error_code: int | None = None
    direction: str = "outbound-api"

    def shown(self) -> dict[str, object]:
        """Return the resource as the API shows it."""
        return message(
            ACCOUNT_SID,
            self.sid,
            sender=self.sender,
            to=self.to,
            body=self.body,
            status=self.status,
            direction=self.direction,
            error=self.error_code,
            at=self.at,
        )


@dataclass
class TwilioDouble:
    """The provider's memory; ``now`` gives seconds since 1970, so that a test's clock can be its clock."""

    now: Callable[[], float] = time.time
    ledger: Path | None = None
    announce: tuple[str, ...] = ()
    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    refused: list[Mapping[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    _faults: list[tuple[str, str | None]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _closing: Event = field(default_factory=Event)

    def __enter__(self) -> "TwilioDouble":
        double = self

        class Bound(_Exchange):
            provider = double

        self._server = _Quiet(("127.0.0.1", self.port), Bound)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def break_next(self, fault: str, times: int = 1, to: str | None = None) -> None:
        """Meet the next ``times`` requests (for ``to`` only, when given) with ``fault``; 5 digits are an error code."""
        with self._lock:
            self._faults += [(fault, to)] * times

    def next_fault(self, to: str | None) -> str | None:
        """Take the fault that waits for this number."""
        with self._lock:
            for waiting in self._faults:
                if waiting[1] in (None, to):
                    self._faults.remove(waiting)
                    return waiting[0]
        return None

    def take(self, fields: Mapping[str, str]) -> Taken:
        """Remember a text, on disk before anybody is told."""
        with self._lock:
            number = f"{len(self.taken)}{fields['To']}{self.now()}{os.getpid()}"
            sid = "SM" + hashlib.md5(number.encode(), usedforsecurity=False).hexdigest()
            sender = fields.get("From") or fields["MessagingServiceSid"]
            callback = fields.get("StatusCallback", "")
            text = Taken(sid, fields["To"], fields["Body"], sender, callback, self.now(), fields)
            self.taken.append(text)
            if self.ledger is not None:
                with self.ledger.open("a", encoding="utf-8") as page:
                    page.write(json.dumps({"sid": sid, "at": text.at, **fields}, ensure_ascii=False) + "\n")
                    page.flush()
                    os.fsync(page.fileno())
        return text

    def by_sid(self, path: str) -> Taken | None:
        """Return the text whose own address this is."""
        sid = path.rsplit("/", 1)[-1].removesuffix(".json")
        return next((text for text in self.taken if text.sid == sid), None)

    def callback(self, text: Taken, status: str, error_code: int | None = None) -> Signed:
        """Make the signed status callback of a text."""
        text.status, text.error_code = status, error_code
        fields = {
            "MessageSid": text.sid,
            "SmsSid": text.sid,
            "AccountSid": ACCOUNT_SID,
            "From": text.sender,
            "To": text.to,
            "MessageStatus": status,
            "SmsStatus": status,
            "ApiVersion": VERSION,
        }
        if error_code is not None:
            fields["ErrorCode"] = str(error_code)
        return signed(text.callback, fields)

    def deliver(self, request: Signed, url: str) -> int | None:
        """Post a webhook, once more or as often as ``#rc=`` in ``url`` says; return the last status."""
        retries = int(parse_qs(urlsplit(url).fragment).get("rc", ["1"])[0])
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for attempt in range(retries + 1):
            if attempt and self._closing.wait(0.2):
                break
            try:
                asked = urllib.request.Request(request.url, request.body, dict(request.headers))
                with opener.open(asked, timeout=15) as answer:
                    return int(answer.status)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    if refusal.code < 500:
                        return refusal.code
            except OSError:
                continue
        return None

    def announce_all(self, text: Taken) -> None:
        """Post every status that this stand-in was told to announce."""
        for status in self.announce if text.callback else ():
            self.deliver(self.callback(text, status), text.callback)

    def wait_for_end(self, seconds: float | None = None) -> bool:
        """Hold an exchange until this stand-in closes."""
        return self._closing.wait(seconds)


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # a lane sends by many threads at once; the default of 5 resets connections

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a caller who hangs up is what the faults are for."""


class _Exchange(Exchange):
    provider: TwilioDouble

    def do_POST(self) -> None:
        self.provider.paths.append(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.path == "/faults":
            self.provider.break_next(**json.loads(raw))
            return self.show(200, {})
        fields = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        fault = self.provider.next_fault(fields.get("To"))
        if fault is not None and fault != "accept_then_drop":
            return self._break(fault, fields)
        if (erased := self.provider.by_sid(self.path)) is not None and fields.get("Body") == "":
            erased.body = ""
            return self.show(200, erased.shown())
        if (problem := self._problem(fields)) is not None:
            self.provider.refused.append(fields)
            status = 401 if problem == 20003 else 400
            return self.show(status, error(status, problem, f"no: {fields.get('To')}"))
        text = self.provider.take(fields)
        if fault == "accept_then_drop":
            return None
        self.show(201, text.shown())
        Thread(target=self.provider.announce_all, args=(text,), daemon=True).start()
        return None

    def do_GET(self) -> None:
        self.provider.paths.append(self.path)
        parts = urlsplit(self.path)
        if parts.path == "/messages":
            return self.show(200, [text.shown() for text in self.provider.taken])
        query = dict(parse_qsl(parts.query))
        fault = self.provider.next_fault(query.get("To"))
        if fault is not None:
            return self._break(fault, query)
        if not self._known():
            return self.show(401, error(401, 20003, "Authenticate"))
        if parts.path == f"/{VERSION}/Accounts/{ACCOUNT_SID}/Messages.json":
            return self.show(200, page(parts.path, query, self._listed(query)))
        found = self.provider.by_sid(parts.path)
        return self.show(200, found.shown()) if found else self.show(404, error(404, 20404, "not found"))

    def _listed(self, query: Mapping[str, str]) -> list[dict[str, object]]:
        after = query.get("DateSent>", "1970-01-01T00:00:00Z")
        return [
            text.shown()
            for text in reversed(self.provider.taken)
            if text.to == query.get("To", text.to)
            and parsedate_to_datetime(formatdate(text.at)).strftime("%Y-%m-%dT%H:%M:%SZ") >= after
        ]

    def _problem(self, fields: Mapping[str, str]) -> int | None:
        if not self._known():
            return 20003
        if self.path != f"/{VERSION}/Accounts/{ACCOUNT_SID}/Messages.json":
            return 20404
        for name, code in (("To", 21604), ("Body", 21602)):
            if not fields.get(name):
                return code
        if not (fields.get("From") or fields.get("MessagingServiceSid")):
            return 21603
        if len(fields["Body"]) > 1600:
            return 21617
        return None if 1 <= int(fields.get("ValidityPeriod", "36000")) <= 36000 else 21624

    def _known(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        return base64.b64decode(given).decode() in (f"{ACCOUNT_SID}:{AUTH_TOKEN}", ":".join(API_KEY))

    def _break(self, fault: str, fields: Mapping[str, str]) -> None:
        self.provider.refused.append(fields)
        break_exchange(self, fault, self.provider.wait_for_end)


def main() -> None:
    """Run alone until terminated."""
    options = ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--ledger", type=Path, required=True)
    options.add_argument("--announce", default="", help="statuses to call back, as in sent,delivered")
    given = options.parse_args()
    announce = tuple(word for word in given.announce.split(",") if word)
    with TwilioDouble(ledger=given.ledger, announce=announce, port=given.port) as double:
        sys.stdout.write(f"{urlsplit(double.url).port}\n")
        sys.stdout.flush()
        double.wait_for_end()


if __name__ == "__main__":
    main()

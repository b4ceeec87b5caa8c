"""A real Kannel on loopback: bearerbox bound to a message centre by SMPP, smsbox in front of it, both ours to stop."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.queueing.embedded import free_port
from tests.support.waiting import until

FIRST_PORT = 24_300
USERNAME, PASSWORD = "saiduan", "secret-of-this-test"
PROGRAMS = ("/usr/sbin/bearerbox", "/usr/sbin/smsbox")
CONNECTED = "Connected to bearerbox"

# Groups need a blank line between them. No ``alt-charset``: it would corrupt every text. ``concatenation``: else a
# long text arrives as several, cut within syllables.
CONFIGURATION = """\
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
smsbox-port = {box}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = 127.0.0.1
store-type = spool
store-location = "{folder}/store"
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = unitel
host = 127.0.0.1
port = {centre}
transceiver-mode = true
smsc-username = us
smsc-password = pw
system-type = ""
reconnect-delay = 1
enquire-link-interval = 5

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {sendsms}
sendsms-interface = 127.0.0.1
http-request-retry = 20
http-queue-delay = 1

group = sendsms-user
username = {username}
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
{way} = "{inbound}"
max-messages = 0
"""


def find_kannel() -> Path | None:
    """Return Kannel's bearerbox, when both of its programs are on this machine."""
    return Path(PROGRAMS[0]) if all(Path(program).is_file() for program in PROGRAMS) else None


@dataclass
class Kannel:
    """One Kannel in ``folder``; ``centre_port`` is the operator's message centre, ``inbound_url`` our address.

    ``way``: post-url brings texts as bodies, get-url within the address.
    """

    folder: Path
    centre_port: int
    ports: Mapping[str, int]
    inbound_url: str
    way: str = "post-url"
    _boxes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where texts are handed in."""
        return f"http://127.0.0.1:{self.ports['sendsms']}"

    def start(self) -> None:
        """Start both boxes, the second when the first listens."""
        (self.folder / "store").mkdir(exist_ok=True)
        configuration = self.folder / "kannel.conf"
        configuration.write_text(self._configuration())
        for program, port in zip(PROGRAMS, ("box", "sendsms"), strict=True):
            self._boxes.append(self._start(program, configuration))
            self._wait_for(program, self.ports[port])
        until(lambda: CONNECTED in self.said(PROGRAMS[1]), 20, "the boxes are connected")

    def _start(self, program: str, configuration: Path) -> subprocess.Popen[bytes]:
        with (self.folder / f"{Path(program).name}.log").open("wb") as log:
            return subprocess.Popen([program, str(configuration)], stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def _wait_for(self, program: str, port: int) -> None:
        """Wait until ``port`` is listened at: a front box that finds nobody there gives up for good."""
        box = self._boxes[-1]
        until(lambda: box.poll() is not None or free_port(port, tries=1) is None, 60, f"{program} listens")
        assert box.poll() is None, self.said(program)

    def _configuration(self) -> str:
        return CONFIGURATION.format(
            **self.ports,
            folder=self.folder,
            centre=self.centre_port,
            inbound=self.inbound_url,
            way=self.way,
            username=USERNAME,
            password=PASSWORD,
        )

    def stop(self) -> None:
        """Stop both boxes, the front one first; what they hold is in their spool, and they would take their time."""
        for box in reversed(self._boxes):
            box.kill()
            box.wait()
        self._boxes.clear()

    def said(self, program: str) -> str:
        """Return the log of one box."""
        return (self.folder / f"{Path(program).name}.log").read_text(errors="replace")


def kannel_on_free_ports(folder: Path, centre_port: int, inbound_url: str) -> Kannel:
    """Return a Kannel that has its ports but does not run yet."""
    ports: dict[str, int] = {}
    for name in ("admin", "box", "sendsms"):
        port = free_port(max(ports.values(), default=FIRST_PORT) + 1, tries=200)
        assert port is not None
        ports[name] = port
    return Kannel(folder, centre_port, ports, inbound_url)

"""A demo gateway in this process, with its invented people, and a way to serve it to a browser."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import make_server

from gateway.assembly import Gateway, Replacements, build
from gateway.cli import demo_data
from gateway.cli.opening import claim_database
from gateway.cli.setting_up import make_stores
from gateway.queueing.wakeup import NoWakeup
from gateway.settings import Settings, make_home, read_settings
from gateway.system.crew import OneAfterAnother
from gateway.web.app import create_app

PASSPHRASE = demo_data.PASSWORD


def demo_settings(home: Path, **more: str) -> Settings:
    """Read the settings of a demo under ``home``; whatever else is named is set in the environment."""
    return read_settings({"GATEWAY_HOME": str(home), "LOG_LEVEL": "error", **more}, home, mode="demo")


def open_demo(settings: Settings, instead: Replacements | None = None) -> Gateway:
    """Make the home, its databases and the invented people, and open the gateway over them."""
    make_home(settings, least_free=0)
    make_stores(settings)
    gateway = build(settings, instead or Replacements(crew=OneAfterAnother(), wakeup=NoWakeup()))
    claim_database(gateway)
    demo_data.seed(gateway)
    return gateway


@contextmanager
def serving(gateway: Gateway) -> Iterator[str]:
    """Serve the gateway on loopback while the block runs; yields its address."""
    server = make_server("127.0.0.1", 0, create_app(gateway), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

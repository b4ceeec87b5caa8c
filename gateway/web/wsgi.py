"""What gunicorn loads: the settings of this process, the gateway, the application over it."""

import gc
import os
from pathlib import Path

from flask import Flask

from gateway.assembly import build
from gateway.settings import read_settings
from gateway.web.app import create_app


def open_app() -> Flask:
    """Build everything once in the worker process: connections and threads do not survive a fork."""
    gateway = build(read_settings(os.environ, Path.cwd()))
    gateway.content.library()
    app = create_app(gateway)
    # Flows, lexicon and gazetteer stay for ever: the collector need not walk through them at every round.
    gc.collect()
    gc.freeze()
    return app

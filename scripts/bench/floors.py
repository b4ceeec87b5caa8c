"""What the inbound figures are held against: a bare Flask TwiML echo, and one durable insert a message."""

import os
import sqlite3
import threading
import time
from pathlib import Path

from flask import Flask, Response, request

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Message>{}</Message></Response>'


def echo_app() -> Flask:
    """Answer TwiML and keep nothing."""
    app = Flask("echo")

    @app.post("/hooks/twilio/inbound")
    def inbound() -> Response:
        return Response(TWIML.format(request.form["From"]), content_type="application/xml")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


def durable_app() -> Flask:
    """Answer TwiML after one committed insert (SQLite, WAL, synchronous=FULL), one writer at a time."""
    app = Flask("durable")
    path = Path(os.environ["FLOOR_DATABASE"])
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS message (sid TEXT PRIMARY KEY, sender TEXT, body TEXT, at REAL)")
    lock = threading.Lock()

    @app.post("/hooks/twilio/inbound")
    def inbound() -> Response:
        form = request.form
        with lock:
            database.execute("BEGIN IMMEDIATE")
            row = (form["MessageSid"], form["From"], form["Body"], time.time())
            database.execute("INSERT INTO message VALUES (?, ?, ?, ?)", row)
            database.execute("COMMIT")
        return Response(TWIML.format(form["From"]), content_type="application/xml")

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app

"""What figures are held against: a bare Flask TwiML echo, one durable insert a message, a bare page of rows."""

import os
import sqlite3
import threading
import time
from pathlib import Path

from flask import Flask, Response, render_template_string, request

ROWS = "<ul>{% for row in rows %}<li>{% for cell in row %}<span>{{ cell }}</span> {% endfor %}</li>{% endfor %}</ul>"
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


def page_app() -> Flask:
    """Answer a page of the 25 newest open cases: one indexed SELECT, one template, nothing else."""
    app = Flask("page")
    path, local = Path(os.environ["FLOOR_DATABASE"]), threading.local()
    query = "SELECT code, state, level, district, opened_at FROM cases ORDER BY opened_at DESC, id DESC LIMIT 25"

    @app.get("/")
    def page() -> str:
        if not hasattr(local, "database"):
            local.database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        return render_template_string(ROWS, rows=local.database.execute(query).fetchall())

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app

"""The Flask application: webhooks and probes on one side, console and simulator on the other."""

from flask import Flask, Response

from gateway.assembly import Gateway
from gateway.web import console, health, simulator, webhooks
from gateway.web.headers import harden

MAX_BODY = 64 * 1024
MAX_FIELDS = 100


def create_app(gateway: Gateway) -> Flask:
    """Build the application over a gateway; the simulator is served in demo mode only."""
    app = Flask(__name__)
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_PARTS=MAX_FIELDS, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    app.extensions["gateway"] = gateway
    app.register_blueprint(webhooks.blueprint)
    app.register_blueprint(health.blueprint)
    console.register(app)
    if gateway.settings.mode == "demo":
        app.register_blueprint(simulator.blueprint)
    app.after_request(harden)
    app.register_error_handler(404, not_found)
    app.register_error_handler(405, wrong_method)
    app.register_error_handler(413, too_large)
    return app


def not_found(_: Exception) -> Response:
    """Nothing here."""
    return Response("There is no such page.\n", 404, content_type="text/plain; charset=utf-8")


def wrong_method(_: Exception) -> Response:
    """Another method is needed."""
    return Response("Not with this method.\n", 405, content_type="text/plain; charset=utf-8")


def too_large(_: Exception) -> Response:
    """The body is over 64 KiB."""
    return Response("Too large.\n", 413, content_type="text/plain; charset=utf-8")

"""The application: providers on one side, people on the other; two Flask apps in one process, told apart by path."""

from collections.abc import Iterable
from typing import Any

from flask import Flask

from gateway.web import console, health, webhooks
from gateway.web.headers import harden
from gateway.wiring import Gateway

MAX_BODY = 64 * 1024
MAX_PARTS = 100
PROVIDERS = ("/hooks", "/healthz", "/readyz", "/metrics")


class FrontDoor(Flask):
    """The people's app; what providers and probes ask for goes to an app of its own, with its own errors and limits."""

    providers: Flask

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - WSGI's own type
        """Hand the request to the app of its path."""
        path = environ.get("PATH_INFO", "")
        behind = self.providers if any(path == door or path.startswith(f"{door}/") for door in PROVIDERS) else None
        return behind(environ, start_response) if behind else super().__call__(environ, start_response)


def create_app(gateway: Gateway) -> FrontDoor:
    """Build both apps over a gateway; the simulator is served in demo mode only."""
    app = FrontDoor(__name__)
    app.providers = providers_app(gateway)
    limited(app, gateway)
    console.register(app)
    return app


def providers_app(gateway: Gateway) -> Flask:
    """Build the app of webhooks and probes: no pages, no sessions, plain text errors."""
    app = Flask("gateway.web.providers", static_folder=None)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False  # an empty token is no address, and no redirect to another one
    limited(app, gateway)
    app.register_blueprint(webhooks.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_error_handler(Exception, webhooks.failed)
    return app


def limited(app: Flask, gateway: Gateway) -> None:
    """Bound bodies and harden every answer."""
    app.config.update(MAX_CONTENT_LENGTH=MAX_BODY, MAX_FORM_PARTS=MAX_PARTS, MAX_FORM_MEMORY_SIZE=MAX_BODY)
    app.extensions["gateway"] = gateway
    app.after_request(harden)

"""The gateway that this app serves."""

from typing import cast

from flask import current_app

from gateway.wiring import Gateway


def gateway() -> Gateway:
    """Return the gateway given to create_app."""
    return cast(Gateway, current_app.extensions["gateway"])

"""The simulator of the demo: JSON for its handsets and its clock, and the page that shows them."""

import json
import re
from datetime import timedelta

from flask import Blueprint, Response, render_template, request

from gateway.errors import GatewayError, MalformedRequest
from gateway.ports import channel as port
from gateway.web.running import gateway
from gateway.web.webhooks import as_port_request

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")
STEP = re.compile(r"(\d{1,5})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@blueprint.get("")
def page() -> str:
    """Two handsets, an officer's phone and a clock."""
    return render_template("simulator.html", now=gateway().outside.clock.now())


@blueprint.post("/messages")
def messages() -> Response:
    """Send a text from a simulated phone through the gateway's one door; answer with its replies."""
    channel = gateway().channels["simulator"]
    asked = as_port_request("inbound")
    answer = port.Answer()
    for item in channel.read(asked):
        if isinstance(item, port.Inbound):
            answer = gateway().inbound.hear(item)
    given = channel.answer(answer, asked)
    return Response(given.body, given.status, content_type=given.content_type)


@blueprint.get("/phones/<number>")
def phone(number: str) -> Response:
    """Every text that a simulated phone received, oldest first."""
    texts = gateway().phones.inbox(number)
    shown = [{"id": text.id, "at": text.at.isoformat(), "text": text.text, "segments": text.segments}
             for text in texts]
    return as_json(shown)


@blueprint.get("/clock")
def clock() -> Response:
    """What time the gateway thinks it is."""
    return as_json({"now": gateway().outside.clock.now().isoformat()})


@blueprint.post("/clock")
def advance() -> Response:
    """Move the gateway's clock forward and fire what is due before answering."""
    body = request.get_json(silent=True)
    found = STEP.fullmatch(str(body.get("advance", ""))) if isinstance(body, dict) else None
    if found is None:
        raise MalformedRequest("advance")
    by = timedelta(**{UNITS[found[2]]: int(found[1])})
    gateway().move_clock(by)
    return as_json({"now": gateway().outside.clock.now().isoformat()})


def as_json(value: object) -> Response:
    """Answer with JSON, Lao unescaped."""
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json; charset=utf-8")


@blueprint.errorhandler(GatewayError)
def refused(error: GatewayError) -> Response:
    """Say what is wrong in one line of JSON."""
    answer = as_json({"error": error.told})
    answer.status_code = error.http_status
    return answer

"""The providers' door: size, shape and signature first, then one transaction, then the provider's own format."""

from typing import Literal

from flask import Blueprint, Response, current_app, request

from gateway.errors import Forbidden, GatewayError, MalformedRequest, NotFound
from gateway.ports import channel as port
from gateway.web.running import gateway

blueprint = Blueprint("webhooks", __name__, url_prefix="/hooks")

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
RETRY_AFTER = "5"


@blueprint.post("/<name>/inbound", endpoint="signed_inbound")
@blueprint.post("/<name>/<token>/inbound", endpoint="inbound")
def inbound(name: str, token: str | None = None) -> Response:
    """Take a text."""
    return take(name, "inbound")


@blueprint.post("/<name>/<token>/ussd")
def ussd(name: str, token: str) -> Response:
    """Take a USSD request."""
    return take(name, "ussd")


@blueprint.post("/<name>/status", endpoint="signed_status")
@blueprint.post("/<name>/<token>/status", endpoint="status")
def status(name: str, token: str | None = None) -> Response:
    """Take a delivery receipt or the end of a USSD session."""
    return take(name, "status")


def take(name: str, purpose: Literal["inbound", "status", "ussd"]) -> Response:
    """Verify, read, hear and answer one provider request."""
    running = gateway()
    channel = running.channels.get(name)
    if channel is None:
        raise NotFound
    asked = as_port_request(purpose)
    if channel.verify(asked) is port.Verdict.REFUSED:
        running.outside.meter.count("webhooks_refused", channel=name)
        raise Forbidden("signature or token")
    answer = port.Answer()
    for item in channel.read(asked):
        if isinstance(item, port.Inbound):
            answer = running.inbound.hear(item)
        elif isinstance(item, port.Receipt):
            running.delivery.record_receipt(item)
        elif isinstance(item, port.SessionEnd):
            running.inbound.cut(item)
    given = channel.answer(answer, asked)
    return Response(given.body, given.status, content_type=given.content_type)


def as_port_request(purpose: Literal["inbound", "status", "ussd"]) -> port.Request:
    """Turn Flask's request into the port's record, refusing bodies that are too long or of another type."""
    if request.mimetype not in (FORM, JSON):
        raise UnsupportedType
    headers = {key.lower(): value for key, value in request.headers.items()}
    body = request.get_data(cache=False)
    try:
        query = request.query_string.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedRequest("query") from error
    return port.Request(request.method, request.path, query, headers, body, gateway().outside.clock.now(), purpose)


class UnsupportedType(GatewayError):
    """Neither a form nor JSON."""

    http_status = 415
    told = "Send a form or JSON."


@blueprint.errorhandler(GatewayError)
def refused(error: GatewayError) -> Response:
    """Answer a refusal in one plain line; 503 asks the provider to come back."""
    gateway().outside.meter.count("webhook_errors", status=str(error.http_status))
    answer = Response(error.told + "\n", error.http_status, content_type="text/plain; charset=utf-8")
    if error.http_status == 503:
        answer.headers["Retry-After"] = RETRY_AFTER
    if error.http_status >= 500:
        current_app.logger.error("webhook: %s", type(error).__name__)
    return answer

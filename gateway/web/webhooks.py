"""The providers' door: size, shape and signature first, then one transaction, then the provider's own format."""

from collections.abc import Collection
from typing import Literal

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from gateway.errors import Forbidden, GatewayError, MalformedRequest, NotFound, Unavailable
from gateway.ports import channel as port
from gateway.web.running import gateway

blueprint = Blueprint("webhooks", __name__, url_prefix="/hooks")

Purpose = Literal["inbound", "status", "ussd"]
METHODS = ("GET", "POST", "PUT")  # of all providers together; each channel says which are its own
PLAIN = "text/plain; charset=utf-8"
RETRY_AFTER = "5"
NO_LANGUAGE_YET = "lo"
# Browser phones speak through /simulator, where the page is; a provider's address for them would be a second door.
NO_PROVIDER = frozenset({"simulator"})


@blueprint.route("/<name>/inbound", methods=METHODS, endpoint="signed_inbound")
@blueprint.route("/<name>/<token>/inbound", methods=METHODS, endpoint="inbound")
def inbound(name: str, token: str | None = None) -> Response:
    """Take a text."""
    return take(name, "inbound")


@blueprint.route("/<name>/<token>/ussd", methods=METHODS)
@blueprint.route("/<name>/<token>/ussd/<session>/<verb>", methods=METHODS, endpoint="ussd_verb")
def ussd(name: str, token: str, session: str = "", verb: str = "") -> Response:
    """Take a USSD request."""
    return take(name, "ussd")


@blueprint.route("/<name>/status", methods=METHODS, endpoint="signed_status")
@blueprint.route("/<name>/<token>/status", methods=METHODS, endpoint="status")
def status(name: str, token: str | None = None) -> Response:
    """Take a delivery receipt or the end of a USSD session."""
    return take(name, "status")


def take(name: str, purpose: Purpose) -> Response:
    """Verify, read, hear and answer one provider request."""
    channel = gateway().channels.get(name)
    if channel is None or name in NO_PROVIDER:
        raise NotFound
    takes = channel.capabilities
    if request.method not in takes.methods:
        raise MethodNotAllowed(sorted(takes.methods))
    if not gateway().settings.may_call(name, request.remote_addr or ""):
        gateway().outside.meter.count("webhooks_refused", channel=name)
        raise Forbidden("address")
    asked = as_port_request(purpose, takes.content_types)
    if channel.verify(asked) is port.Verdict.REFUSED:
        gateway().outside.meter.count("webhooks_refused", channel=name)
        raise Forbidden("signature or token")
    return heard(channel, asked)


def heard(channel: port.Channel, asked: port.Request) -> Response:
    """Hand what the request holds to the one door in, and answer in the channel's own words.

    When nothing can be stored, a screen ends with a neutral line: its provider does not come back as others do.
    """
    try:
        answer = taken(channel, asked)
    except Unavailable:
        if asked.purpose != "ussd":
            raise
        gateway().outside.meter.count("webhook_errors", status="screen")
        text = gateway().content.catalogue().get(NO_LANGUAGE_YET, "common.dial_again").text
        answer = port.Answer((port.AnswerText("", text),), ends=True)
    given = channel.answer(answer, asked)
    return Response(given.body, given.status, content_type=given.content_type)


def taken(channel: port.Channel, asked: port.Request) -> port.Answer:
    """Take every text, receipt and end of a session that a request holds; return the answer to its text."""
    running, answer = gateway(), port.Answer()
    for item in channel.read(asked):
        if isinstance(item, port.Inbound):
            answer = running.inbound.hear(item)
        elif isinstance(item, port.Receipt):
            running.delivery.record_receipt(item)
        elif isinstance(item, port.SessionEnd):
            running.inbound.cut(item)
    return answer


def as_port_request(purpose: Purpose, wanted: Collection[str]) -> port.Request:
    """Turn Flask's request into the port's record, refusing bodies that are too long or not of a ``wanted`` type."""
    body = request.get_data(cache=False)
    if request.mimetype not in wanted:
        raise UnsupportedType
    headers = {key.lower(): value for key, value in request.headers.items()}
    try:
        query = request.query_string.decode("ascii")
    except UnicodeDecodeError as error:
        raise MalformedRequest("query") from error
    return port.Request(request.method, request.path, query, headers, body, gateway().outside.clock.now(), purpose)


class UnsupportedType(GatewayError):
    """The body is of another type than this address takes."""

    http_status = 415
    told = "Not this content type."


def failed(error: Exception) -> Response:
    """Answer any failure in one plain line: nothing was stored, so 503 asks the provider to come back."""
    if isinstance(error, HTTPException):
        answer = Response(f"{error.name}.\n", error.code, error.get_headers(), content_type=PLAIN)
    elif isinstance(error, GatewayError) and error.http_status < 500:
        answer = Response(f"{error.told}\n", error.http_status, content_type=PLAIN)
    else:
        gateway().outside.meter.event("webhook_failed", error=type(error).__name__)
        answer = Response("Please try again in a moment.\n", 503, {"Retry-After": RETRY_AFTER}, content_type=PLAIN)
    gateway().outside.meter.count("webhook_errors", status=str(answer.status_code))
    return answer

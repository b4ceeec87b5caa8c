"""Is it up, is it ready, and the counters."""

import json
import os

from flask import Blueprint, Response, request

from gateway.web.running import gateway

blueprint = Blueprint("health_probes", __name__)
LOOPBACK = frozenset({"127.0.0.1", "::1"})
PROXIED = frozenset({"forwarded", "x-forwarded-for", "x-real-ip", "via"})


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that the process is up; the start token tells a launcher that it is its own child."""
    return Response(
        json.dumps({"ok": True, "start": os.environ.get("GATEWAY_START_TOKEN", "")}), content_type="application/json"
    )


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 when texts can be taken and alerts leave in time, else 503; the facts as JSON."""
    report = gateway().health.report()
    return Response(json.dumps(report.facts), 200 if report.ready else 503, content_type="application/json")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Prometheus text, for loopback only: a proxy on this machine asks for somebody else, and says so."""
    if request.remote_addr not in LOOPBACK or not PROXIED.isdisjoint(name.lower() for name in request.headers.keys()):
        return Response("loopback only\n", 403, content_type="text/plain")
    return Response(gateway().health.metrics(), content_type="text/plain; version=0.0.4")

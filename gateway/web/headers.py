"""Headers of every answer: nothing from elsewhere, nothing kept, nothing framed."""

from flask import Response

from gateway.web.running import gateway

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
A_YEAR = "max-age=31536000; includeSubDomains"


def harden(response: Response) -> Response:
    """Set the headers; pages are never cached, static files may be; https once means https always."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if gateway().settings.public_base_url.startswith("https://"):
        response.headers["Strict-Transport-Security"] = A_YEAR
    if "Cache-Control" not in response.headers or response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response

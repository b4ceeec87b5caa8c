"""Twilio's two signature schemes, judged by the SDK's validator over our own public address."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator

from gateway.channels.forms import Form
from gateway.ports.channel import Request

SIGNATURE = "x-twilio-signature"
SETTINGS = "x-twilio-webhooks-signature-settings"
_ALGORITHMS = {20: HMAC_SHA1, 32: HMAC_SHA256}


@dataclass(frozen=True, slots=True)
class Signers:
    """Who may sign: every auth token in rotation, and shared keys by their id.

    ``public_base_url`` is where the provider reaches us; Host and X-Forwarded-* are never looked at.
    """

    public_base_url: str
    tokens: tuple[str, ...] = field(repr=False)
    shared_keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    def signed(self, request: Request, form: Form) -> bool:
        """Whether one of us signed exactly this address and form; never raises."""
        signature = request.headers.get(SIGNATURE, "")
        algorithm = _algorithm(signature)
        if algorithm is None:
            return False
        address = self.public_base_url + request.path + (f"?{request.query}" if request.query else "")
        # A repeated field is refused later whoever sent it; here any way of signing it still names the sender.
        forms = (_EveryValue(form), *form.readings()) if form.repeated() else (_EveryValue(form),)
        try:
            # A list, so that each token costs the same whichever fits.
            fits = [
                RequestValidator(secret).validate(address, fields, signature, algorithm)
                for secret in self._secrets(request, algorithm)
                for fields in forms
            ]
        except ValueError:  # a path or query that is no address, or no text
            return False
        return any(fits)

    def _secrets(self, request: Request, algorithm: str) -> tuple[str, ...]:
        settings = request.headers.get(SETTINGS)
        if settings is None:
            return self.tokens if algorithm == HMAC_SHA1 else ()
        named = dict(part.strip().partition("=")[::2] for part in settings.split(","))
        key = self.shared_keys.get(named.get("key", ""))
        return (key,) if key and named.get("algorithm") == algorithm == HMAC_SHA256 else ()


@dataclass(frozen=True, slots=True)
class _EveryValue:
    """A form as the validator walks it: names once, and all values of each."""

    form: Form

    def __iter__(self) -> Iterator[str]:
        return iter({name for name, _ in self.form.pairs})

    def getall(self, name: str) -> list[str]:
        return list(self.form.values(name))


def _algorithm(signature: str) -> str | None:
    """Return the algorithm whose digest has this size; None for what is no signature at all."""
    try:
        return _ALGORITHMS.get(len(base64.b64decode(signature.encode("ascii"), validate=True)))
    except (ValueError, binascii.Error):
        return None

"""Benches of the USSD profiles that send one input at a time, as JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from gateway.channels.ussd_http.channel import UssdHttp
from gateway.channels.ussd_http.profiles import GENERIC, Profile, generic_profile
from gateway.ports.channel import Request
from tests.contracts.benches import REAL, TOKEN, Bench, request
from tests.doubles.phones import HopsInMemory

JSON = {"content-type": "application/json"}
HOLLATAGS = generic_profile(
    "generic",
    {
        "session": "session_id",
        "phone": "session_msisdn",
        "text": "session_msg",
        "event": "session_operation",
        "begins": "begin",
        "ends": "end",
    },
    ("session_id={session_id}", "session_msg={text}", "session_operation=continue|end", "session_type=1|4"),
)
MOOLRE = generic_profile(
    "generic",
    {"session": "sessionId", "phone": "msisdn", "text": "message", "event": "new", "begins": "true"},
    ("message={text}", "reply=true|false"),
)


def ussd_by(profile: str, own: Profile | None = None) -> UssdHttp:
    """Make the channel with an empty memory."""
    return UssdHttp(
        name=profile,
        profile=profile,
        token=TOKEN,
        memory=HopsInMemory(),
        service_codes=("*1234#",),
        generic=own,
    )


def posted_json(profile: str, fields: Mapping[str, object], rest: str = "") -> Request:
    """Make what an aggregator posts; ``rest`` is what it adds to our address."""
    return request("ussd", f"/hooks/{profile}/{TOKEN}/ussd{rest}", json.dumps(fields).encode(), JSON)


def hubtel(text: str, session: str = "s1", event: str = "Response", sequence: int = 2, **other: object) -> Request:
    """Make a request as Hubtel's page shows it."""
    fields = {"Mobile": REAL[1:], "SessionId": session, "ServiceCode": "*1234#", "Type": event, "Message": text}
    return posted_json("hubtel", {**fields, "Operator": "unitel", "Sequence": sequence, "ClientState": "x", **other})


def infobip(text: str, session: str = "s1", verb: str = "response", **other: object) -> Request:
    """Make a request as Infobip's was; the session is in the address."""
    fields = {"msisdn": REAL[1:], "text": text, "imsi": "457010000000000", "ussdGwId": "g", "language": "lo"}
    made = posted_json("infobip", {**fields, **other}, f"/{session}/{verb}")
    return replace(made, method="POST" if verb == "start" else "PUT")


def nalo(text: str, session: str = "s1", first: bool = False, **other: object) -> Request:
    """Make a request as Nalo's."""
    fields = {"USERID": session, "MSISDN": REAL[1:], "USERDATA": text, "MSGTYPE": first, "NETWORK": "UNITEL"}
    return posted_json("nalo", {**fields, **other})


def hollatags(text: str, session: str = "s1", operation: str = "continue", **other: object) -> Request:
    """Make a request as Hollatags'."""
    fields = {"session_id": session, "session_msisdn": REAL, "session_msg": text, "session_operation": operation}
    return posted_json(GENERIC, {**fields, **other})


def _bench(channel: UssdHttp, make: Callable[..., Request], longer: str = "") -> Bench:
    name = channel.name
    good = make("1")
    return Bench(
        channel,
        lambda text, key: make(text, key),
        spoilt={
            "another token": replace(good, path=f"/hooks/{name}/{TOKEN[::-1]}/ussd{longer}"),
            "an empty token": replace(good, path=f"/hooks/{name}//ussd{longer}"),
            "another channel": replace(good, path=f"/hooks/other/{TOKEN}/ussd{longer}"),
            "a longer path": replace(good, path=good.path + "/more"),
        },
        malformed={
            "no JSON": replace(good, body=b"{"),
            "a list": replace(good, body=b"[]"),
            "no phone": replace(good, body=b'{"text": "1"}'),
            "a name twice": replace(good, body=good.body.replace(b"{", b'{"a": 1, "a": 2, ', 1)),
            "half a character": replace(good, body=good.body.replace(b'"1"', b'"\\ud800"')),
        },
    )


def hubtel_bench() -> Bench:
    """Return Hubtel."""
    bench = _bench(ussd_by("hubtel"), hubtel)
    other = {"another short code": hubtel("1", ServiceCode="*99#")}
    return replace(bench, spoilt={**bench.spoilt, **other})


def infobip_bench() -> Bench:
    """Return Infobip."""
    return _bench(ussd_by("infobip"), infobip, "/s1/response")


def nalo_bench() -> Bench:
    """Return Nalo."""
    return _bench(ussd_by("nalo"), nalo)


def generic_bench() -> Bench:
    """Return an operator's own table."""
    return _bench(ussd_by(GENERIC, HOLLATAGS), hollatags)

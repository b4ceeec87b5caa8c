"""The simulator of the demo: JSON for its phones and clock, and the page that shows them, with or without script."""

import json
import re
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gateway.channels.simulator import SHORT_CODE
from gateway.contacts.phone import is_simulated
from gateway.errors import MalformedRequest, NotFound
from gateway.ports import channel as port
from gateway.ports.simulated_phones import PhoneText
from gateway.web.running import gateway
from gateway.web.webhooks import UnsupportedType, as_port_request, heard

blueprint = Blueprint("simulator", __name__, url_prefix="/simulator")

PREFIX = "+8562000000"
VILLAGERS = tuple(f"{number:03}" for number in (*range(1, 30), *range(40, 50), *range(80, 95)))
OFFICERS = ("050", "051", "052", "053")
JSON = "application/json"
STEP = re.compile(r"([0-9]{1,5})([smhd])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FURTHEST = timedelta(days=31)
FORWARD = ("3m", "10m", "2h")
MOST_PHONES = 10


@blueprint.get("")
def page() -> str:
    """Two handsets, an officer's phone and a clock."""
    return shown()


@blueprint.post("/messages")
def messages() -> Response:
    """Send a text from a simulated phone through the gateway's one door; answer with its replies."""
    return heard(gateway().channels["simulator"], as_port_request("inbound", {JSON}))


@blueprint.get("/phones/<number>")
def phone(number: str) -> Response:
    """Every text that a simulated phone received, oldest first."""
    return as_json([as_facts(text) for text in inbox(number)])


@blueprint.get("/phones")
def phones() -> Response:
    """Several phones at once (``?of=001,050``) with the time: what the page asks for while it is looked at."""
    wanted = request.args.get("of", "").split(",")[:MOST_PHONES]
    texts = {number: [as_facts(text) for text in inbox(number)] for number in wanted if number}
    faults = [str(finding).splitlines()[0] for finding in gateway().content.findings[:3]]
    return as_json({**time_of_day(), "phones": texts, "faults": faults})


@blueprint.get("/clock")
def clock() -> Response:
    """Tell what time the gateway thinks it is."""
    return as_json(time_of_day())


@blueprint.post("/clock")
def advance() -> Response:
    """Move the gateway's clock forward and fire what is due before answering."""
    if request.mimetype != JSON:
        raise UnsupportedType
    body = request.get_json(silent=True)
    move(str(body.get("advance", "")) if isinstance(body, dict) else "")
    return as_json(time_of_day())


@blueprint.post("/send")
def send() -> ResponseReturnValue:
    """Send by form, for a browser without script; a USSD screen is shown at once, since no phone keeps it."""
    kind = request.form.get("channel", "sms")
    body = {"from": e164(request.form.get("from", "")), "text": request.form.get("text", ""), "channel": kind}
    if kind == "ussd":
        body["session"] = request.form.get("session") or gateway().outside.chance.new_id()
    raw = json.dumps(body).encode()
    now = gateway().outside.clock.now()
    asked = port.Request("POST", "/simulator/messages", "", {"content-type": JSON}, raw, now, "inbound")
    answer = json.loads(heard(gateway().channels["simulator"], asked).get_data())
    if kind == "ussd":
        return shown(screen="\n".join(answer["replies"]), session=None if answer["ended"] else body["session"])
    return back()


@blueprint.post("/forward")
def forward() -> ResponseReturnValue:
    """Move the clock by form."""
    move(request.form.get("advance", ""))
    return back()


def back() -> ResponseReturnValue:
    """Go back to the page with the same phones."""
    picked = chosen()
    return redirect(url_for("simulator.page", phone=picked["phone"], officer=picked["officer"]), 303)


def shown(screen: str = "", session: str | None = None) -> str:
    """Render the page with what the chosen phones hold."""
    picked = chosen()
    return render_template(
        "simulator.html",
        villagers=VILLAGERS,
        officers=OFFICERS,
        phone=picked["phone"],
        officer=picked["officer"],
        texts=inbox(picked["phone"]),
        alerts=inbox(picked["officer"]),
        screen=screen,
        session=session,
        forward=FORWARD,
        prefix=PREFIX,
        short_code=SHORT_CODE,
        until_seven=until_seven(),
        now=g.words.now,
    )


def chosen() -> dict[str, str]:
    """Return the villager's and the officer's phone that the page shows: three digits each."""
    villager, officer = request.values.get("phone", ""), request.values.get("officer", "")
    return {
        "phone": villager if villager in VILLAGERS else VILLAGERS[0],
        "officer": officer if officer in OFFICERS else OFFICERS[0],
    }


def inbox(number: str) -> tuple[PhoneText, ...]:
    """Return what a phone received; NotFound for a number that is not simulated."""
    known = gateway().phones
    full = e164(number)
    if known is None or not is_simulated(full):
        raise NotFound
    return known.inbox(full)


def e164(number: str) -> str:
    """Return the full number: three digits are the last of it, and a plus sign may be missing."""
    number = number.strip().replace(" ", "")
    if len(number) == 3 and number.isdecimal():
        return PREFIX + number
    return number if number.startswith("+") else f"+{number}"


def move(by: str) -> None:
    """Move the clock by a number and a unit: 90s, 10m, 2h, 1d."""
    found = STEP.fullmatch(by)
    length = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < length <= FURTHEST:
        raise MalformedRequest("advance")
    gateway().move_clock(length)


def until_seven() -> str:
    """Return how far the clock must go to be at 07:00 local time."""
    local = gateway().outside.clock.now().astimezone(gateway().settings.timezone)
    ahead = local.replace(hour=7, minute=0, second=0, microsecond=0)
    ahead = ahead if ahead > local else ahead + timedelta(days=1)
    return f"{int((ahead - local).total_seconds()) + 1}s"


def time_of_day() -> dict[str, str]:
    """Return the gateway's time: the instant, and how people there would say it."""
    now = gateway().outside.clock.now()
    local = now.astimezone(gateway().settings.timezone)
    return {"now": now.isoformat(), "day": f"{local:%d/%m/%Y}", "hour": f"{local:%H:%M}", "until_seven": until_seven()}


def as_facts(text: PhoneText) -> dict[str, Any]:
    """Return one text as JSON values."""
    local = text.at.astimezone(gateway().settings.timezone)
    return {
        "id": text.id,
        "at": text.at.isoformat(),
        "text": text.text,
        "segments": text.segments,
        "hour": f"{local:%H:%M}",
    }


def as_json(value: object) -> Response:
    """Answer with JSON, Lao unescaped."""
    return Response(json.dumps(value, ensure_ascii=False), content_type=f"{JSON}; charset=utf-8")


def refused(status: int, told: str) -> Response:
    """Say what is wrong in one line of JSON."""
    answer = as_json({"error": told or f"{status}"})
    answer.status_code = status
    return answer

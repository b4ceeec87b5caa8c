"""Other systems are told what happened to cases: signed, once by id, again for a day, and never what a person said."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.exchange import Exchange
from gateway.integrations.partners.asking import Asker
from gateway.integrations.partners.primero import Primero
from gateway.integrations.partners.webhook import EVENT_ID, SIGNATURE, Webhook
from gateway.ports.partners import Interest, Partner
from gateway.services.announcing import Announcing, as_uuid
from tests.doubles.provider import ProviderDouble
from tests.support.gateway_in_process import DISTRICT, DUTY, VILLAGER, House, open_house

SECRET, NEXT = "s" * 32, "n" * 32
HERE = Asker(Exchange())
TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT, "tell": ("women_union", "office")}
EVERYTHING = ("case.opened", "case.acknowledged", "case.escalated", "case.referred", "case.closed")
FIELDS = (
    ("urgency", "level"),
    ("concern", "category"),
    ("location", "district"),
    ("status", "=open"),
    ("why", "ground"),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = request.getfixturevalue("migrated_postgres")() if request.param == "postgresql" else None
    with open_house(tmp_path, database_url=url) as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[ProviderDouble]:
    with ProviderDouble() as double:
        yield double


def announcing(house: House, partner: Partner, interest: Interest) -> Announcing:
    return Announcing(house.gateway.outside, (interest,), {interest.partner: partner})


def to_webhook(house: House, receiver: ProviderDouble, *secrets: str, asker: Asker = HERE) -> Announcing:
    return announcing(
        house, Webhook(f"{receiver.url}/in", secrets or (SECRET,), asker), Interest("m_and_e", EVERYTHING)
    )


def to_primero(house: House, receiver: ProviderDouble) -> Announcing:
    receiver.usual = (200, {"token": "t0ken"})
    partner = Primero(receiver.url, "gateway", "a password", HERE)
    return announcing(house, partner, Interest("cpims", (), ("child",), FIELDS))


def tell(announced: Announcing) -> int:
    announced.gather()
    return announced.send_due()


def kinds(receiver: ProviderDouble) -> list[str]:
    return [json.loads(asked.body)["type"] for asked in receiver.asked]


def state(house: House) -> list[tuple[str, int]]:
    with house.reading() as work:
        return [(push.state, push.tries) for push, _ in work.partners.listed(9)]


def test_the_whole_life_of_a_case_is_told_in_order(house: House, receiver: ProviderDouble) -> None:
    announced = to_webhook(house, receiver)
    code = house.report(**TOLD)
    for _ in range(3):
        tell(announced)
        house.pass_minutes(20)
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"CLOSE {code} 1 4711", sender=DUTY)
    house.pass_minutes(16)
    tell(announced)
    assert kinds(receiver)[0] == "case.opened"
    assert "case.escalated" in kinds(receiver)
    assert kinds(receiver)[-2:] == ["case.acknowledged", "case.closed"]


def test_a_receiver_can_check_who_sent_it(house: House, receiver: ProviderDouble) -> None:
    house.report(**TOLD)
    assert tell(to_webhook(house, receiver, NEXT, SECRET)) == 1
    asked = receiver.asked[0]
    stamp, newest, older = asked.headers[SIGNATURE.lower()].split(",")
    signed = stamp.removeprefix("t=").encode() + b"." + asked.body
    for secret, mark in ((NEXT, newest), (SECRET, older)):
        assert mark == "v1=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert abs(int(stamp.removeprefix("t=")) - house.clock.now().timestamp()) < 1


def test_nothing_that_a_person_said_is_told(house: House, receiver: ProviderDouble) -> None:
    code = house.report(**TOLD, story="my aunt Noy in Ban Phonsavath")
    with house.writing() as work:
        house.intake.tell_story(work, code, "they keep me at Ban Phonsavath", frozenset(), house.clock.now())
    tell(to_webhook(house, receiver))
    said = receiver.asked[0].body.decode()
    assert json.loads(said)["case"] == {"code": code, "level": "P1", "category": "marriage", "district": DISTRICT}
    assert not any(word in said for word in ("Noy", "Phonsavath", VILLAGER[-7:]))


@pytest.mark.parametrize("hidden", [{"duress": "yes"}, {"tell": ("nobody_local",)}])
def test_a_case_of_which_others_must_not_hear_is_announced_to_nobody(
    house: House, receiver: ProviderDouble, hidden: dict[str, Any]
) -> None:
    house.report(**{**TOLD, **hidden})
    assert tell(to_webhook(house, receiver)) == 0
    assert receiver.asked == []


def test_a_receiver_that_is_away_is_told_later_under_the_same_id(house: House, receiver: ProviderDouble) -> None:
    announced = to_webhook(house, receiver)
    house.report(**TOLD)
    for fault in ((500, "no"), "drop", (302, "elsewhere")):
        receiver.order(fault)
        assert tell(announced) == 0
        house.clock.at += timedelta(minutes=20)
    assert tell(announced) == 1
    assert len({asked.headers[EVENT_ID.lower()] for asked in receiver.asked}) == 1
    assert state(house) == [("taken", 4)]


def test_after_ten_tries_within_a_day_it_is_parked_and_a_person_may_tell_it_again(
    house: House, receiver: ProviderDouble
) -> None:
    announced = to_webhook(house, receiver)
    house.report(**TOLD)
    receiver.usual = (503, "away")
    began = house.clock.now()
    while state(house) != [("parked", 10)]:
        tell(announced)
        house.clock.at += timedelta(minutes=5)
        assert house.clock.now() - began < timedelta(hours=25)
    assert len(receiver.asked) == 10
    receiver.usual = (200, "ok")
    with house.writing() as work:
        (push, tries), *_ = work.partners.listed(1)
        assert [tried.status for tried in tries] == [503] * 10 and work.partners.parked() == 1
        assert work.partners.again(push.id, house.clock.now())
    assert tell(announced) == 1
    with house.writing() as work:
        assert not work.partners.again(push.id, house.clock.now())
        assert work.partners.listed(1)[0][0].body == ""


def test_two_processes_tell_an_event_once(house: House, receiver: ProviderDouble) -> None:
    announced = to_webhook(house, receiver)
    house.report(**TOLD)
    announced.gather()
    announced.gather()
    with house.writing() as work:
        push = work.partners.due(house.clock.now(), 9)[0]
        assert work.partners.claim(push, house.clock.now() + timedelta(minutes=1))
        assert not work.partners.claim(push, house.clock.now() + timedelta(minutes=1))
    assert announced.send_due() == 0
    house.clock.at += timedelta(minutes=2)
    assert announced.send_due() == 1
    assert len(receiver.asked) == 1


def test_an_address_of_the_inner_network_is_not_spoken_to(house: House, receiver: ProviderDouble) -> None:
    announced = to_webhook(house, receiver, asker=Asker())
    house.report(**TOLD)
    assert tell(announced) == 0
    assert receiver.asked == []
    with house.reading() as work:
        assert work.partners.listed(1)[0][1][0].why.startswith("not reached")


def test_a_partner_that_is_no_longer_configured_is_parked(house: House, receiver: ProviderDouble) -> None:
    announced = to_webhook(house, receiver)
    house.report(**TOLD)
    announced.gather()
    replace(announced, partners={}).send_due()
    assert state(house) == [("parked", 1)]


def test_a_case_reaches_the_case_system_only_by_an_officers_word(house: House, receiver: ProviderDouble) -> None:
    announced = to_primero(house, receiver)
    code = house.report(**TOLD)
    house.pass_minutes(5)
    tell(announced)
    assert receiver.asked == []
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"REFER {code} child YES", sender=DUTY)
    receiver.order((200, {"token": "t0ken"}))
    receiver.order((204, ""))
    assert tell(announced) == 1
    signed_in, sent = receiver.asked
    assert (signed_in.path, sent.path) == ("/api/v2/tokens", "/api/v2/cases")
    assert sent.headers["authorization"] == "Bearer t0ken"
    data = json.loads(sent.body)["data"]
    assert {name: data[name] for name in ("urgency", "concern", "location", "status")} == {
        "urgency": "P1", "concern": "marriage", "location": DISTRICT, "status": "open",
    }  # fmt: skip
    assert data["why"] in ("consent", "asked", "child", "danger")


def test_a_case_whose_answer_was_lost_is_sent_again_under_the_same_id(house: House, receiver: ProviderDouble) -> None:
    announced = to_primero(house, receiver)
    code = house.report(**TOLD)
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"REFER {code} child YES", sender=DUTY)
    answers: list[tuple[int, object] | str] = [
        (200, {"token": "t"}),
        "drop",
        (200, {"token": "t"}),
        (409, {"errors": []}),
    ]
    for answer in answers:
        receiver.order(answer)
    assert tell(announced) == 0
    house.clock.at += timedelta(minutes=1)
    assert tell(announced) == 1
    ids = [json.loads(asked.body)["data"]["id"] for asked in receiver.asked if asked.path.endswith("cases")]
    assert len(ids) == 2 and len(set(ids)) == 1


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        (((401, "who?"),), "waiting"),
        (((200, "no token"),), "waiting"),
        (((200, {"token": "t"}), (422, "a field")), "parked"),
        (((200, {"token": "t"}), (403, "no")), "parked"),
        (((200, {"token": "t"}), (503, "away")), "waiting"),
    ],
)
def test_what_a_case_system_will_never_take_waits_for_a_person(
    house: House, receiver: ProviderDouble, answers: tuple[tuple[int, object], ...], expected: str
) -> None:
    announced = to_primero(house, receiver)
    code = house.report(**TOLD)
    house.hear(f"OK {code}", sender=DUTY)
    house.hear(f"REFER {code} child YES", sender=DUTY)
    for answer in answers:
        receiver.order(answer)
    tell(announced)
    assert state(house)[0][0] == expected


def test_our_ids_are_written_as_uuids() -> None:
    assert as_uuid("0197f3c2a1b97c3e8d5f6a7b8c9d0e1f") == "0197f3c2-a1b9-7c3e-8d5f-6a7b8c9d0e1f"

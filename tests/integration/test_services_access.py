"""Who comes in to the console, for how long, and who never holds two keys."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.errors import Conflict, Forbidden
from gateway.services.roles import MAY, READS_CASES, SENDS
from tests.support.gateway_in_process import House, open_house

PASSPHRASE, WRONG = "rice and river fish", "something else altogether"
NETWORK, ELSEWHERE = "10.0.0.0/24", "10.0.9.0/24"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, staffed=False) as opened:
        opened.gateway.access.add_account("noy", PASSPHRASE, frozenset({"desk"}))
        yield opened


def fail(house: House, times: int, name: str = "noy", network: str = NETWORK) -> None:
    for _ in range(times):
        with pytest.raises(Forbidden):
            house.gateway.access.sign_in(name, WRONG, network)


def test_a_session_begins_with_the_passphrase_and_ends_with_sign_out(house: House) -> None:
    access = house.gateway.access
    token, visitor = access.sign_in("noy", PASSPHRASE, NETWORK)
    assert visitor.may("cases") and not visitor.may("campaigns")
    assert access.visitor(token) == visitor
    assert visitor.token_sha256 != token, "the database holds only its hash"
    access.sign_out(visitor)
    assert access.visitor(token) is None and access.visitor(None) is None and access.visitor("made up") is None


def test_a_session_ends_after_a_quarter_of_an_hour_of_rest(house: House) -> None:
    token, _ = house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    for _ in range(8):
        house.clock.forward(minutes=14)
        assert house.gateway.access.visitor(token)
    house.clock.forward(minutes=15, seconds=1)
    assert house.gateway.access.visitor(token) is None


def test_a_session_ends_after_eight_hours_however_busy(house: House) -> None:
    token, _ = house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    for _ in range(48):
        house.clock.forward(minutes=10)
        assert house.gateway.access.visitor(token)
    house.clock.forward(seconds=1)
    assert house.gateway.access.visitor(token) is None


def test_a_disabled_account_is_out_at_once_and_for_good(house: House) -> None:
    token, _ = house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    house.gateway.access.disable("noy")
    assert house.gateway.access.visitor(token) is None
    with pytest.raises(Forbidden):
        house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    with pytest.raises(Conflict):
        house.gateway.access.disable("nobody")


@pytest.mark.parametrize(
    ("name", "passphrase"),
    [
        ("noy", WRONG),
        ("nobody", PASSPHRASE),
        ("", ""),
        ("noy", "x" * 5000),
    ],
)
def test_every_refusal_reads_alike(house: House, name: str, passphrase: str) -> None:
    with pytest.raises(Forbidden, match="sign-in refused"):
        house.gateway.access.sign_in(name, passphrase, NETWORK)


def test_after_five_failures_even_the_right_passphrase_must_wait(house: House) -> None:
    fail(house, 5)
    with pytest.raises(Forbidden):
        house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    house.clock.forward(seconds=3)
    assert house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)


def test_the_wait_grows_with_each_failure(house: House) -> None:
    fail(house, 5)
    for seconds in (2, 4, 8, 16):
        house.clock.forward(seconds=seconds + 1)
        fail(house, 1)
    house.clock.forward(seconds=20)
    with pytest.raises(Forbidden):
        house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)


def test_nobody_is_locked_out_by_somebody_who_guesses_on(house: House) -> None:
    fail(house, 12)
    house.clock.forward(minutes=2, seconds=1)
    assert house.gateway.access.sign_in("noy", PASSPHRASE, ELSEWHERE)


def test_a_network_that_tries_many_names_must_wait_and_others_go_on(house: House) -> None:
    for number in range(5):
        fail(house, 1, f"name{number}")
    with pytest.raises(Forbidden):
        house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    assert house.gateway.access.sign_in("noy", PASSPHRASE, ELSEWHERE)


@pytest.mark.parametrize("reads", sorted(READS_CASES))
@pytest.mark.parametrize("sends", sorted(SENDS))
def test_nobody_both_reads_cases_and_sends_broadcasts(house: House, reads: str, sends: str) -> None:
    with pytest.raises(Conflict):
        house.gateway.access.add_account("both", PASSPHRASE, frozenset({reads, sends}))


@pytest.mark.parametrize(
    ("name", "passphrase", "roles"),
    [
        ("new", "short", {"desk"}),
        ("new", "x" * 257, {"desk"}),
        ("new", PASSPHRASE, set()),
        ("new", PASSPHRASE, {"king"}),
        ("noy", PASSPHRASE, {"desk"}),
    ],
)
def test_weak_passphrases_unknown_roles_and_taken_names_are_refused(
    house: House, name: str, passphrase: str, roles: set[str]
) -> None:
    with pytest.raises(Conflict):
        house.gateway.access.add_account(name, passphrase, frozenset(roles))


@pytest.mark.parametrize(
    ("roles", "places", "post"),
    [
        ({"officer"}, {"LA1703"}, None),
        ({"supervisor"}, set(), None),
        ({"supervisor"}, {"LA1703"}, None),
        ({"supervisor", "desk"}, set(), None),
    ],
)
def test_a_role_without_the_post_or_province_it_is_tied_to_is_refused(
    house: House, roles: set[str], places: set[str], post: str | None
) -> None:
    with pytest.raises(Conflict):
        house.gateway.access.add_account("new", PASSPHRASE, frozenset(roles), frozenset(places), post_id=post)


def test_every_role_may_something_and_the_audit_holds_each_sign_in(house: House) -> None:
    assert all(MAY.values()) and not MAY["manager"] & MAY["officer"]
    house.gateway.access.sign_in("noy", PASSPHRASE, NETWORK)
    fail(house, 1)
    house.clock.at += timedelta(seconds=1)
    with house.reading() as work:
        assert [(row.actor, row.result) for row in work.audit.rows() if row.action == "signin"] == [
            ("unknown", "refused"),
            ("noy", "ok"),
        ]
        assert not list(work.audit.verify())

"""A bind over TLS: to the operator that we know and to nobody else, and no login leaves before that is certain."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from gateway.binds import Bind
from gateway.channels.smpp.probing import probe
from gateway.errors import ConfigurationError
from gateway.settings import Settings, read_settings
from tests.doubles.message_centre import MessageCentre, message_centre
from tests.doubles.tls import authority, plain_door, tls_door
from tests.support.bound_gateway import VILLAGER, BoundGateway, bound_gateway
from tests.support.command_line import CommandLine
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.needs("smpp34")]
HOST = "smsc.example"


@pytest.fixture
def centre() -> Iterator[MessageCentre]:
    with message_centre() as opened:
        yield opened


@contextmanager
def behind_tls(folder: Path, centre: MessageCentre, more: str, *names: str) -> Iterator[BoundGateway]:
    """Lend a gateway whose bind goes through a TLS door with a certificate for ``names``, of the known authority."""
    known = authority()
    (folder / "operator.pem").write_text(known.pem, "utf-8")
    identity = known.identity(folder, *names)
    with ExitStack() as stack:
        port = stack.enter_context(tls_door(identity, centre.port))
        yield stack.enter_context(bound_gateway(folder, centre, more, port))


def bind_to(port: int, ca: str, name: str = "") -> Bind:
    return Bind("127.0.0.1", port, "saiduan", "secret", tls=True, tls_ca=ca, tls_name=name)


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ("tls: 'true', ca_file: operator.pem", ("127.0.0.1",)),
        (f"tls: 'true', ca_file: operator.pem, tls_name: {HOST}", (HOST,)),
        ("tls: 'true', ca_file: operator.pem, mode: pair", ("127.0.0.1", HOST)),
    ],
    ids=["address", "name", "pair"],
)
def test_texts_go_both_ways_to_the_operator_that_is_known(
    tmp_path: Path, centre: MessageCentre, more: str, names: tuple[str, ...]
) -> None:
    with behind_tls(tmp_path, centre, more, *names) as house, house.bound():
        house.settled("accepted", house.queue("Thank you."), 30)
        if "pair" not in more:
            assert house.centre.deliver(VILLAGER[1:], "ຊ່ວຍ") == 0
            until(lambda: len(house.centre.to(VILLAGER)) > 1, 30, "the reply")


def test_many_texts_and_what_comes_meanwhile_share_one_connection(tmp_path: Path, centre: MessageCentre) -> None:
    with behind_tls(tmp_path, centre, "tls: 'true', ca_file: operator.pem", "127.0.0.1") as house:
        texts = [house.queue(f"Text {number}. " + "x" * 900) for number in range(40)]
        with house.bound():
            for _ in range(20):
                assert house.centre.deliver(VILLAGER[1:], "ສະບາຍດີ") == 0
            for text in texts:
                house.settled("accepted", text, 30)


def test_a_lost_connection_is_bound_again_over_tls(tmp_path: Path, centre: MessageCentre) -> None:
    with behind_tls(tmp_path, centre, "tls: 'true', ca_file: operator.pem", "127.0.0.1") as house, house.bound():
        centre.bound()
        centre.hang_up()
        centre.bound(2)
        house.settled("accepted", house.queue("Thank you."), 30)


def test_an_operators_own_certificate_can_be_the_one_that_is_trusted(tmp_path: Path, centre: MessageCentre) -> None:
    identity = authority("Somebody unknown").identity(tmp_path, "127.0.0.1")
    pinned, other = identity.read_text("utf-8"), authority("Somebody unknown").identity(tmp_path, HOST).read_text()
    with tls_door(identity, centre.port) as port:
        assert probe(bind_to(port, pinned)).outcome == "accepted"
        assert probe(bind_to(port, other)).provider_code == "untrusted_certificate"


def test_whoever_is_not_the_operator_gets_no_login(tmp_path: Path, centre: MessageCentre) -> None:
    known, somebody = authority(), authority("Somebody else")
    for signer, host, refusal in (
        (somebody, "127.0.0.1", "untrusted_certificate"),
        (known, HOST, "certificate_of_another_name"),
        (known, "127.0.0.2", "certificate_of_another_name"),
    ):
        with tls_door(signer.identity(tmp_path, host), centre.port) as port:
            found = probe(bind_to(port, known.pem))
            assert (found.outcome, found.provider_code) == ("broken", refusal)
            assert probe(bind_to(port, "")).provider_code == "untrusted_certificate", (
                "the public web knows none of them"
            )
    assert not centre.sessions, "nobody has tried to bind"


def test_a_listener_without_tls_sees_neither_name_nor_password() -> None:
    with plain_door() as (port, came):
        found = probe(bind_to(port, authority().pem))
        assert (found.outcome, found.provider_code) == ("broken", "no_tls")
    assert came and b"saiduan" not in came and b"secret" not in came


def test_an_alert_does_not_wait_for_an_operator_whose_certificate_is_refused(
    tmp_path: Path, centre: MessageCentre
) -> None:
    with behind_tls(tmp_path, centre, "tls: 'true', ca_file: operator.pem", HOST) as house, house.bound():
        text = house.queue("412706 P0 new.", kind="alert", lane="alerts")
        line = house.settled("wait_retry", text)
        assert line.reason == "broken", "its next attempt leaves by the other channel"
    assert not centre.sessions


@pytest.mark.parametrize(
    ("names", "told", "cure"),
    [
        (("127.0.0.1",), "knows us, but its process does not run", "serve"),
        ((HOST,), "another name", "tls_name"),
    ],
)
def test_the_doctor_says_what_is_wrong_with_it(
    tmp_path: Path, centre: MessageCentre, names: tuple[str, ...], told: str, cure: str
) -> None:
    with behind_tls(tmp_path, centre, "tls: 'true', ca_file: operator.pem", *names) as house:
        gateway = CommandLine(house.folder, {"GATEWAY_CONFIG": str(house.folder / "gateway.yaml")})
        done = gateway("doctor", "channels", "--json")
    (row,) = done.objects()
    assert told in row["fact"] and cure in row["cure"] and "secret" not in done.out
    assert done.status == (1 if row["state"] == "fail" else 0)


def test_the_doctor_does_not_bind_again_where_the_bind_stands(tmp_path: Path, centre: MessageCentre) -> None:
    with behind_tls(tmp_path, centre, "tls: 'true', ca_file: operator.pem", "127.0.0.1") as house, house.bound():
        centre.bound()
        gateway = CommandLine(house.folder, {"GATEWAY_CONFIG": str(house.folder / "gateway.yaml")})
        until(lambda: "'bound'" in str(house.states()), 30, "a heartbeat of the bind")
        (row,) = gateway("doctor", "channels", "--json").objects()
        assert row["fact"] == "bound, over TLS" and len(centre.sessions) == 1


def settings_of(folder: Path, more: str) -> Settings:
    file = folder / "gateway.yaml"
    file.write_text(
        f"channels:\n  unitel: {{kind: smpp, short_code: '1234', bind: {{host: h, port: '1', system_id: s, {more}}}}}\n"
    )
    return read_settings({"GATEWAY_HOME": str(folder), "GATEWAY_CONFIG": str(file)}, folder)


def test_tls_is_read_and_what_nobody_would_heed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(authority().pem, "utf-8")
    (tmp_path / "no.pem").write_text("no certificate\n", "utf-8")
    bind = settings_of(tmp_path, "tls: 'true', ca_file: ca.pem, tls_name: smsc.example").channels[0].bind
    assert bind is not None and bind.tls and bind.tls_name == HOST and "CERTIFICATE" in bind.tls_ca
    for more, place in (
        ("ca_file: ca.pem", "ca_file"),
        ("tls: 'false', tls_name: smsc.example", "tls_name"),
        ("tls: 'true', ca_file: no.pem", "ca_file"),
        ("tls: 'true', tls_name: .example", "tls_name"),
        ("tls: perhaps", "tls"),
    ):
        with pytest.raises(ConfigurationError, match=f"bind.{place}"):
            settings_of(tmp_path, more)

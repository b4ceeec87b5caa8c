"""Binds in the configuration: read with every setting, carried by a process of their own, never by a lane's worker."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.binds import Bind
from gateway.cli.supervisor import gateway_plans
from gateway.errors import ConfigurationError
from gateway.settings import Settings, read_settings
from gateway.tuning import binds_of, routes_of
from tests.support.gateway_in_process import ALPHA, BETA, DUTY, House, open_house
from workers.smpp import BoundProcess

FILE = """
channels:
  unitel:
    kind: smpp
    short_code: "1234"
    bind: {host: smsc.example, port: "2775", system_id: saiduan, password_file: unitel.password, mode: pair,
      dlr_id_base: hex, window: "20", enquire: 20s, source_ton: "6", source_npi: "1", ussd_coding: "0"}
  plain: {kind: smpp, short_code: "1234", bind: {host: smsc.example, port: "2776", system_id: saiduan}}
"""


def settings_of(folder: Path) -> Settings:
    (folder / "gateway.yaml").write_text(FILE, "utf-8")
    (folder / "unitel.password").write_text("secret\n", "utf-8")
    return read_settings({"GATEWAY_HOME": str(folder), "GATEWAY_CONFIG": str(folder / "gateway.yaml")}, folder)


def test_every_setting_of_a_bind_is_read_and_its_password_is_not_shown(tmp_path: Path) -> None:
    unitel, plain = (entry.bind for entry in settings_of(tmp_path).channels)
    assert unitel == Bind(
        "smsc.example", 2775, "saiduan", "secret", "", "pair", "hex", 20, timedelta(seconds=20), 6, 1, 0
    )  # fmt: skip
    assert plain == Bind("smsc.example", 2776, "saiduan")
    assert "secret" not in repr(unitel)


def test_each_bind_has_a_process_and_may_send(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    plans = {plan.name: plan.command[1:] for plan in gateway_plans(settings, "", "token")}
    assert plans["smpp-unitel"] == ("-m", "workers", "smpp", "unitel") and "smpp-plain" in plans
    assert routes_of(settings).alerts == ("unitel", "plain") and binds_of(settings) == {"unitel", "plain"}


def carried_apart(house: House, *names: str) -> House:
    """Let other processes carry these channels."""
    delivery = house.gateway.delivery
    apart = replace(delivery, share=replace(delivery.share, without=frozenset(names)))
    house.gateway = replace(house.gateway, delivery=apart)
    return house


def test_a_worker_leaves_the_rows_of_a_bind_alone_and_hands_over_what_becomes_one(tmp_path: Path) -> None:
    with open_house(tmp_path) as opened:
        house = carried_apart(opened, BETA)
        its_own = house.queue("alert", DUTY, channel=BETA)
        doubtful = house.queue("alert", DUTY, channel=ALPHA)
        house.alpha.script.append(lambda message: (_ for _ in ()).throw(OSError))
        house.deliver("alerts")
        assert [message.id for message in house.alpha.sent] == [doubtful] and not house.beta.sent
        house.clock.forward(seconds=61)
        house.deliver("alerts")
        assert not house.beta.sent and len(house.alpha.sent) == 1
        states = {line.id: (line.state, line.reason, line.channel) for line in house.lines("out")}
        assert states[its_own] == ("queued", None, BETA)
        assert states[doubtful] == ("wait_retry", "other_process", BETA)
        bind = replace(house.gateway.delivery, share=replace(house.gateway.delivery.share, only=BETA))
        assert bind.send_due("alerts") == 2
        texts = {message.id: message.text for message in house.beta.sent}
        assert set(texts) == {its_own, doubtful}


def test_what_is_no_bind_cannot_be_bound(tmp_path: Path) -> None:
    with open_house(tmp_path) as house, pytest.raises(ConfigurationError, match="is no bind"):
        BoundProcess(house.gateway, ALPHA)

"""Settings: what an operator may write, and the one line that answers a mistake."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from gateway.errors import ConfigurationError
from gateway.settings import Settings, make_home, moved_to_port, read_settings


def refused(environment: dict[str, str], folder: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        read_settings(environment, folder)
    line = str(caught.value)
    assert "\n" not in line
    return line


def test_an_empty_environment_gives_every_default(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    assert settings.home == tmp_path / "var"
    assert settings.keys == tmp_path / "var" / "keys"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/gateway.db"
    assert settings.key_store_url == f"sqlite:///{tmp_path}/var/keys.db"
    assert (settings.host, settings.port, settings.public_base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert (settings.web_workers, settings.web_threads, settings.mode) == (1, 16, "production")
    assert (settings.log_level, settings.log_format, str(settings.timezone)) == ("info", "json", "Asia/Vientiane")
    assert settings.redis_url == "" and settings.twilio is None and settings.channels == ()


def test_postgresql_brings_its_own_threads(tmp_path: Path) -> None:
    settings = read_settings({"DATABASE_URL": "postgresql+psycopg://saiduan@db/saiduan"}, tmp_path)
    assert settings.web_threads == 8 and settings.web_workers >= 1 and not settings.sqlite


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# ours\nexport BIND=0.0.0.0:9000\nTZ_NAME="Asia/Bangkok" # comment\nOTHER=x\n')
    assert read_settings({}, tmp_path).port == 9000
    settings = read_settings({"BIND": "127.0.0.1:9001"}, tmp_path)
    assert settings.port == 9001 and str(settings.timezone) == "Asia/Bangkok"


def test_a_secret_can_come_from_a_file_and_is_never_shown(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("very-secret\n")
    settings = read_settings({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN_FILE": "token"}, tmp_path)
    assert settings.twilio is not None and settings.twilio.auth_token == "very-secret"
    assert "very-secret" not in repr(settings)
    assert [channel.name for channel in settings.channels] == ["twilio"]


def test_demo_brings_the_simulator_and_the_ussd_channel(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path, mode="demo")
    assert settings.demo and [channel.name for channel in settings.channels] == ["simulator", "africastalking"]


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"BIND": "8000"}, "BIND: '8000' is not address:port"),
        ({"BIND": "127.0.0.1:70000"}, "BIND"),
        ({"GATEWAY_MODE": "test"}, "Use one of: production, demo"),
        ({"WEB_THREADS": "many"}, "WEB_THREADS: 'many' is not a number from 1 to 256"),
        ({"WEB_WORKERS": "0"}, "WEB_WORKERS"),
        ({"TZ_NAME": "Laos"}, "TZ_NAME: 'Laos' is no time zone"),
        ({"TZ_NAME": "../etc/passwd"}, "TZ_NAME"),
        ({"DATABASE_URL": "postgres://u:hidden@h/n"}, "DATABASE_URL: begins with 'postgres'"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL"),
        ({"PUBLIC_BASE_URL": "gateway.example"}, "PUBLIC_BASE_URL: is not a plain http(s) address"),
        ({"PUBLIC_BASE_URL": "https://user:pw@gateway.example"}, "PUBLIC_BASE_URL"),
        ({"PUBLIC_BASE_URL": "https://[::1"}, "PUBLIC_BASE_URL"),
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_AUTH_TOKEN: is missing while TWILIO_ACCOUNT_SID is set"),
        ({"TWILIO_API_KEY_SID": "SK1"}, "TWILIO_API_KEY_SECRET: is missing"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"GATEWAY_CONFIG": "none.yaml"}, "GATEWAY_CONFIG"),
        ({"TWILIO_AUTH_TOKEN_FILE": "absent"}, "TWILIO_AUTH_TOKEN_FILE: absent cannot be read"),
        ({"TWILIO_FROM": "1", "TWILIO_FROM_FILE": "x"}, "TWILIO_FROM: is given twice"),
        ({"TWILIO_FROM": "1\n2"}, "TWILIO_FROM: holds a control character"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_cure(environment: dict[str, str], says: str, tmp_path: Path) -> None:
    line = refused(environment, tmp_path)
    assert says in line and "hidden" not in line and "pw" not in line


@pytest.mark.parametrize(
    ("text", "says"),
    [("GATEWAY_HOMES=/x\n", ".env:1 GATEWAY_HOMES: is no setting"), ("BIND = x\n", ".env:1: is not NAME=value")],
)
def test_a_wrong_line_of_the_env_file_is_named(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(text)
    assert says in refused({}, tmp_path)


FILE = """\
channels:
  africastalking: {kind: ussd_http, profile: africastalking, service_codes: ["*1234#"], token_file: token, rate: 2.5}
alerts: {channels: [africastalking]}
quiet_hours: {from: "20:30", to: "06:00"}
caps: {daily_spend: 900000}
retention: {closed_cases: 90d}
escalation: {P0: [0, 1, 2, 3], resume_after_ok: {P0: 20}}
local_posts: {danger_wait: 2m, abandoned: {ussd: 5m}}
team: ["+8562055500001"]
"""


def with_file(text: str, folder: Path) -> Settings:
    (folder / "gateway.yaml").write_text(text)
    (folder / "token").write_text("t0ken")
    return read_settings({}, folder)


def test_the_configuration_file_changes_only_what_it_names(tmp_path: Path) -> None:
    settings = with_file(FILE, tmp_path)
    file = settings.configuration
    assert settings.channels[0].token == "t0ken" and settings.channels[0].service_codes == ("*1234#",)
    assert settings.channels[0].rate == 2.5
    assert file.alert_channels == ("africastalking",)
    assert (file.quiet_hours.start, file.quiet_hours.end) == (time(20, 30), time(6, 0))
    assert (file.caps.daily_spend, file.caps.reserve) == (900_000, 100_000)
    assert file.retention.closed_cases == timedelta(days=90) and file.retention.bodies == timedelta(days=40)
    assert file.escalation.p0 == (0, 1, 2, 3) and file.escalation.resume_after_ok_p0 == 20
    assert file.escalation.resume_after_ok_other == 60
    assert file.local_posts.danger_wait == timedelta(minutes=2)
    assert file.local_posts.abandoned_sms == timedelta(minutes=30)
    assert file.team == {"+8562055500001"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour: red\n", "gateway.yaml:1:9 colour: is not known here"),
        ("\n\ncaps: {daily_spend: lots}\n", "gateway.yaml:3:21 caps.daily_spend: 'lots' cannot be used"),
        ('quiet_hours: {from: "25:00"}\n', "quiet_hours.from"),
        ('quiet_hours: {from: "07:10", to: "07:00"}\n', "gateway.yaml:1:14 quiet_hours: leaves no time for broadcasts"),
        ('quiet_hours: {from: "07:05"}\n', "Put `from` more than 10 minutes after `to`."),
        ('quiet_hours: {to: "20:55"}\n', "quiet_hours: leaves no time for broadcasts"),
        ('quiet_hours: {from: "00:05", to: "23:55"}\n', "quiet_hours: leaves no time for broadcasts"),
        ("retention: {bodies: 40}\n", "Write a number with a unit"),
        ("retention: {bodies: d}\n", "Write a number with a unit"),
        ("team: [02055500001]\n", "gateway.yaml:1:8 team[0]: '02055500001' cannot be used"),
        ("escalation: {P0: [0]}\n", "escalation.P0: has no repeat interval"),
        ("escalation: 5\n", "is not a group of names and values"),
        ("channels: {a: {kind: pigeon}}\n", "channels.a.kind: 'pigeon' is no kind of channel"),
        ("channels: {a: {rate: 5}}\n", "channels.a: has no kind"),
        ("channels: {a: {kind: ussd_http, rate: nan}}\n", "channels.a.rate"),
        ("channels: {A b: {kind: ussd_http}}\n", "is not a usable name"),
        ("channels: {u: {kind: smpp}}\n", "channels.u: needs `bind:`"),
        ("channels: {u: {kind: smpp, bind: {host: a, port: '1'}}}\n", "channels.u.bind: has no system_id"),
        ("channels: {u: {kind: smpp, bind: {host: a, port: '0', system_id: b}}}\n", "channels.u.bind.port: '0' cannot"),
        ("channels: {u: {kind: smpp, bind: {host: a, port: '1', system_id: b, tls: x}}}\n", "channels.u.bind.tls"),
        ("channels: {t: {kind: twilio}}\n", "TWILIO_ACCOUNT_SID: is missing for channel t"),
        ("alerts: {channels: [nobody]}\n", "alerts.channels: 'nobody' is no channel"),
        ("caps: {daily_spend: 1\n", "gateway.yaml"),
    ],
)
def test_a_wrong_line_of_the_configuration_file_is_named(text: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        with_file(text, tmp_path)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_the_home_is_made_for_its_owner_only(tmp_path: Path) -> None:
    settings = read_settings({"GATEWAY_HOME": str(tmp_path / "deep" / "home")}, tmp_path)
    make_home(settings)
    assert settings.home.stat().st_mode & 0o777 == 0o700 and settings.keys.is_dir()


def test_a_home_on_a_full_disk_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="MB free"):
        make_home(read_settings({}, tmp_path), least_free=2**60)


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("")
    with pytest.raises(ConfigurationError, match="GATEWAY_HOME: .*cannot be written"):
        make_home(read_settings({}, tmp_path))


def test_moving_to_another_port_moves_the_address_people_are_shown(tmp_path: Path) -> None:
    assert moved_to_port(read_settings({}, tmp_path), 8003).public_base_url == "http://127.0.0.1:8003"
    public = read_settings({"PUBLIC_BASE_URL": "https://gateway.example"}, tmp_path)
    assert moved_to_port(public, 8003).public_base_url == "https://gateway.example"


def channel_refused(tmp_path: Path, entry: str) -> str:
    (tmp_path / "gateway.yaml").write_text(f"channels:\n  unitel: {entry}\n")
    return refused({}, tmp_path)


def test_each_kind_of_channel_is_told_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "kannel.password").write_text("very-secret\n")
    (tmp_path / "gateway.yaml").write_text(
        "channels:\n"
        '  unitel: {kind: kannel, url: "http://127.0.0.1:13013", username: us, password_file: kannel.password,'
        ' short_code: "1234", prefixes: ["209"], rate: 10, price: {gsm7: 85, ucs2: 85}, recode: "false"}\n'
        "  twilio: {kind: twilio, shared_keys: [{id: CY1, secret: hidden-key}]}\n"
    )
    settings = read_settings({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}, tmp_path)
    entries = {entry.name: entry for entry in settings.channels}
    assert entries["unitel"].options["password"] == "very-secret"
    assert entries["twilio"].shared_keys == {"CY1": "hidden-key"}
    assert "very-secret" not in repr(settings) and "hidden-key" not in repr(settings)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{kind: pigeon}", "'pigeon' is no kind of channel"),
        ("{short_code: '1'}", "has no kind"),
        ("{kind: kannel, username: u, password: p}", "has no url"),
        ("{kind: kannel, url: u, username: u, password: p, api_key: k}", "unitel.api_key: is not known here"),
        ("{kind: kannel, url: u, username: u, password: p, password_file: f}", "is given twice"),
        ("{kind: kannel, url: u, username: u, password: p, recode: maybe}", "'maybe' cannot be used"),
        ("{kind: android, url: u, username: u, password: p, signing_key: k, sim: 4}", "'4' cannot be used"),
        ("{kind: twilio, shared_keys: [{id: k}]}", "is no key"),
    ],
)
def test_a_mistake_in_a_channel_is_one_line_that_names_it(tmp_path: Path, entry: str, says: str) -> None:
    line = channel_refused(tmp_path, entry)
    assert says in line and "channels.unitel" in line

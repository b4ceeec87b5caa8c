"""``gateway doctor channels``: what is wrong with each, its cure, and the addresses to paste."""

from pathlib import Path

from tests.doubles.provider import ProviderDouble
from tests.support.command_line import CommandLine
from tests.support.prepared_folder import prepare

CONFIGURATION = """
channels:
  unitel: {{kind: kannel, url: "{there}", username: us, password: sesame-opens, price: {{gsm7: 85, ucs2: 85}}}}
  tplus: {{kind: kannel, url: "{there}", username: us, password: sesame-opens, short_code: "1234"}}
  office: {{kind: jasmin, url: "http://127.0.0.1:9", username: us, password: sesame-opens}}
  menu: {{kind: ussd_http, profile: hubtel}}
"""


def test_the_doctor_asks_each_channel_and_prints_its_addresses(tmp_path: Path) -> None:
    prepare(tmp_path)
    file = tmp_path / "gateway.yaml"
    with ProviderDouble((400, "nobody to send to")) as provider:
        file.write_text(CONFIGURATION.format(there=provider.url))
        gateway = CommandLine(tmp_path, {"GATEWAY_CONFIG": str(file), "PUBLIC_BASE_URL": "https://sms.example.org"})
        provider.order((400, "nobody to send to"))
        provider.order((403, "who are you"))
        done = gateway("doctor", "channels", "--json")
        rows = {row["name"]: row for row in done.objects()}
        plain = gateway("doctor", "channels")
    token = (tmp_path / "keys" / "unitel.token").read_text("ascii").strip()
    assert done.status == 1
    assert {name: row["state"] for name, row in rows.items()} == {
        "unitel": "ok",
        "tplus": "fail",
        "office": "fail",
        "menu": "ok",
    }
    assert "(403)" in rows["tplus"]["fact"] and "password" in rows["tplus"]["cure"]
    assert "reached" in rows["office"]["fact"]
    (address,) = rows["unitel"]["addresses"].values()
    assert address == (
        f"https://sms.example.org/hooks/unitel/{token}/inbound?from=%p&to=%P&id=%I&ts=%T&coding=%c&charset=%C&smsc=%i"
    )
    assert address in plain.out and "max-messages = 0" in plain.out
    assert "sesame" not in done.out + plain.out


def test_an_address_that_nobody_can_reach_is_said(tmp_path: Path) -> None:
    prepare(tmp_path)
    (tmp_path / "gateway.yaml").write_text("channels:\n  menu: {kind: ussd_http, profile: nalo}\n")
    gateway = CommandLine(tmp_path, {"GATEWAY_CONFIG": str(tmp_path / "gateway.yaml")})
    done = gateway("doctor", "channels")
    assert done.status == 0 and "warn" in done.out and "PUBLIC_BASE_URL" in done.out

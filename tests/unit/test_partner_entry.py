"""The section ``partners`` of the configuration file: what is refused is named with its line and its cure."""

import pytest

from gateway.configuration import read_configuration
from gateway.errors import ConfigurationError
from gateway.partner_entry import PartnerEntry

GOOD = """\
partners:
  m_and_e:
    kind: webhook
    url: https://example.org/hook
    secret_file: keys/new
    next_secret_file: keys/next
    events: [case.opened, case.closed]
  cpims:
    kind: primero
    url: https://cpims.example.org
    user: gateway
    password_file: keys/password
    agencies: [child]
    fields: {protection_concerns: category, status: "=open"}
"""


def read(text: str) -> tuple[PartnerEntry, ...]:
    return read_configuration(text, "gateway.yaml", lambda path: f"{path} of at least 24 characters").partners


def test_a_webhook_and_a_case_system_are_read() -> None:
    webhook, cpims = read(GOOD)
    assert (webhook.kind, webhook.events) == ("webhook", ("case.opened", "case.closed"))
    assert [secret.split()[0] for secret in webhook.secrets] == ["keys/next", "keys/new"]
    assert (cpims.agencies, dict(cpims.fields)) == (("child",), {"protection_concerns": "category", "status": "=open"})


def test_no_secret_is_shown() -> None:
    assert "keys/" not in repr(read(GOOD))


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("kind: webhook", "kind: carrier_pigeon", "no usable kind"),
        ("    secret_file: keys/new\n", "", "has no secret_file"),
        ("https://example.org/hook", "http://example.org/hook", "in the clear"),
        ("https://example.org/hook", "https://me:pw@example.org/hook", "cannot be used"),
        ("https://example.org/hook", "ftp://example.org", "cannot be used"),
        ("case.opened", "case.read", "'case.read' is not known here"),
        ("protection_concerns: category", "story: story", "'story' is no fact"),
        ("protection_concerns: category", "phone: msisdn", "'msisdn' is no fact"),
        ("    agencies: [child]\n", "", "has no agencies"),
        ("user: gateway", "user_name: gateway", "is not known here"),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(was: str, becomes: str, said: str) -> None:
    assert was in GOOD
    with pytest.raises(ConfigurationError, match="gateway.yaml:") as refused:
        read(GOOD.replace(was, becomes))
    assert said in str(refused.value)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="too short a secret"):
        read_configuration(GOOD, "gateway.yaml", lambda path: "short")

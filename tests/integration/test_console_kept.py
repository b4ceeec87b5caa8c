"""The pages of a broadcast never change what they cannot show, and the approver reads all that she approves."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gateway.campaigns.audience import AudienceRule, Past
from gateway.campaigns.campaign import Content
from gateway.campaigns.plan import Drip, Plan
from gateway.ports.campaign_book import CampaignRow
from gateway.services.campaign_rows import as_campaign
from gateway.web.app import FrontDoor
from gateway.wiring import Gateway
from tests.integration.test_console_campaigns import ENGLISH, LAO, drafted
from tests.support.console import Form, Person, words_of

LATIN = "Haksa ekasan vai eng. Sao: yut"
WIDE = AudienceRule(
    districts=frozenset({"LA1703"}),
    provinces=frozenset({"LA10"}),
    languages=frozenset({"lo", "lo-Latn"}),
    substitutes={"hmn": "lo-Latn", "lo-Latn": "en", "en": ""},
    rest_days=400,
    groups=frozenset({"Nobody's group"}),
    past=frozenset({Past("flood", "received")}),
)
WHO: Form = {
    "go": "next", "name": "Wide", "district": ["LA1703"], "province": ["LA10"], "language": ["lo"],
    "group": ["Nobody's group"], "rest_days": "400", "past": ["flood", ""], "did": ["received", "received"],
}  # fmt: skip
LONG_AGO = datetime(2026, 10, 1, tzinfo=UTC)
MESSAGE: Form = {"go": "next", "text_lo": LAO, "instead_hmn": "lo-Latn", "instead_en": "none"}


@pytest.fixture
def wide(gateway: Gateway) -> str:
    """Return the page of a broadcast that says more than the pages offer."""
    return f"/campaigns/{written(gateway, WIDE)}"


def written(gateway: Gateway, rule: AudienceRule, plan: Plan | None = None) -> str:
    """Draft a broadcast as the command line does."""
    texts = {"lo": LAO, "lo-Latn": LATIN}
    with gateway.outside.store.writing() as work:
        if work.campaigns.get("flood") is None:
            work.campaigns.add(
                CampaignRow("flood", "The flood", "finished", texts, "{}", "simulator", None, "b", LONG_AGO)
            )
    return gateway.broadcasts.draft("Wide", texts, rule, None, "manager", plan=plan or Plan())


def row_of(gateway: Gateway, page: str) -> CampaignRow:
    """Return a broadcast as it is stored."""
    with gateway.outside.store.reading() as work:
        row = work.campaigns.get(page.rsplit("/", 1)[1])
    assert row is not None
    return row


def content_of(gateway: Gateway, page: str) -> Content:
    """Return what a broadcast says."""
    return as_campaign(row_of(gateway, page)).content


def test_pages_saved_as_they_stand_change_nothing(manager: Person, gateway: Gateway, wide: str) -> None:
    before = row_of(gateway, wide)
    assert manager.post(f"{wide}/who", WHO).status_code == 303
    assert manager.post(f"{wide}/message", MESSAGE).status_code == 303
    assert row_of(gateway, wide) == before


def test_what_the_pages_do_not_offer_is_shown_on_them(manager: Person, wide: str) -> None:
    who, message = manager.get(f"{wide}/who").text, manager.get(f"{wide}/message").text
    assert "checked disabled> Lao in Latin letters" in who
    assert '<option dir="auto" value="flood" selected>The flood</option>' in who
    assert 'value="LA10" checked' in who and 'value="Nobody&#39;s group" checked' in who
    assert LATIN in words_of(message) and '<option value="lo-Latn" selected>' in message


def test_other_changes_leave_it_as_it_was(manager: Person, gateway: Gateway, wide: str) -> None:
    manager.post(f"{wide}/who", {**WHO, "language": ["en"], "district": ["LA1704"]})
    manager.post(f"{wide}/message", {**MESSAGE, "text_en": ENGLISH, "instead_hmn": "near"})
    after = content_of(gateway, wide)
    assert after.audience.languages == {"en", "lo-Latn"} and after.audience.districts == {"LA1704"}
    assert after.texts == {"lo": LAO, "en": ENGLISH, "lo-Latn": LATIN}
    assert after.audience.substitutes == {"lo-Latn": "en", "en": ""}


def test_what_is_shown_can_be_taken_away_by_hand(manager: Person, gateway: Gateway, wide: str) -> None:
    manager.post(f"{wide}/who", {**WHO, "past": ["", ""], "province": [], "group": []})
    rule = content_of(gateway, wide).audience
    assert (rule.past, rule.provinces, rule.groups) == (frozenset(), frozenset(), frozenset())


def test_the_approver_reads_everything_that_the_hash_covers(app: FrontDoor, gateway: Gateway) -> None:
    page = f"/campaigns/{written(gateway, WIDE, Plan(facts_until=date(2027, 1, 31)))}"
    shown = words_of(Person(app, "approver").get(page).text)
    for said in (
        "Vientiane Province",
        "Sanamxay district, Attapeu",
        "Language Lao, Lao in Latin letters",
        "English: nothing: leave them out, Hmong: Lao in Latin letters, Lao in Latin letters: English",
        "Days without another broadcast 400",
        "An earlier broadcast got it: The flood",
        "Facts are true until 31/01/2027",
    ):
        assert said in shown, said


@pytest.mark.parametrize(
    "rule", [AudienceRule(provinces=frozenset({"LA17"})), AudienceRule(groups=frozenset({"Nobody's group"}))]
)
def test_some_people_are_never_called_everybody(manager: Person, gateway: Gateway, rule: AudienceRule) -> None:
    assert "Everybody who agreed" not in words_of(manager.get(f"/campaigns/{written(gateway, rule)}").text)


def test_days_of_rest_that_do_not_count_here_are_told_so(manager: Person, gateway: Gateway) -> None:
    plan = Plan(drip=Drip("return", 7), not_after=gateway.outside.clock.now().replace(year=2027, month=2))
    page = f"/campaigns/{written(gateway, AudienceRule(districts=frozenset({'LA1703'})), plan)}"
    assert "Days without another broadcast 7 (here 0)" in words_of(manager.get(page).text)


def test_a_later_edit_of_a_text_that_no_page_offers_is_told(manager: Person, gateway: Gateway, wide: str) -> None:
    texts = {"lo": LAO, "lo-Latn": "Yang mi yu. Sao: yut"}
    gateway.broadcasts.draft("Wide", texts, WIDE, None, "manager", wide.rsplit("/", 1)[1])
    shown = words_of(manager.get(wide).text)
    assert "Lao in Latin letters Haksa ekasan" in shown and "Yang mi yu" in shown


def test_what_cannot_be_used_again_is_said_on_its_page(manager: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    with gateway.outside.store.writing() as work:
        work.campaigns.save(replace(row_of(gateway, page), texts={"en": "See www.jobs.la. STOP"}))
    refused = manager.post(f"{page}/copy")
    assert refused.status_code == 409 and "English: it holds a link." in words_of(refused.text)
    assert "Use it again" in words_of(refused.text) and "<textarea" not in refused.text

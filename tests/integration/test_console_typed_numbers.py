"""Numbers on the pages of a broadcast: read as they are typed, or refused in words with everything still there."""

import pytest

from gateway.campaigns.plan import Drip
from gateway.services.campaign_rows import as_campaign
from gateway.wiring import Gateway
from tests.integration.test_console_campaigns import drafted
from tests.support.console import Person, words_of

DRIP: dict[str, str | list[str]] = {
    "go": "next", "drip": "return", "drip_days": "30", "drip_side": "after", "last_day": "15/06/2027",
}  # fmt: skip


def drip_of(gateway: Gateway, page: str) -> Drip | None:
    """Return by whose date a broadcast goes as it is stored."""
    with gateway.outside.store.reading() as work:
        row = work.campaigns.get(page.rsplit("/", 1)[1])
    assert row is not None
    return as_campaign(row).content.plan.drip


def test_a_budget_is_read_as_people_write_sums(manager: Person) -> None:
    page = drafted(manager)
    for typed in ("1.000.000", "1 000 000", "1,000,000", "໑.໐໐໐.໐໐໐", "1000000"):
        assert manager.post(f"{page}/when", {"go": "next", "budget": typed}).status_code == 303
        assert "at most 1,000,000 kip" in words_of(manager.get(page).text), typed
        manager.post(f"{page}/when", {"go": "next", "budget": ""})
        assert "1000000" not in manager.get(f"{page}/when").text, "an emptied budget is none"


@pytest.mark.parametrize("typed", ["100000 ກີບ", "-5", "abc", "1.5", "9" * 5000])
def test_a_budget_that_cannot_be_read_is_refused_and_stays_on_the_page(manager: Person, typed: str) -> None:
    page = drafted(manager)
    refused = manager.post(f"{page}/when", {"go": "next", "budget": typed, "facts_until": "30/11/2026"})
    assert refused.status_code == 409
    assert "Spend at most (kip): write only the number, such as 100,000." in words_of(refused.text)
    assert f'value="{typed}"' in refused.text and 'value="30/11/2026"' in refused.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"drip_days": "7 days"}, "Days: write only the number, such as 30."),
        ({"drip_days": "-7"}, "Days: write only the number, such as 30."),
        ({"drip_days": "1" * 5000}, "Days: write only the number, such as 30."),
        ({"drip_days": " "}, "Days: write only the number, such as 30."),
        ({"drip_days": "999"}, "at most a year from a person's date"),
        ({"drip_late": "2 days"}, "Days late, at most: write only the number, such as 1."),
        ({"drip_late": "-1"}, "Days late, at most: write only the number, such as 1."),
    ],
)
def test_days_that_cannot_be_read_are_refused_and_stay_on_the_page(
    manager: Person, changes: dict[str, str | list[str]], said: str
) -> None:
    refused = manager.post(f"{drafted(manager)}/when", {**DRIP, **changes})
    assert refused.status_code == 409 and said in words_of(refused.text)
    assert all(f'value="{typed}"' in refused.text for typed in changes.values())
    assert '<option value="return" selected>' in refused.text


def test_an_emptied_lateness_is_the_usual_one_and_lao_digits_count(manager: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    assert manager.post(f"{page}/when", {**DRIP, "drip_days": "໗", "drip_late": ""}).status_code == 303
    assert drip_of(gateway, page) == Drip("return", 7, 1)
    assert manager.post(f"{page}/when", {**DRIP, "drip_days": "0", "drip_late": "0"}).status_code == 303
    assert drip_of(gateway, page) == Drip("return", 0, 0)


@pytest.mark.parametrize("typed", ["seven", "-7", "9" * 5000])
@pytest.mark.parametrize("go", ["next", "count"])
def test_days_of_rest_that_cannot_be_read_are_refused_too(manager: Person, typed: str, go: str) -> None:
    page = drafted(manager)
    form: dict[str, str | list[str]] = {"go": go, "name": "Fair", "district": ["LA1704"], "rest_days": typed}
    refused = manager.post(f"{page}/who", form)
    assert refused.status_code == 409 and "write only the number, such as 7." in words_of(refused.text)
    assert f'value="{typed}"' in refused.text and 'value="Fair"' in refused.text
    assert 'value="LA1704" checked' in refused.text


def test_the_script_hears_of_days_that_cannot_be_read(manager: Person) -> None:
    told = manager.post("/campaigns/reached", {"district": ["LA1703"], "rest_days": "seven"})
    assert words_of(told.text).endswith("write only the number, such as 7.")

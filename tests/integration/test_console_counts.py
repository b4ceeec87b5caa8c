"""Head counts of a broadcast agree from page to page, and none tells a small figure of people at risk."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import event

from gateway.campaigns.audience import AudienceRule, Past
from gateway.campaigns.plan import Drip, Plan
from gateway.ports.campaign_book import Reach
from gateway.services.audience import Audience
from gateway.store.unit_of_work import SqlStore
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.integration.test_console_campaigns import ENGLISH, LAO, drafted, seen, take
from tests.support.cases import report
from tests.support.command_line import CommandLine
from tests.support.console import SIMULATED, Person, words_of


class Guarded(Audience):
    """Finds three people who may not be written to, and three who live elsewhere."""

    def count(self, rule: AudienceRule, languages: Collection[str]) -> Reach:
        """Count the same for everybody who asks."""
        return Reach({"lo": 9}, {"protected": 3, "outside": 3})


def scheduled(manager: Person, approver: Person) -> str:
    """Bring a broadcast to its hour and return the address of its page."""
    page = drafted(manager)
    take(manager, page, "submit")
    take(approver, page, "approve", seen=seen(approver, page))
    take(manager, page, "schedule")
    return page


@contextmanager
def statements_of(gateway: Gateway) -> Iterator[list[str]]:
    """Yield what the store is asked meanwhile."""
    asked, store = list[str](), gateway.outside.store
    assert isinstance(store, SqlStore)

    def seen(connection: object, cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(store._engines.readers, "before_cursor_execute", seen)
    yield asked
    event.remove(store._engines.readers, "before_cursor_execute", seen)


def test_a_broadcast_that_has_begun_is_told_by_its_tally_and_counts_nobody_anew(
    manager: Person, approver: Person, gateway: Gateway, tmp_path: Path
) -> None:
    page = scheduled(manager, approver)
    with statements_of(gateway) as asked:
        assert "5 people" in words_of(manager.get(page).text)
    assert any("opted_in" in statement for statement in asked)
    gateway.duties.catch_up()
    gateway.duties.catch_up()
    with statements_of(gateway) as asked:
        shown = words_of(manager.get(page).text)
        assert manager.get(f"{page}/check").headers["Location"] == page
    assert "finished" in shown and "5 people" in shown and f"{page}/check" not in manager.get(page).text
    assert not any("opted_in" in statement for statement in asked)
    [told] = CommandLine(tmp_path)("campaign", "show", page.rpartition("/")[2], "--json").objects()
    assert "reach" not in told and told["tally"] == {"delivered": 5}


def test_a_list_of_many_broadcasts_asks_no_more_than_one_of_one(
    manager: Person, approver: Person, gateway: Gateway
) -> None:
    costs = list[int]()
    for _ in range(3):
        scheduled(manager, approver)
        with statements_of(gateway) as asked:
            assert manager.get("/campaigns").status_code == manager.get("/").status_code == 200
        costs.append(len(asked))
    assert len(set(costs)) == 1


def test_people_who_may_not_be_written_to_are_one_reason_and_no_small_figure(gateway: Gateway) -> None:
    manager = Person(create_app(replace(gateway, audience=Guarded(gateway.outside))), "manager")
    for told in (
        manager.post("/campaigns/reached", {"district": ["LA1703"]}),
        manager.post("/campaigns/new", {"go": "count", "name": "Fair", "district": ["LA1703"]}),
    ):
        assert "not to be written to now <5" in words_of(told.text) and "other places 3" in words_of(told.text)


def test_the_check_tells_people_at_risk_in_no_small_figure(manager: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    assert "People left out because a text could put them at risk: 0" in words_of(manager.get(f"{page}/check").text)
    with gateway.outside.store.writing() as work:
        contact = work.people.lock(f"{SIMULATED}042", gateway.outside.clock.now())
        work.people.save(replace(contact, safety="unsafe"))
    assert "People left out because a text could put them at risk: <5" in words_of(manager.get(f"{page}/check").text)


def test_progress_and_results_tell_no_small_figure_of_those_left_out(
    app: FrontDoor, manager: Person, gateway: Gateway
) -> None:
    page = scheduled(manager, Person(app, "approver"))
    gateway.broadcasts.release_due()
    manager.text("042", "STOP")
    gateway.duties.catch_up()
    gateway.duties.catch_up()
    for path in (page, f"{page}/progress", f"{page}/results"):
        shown = words_of(manager.get(path).text)
        assert "left out <5" in shown and "left out 1" not in shown and "delivered 4" in shown, path


def test_results_do_not_tell_who_has_a_case(
    manager: Person, approver: Person, gateway: Gateway, tmp_path: Path
) -> None:
    page = scheduled(manager, approver)
    gateway.broadcasts.release_due()
    report(gateway, phone="042")
    shown = words_of(manager.get(f"{page}/results").text)
    assert "Why they were left out not to be written to now <5" in shown and "case" not in shown
    printed = CommandLine(tmp_path)("campaign", "results", page.rpartition("/")[2]).out
    assert ["left_out", "protected", "<5"] in [line.split() for line in printed.splitlines()]
    assert "case" not in printed


def test_nobody_left_out_is_had_back_from_the_sums(
    manager: Person, approver: Person, gateway: Gateway, tmp_path: Path
) -> None:
    page, on_a_terminal = scheduled(manager, approver), CommandLine(tmp_path)
    gateway.broadcasts.release_due()
    report(gateway, phone="042")
    for path in (page, f"{page}/progress", f"{page}/results"):
        shown = words_of(manager.get(path).text)
        assert "4 of 4" in shown and "left out <5" in shown and "5 people" not in shown, path
    [told] = on_a_terminal("campaign", "show", page.rpartition("/")[2], "--json").objects()
    assert {**told["tally"], "left_out": "<5"} == told["tally"] and "suppressed" not in told["tally"]
    [listed] = on_a_terminal("campaign", "list", "--json").objects()
    assert listed["tally"] == told["tally"]
    assert "left_out': '<5'" in on_a_terminal("campaign", "show", page.rpartition("/")[2]).out
    assert on_a_terminal("campaign", "list").out.splitlines()[1].split()[-2] == "4"


def test_the_pages_tell_nothing_of_fewer_than_five_people_by_what_they_did(
    manager: Person, approver: Person, gateway: Gateway, tmp_path: Path
) -> None:
    earlier = scheduled(manager, approver).rpartition("/")[2]
    gateway.duties.catch_up()
    gateway.duties.catch_up()
    manager.text("042", "HELP")
    rule = AudienceRule(frozenset({"LA1703"}), rest_days=0, past=frozenset({Past(earlier, "answered")}))
    campaign = gateway.broadcasts.draft("To who wrote", {"lo": LAO, "en": ENGLISH}, rule, None, "manager")
    for path in ("", "/who", "/message", "/check"):
        shown = words_of(manager.get(f"/campaigns/{campaign}{path}").text)
        assert "0 people" in shown and "1 people" not in shown and "of a real reader" not in shown, path
    assert "Fewer than five people did that." in words_of(manager.get(f"/campaigns/{campaign}/check").text)
    refused = manager.post(f"/campaigns/{campaign}/submit")
    assert refused.status_code == 409 and "Fewer than five people did that." in words_of(refused.text)
    assert CommandLine(tmp_path)("campaign", "readers", campaign).out == ""


def test_message_and_check_count_the_people_who_would_be_planned(
    app: FrontDoor, manager: Person, gateway: Gateway
) -> None:
    scheduled(manager, Person(app, "approver"))
    gateway.duties.catch_up()
    texts, rule = {"lo": LAO, "en": ENGLISH}, AudienceRule(districts=frozenset({"LA1703"}))
    plan = Plan(drip=Drip("return", 7), not_after=gateway.outside.clock.now().replace(year=2027, month=2))
    drip = gateway.broadcasts.draft("By her date", texts, rule, None, "manager", plan=plan)
    plain = gateway.broadcasts.draft("Once more", texts, rule, None, "manager")
    for step in ("who", "message", "check"):
        assert "had a broadcast lately" not in words_of(manager.get(f"/campaigns/{drip}/{step}").text), step
        assert "had a broadcast lately 5" in words_of(manager.get(f"/campaigns/{plain}/{step}").text), step
    assert "On the phone of a real reader" in words_of(manager.get(f"/campaigns/{drip}/message").text)
    assert "On the phone of a real reader" not in words_of(manager.get(f"/campaigns/{plain}/message").text)
    asked = manager.post(f"/campaigns/reached?campaign={drip}", {"district": ["LA1703"], "rest_days": "7"})
    assert "5 people" in words_of(asked.text)
    assert manager.post("/campaigns/reached?campaign=0123", {"district": ["LA1703"]}).status_code == 404

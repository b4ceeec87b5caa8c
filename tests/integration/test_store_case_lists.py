"""Lists of cases by scope and search, on both databases: pressing ones first, and nothing from elsewhere."""

from datetime import timedelta

import pytest

from gateway.directory.post import Post
from gateway.ports.caseload import CaseRow, Step, Wanted
from gateway.ports.scope import EVERYWHERE, NOWHERE, Scope
from tests.integration.conftest import NOON, StoreBench

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LOCAL, PROVINCIAL = Scope(posts=frozenset({"near"})), Scope(posts=frozenset({"above"}))


def case(name: str, place: str = "LA0401", **changed: object) -> CaseRow:
    facts: dict[str, object] = {"opened_at": NOON, "last_answer_at": NOON, "routed_at": NOON, "level": "P1"}
    facts |= {"province": place[:4], "district": place, "state": "new"} | changed
    given = {"id": name, "code": name, "rule": "broker", "kind": "suspicion", "channel": "sms", "language": "lo"}
    return CaseRow(**given, contact_id=None, answers="{}", **facts)  # type: ignore[arg-type] # fields of CaseRow


@pytest.fixture
def filled(bench: StoreBench) -> StoreBench:
    """Return a database with two posts, one of a district and one of its province, and seven cases."""
    with bench.store.writing() as work:
        work.directory.add_post(Post("near", "women_union", "district", "LA0401"), None, "", "lo")
        work.directory.add_post(Post("above", "women_union", "province", "LA04"), None, "", "lo")
        for row in (
            case("told"),
            case("danger", level="P0", opened_at=NOON + HOUR),
            case("taken", level="P0", state="acknowledged", acknowledged_at=NOON),
            case("conflict", local_excluded=True),
            case("duress", duress=True),
            case("elsewhere", "LA0501", opened_at=NOON - 48 * HOUR),
            case("done", state="closed", acknowledged_at=NOON, closed_at=NOON),
        ):
            work.caseload.add(row)
            if row.id != "elsewhere":
                work.caseload.note_alerted(row.id, "near", NOON)
                work.caseload.note_alerted(row.id, "above", NOON)
        work.caseload.schedule(Step("s1", "conflict", "2", 1, NOON + 2 * MINUTE))
        work.caseload.schedule(Step("s2", "told", "2", 1, NOON + 9 * MINUTE))
    return bench


def listed(bench: StoreBench, scope: Scope, wanted: Wanted, limit: int = 25, offset: int = 0) -> list[str]:
    with bench.store.reading() as work:
        lines = work.caseload.page(scope, wanted, limit, offset)
        everything = work.caseload.page(scope, wanted, 25)
        assert work.caseload.count(scope, wanted, 100) == len(everything)
        assert work.caseload.count(scope, wanted, 2) == min(2, len(everything))
        assert all(work.caseload.knows(scope, line.id) for line in everything)
    return [line.code for line in lines]


def test_the_most_pressing_stand_first_and_what_is_due_soonest_among_them(filled: StoreBench) -> None:
    order = ["danger", "conflict", "told", "elsewhere", "duress", "taken"]
    assert listed(filled, EVERYWHERE, Wanted()) == order
    assert listed(filled, EVERYWHERE, Wanted(), 2, 3) == order[3:5]


def test_a_province_and_a_district_see_their_own(filled: StoreBench) -> None:
    everything = Wanted("any")
    assert set(listed(filled, Scope(places=frozenset({"LA05"})), everything)) == {"elsewhere"}
    mine = set(listed(filled, Scope(places=frozenset({"LA0401"})), everything))
    assert mine == {"told", "danger", "taken", "duress", "done"}, "what excludes local offices is not the district's"
    assert "conflict" in listed(filled, Scope(places=frozenset({"LA04"})), everything)
    assert listed(filled, NOWHERE, everything) == []


def test_a_post_sees_what_it_was_told_of_and_a_local_one_no_more_than_it_may_hear(filled: StoreBench) -> None:
    everything = Wanted("any")
    assert set(listed(filled, LOCAL, everything)) == {"told", "danger", "taken", "done"}
    assert set(listed(filled, PROVINCIAL, everything)) == {"told", "danger", "taken", "done", "conflict", "duress"}
    with filled.store.reading() as work:
        assert not work.caseload.knows(LOCAL, "conflict") and not work.caseload.knows(LOCAL, "duress")
        assert not work.caseload.knows(PROVINCIAL, "elsewhere") and not work.caseload.knows(EVERYWHERE, "nothing")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted("closed"), {"done"}),
        (Wanted(unanswered=True), {"danger", "conflict", "told", "elsewhere", "duress"}),
        (Wanted("any", place="LA05"), {"elsewhere"}),
        (Wanted("any", place="LA0501"), {"elsewhere"}),
        (Wanted("any", since=NOON + MINUTE), {"danger"}),
        (Wanted("any", until=NOON), {"elsewhere"}),
        (Wanted("any", place="LA9999"), set()),
        (Wanted("any", level="P0"), {"danger", "taken"}),
        (Wanted(level="P0", unanswered=True), {"danger"}),
        (Wanted("any", kind="child"), set()),
        (Wanted("closed", kind="suspicion"), {"done"}),
    ],
)
def test_a_search_narrows_the_list(filled: StoreBench, wanted: Wanted, found: set[str]) -> None:
    assert set(listed(filled, EVERYWHERE, wanted)) == found

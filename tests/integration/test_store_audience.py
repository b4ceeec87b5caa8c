"""The head count, the walk and the plan say the same of everybody, and the same as the rule said in plain Python."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.campaigns.audience import DEEDS, AudienceRule, Past, eligible, in_another, told
from gateway.store import audience
from gateway.store.audience_book import SqlAudienceBook
from tests.integration.audiences import CAMPAIGNS, GROUPS, ROLES, Population, settle
from tests.integration.conftest import NOON, StoreBench

TEXTS = ("lo", "en", "hmn", "kjg")


def some(*names: str) -> st.SearchStrategy[frozenset[str]]:
    """Draw nothing, mostly, so that rules are not all empty of people."""
    return st.just(frozenset[str]()) | st.frozensets(st.sampled_from(names), max_size=2)


RULES = st.builds(
    AudienceRule,
    districts=some("LA1704", "LA0101", "LA9999"),
    provinces=some("LA17", "LA01"),
    languages=some("lo", "en", "kjg"),
    tags=some("leaving", "returned"),
    substitutes=st.dictionaries(st.sampled_from(("hmn", "kjg", "lo")), st.sampled_from(("lo", "en", "")), max_size=2),
    rest_days=st.sampled_from((0, 7, 14)),
    groups=some(*GROUPS, "nobody"),
    roles=some(*ROLES),
    past=st.frozensets(st.builds(Past, st.sampled_from(CAMPAIGNS), st.sampled_from(DEEDS)), max_size=1),
    purpose=st.sampled_from(("information", "training")),
)


@pytest.fixture
def people(bench: StoreBench) -> Population:
    return settle(bench)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rule=RULES, texts=st.frozensets(st.sampled_from(TEXTS), min_size=1))
def test_the_head_count_equals_the_expanded_audience(
    bench: StoreBench, people: Population, rule: AudienceRule, texts: frozenset[str]
) -> None:
    verdicts = {one: eligible(facts, rule, texts, NOON) for one, facts in people.facts(rule)}
    spoken = Counter(verdict.language for verdict in verdicts.values() if verdict.included)
    why = [verdict.reason for verdict in verdicts.values()]
    others = Counter(
        (people.people[one].language, verdict.language)
        for one, verdict in verdicts.items()
        if verdict.included and in_another(people.people[one].language, verdict.language)
    )
    reasons = Counter(told(reason) for reason in why if reason is not None and reason != "outside")
    languages = tuple(sorted(texts))
    with bench.store.reading() as work:
        reach = work.audience.count(rule, languages, NOON)
        walked = work.audience.walk(rule, languages, NOON, limit=1000)
    assert reach.by_language == spoken
    assert reach.left_out == reasons
    assert reach.in_another == others
    assert [(one.contact_id, one.language) for one in walked] == [
        (one, verdict.language) for one, verdict in verdicts.items() if verdict.included
    ]


def test_the_plan_writes_down_those_who_were_counted(bench: StoreBench, people: Population) -> None:
    rule = AudienceRule(provinces=frozenset({"LA17"}), rest_days=0)
    after, rounds = "", 0
    while True:
        rounds += 1
        with bench.store.writing() as work:
            last = work.audience.plan("k1", rule, ("en", "lo"), NOON, after, 5)
        if last is None:
            break
        after = last
    with bench.store.reading() as work:
        counted = work.audience.count(rule, ("en", "lo"), NOON)
        planned = Counter(
            work.tx.connection.execute(text("SELECT language FROM recipient WHERE campaign_id = 'k1'")).scalars()
        )
    assert planned == counted.by_language and rounds > 1


def test_a_walk_goes_forth_and_back_and_shows_no_number(bench: StoreBench, people: Population) -> None:
    rule = AudienceRule(rest_days=0)
    with bench.store.reading() as work:
        first, second = work.audience.walk(rule, ("lo", "en"), NOON, limit=2)
        assert work.audience.walk(rule, ("lo", "en"), NOON, first.contact_id) == (second,)
        assert work.audience.walk(rule, ("lo", "en"), NOON, second.contact_id, back=True) == (first,)
        assert work.audience.walk(rule, ("lo", "en"), NOON, first.contact_id, back=True) == ()
    assert first.masked.startswith("..") and len(first.masked) == 4
    assert "+856" not in repr((first, second))


def test_groups_are_listed_with_their_size(bench: StoreBench, people: Population) -> None:
    with bench.store.reading() as work:
        sizes = {group.name: group.people for group in work.audience.groups()}
    assert sizes == {name: sum(name in facts.groups for facts in people.people.values()) for name in GROUPS}


@pytest.mark.parametrize(
    ("rule", "index"),
    [
        (AudienceRule(districts=frozenset({"LA1704"})), "ix_contact_audience (district=?)"),
        (AudienceRule(provinces=frozenset({"LA17"})), "ix_contact_province (province=?)"),
        (AudienceRule(roles=frozenset({"trainer"})), "sqlite_autoindex_contact_1 (id=?)"),
        (AudienceRule(groups=frozenset({"market"})), "sqlite_autoindex_contact_1 (id=?)"),
        (AudienceRule(), "ix_contact_audience"),
    ],
)
def test_a_head_count_goes_by_its_index(sqlite_bench: StoreBench, rule: AudienceRule, index: str) -> None:
    with sqlite_bench.store.reading() as work:
        query = SqlAudienceBook(work.tx).counting(rule, ("en", "lo"), NOON)
        compiled = query.compile(work.tx.connection, compile_kwargs={"render_postcompile": True})
        plan = work.tx.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {compiled}", tuple(str(compiled.params[name]) for name in compiled.positiontup or ())
        ).all()
    lines = [row.detail for row in plan]
    assert any(index in line for line in lines), lines
    assert not [line for line in lines if line.startswith("SCAN") and "USING" not in line and "people" not in line]
    assert any("ix_outbox_contact_id_created_at (contact_id=? AND created_at>?)" in line for line in lines), lines


def test_sql_knows_the_same_purpose_as_the_rule() -> None:
    assert "opted_in" in str(audience.agreed("information")) and "consent" in str(audience.agreed("training"))

"""Who gets a broadcast, and the reason for everybody who does not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.campaigns.audience import AudienceRule, ContactFacts, Past, Verdict, eligible, from_facts, in_another
from gateway.errors import Conflict

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NOY = ContactFacts("LA1704", "LA17", "lo", opted_in=True)
RULE = AudienceRule(districts=frozenset({"LA1704"}))


def test_who_opted_in_and_lives_there_gets_it_in_her_language() -> None:
    assert eligible(NOY, RULE, {"lo", "en"}, NOW) == Verdict(True, None, "lo")


@pytest.mark.parametrize(
    ("contact", "reason"),
    [
        (replace(NOY, district="LA1705"), "outside"),
        (replace(NOY, already=True), "duplicate"),
        (replace(NOY, opted_out=True), "opted_out"),
        (replace(NOY, opted_in=False), "not_opted_in"),
        (replace(NOY, open_case=True), "open_case"),
        (replace(NOY, safety="unsafe"), "unsafe"),
        (replace(NOY, dead_number=True), "dead_number"),
        (replace(NOY, language="en"), "no_language_text"),
        (replace(NOY, opted_out=True, open_case=True), "opted_out"),
    ],
)
def test_everybody_left_out_has_a_reason(contact: ContactFacts, reason: str) -> None:
    assert eligible(contact, RULE, {"lo"}, NOW) == Verdict(False, reason)  # type: ignore[arg-type] # the column above


def test_a_missing_language_can_be_replaced() -> None:
    rule = replace(RULE, substitutes={"hmn": "lo"})
    assert eligible(replace(NOY, language="hmn"), rule, {"lo"}, NOW).language == "lo"
    assert not eligible(replace(NOY, language="hmn"), rule, {"en"}, NOW).included


@pytest.mark.parametrize(
    ("spoken", "texts", "sent"),
    [
        ("hmn", {"lo", "en"}, "lo"),
        ("lo-Latn", {"lo"}, "lo"),
        ("kjg", {"lo", "en"}, "en"),
        ("kjg", {"lo"}, None),
        (None, {"lo", "en"}, "lo"),
        (None, {"en"}, "en"),
    ],
)
def test_without_a_word_of_the_rule_a_language_falls_back_as_every_text_does(
    spoken: str | None, texts: set[str], sent: str | None
) -> None:
    assert eligible(replace(NOY, language=spoken), RULE, texts, NOW).language == sent


@pytest.mark.parametrize(
    ("spoken", "sent", "told"),
    [("lo", "en", True), ("hmn", "lo", True), ("lo-Latn", "en", True), ("lo-Latn", "lo", False), ("lo", "lo", False)],
)
def test_whoever_gets_another_language_is_told_of_unless_only_its_letters_differ(
    spoken: str, sent: str, told: bool
) -> None:
    assert in_another(spoken, sent) is told


def test_of_somebody_who_never_said_what_she_reads_nothing_is_told() -> None:
    assert not in_another(None, "en") and not in_another("lo", None)


def test_speakers_of_a_language_can_be_left_out() -> None:
    rule = replace(RULE, substitutes={"hmn": ""})
    assert eligible(replace(NOY, language="hmn"), rule, {"lo"}, NOW).reason == "no_language_text"


def test_a_rest_between_broadcasts() -> None:
    rule = replace(RULE, rest_days=7)
    assert (
        eligible(replace(NOY, last_broadcast_at=NOW - timedelta(days=6)), rule, {"lo"}, NOW).reason == "messaged_lately"
    )
    assert eligible(replace(NOY, last_broadcast_at=NOW - timedelta(days=7)), rule, {"lo"}, NOW).included
    assert eligible(replace(NOY, last_broadcast_at=NOW), replace(RULE, rest_days=0), {"lo"}, NOW).included


def test_a_week_of_rest_is_the_default() -> None:
    assert not eligible(replace(NOY, last_broadcast_at=NOW - timedelta(days=6)), RULE, {"lo"}, NOW).included


@pytest.mark.parametrize(
    ("rule", "inside"),
    [
        (AudienceRule(), True),
        (AudienceRule(provinces=frozenset({"LA17"}), districts=frozenset({"LA0101"})), True),
        (AudienceRule(provinces=frozenset({"LA01"})), False),
        (AudienceRule(languages=frozenset({"en"})), False),
        (AudienceRule(tags=frozenset({"leaving"})), False),
    ],
)
def test_place_language_and_tags(rule: AudienceRule, inside: bool) -> None:
    assert eligible(NOY, rule, {"lo"}, NOW).included is inside
    assert eligible(
        replace(NOY, tags=frozenset({"leaving"})), AudienceRule(tags=frozenset({"leaving"})), {"lo"}, NOW
    ).included


@pytest.mark.parametrize(
    ("rule", "inside"),
    [
        (AudienceRule(groups=frozenset({"market", "weavers"})), True),
        (AudienceRule(groups=frozenset({"drivers"})), False),
        (AudienceRule(roles=frozenset({"village_chief", "trainer"})), True),
        (AudienceRule(roles=frozenset({"lwu_head"})), False),
        (AudienceRule(groups=frozenset({"market"}), roles=frozenset({"lwu_head"})), False),
        (AudienceRule(past=frozenset({Past("k1", "received")})), True),
        (AudienceRule(past=frozenset({Past("k1", "received"), Past("k1", "not_answered")})), True),
        (AudienceRule(past=frozenset({Past("k1", "received"), Past("k1", "answered")})), False),
        (AudienceRule(past=frozenset({Past("k2", "not_received")})), True),
        (AudienceRule(past=frozenset({Past("k1", "not_received")})), False),
    ],
)
def test_groups_roles_and_what_she_did_before(rule: AudienceRule, inside: bool) -> None:
    chief = replace(
        NOY,
        groups=frozenset({"market"}),
        roles=frozenset({"village_chief"}),
        received=frozenset({"k1"}),
        answered=frozenset({"k3"}),
    )
    assert eligible(chief, rule, {"lo"}, NOW).included is inside


def test_the_rule_survives_storage() -> None:
    rule = AudienceRule(
        frozenset({"LA1704"}),
        frozenset({"LA17"}),
        frozenset({"lo"}),
        frozenset({"leaving"}),
        {"hmn": "lo"},
        7,
        frozenset({"weavers"}),
        frozenset({"village_chief", "trainer"}),
        frozenset({Past("k1", "received"), Past("k0", "not_answered")}),
        "training",
    )
    assert from_facts(json.loads(json.dumps(rule.as_facts()))) == rule


def test_what_a_rule_does_not_use_leaves_no_trace_so_an_older_approval_still_fits() -> None:
    assert set(RULE.as_facts()) == {"districts", "languages", "provinces", "rest_days", "substitutes", "tags"}


@pytest.mark.parametrize("stored", [{"roles": ["king"]}, {"past": [["k1", "dreamt"]]}, {"past": [["k1"]]}])
def test_a_rule_that_says_what_nobody_knows_is_refused(stored: dict[str, list[object]]) -> None:
    with pytest.raises(Conflict):
        from_facts(stored)

"""Who gets a broadcast, and the reason for everybody who does not."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.campaigns.audience import AudienceRule, ContactFacts, Verdict, eligible, from_facts

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
        (replace(NOY, language="hmn"), "no_language_text"),
        (replace(NOY, opted_out=True, open_case=True), "opted_out"),
    ],
)
def test_everybody_left_out_has_a_reason(contact: ContactFacts, reason: str) -> None:
    assert eligible(contact, RULE, {"lo"}, NOW) == Verdict(False, reason)  # type: ignore[arg-type] # the column above


def test_a_missing_language_can_be_replaced() -> None:
    rule = replace(RULE, substitutes={"hmn": "lo"})
    assert eligible(replace(NOY, language="hmn"), rule, {"lo"}, NOW).language == "lo"
    assert not eligible(replace(NOY, language="hmn"), rule, {"en"}, NOW).included


def test_a_rest_between_broadcasts() -> None:
    rule = replace(RULE, rest_days=7)
    assert (
        eligible(replace(NOY, last_broadcast_at=NOW - timedelta(days=6)), rule, {"lo"}, NOW).reason == "messaged_lately"
    )
    assert eligible(replace(NOY, last_broadcast_at=NOW - timedelta(days=7)), rule, {"lo"}, NOW).included
    assert eligible(replace(NOY, last_broadcast_at=NOW), RULE, {"lo"}, NOW).included


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


def test_the_rule_survives_storage() -> None:
    rule = AudienceRule(
        frozenset({"LA1704"}), frozenset({"LA17"}), frozenset({"lo"}), frozenset({"leaving"}), {"hmn": "lo"}, 7
    )
    assert from_facts(json.loads(json.dumps(rule.as_facts()))) == rule

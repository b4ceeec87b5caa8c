"""Broadcasts: planned for whom it is right, each person once, and asked again at every claim."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import Content
from gateway.errors import Conflict
from gateway.ports.campaign_book import Batch, CampaignRow
from gateway.ports.outbox import Attempt, Ended, Settlement
from tests.integration.conftest import NOON, StoreBench
from tests.integration.test_store_caseload import case

TEXTS = {"en": "Ask for the contract first.", "lo": "ຂໍສັນຍາກ່ອນ"}
LANGUAGES = ("en", "lo")
HERE = frozenset({"LA0401", "LA0402"})
RULE = AudienceRule(districts=HERE, rest_days=0)
DAY = timedelta(days=1)
RULE = AudienceRule(districts=HERE)


def campaign(**changed: object) -> CampaignRow:
    read = Content(TEXTS, RULE, None, "simulator").hash()
    row = CampaignRow(
        "k1",
        "Contracts",
        "running",
        TEXTS,
        json.dumps(RULE.as_facts()),
        "simulator",
        None,
        "kham",
        NOON,
        approved_by="noy",
        approved_hash=read,
    )
    return replace(row, **changed)  # type: ignore[arg-type] # fields of CampaignRow


def person(bench: StoreBench, number: int, **changed: object) -> str:
    """Return the id of somebody in the district who agreed to broadcasts, but for what is changed."""
    known: dict[str, object] = {"opted_in": True, "district": "LA0401", "language": "lo"} | changed
    with bench.store.writing() as work:
        contact = work.people.lock(f"+8562000000{number:03}", NOON)
        work.people.save(replace(contact, **known))  # type: ignore[arg-type] # fields of Contact
    return contact.id


def planned(bench: StoreBench, limit: int = 100) -> int:
    """Plan to the end as the clock does; return the rounds it took."""
    after, rounds = "", 0
    while True:
        rounds += 1
        with bench.store.writing() as work:
            last = work.audience.plan("k1", RULE, LANGUAGES, NOON, after, limit)
        if last is None:
            return rounds
        after = last


def released(bench: StoreBench, limit: int = 100) -> int:
    with bench.store.writing() as work:
        ids = tuple(bench.chance.new_id() for _ in range(limit))
        batch = Batch(bench.clock.now(), bench.clock.now() + DAY, {"lo": 2, "en": 1})
        return work.campaigns.release(campaign(), batch, ids)


def running(bench: StoreBench, people: int = 3) -> None:
    for number in range(people):
        person(bench, number)
    with bench.store.writing() as work:
        work.campaigns.add(campaign())
    planned(bench)


def tally(bench: StoreBench) -> dict[str, int]:
    with bench.store.reading() as work:
        return dict(work.campaigns.tally("k1"))


def test_many_campaigns_are_tallied_as_each_of_them_is(bench: StoreBench) -> None:
    running(bench)
    with bench.store.writing() as work:
        work.campaigns.add(campaign(id="k2"))
    released(bench, 2)
    with bench.store.reading() as work:
        assert work.campaigns.tallies(()) == {}
        tallies = work.campaigns.tallies(("k1", "k2"))
        assert tallies == {name: work.campaigns.tally(name) for name in ("k1", "k2")}
    assert tallies == {"k1": {"queued": 2, "planned": 1}, "k2": {"planned": 0}}


def test_a_campaign_comes_back_changes_and_notices_another_hand(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.campaigns.add(campaign())
        assert work.campaigns.get("k1") == campaign() and work.campaigns.get("k2") is None
        saved = work.campaigns.save(campaign(name="Papers", first_passed_at=NOON, paused_for="budget"))
        assert saved.version == 1 and work.campaigns.get("k1") == saved
    with pytest.raises(Conflict), bench.store.writing() as work:
        work.campaigns.save(campaign())


def test_campaigns_are_listed_newest_first_and_due_in_their_hour(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        for number, (state, starts) in enumerate(
            [
                ("draft", None),
                ("scheduled", NOON),
                ("scheduled", NOON + DAY),
                ("scheduled", None),
                ("running", None),
                ("paused", None),
            ]
        ):
            row = campaign(id=f"k{number}", state=state, starts_at=starts, created_at=NOON + number * DAY)
            work.campaigns.add(row)
        assert [row.id for row in work.campaigns.list()] == ["k5", "k4", "k3", "k2", "k1", "k0"]
        assert {row.id for row in work.campaigns.due(NOON)} == {"k1", "k3", "k4"}


def everybody(bench: StoreBench) -> dict[str, str]:
    """People of every kind there is, by what they are."""
    people = {
        "lao": person(bench, 1),
        "english": person(bench, 2, language="en", district="LA0402"),
        "romanised": person(bench, 3, language="lo-Latn"),
        "hmong": person(bench, 4, language="hmn"),
        "khmu": person(bench, 5, language="kjg"),
        "undecided": person(bench, 6, language=None),
        "elsewhere": person(bench, 7, district="LA0501"),
        "nowhere": person(bench, 8, district=None),
        "stopped": person(bench, 9, opted_out_at=NOON),
        "never asked": person(bench, 10, opted_in=False),
        "unsafe": person(bench, 11, safety="unsafe"),
        "reporting": person(bench, 12),
        "reported": person(bench, 13),
    }
    with bench.store.writing() as work:
        work.caseload.add(case(1, contact_id=people["reporting"]))
        work.caseload.add(case(2, contact_id=people["reported"], state="closed"))
    return people


def test_reach_counts_languages_and_reasons(bench: StoreBench) -> None:
    everybody(bench)
    with bench.store.reading() as work:
        reach = work.audience.count(RULE, LANGUAGES, NOON)
        lao_only = work.audience.count(RULE, ("lo",), NOON)
        anywhere = work.audience.count(AudienceRule(rest_days=0), LANGUAGES, NOON)
    assert reach.by_language == {"lo": 5, "en": 2}
    assert reach.left_out == {"opted_out": 1, "not_opted_in": 1, "protected": 2}, "one reason for both"
    assert lao_only.by_language == {"lo": 5} and lao_only.left_out["no_language_text"] == 2
    assert sum(anywhere.by_language.values()) == 9


def test_the_plan_writes_down_exactly_whom_reach_counted(bench: StoreBench) -> None:
    people = everybody(bench)
    with bench.store.writing() as work:
        work.campaigns.add(campaign())
    assert planned(bench, limit=3) == 3
    assert planned(bench, limit=100) == 1, "a second plan finds everybody planned"
    assert tally(bench) == {"planned": 7}
    assert released(bench) == 7
    with bench.store.writing() as work:
        sent = {row.message.contact_id: row for row in work.outbox.claim("broadcasts", NOON, "w", DAY, 100)}
    chosen = dict.fromkeys(("lao", "romanised", "hmong", "undecided", "reported"), "lo")
    chosen |= {"english": "en", "khmu": "en"}
    assert {name: sent[people[name]].message.language for name in chosen} == chosen
    assert len(sent) == 7
    lao = sent[people["lao"]]
    assert (lao.text, lao.message.body, lao.message.segments, lao.to) == (TEXTS["lo"], None, 2, "+8562000000001")
    assert lao.message.not_after == NOON + DAY and lao.message.campaign_id == "k1"


def test_each_person_is_released_once(bench: StoreBench) -> None:
    running(bench, people=5)
    assert (released(bench, 2), released(bench, 2), released(bench, 2), released(bench, 2)) == (2, 2, 1, 0)
    assert tally(bench) == {"queued": 5, "planned": 0}
    planned(bench)
    assert released(bench) == 0


def test_somebody_who_stopped_or_reported_since_is_not_written_to(bench: StoreBench) -> None:
    running(bench, people=4)
    released(bench)
    person(bench, 1, opted_out_at=NOON)
    person(bench, 2, safety="unsafe")
    reporter = person(bench, 3)
    with bench.store.writing() as work:
        work.caseload.add(case(contact_id=reporter))
        claimed = work.outbox.claim("broadcasts", NOON, "w", DAY, 100)
        numbers = {row.message.id: row.to[-3:] for row in claimed}
        refused = work.campaigns.recheck(tuple(numbers), NOON)
    reasons = {numbers[one]: why for one, why in refused.items()}
    assert reasons == {"001": "opted_out", "002": "unsafe", "003": "open_case"}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"state": "stopped"}, "stopped"),
        ({"state": "paused"}, "paused"),
        ({"approved_hash": None}, "unapproved"),
        ({"texts": {"lo": "other", "en": "other"}}, "unapproved"),
        ({"channel": "twilio"}, "unapproved"),
        ({}, None),
    ],
    ids=str,
)
def test_a_campaign_that_may_not_send_says_why(
    bench: StoreBench, changed: dict[str, object], reason: str | None
) -> None:
    running(bench, people=1)
    released(bench)
    with bench.store.writing() as work:
        work.campaigns.save(campaign(**changed))
        (row,) = work.outbox.claim("broadcasts", NOON, "w", DAY, 100)
        refused = work.campaigns.recheck((row.message.id,), NOON)
    assert refused == ({row.message.id: reason} if reason else {})


def test_what_a_pause_held_back_is_planned_again_when_the_campaign_goes_on(bench: StoreBench) -> None:
    running(bench, people=4)
    released(bench, 3)
    with bench.store.writing() as work:
        paused = work.campaigns.save(campaign(state="paused"))
        held, tried = work.outbox.claim("broadcasts", NOON, "w", DAY, 2)
        work.outbox.note_attempts([Attempt(tried.message.id, tried.claim_no, "simulator", NOON, NOON, "ambiguous")])
        for row in (held, tried):
            work.outbox.settle([Ended(row.message.id, row.claim_no, Settlement("held", reason="paused"))], NOON)
    assert tally(bench) == {"held": 2, "queued": 1, "planned": 1}
    bench.clock.move(2 * DAY)
    with bench.store.writing() as work:
        work.campaigns.save(replace(paused, state="running"))
        work.campaigns.take_back("k1", bench.clock.now())
    assert tally(bench) == {"ambiguous": 1, "planned": 3}, "one slept past its hour, one may have arrived"
    assert released(bench) == 3


def test_the_fate_of_a_campaign_is_counted(bench: StoreBench) -> None:
    running(bench, people=5)
    released(bench, 4)
    with bench.store.writing() as work:
        rows = work.outbox.claim("broadcasts", NOON, "w", DAY, 3)
        for row, state in zip(rows, ("accepted", "failed", "suppressed"), strict=True):
            work.outbox.settle([Ended(row.message.id, row.claim_no, Settlement(state))], NOON)
        work.outbox.raise_state(rows[0].message.id, "delivered", None, NOON)
    assert tally(bench) == {"delivered": 1, "failed": 1, "suppressed": 1, "queued": 1, "planned": 1}


def test_stop_of_a_campaign_reaches_what_is_queued(bench: StoreBench) -> None:
    running(bench, people=3)
    released(bench, 2)
    with bench.store.writing() as work:
        assert work.outbox.cancel(campaign_id="k1", state="suppressed", reason="stopped") == 2
    assert tally(bench) == {"suppressed": 2, "planned": 1}

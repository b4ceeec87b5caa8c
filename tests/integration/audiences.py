"""A small invented population of every kind of contact, and what the rule should read of each of them."""

import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, update

from gateway.campaigns.audience import AudienceRule, ContactFacts
from gateway.contacts.consent import BROADCASTS
from gateway.contacts.number_health import FAILURES
from gateway.ports.campaign_book import CampaignRow
from gateway.ports.outbox import Outgoing
from gateway.store import audience
from gateway.store.outbox import new_row
from gateway.store.schema.audience import CONTACT_GROUP, CONTACT_ROLE, GROUP_MEMBER
from gateway.store.schema.sending import OUTBOX
from gateway.store.schema.talk import CONSENT, CONTACT, INBOUND
from gateway.store.unit_of_work import SqlUnitOfWork
from tests.integration.conftest import NOON, StoreBench
from tests.integration.test_store_caseload import case

DISTRICTS = ("LA1704", "LA1705", "LA0101", None)
LANGUAGES = ("lo", "en", "lo-Latn", "hmn", "kjg", None)
GROUPS = ("market", "weavers")
ROLES = ("village_chief", "lwu_head", "trainer")
CAMPAIGNS = ("k1", "k2")
DAY = timedelta(days=1)


@dataclass
class Population:
    """Everybody by contact id, as the pure rule should read them; ``trained``: who agreed to training."""

    people: dict[str, ContactFacts]
    trained: frozenset[str]

    def facts(self, rule: AudienceRule) -> list[tuple[str, ContactFacts]]:
        """Return everybody in order of id, agreed or not to the purpose of the rule."""
        everybody = sorted(self.people.items())
        if rule.purpose == "information":
            return everybody
        return [(one, replace(facts, opted_in=one in self.trained)) for one, facts in everybody]


def settle(bench: StoreBench, people: int = 80) -> Population:
    """Store an invented population; return what should be known of it."""
    chance, known, trained = Random(6), {}, set()
    with bench.store.writing() as work:
        work.tx.connection.execute(
            insert(CONTACT_GROUP), [{"id": f"g-{name}", "name": name, "created_at": NOON} for name in GROUPS]
        )
        for campaign in CAMPAIGNS:
            rule = json.dumps(AudienceRule().as_facts())
            work.campaigns.add(
                CampaignRow(campaign, campaign, "finished", {"lo": "x"}, rule, "simulator", None, "kham", NOON)
            )
        for number in range(people):
            contact_id = work.people.lock(f"+85620555{number:05}", NOON).id
            facts = invented(chance)
            store(work, contact_id, facts)
            known[contact_id] = with_past(work, bench, contact_id, facts, chance)
            if chance.random() < 0.5:
                trained.add(contact_id)
                work.tx.connection.execute(insert(CONSENT), [agreed(bench, contact_id)])
    return Population(known, frozenset(trained))


def invented(chance: Random) -> ContactFacts:
    district = chance.choice(DISTRICTS)
    return ContactFacts(
        district,
        district[:4] if district else chance.choice(("LA17", None)),
        chance.choice(LANGUAGES),
        opted_in=chance.random() < 0.8,
        opted_out=chance.random() < 0.1,
        open_case=chance.random() < 0.1,
        safety=chance.choice(("unknown", "safe", "shared", "unsafe")),
        tags=frozenset({"leaving"}) if chance.random() < 0.3 else frozenset(),
        groups=frozenset(name for name in GROUPS if chance.random() < 0.4),
        roles=frozenset(name for name in ROLES if chance.random() < 0.3),
        dead_number=chance.random() < 0.1,
    )


def store(work: SqlUnitOfWork, contact_id: str, facts: ContactFacts) -> None:
    stored = {
        "district": facts.district,
        "province": facts.province,
        "language": facts.language,
        "opted_in": facts.opted_in,
        "opted_out_at": NOON if facts.opted_out else None,
        "safety": facts.safety,
        "tags": sorted(facts.tags),
    }
    db = work.tx.connection
    db.execute(update(CONTACT).where(CONTACT.c.id == contact_id).values(stored))
    for group in facts.groups:
        db.execute(insert(GROUP_MEMBER), [{"group_id": f"g-{group}", "contact_id": contact_id}])
    for role in facts.roles:
        db.execute(insert(CONTACT_ROLE), [{"role": role, "contact_id": contact_id}])
    if facts.dead_number:
        for refusal in range(FAILURES):
            work.numbers.refused(contact_id, NOON - (FAILURES - refusal) * DAY)
    if facts.open_case:
        work.caseload.add(case(1, id=f"c-{contact_id}", code=contact_id[-6:], contact_id=contact_id))


def with_past(
    work: SqlUnitOfWork, bench: StoreBench, contact_id: str, facts: ContactFacts, chance: Random
) -> ContactFacts:
    """Let her have got one broadcast, both or none, and write or not; return the facts with it."""
    for campaign in CAMPAIGNS:
        days, state = chance.randrange(1, 20), chance.choice(("delivered", "sent", "failed", "suppressed", "none"))
        if state == "none":
            continue
        at = NOON - days * DAY
        text(work, bench, contact_id, campaign, state, at)
        if state not in audience.NEVER_LEFT:
            facts = replace(facts, last_broadcast_at=max(at, facts.last_broadcast_at or at))
        if state == "delivered":
            facts = replace(facts, received=facts.received | {campaign})
    if chance.random() < 0.5:
        answers = chance.choice((*CAMPAIGNS, None))
        work.tx.connection.execute(insert(INBOUND), [letter(bench, contact_id, NOON, answers)])
        facts = replace(facts, answered=frozenset({answers}) if answers else frozenset())
    return facts


def text(work: SqlUnitOfWork, bench: StoreBench, contact_id: str, campaign: str, state: str, at: datetime) -> None:
    name = bench.chance.new_id()
    row = Outgoing(
        name, name, "broadcast", "broadcasts", "simulator", contact_id, None, at, at, at + DAY, campaign_id=campaign
    )
    work.tx.connection.execute(insert(OUTBOX), [{**new_row(row, None), "state": state}])


def letter(bench: StoreBench, contact_id: str, at: datetime, answers: str | None) -> dict[str, object]:
    name = bench.chance.new_id()
    return {
        "id": name,
        "channel": "simulator",
        "dedupe_key": name,
        "weak": False,
        "kind": "sms",
        "contact_id": contact_id,
        "body_mac": "",
        "received_at": at,
        "state": "done",
        "attempts": 0,
        "answers": answers,
    }


def agreed(bench: StoreBench, contact_id: str) -> dict[str, object]:
    return {
        "id": bench.chance.new_id(),
        "contact_id": contact_id,
        "recipient": BROADCASTS,
        "purpose": "training",
        "state": "given",
        "wording": "consent.training",
        "wording_sha256": "0" * 64,
        "language": "lo",
        "at": NOON,
    }

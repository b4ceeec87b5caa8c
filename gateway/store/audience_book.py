"""The people behind an audience rule: counted without naming anybody, previewed masked, planned in order of id."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Table, bindparam, func, literal, select, text

from gateway.campaigns.audience import AudienceRule, in_another, told
from gateway.campaigns.plan import Dated
from gateway.contacts.phone import mask
from gateway.ports.audience_book import Group, Listed, Person
from gateway.ports.campaign_book import Reach
from gateway.store import audience
from gateway.store.campaign_notes import people_of, rounds_of
from gateway.store.inserting import COUNTED, inserting
from gateway.store.schema.audience import CONTACT_FIELD, CONTACT_GROUP, CONTACT_ROLE, GROUP_MEMBER
from gateway.store.schema.sending import RECIPIENT
from gateway.store.schema.talk import CONTACT
from gateway.store.transaction import Repository

_GROUPS = (
    select(CONTACT_GROUP.c.name, func.count(GROUP_MEMBER.c.contact_id))
    .outerjoin(GROUP_MEMBER, GROUP_MEMBER.c.group_id == CONTACT_GROUP.c.id)
    .group_by(CONTACT_GROUP.c.name)
    .order_by(CONTACT_GROUP.c.name)
)

_AGREED = (
    select(
        CONTACT.c.id,
        CONTACT.c.msisdn_ct,
        CONTACT.c.province,
        CONTACT.c.district,
        func.coalesce(CONTACT.c.language, "").label("spoken"),
    )
    .where(CONTACT.c.opted_in, CONTACT.c.opted_out_at.is_(None), CONTACT.c.id > bindparam("beyond"))
    .order_by(CONTACT.c.id)
    .limit(bindparam("most"))
)


class SqlAudienceBook(Repository):
    """Who a broadcast would reach (gateway.ports.audience_book)."""

    __slots__ = ()

    def count(
        self,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        campaign_id: str = "",
        dated: Dated | None = None,
    ) -> Reach:
        """Count the audience by language, and who is left out by reason; whoever is not inside is not counted."""
        by_language: Counter[str] = Counter()
        reasons: Counter[str] = Counter()
        others: Counter[tuple[str, str]] = Counter()
        query = self.counting(rule, languages, now, campaign_id, dated)
        for why, sent, spoken, count in self.tx.connection.execute(query):
            if why is not None:
                reasons[told(why)] += count
                continue
            by_language[str(sent)] += count
            if in_another(spoken, sent):
                others[spoken, sent] += count
        return Reach(dict(by_language), dict(reasons), dict(others))

    def counting(
        self,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        campaign_id: str = "",
        dated: Dated | None = None,
    ) -> Select[Any]:
        """Return the query of (reason left out, language sent, language said, people)."""
        reason = audience.left_out(rule, languages, now, rounds_of(self.tx.connection, campaign_id)).label("reason")
        sent = audience.language(rule, languages).label("sent")
        turn = [CONTACT.c.id.in_(people_of(dated))] if dated else []
        people = select(reason, sent, CONTACT.c.language).where(audience.inside(rule), *turn).subquery()
        kinds = (people.c.reason, people.c.sent, people.c.language)
        return select(*kinds, func.count()).group_by(*kinds)

    def walk(
        self,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        beyond: str = "",
        limit: int = 1,
        *,
        back: bool = False,
    ) -> tuple[Person, ...]:
        """Return the next recipients after contact id ``beyond``, or those before it, the nearest first."""
        side = CONTACT.c.id < beyond if back else CONTACT.c.id > beyond
        order = CONTACT.c.id.desc() if back else CONTACT.c.id
        spoken = audience.language(rule, languages).label("spoken")
        query = select(CONTACT.c.id, CONTACT.c.msisdn_ct, CONTACT.c.province, CONTACT.c.district, spoken).where(
            side, audience.eligible(rule, languages, now)
        )
        return self._people(self.tx.connection.execute(query.order_by(order).limit(limit)).all())

    def plan(
        self,
        campaign_id: str,
        rule: AudienceRule,
        languages: tuple[str, ...],
        now: datetime,
        after: str,
        limit: int,
    ) -> str | None:
        """Insert up to ``limit`` recipients with contact ids above ``after``; return the last id, or None when done."""
        rounds = rounds_of(self.tx.connection, campaign_id)
        who = audience.eligible(rule, languages, now, rounds) & (CONTACT.c.id > after)
        some = select(CONTACT.c.id).where(who).order_by(CONTACT.c.id).limit(limit).subquery()
        last, count = self.tx.connection.execute(select(func.max(some.c.id), func.count())).one()
        if last is not None:
            spoken = audience.language(rule, languages)
            chosen = select(literal(campaign_id), CONTACT.c.id, spoken, literal("planned")).where(
                who, CONTACT.c.id <= last
            )
            names = ["campaign_id", "contact_id", "language", "state"]
            insert = inserting(self.tx.connection, RECIPIENT).from_select(names, chosen.order_by(CONTACT.c.id))
            self.tx.connection.execute(insert.on_conflict_do_nothing())
        if last is not None and count == limit:
            return str(last)
        self._look_again()
        return None

    def plan_dated(
        self, campaign_id: str, rule: AudienceRule, languages: tuple[str, ...], now: datetime, dated: Dated
    ) -> int:
        """Insert everybody of a rule whose own date it is and who has no row yet; return how many."""
        who = CONTACT.c.id.in_(people_of(dated)) & audience.eligible(rule, languages, now)
        spoken = audience.language(rule, languages)
        chosen = select(literal(campaign_id), CONTACT.c.id, spoken, literal("planned")).where(who)
        insert_chosen = inserting(self.tx.connection, RECIPIENT).from_select(
            ["campaign_id", "contact_id", "language", "state"], chosen.order_by(CONTACT.c.id)
        )
        return self.tx.connection.execute(insert_chosen.on_conflict_do_nothing(), execution_options=COUNTED).rowcount

    def groups(self) -> tuple[Group, ...]:
        """Return every group by name."""
        return tuple(Group(name, people) for name, people in self.tx.connection.execute(_GROUPS))

    def agreed(self, beyond: str, limit: int) -> tuple[Listed, ...]:
        """Return people who agreed and did not stop, in order of id; of anybody else no list may tell."""
        rows = self.tx.connection.execute(_AGREED, {"beyond": beyond, "most": limit}).all()
        numbers = (self.tx.keyring.open(row.msisdn_ct, "contact", row.id, "msisdn") for row in rows)
        return tuple(Listed(person, number) for person, number in zip(self._people(rows), numbers, strict=True))

    def _people(self, rows: Sequence[Any]) -> tuple[Person, ...]:
        ids = [row.id for row in rows]
        fields: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for field in self._of(CONTACT_FIELD, ids):
            place = f"{field.contact_id}:{field.name}"
            fields[field.contact_id][field.name] = self.tx.keyring.open(field.value_ct, "contact_field", place, "value")
        roles = _gathered((role.contact_id, role.role) for role in self._of(CONTACT_ROLE, ids))
        query = select(GROUP_MEMBER.c.contact_id, CONTACT_GROUP.c.name).join(CONTACT_GROUP)
        members = self.tx.connection.execute(query.where(GROUP_MEMBER.c.contact_id.in_(ids))).all()
        groups = _gathered((row.contact_id, row.name) for row in members)
        return tuple(
            Person(
                row.id,
                mask(self.tx.keyring.open(row.msisdn_ct, "contact", row.id, "msisdn")),
                row.spoken,
                row.province,
                row.district,
                fields[row.id],
                groups.get(row.id, ()),
                roles.get(row.id, ()),
            )
            for row in rows
        )

    def _of(self, table: Table, ids: Sequence[str]) -> Sequence[Row[Any]]:
        return self.tx.connection.execute(select(table).where(table.c.contact_id.in_(ids))).all() if ids else ()

    def _look_again(self) -> None:
        """After a bulk load PostgreSQL plans badly until it has looked: claims were 42 times slower."""
        if self.tx.postgres:
            self.tx.connection.execute(text("ANALYZE recipient"))


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for contact_id, name in pairs:
        found[contact_id].append(name)
    return {contact_id: tuple(sorted(names)) for contact_id, names in found.items()}

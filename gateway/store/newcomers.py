"""The door by which lists of people come in: a thousand rows at once, and nobody's own word undone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import Table, bindparam, select, update

from gateway.campaigns.audience import INFORMATION
from gateway.contacts.agreement import listed
from gateway.contacts.consent import BROADCASTS
from gateway.contacts.importing import Newcomer
from gateway.errors import Conflict
from gateway.ports.import_book import Wording
from gateway.store.inserting import insert_new, insert_or_replace_all
from gateway.store.schema.audience import CONTACT_FIELD, CONTACT_GROUP, CONTACT_ROLE, GROUP_MEMBER
from gateway.store.schema.broadcasting import CONTACT_DATE
from gateway.store.schema.talk import CONSENT, CONTACT
from gateway.store.transaction import Repository

_KNOWN = select(
    CONTACT.c.id,
    CONTACT.c.msisdn_index,
    CONTACT.c.language,
    CONTACT.c.province,
    CONTACT.c.district,
    CONTACT.c.opted_in,
    CONTACT.c.opted_out_at,
).where(CONTACT.c.msisdn_index.in_(bindparam("indexes", expanding=True)))
_LOCKED = _KNOWN.order_by(CONTACT.c.msisdn_index).with_for_update(key_share=True)  # two lists never wait crosswise
_CHANGE = update(CONTACT).where(CONTACT.c.id == bindparam("contact_id"))
_AGREED = select(CONSENT).where(
    CONSENT.c.contact_id.in_(bindparam("ids", expanding=True)),
    CONSENT.c.recipient == BROADCASTS,
    CONSENT.c.case_id.is_(None),
)
_AGREE = update(CONSENT).where(CONSENT.c.id == bindparam("consent_id"))
_FIELDS = select(CONTACT_FIELD).where(CONTACT_FIELD.c.contact_id.in_(bindparam("ids", expanding=True)))
_DATES = select(CONTACT_DATE).where(CONTACT_DATE.c.contact_id.in_(bindparam("ids", expanding=True)))
_GROUPS = select(CONTACT_GROUP.c.name, CONTACT_GROUP.c.id).where(
    CONTACT_GROUP.c.name.in_(bindparam("names", expanding=True))
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody of the list with her row as it stood; ``known`` is None for somebody new."""

    contact_id: str
    row: Newcomer
    known: Any  # its row, or None


class SqlNewcomers(Repository):
    """Takes rows of lists (gateway.ports.import_book)."""

    __slots__ = ()

    def take(self, rows: Sequence[Newcomer], wording: Wording, now: datetime) -> int:
        """Store what rows of different numbers say; return how many of them agree and changed nothing."""
        people = self._standing(rows)
        new = [one for one in people if one.known is None]
        self._add(new, now)
        states = self._agree(people, wording, now)
        corrected = self._correct(people, states)
        welcome = [one for one in people if one.row.agrees]
        changed = {one.contact_id for one in new} | states.keys() | corrected | self._name(welcome)
        changed |= self._gather(welcome, now) | self._date(welcome)
        return sum(row.agrees for row in rows) - sum(one.contact_id in changed for one in welcome)

    def _standing(self, rows: Sequence[Newcomer]) -> list[Standing]:
        """Return whom the list may touch: new people who agree, and known ones who did not stop."""
        by_index = {self.tx.keyring.index(row.msisdn): row for row in rows}
        query = _LOCKED if self.tx.postgres else _KNOWN
        found = {row.msisdn_index: row for row in self.tx.connection.execute(query, {"indexes": list(by_index)})}
        people = []
        for index, row in by_index.items():
            known = found.get(index)
            if known is None and row.agrees:
                people.append(Standing(self.tx.chance.new_id(), row, None))
            elif known is not None and known.opted_out_at is None and row.answers:
                people.append(Standing(known.id, row, known))
        return people

    def _add(self, people: Sequence[Standing], now: datetime) -> None:
        """Insert new contacts; Conflict when one has come in by another door this very moment."""
        new: list[dict[str, Any]] = [
            {
                "id": one.contact_id,
                "msisdn_ct": self.tx.keyring.seal(one.row.msisdn, "contact", one.contact_id, "msisdn"),
                "msisdn_index": self.tx.keyring.index(one.row.msisdn),
                "language": one.row.language,
                "province": one.row.district[:4] if one.row.district else None,
                "district": one.row.district,
                "safety": "unknown",
                "opted_in": bool(one.row.answers.get(INFORMATION)),
                "tags": [],
                "created_at": now,
                "last_message_at": now,
            }
            for one in people
        ]
        if insert_new(self.tx.connection, CONTACT, new) != len(new):
            raise Conflict

    def _agree(self, people: Sequence[Standing], wording: Wording, now: datetime) -> Mapping[str, Mapping[str, str]]:
        """Record consent by purpose; return the purposes whose state changed, of contacts that were known."""
        known = [one.contact_id for one in people if one.known is not None]
        rows = self.tx.connection.execute(_AGREED, {"ids": known}).all() if known else ()
        stored = {(row.contact_id, row.purpose): row for row in rows}
        new: list[dict[str, Any]] = []
        moved: list[dict[str, Any]] = []
        changes: dict[str, dict[str, str]] = {}
        for one, purpose, agreed in _answers(people):
            row = stored.get((one.contact_id, purpose))
            said_at = datetime.combine(one.row.on, time(), UTC) if one.row.on else None
            state = listed(row.state if row else None, row.at if row else None, "give" if agreed else "refuse", said_at)
            if row is not None and row.state == state:
                continue
            values = self._consent(one, purpose, str(state), wording, said_at or now)
            if row is None:
                new.append(values)
            else:
                moved.append({**values, "id": row.id, "consent_id": row.id})
            if one.known is not None:
                changes.setdefault(one.contact_id, {})[purpose] = str(state)
        insert_new(self.tx.connection, CONSENT, new)
        if moved:
            self.tx.connection.execute(_AGREE, moved)
        return changes

    def _consent(self, one: Standing, purpose: str, state: str, wording: Wording, at: datetime) -> dict[str, Any]:
        language = one.row.language or "lo"
        return {
            "id": self.tx.chance.new_id(),
            "contact_id": one.contact_id,
            "recipient": BROADCASTS,
            "purpose": purpose,
            "state": state,
            "wording": wording.message,
            "wording_sha256": wording.sha256.get(language, wording.sha256["lo"]),
            "language": language,
            "at": at,
        }

    def _correct(self, people: Sequence[Standing], states: Mapping[str, Mapping[str, str]]) -> set[str]:
        """Write what a list knows better of known people and return whom; a language that she chose herself stays."""
        changes = []
        for one in people:
            known, row = one.known, one.row
            if known is None:
                continue
            language, district, opted_in = known.language, known.district, known.opted_in
            if row.agrees:
                language, district = language or row.language, row.district or district
            if state := states.get(one.contact_id, {}).get(INFORMATION):
                opted_in = state == "given" or (opted_in and state == "refused")
            province = district[:4] if district and district != known.district else known.province
            after = (language, province, district, opted_in)
            if after != (known.language, known.province, known.district, known.opted_in):
                names = ("language", "province", "district", "opted_in")
                changes.append({"contact_id": one.contact_id, **dict(zip(names, after, strict=True))})
        if changes:
            self.tx.connection.execute(_CHANGE, changes)
        return {change["contact_id"] for change in changes}

    def _name(self, people: Sequence[Standing]) -> set[str]:
        """Write the fields that differ, sealed; return whose they are."""
        known = [one.contact_id for one in people if one.known is not None and one.row.fields]
        rows = self.tx.connection.execute(_FIELDS, {"ids": known}).all() if known else ()
        stored = {
            (row.contact_id, row.name): self.tx.keyring.open(
                row.value_ct, "contact_field", f"{row.contact_id}:{row.name}", "value"
            )
            for row in rows
        }
        new: list[dict[str, Any]] = [
            {
                "contact_id": one.contact_id,
                "name": name,
                "value_ct": self.tx.keyring.seal(value, "contact_field", f"{one.contact_id}:{name}", "value"),
                "characters": len(value),
            }
            for one in people
            for name, value in one.row.fields.items()
            if stored.get((one.contact_id, name)) != value
        ]
        insert_or_replace_all(self.tx.connection, CONTACT_FIELD, new, ("contact_id", "name"))
        return {row["contact_id"] for row in new}

    def _date(self, people: Sequence[Standing]) -> set[str]:
        """Write the days that messages go by where they differ; return whose they are."""
        dated = [one for one in people if one.row.dates]
        if not dated:
            return set()
        rows = self.tx.connection.execute(_DATES, {"ids": [one.contact_id for one in dated]})
        stored = {(row.contact_id, row.of): row.on_day for row in rows}
        new: list[dict[str, Any]] = [
            {"contact_id": one.contact_id, "of": of, "on_day": day}
            for one in dated
            for of, day in one.row.dates.items()
            if stored.get((one.contact_id, of)) != day
        ]
        insert_or_replace_all(self.tx.connection, CONTACT_DATE, new, ("contact_id", "of"))
        return {row["contact_id"] for row in new}

    def _gather(self, people: Sequence[Standing], now: datetime) -> set[str]:
        """Let people join their groups and hold their roles, and return who did; who is in already stays in."""
        groups = self._groups(sorted({name for one in people for name in one.row.groups}), now)
        members = [
            {"group_id": groups[name], "contact_id": one.contact_id}
            for one in people
            for name in sorted(one.row.groups)
        ]
        roles = [{"role": role, "contact_id": one.contact_id} for one in people for role in sorted(one.row.roles)]
        return self._new_of(GROUP_MEMBER, "group_id", members) | self._new_of(CONTACT_ROLE, "role", roles)

    def _new_of(self, table: Table, name: str, rows: Sequence[Mapping[str, str]]) -> set[str]:
        """Insert what contacts do not have yet; return who had it not."""
        if not rows:
            return set()
        held = select(table.c[name], table.c.contact_id).where(table.c.contact_id.in_(bindparam("ids", expanding=True)))
        found = self.tx.connection.execute(held, {"ids": sorted({row["contact_id"] for row in rows})})
        there = {tuple(row) for row in found}
        new = [row for row in rows if (row[name], row["contact_id"]) not in there]
        insert_new(self.tx.connection, table, new)
        return {row["contact_id"] for row in new}

    def _groups(self, names: Sequence[str], now: datetime) -> dict[str, str]:
        if not names:
            return {}
        new = [{"id": self.tx.chance.new_id(), "name": name, "created_at": now} for name in names]
        insert_new(self.tx.connection, CONTACT_GROUP, new)
        return {row.name: row.id for row in self.tx.connection.execute(_GROUPS, {"names": list(names)})}


def _answers(people: Iterable[Standing]) -> Iterator[tuple[Standing, str, bool]]:
    for one in people:
        for purpose, agreed in one.row.answers.items():
            yield one, purpose, agreed

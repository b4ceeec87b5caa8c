"""Posts with whoever sits there now, and hotlines."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from gateway.directory.hotline import Hotline
from gateway.directory.post import Post, after
from gateway.directory.rota import national_desk, on_duty
from gateway.directory.turn import Turn, turn_of
from gateway.errors import NotFound
from gateway.ports.directory_book import Seat, Tenure
from gateway.store.inserting import insert_or_replace
from gateway.store.people import SqlPeople
from gateway.store.schema.desk import HOTLINE, POST, POST_HOLDER
from gateway.store.schema.talk import CONTACT
from gateway.store.transaction import Repository

HOTLINE_COLUMNS = tuple(Hotline.__dataclass_fields__)

_SEATS = (
    select(POST, POST_HOLDER.c.contact_id, POST_HOLDER.c.language, CONTACT.c.msisdn_ct)
    .select_from(
        POST.outerjoin(POST_HOLDER, (POST_HOLDER.c.post_id == POST.c.id) & POST_HOLDER.c.held_to.is_(None)).outerjoin(
            CONTACT, CONTACT.c.id == POST_HOLDER.c.contact_id
        )
    )
    .order_by(POST.c.duty_order, POST.c.id)
)
_OF_OFFICE = _SEATS.where(POST.c.level == bindparam("at_level"), POST.c.place == bindparam("at_place"))
_OF_NATION = _SEATS.where(POST.c.level == "national")
_OF_CONTACT = _SEATS.where(POST_HOLDER.c.contact_id == bindparam("whose"), POST.c.state != "vacant")
_EVERY = _SEATS.order_by(None).order_by(POST.c.level, POST.c.place, POST.c.agency, POST.c.duty_order, POST.c.id)
_OF_PROVINCE = _EVERY.where(POST.c.place.like(bindparam("within")))
_BY_ID = _SEATS.where(POST.c.id == bindparam("which"))
_LOCK = select(POST.c.id).where(POST.c.id == bindparam("which")).with_for_update()
_PRESENT = POST_HOLDER.c.post_id == bindparam("which"), POST_HOLDER.c.held_to.is_(None)
_PIN = select(POST_HOLDER.c.pin_fingerprint).where(*_PRESENT)
_SET_PIN = update(POST_HOLDER).where(*_PRESENT)
_END = update(POST_HOLDER).where(*_PRESENT)
_TENURES = (
    select(POST_HOLDER.c.post_id, POST_HOLDER.c.contact_id, POST_HOLDER.c.held_from, POST_HOLDER.c.held_to)
    .where(POST_HOLDER.c.post_id == bindparam("which"))
    .order_by(POST_HOLDER.c.held_from.desc(), POST_HOLDER.c.id.desc())
)
_HOTLINES = select(*(HOTLINE.c[name] for name in HOTLINE_COLUMNS)).order_by(HOTLINE.c.id)
_DIALLED = _HOTLINES.where(HOTLINE.c.verified_by != "")


class SqlDirectoryBook(Repository):
    """The stored directory (gateway.ports.directory_book)."""

    __slots__ = ()

    def seats(self, agency: str | None, level: str, place: str, course: str | None = None) -> tuple[Seat, ...]:
        """Return the live seats of an office, in duty order; agency None means any agency of that level and place.

        The rota decides who is live and on duty; nothing empties the national desk. ``course``: holders who finished
        it come first.
        """
        now = self.tx.clock.now()
        if level == "national":
            found = self.tx.connection.execute(_OF_NATION)
        else:
            found = self.tx.connection.execute(_OF_OFFICE, {"at_level": level, "at_place": place})
        seats = {seat.post.id: seat for seat in map(self._seat, found)}
        posts = [seat.post for seat in seats.values()]
        local = on_duty(posts, agency, place, now, course=course)
        asked = national_desk(posts, now) if level == "national" else local
        return tuple(seats[post.id] for post in asked)

    def seats_of_contact(self, contact_id: str) -> tuple[Seat, ...]:
        """Return the seats that a phone answers for."""
        return tuple(map(self._seat, self.tx.connection.execute(_OF_CONTACT, {"whose": contact_id})))

    def seat(self, post_id: str, *, locked: bool = False) -> Seat | None:
        """Return one seat, vacant or not; ``locked`` where it is about to be changed.

        Locked first and read then: what stood there before the wait is not what is changed.
        """
        if locked and self.tx.writing and self.tx.postgres:
            self.tx.connection.execute(_LOCK, {"which": post_id})
        row = self.tx.connection.execute(_BY_ID, {"which": post_id}).first()
        return self._seat(row) if row is not None else None

    def set_on_duty(self, post_id: str, on_duty: bool) -> None:
        """Switch a seat's duty; NotFound for an unknown one."""
        if self.tx.connection.execute(update(POST).where(POST.c.id == post_id), {"on_duty": on_duty}).rowcount == 0:
            raise NotFound

    def pin_of(self, post_id: str) -> str | None:
        """Return the keyed digest of the PIN of whoever holds a post; None while none was chosen."""
        return self.tx.connection.execute(_PIN, {"which": post_id}).scalar_one_or_none()

    def set_pin(self, post_id: str, fingerprint: str) -> None:
        """Keep the keyed digest of the present holder's PIN; NotFound for a vacant post."""
        values = {"which": post_id, "pin_fingerprint": fingerprint}
        if self.tx.connection.execute(_SET_PIN, values).rowcount == 0:
            raise NotFound

    def add_post(self, post: Post, holder_e164: str | None, holder_name: str, language: str) -> None:
        """Store a post and, when given, its present holder (name and number sealed), who counts as just heard of."""
        now = self.tx.clock.now()
        held = holder_e164 is not None
        state = after(post.state, "fill") if held and post.state == "vacant" else post.state
        known = replace(post, state=state, answered_at=post.answered_at or (now if held else None))
        self.tx.connection.execute(insert(POST), {"id": post.id, **_stored(known)})
        if holder_e164 is not None:
            self._begin_tenure(post.id, SqlPeople(self.tx).lock(holder_e164, now).id, holder_name, language)

    def every_seat(self, province: str | None = None) -> tuple[Seat, ...]:
        """Return every seat, vacant or not, by level, place, agency and order; of one province with its districts."""
        query, known = (_OF_PROVINCE, {"within": f"{province}%"}) if province else (_EVERY, {})
        return tuple(map(self._seat, self.tx.connection.execute(query, known)))

    def save_post(self, post: Post) -> None:
        """Store a changed post, not its holder; NotFound for an unknown one."""
        if self.tx.connection.execute(update(POST).where(POST.c.id == post.id), _stored(post)).rowcount == 0:
            raise NotFound

    def seat_holder(self, post: Post, contact_id: str, name: str, language: str) -> None:
        """Store a post that somebody just took: the former holder's time ends, hers begins; name sealed, no PIN yet."""
        self.empty_seat(post)
        self._begin_tenure(post.id, contact_id, name, language)

    def empty_seat(self, post: Post) -> None:
        """Store a post that its holder just left; her time ends."""
        self.save_post(post)
        self.tx.connection.execute(_END, {"which": post.id, "held_to": self.tx.clock.now()})

    def tenures(self, post_id: str) -> tuple[Tenure, ...]:
        """Return everybody who held a post, the present holder first."""
        return tuple(Tenure(*row) for row in self.tx.connection.execute(_TENURES, {"which": post_id}))

    def _begin_tenure(self, post_id: str, contact_id: str, name: str, language: str) -> None:
        holder_id = self.tx.chance.new_id()
        self.tx.connection.execute(
            insert(POST_HOLDER),
            {
                "id": holder_id,
                "post_id": post_id,
                "contact_id": contact_id,
                "name_ct": self.tx.keyring.seal(name, "post_holder", holder_id, "name"),
                "language": language,
                "held_from": self.tx.clock.now(),
            },
        )

    def hotlines(self) -> tuple[Hotline, ...]:
        """Return every hotline entry, verified or not, by id."""
        return tuple(_hotline(*row) for row in self.tx.connection.execute(_HOTLINES))

    def dialled_hotlines(self) -> tuple[Hotline, ...]:
        """Return the entries that a named person has dialled; whether one may still be sent is its own matter."""
        return tuple(_hotline(*row) for row in self.tx.connection.execute(_DIALLED))

    def add_hotline(self, entry: Hotline) -> None:
        """Store or replace an entry by its id."""
        row = {name: getattr(entry, name) for name in HOTLINE_COLUMNS}
        row |= {"purposes": " ".join(entry.purposes), "languages": " ".join(entry.languages)}
        insert_or_replace(self.tx.connection, HOTLINE, row, ("id",))

    def _seat(self, row: Row[Any]) -> Seat:
        phones: tuple[str, ...] = ()
        if row.contact_id is not None:
            phones = (self.tx.keyring.open(row.msisdn_ct, "contact", row.contact_id, "msisdn"),)
        post = Post(
            row.id,
            row.agency,
            row.level,
            row.place,
            row.duty_order,
            row.state,
            row.contact_id,
            phones,
            row.on_duty,
            row.answered_at,
            row.misses,
            row.until,
            frozenset(row.courses),
            row.asked_at,
            frozenset(row.shifts),
            _turns(row.taken_over),
            _turns(row.given_away),
        )
        return Seat(post, row.contact_id, row.language or "lo", row.on_duty)


def _stored(post: Post) -> dict[str, Any]:
    """Return a post's own columns: who holds it is a row of its own."""
    return {
        "agency": post.agency,
        "level": post.level,
        "place": post.place,
        "duty_order": post.order,
        "state": post.state,
        "on_duty": post.on_duty,
        "answered_at": post.answered_at,
        "misses": post.misses,
        "until": post.until,
        "courses": sorted(post.courses),
        "asked_at": post.asked_at,
        "shifts": sorted(post.shifts),
        "taken_over": sorted(map(str, post.taken_over)),
        "given_away": sorted(map(str, post.given_away)),
    }


def _turns(stored: list[str]) -> frozenset[Turn]:
    return frozenset(turn for turn in map(turn_of, stored) if turn is not None)


@lru_cache(maxsize=1_000)
def _hotline(*values: str | bool | date | None) -> Hotline:
    """Return the record of a stored row; they are read with every message and change once in months."""
    row: dict[str, Any] = dict(zip(HOTLINE_COLUMNS, values, strict=True))
    return Hotline(**{**row, "purposes": tuple(row["purposes"].split()), "languages": tuple(row["languages"].split())})

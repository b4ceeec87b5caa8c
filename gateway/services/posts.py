"""Changes of the directory: posts are made, taken, left and set in order; every change is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.cases.case import Actor
from gateway.directory.agency import NATIONAL_DESK, agencies
from gateway.directory.post import COURSES, LEVELS, Event, Post, after, emptied, rested, seated
from gateway.directory.rota import turned
from gateway.directory.turn import SHIFTS
from gateway.errors import Conflict, NotFound
from gateway.ports.content import Content
from gateway.ports.directory_book import Seat
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.case_moves import CaseMoves
from gateway.services.key_holding import KeyHolding

OFFICER_FLOW = "officer"


@dataclass(frozen=True, slots=True)
class Posts:
    """Every change follows the table in gateway/directory/post.py, inside a transaction that its caller holds."""

    outside: Outside
    content: Content
    moves: CaseMoves
    keys: KeyHolding

    @contextmanager
    def changing(self) -> Iterator[UnitOfWork]:
        """Hold a transaction; what it queued is woken once it is committed."""
        with self.outside.store.writing() as work:
            yield work
            lanes = work.outbox.queued_lanes
        for lane in sorted(lanes):
            self.outside.wakeup.wake(lane)

    def create(self, work: UnitOfWork, agency: str, level: str, place: str | None, order: int, by: Actor) -> Post:
        """Make a vacant post; Conflict for an unknown agency or place, or an order that is taken."""
        known = next((name for name in LEVELS if name == level), None)
        if agency not in agencies() or known is None:
            raise Conflict("There is no such agency or level.")
        wanted = {"province": "province", "national": None}.get(known, "district")
        found = self.content.library().places.by_code(place or "")
        if (found.level if found else None) != wanted or (known == "national" and place):
            raise Conflict("That place does not fit the level.")
        if order < 1 or any(seat.post.order == order for seat in self.office(work, agency, known, place)):
            raise Conflict("That order is taken: choose the next number.")
        post = Post(self.outside.chance.new_id(), agency, known, place if wanted else None, order)
        work.directory.add_post(post, None, "", "lo")
        self._note(work, "created", post, by)
        return post

    @staticmethod
    def office(work: UnitOfWork, agency: str, level: str, place: str | None) -> tuple[Seat, ...]:
        """Return every seat of one agency at one level and place, vacant or not, in order."""
        seats = work.directory.every_seat(place[:4] if place else None)
        here = [
            seat for seat in seats if (seat.post.agency, seat.post.level, seat.post.place) == (agency, level, place)
        ]
        return tuple(sorted(here, key=lambda seat: seat.post.order))

    def reorder(self, work: UnitOfWork, post_id: str, order: int, by: Actor) -> Post:
        """Give a post another place in the order of its office; whoever stood there takes the one it left."""
        seat = work.directory.seat(post_id)
        if seat is None:
            raise NotFound
        office = self.office(work, seat.post.agency, seat.post.level, seat.post.place)
        ids = sorted({post_id, *(other.post.id for other in office if other.post.order == order)})
        posts = {known: found(work, known) for known in ids}  # in one order, so that two never wait for each other
        post = posts.pop(post_id)
        if order < 1 or order == post.order:
            raise Conflict("Choose another number of the order.")
        for other in posts.values():
            self._save(work, "reordered", replace(other, order=post.order), by)
        return self._save(work, "reordered", replace(post, order=order), by)

    def set_duty(self, work: UnitOfWork, post_id: str, on: bool, by: Actor) -> Post:
        """Take a post on duty or off."""
        return self._save(work, "duty_on" if on else "duty_off", turned(found(work, post_id), on), by)

    def set_shifts(self, work: UnitOfWork, post_id: str, shifts: frozenset[str], by: Actor) -> Post:
        """Say when it is a post's turn; no shift at all means always. Conflict for a shift that there is not."""
        if shifts - set(SHIFTS):
            raise Conflict("There is no such shift.")
        return self._save(work, "shifts", replace(found(work, post_id), shifts=shifts), by)

    def set_courses(self, work: UnitOfWork, post_id: str, courses: frozenset[str], by: Actor) -> Post:
        """Say which courses a post's holder finished. Conflict for a course that there is not."""
        if courses - set(COURSES):
            raise Conflict("There is no such course.")
        return self._save(work, "courses", replace(found(work, post_id), courses=courses), by)

    def seat(
        self,
        work: UnitOfWork,
        post_id: str,
        phone: str,
        name: str,
        language: str,
        by: Actor,
        *,
        until: datetime | None = None,
        heard: bool = False,
    ) -> Post:
        """Let a person take a post with her phone (E.164), for good or ``until``; the former holder's rights end.

        ``heard``: she enrolled from that phone. Otherwise the post is live once she answers the check that is sent now.
        """
        post, now = found(work, post_id), self.outside.clock.now()
        if until is not None and until <= now:
            raise Conflict("A temporary holder's end lies ahead.")
        contact = work.people.lock(phone, now)
        if contact.id == post.holder:
            raise Conflict("She holds that post already.")
        taken = seated(post, entering(post, until), contact.id, (phone,), now, until)
        taken = taken if heard else replace(taken, answered_at=None)
        former = post.holder
        work.directory.seat_holder(taken, contact.id, name, language)
        if former is not None:
            self._dismiss(work, post_id, former)
        for row in work.sessions.of_contact(contact.id):
            if row.flow != OFFICER_FLOW:  # a villager's conversation in front would swallow an officer's words
                work.sessions.end(row.id)
        self._note(work, "seated" if until is None else "seated_temporarily", taken, by)
        if not heard:  # until she answers, nobody does: what the post had accepted must not wait for that
            self.moves.release(work, taken, by, now)
        return taken

    def go_on_leave(self, work: UnitOfWork, post_id: str, by: Actor) -> Post:
        """Let a holder rest: nothing is sent to her, and what she had accepted finds another owner."""
        post = self._save(work, "on_leave", rested(found(work, post_id), "go_on_leave"), by)
        self.moves.release(work, post, by, self.outside.clock.now())
        return post

    def come_back(self, work: UnitOfWork, post_id: str, by: Actor) -> Post:
        """Let a holder come back from leave."""
        return self._save(work, "back", rested(found(work, post_id), "come_back"), by)

    def vacate(self, work: UnitOfWork, post_id: str, by: Actor, event: Event = "vacate") -> Post:
        """Declare a post vacant: its holder's rights and sessions end at once, its cases find another owner."""
        post, now = found(work, post_id), self.outside.clock.now()
        empty = emptied(post, event)
        work.directory.empty_seat(empty)
        if post.holder is not None:
            self._dismiss(work, post_id, post.holder)
        self._note(work, "vacated" if event == "vacate" else "ran_out", empty, by)
        self.moves.release(work, empty, by, now)
        return empty

    def _dismiss(self, work: UnitOfWork, post_id: str, contact_id: str) -> None:
        """End what a former holder could still do: console accounts of the post, texts on their way, conversations."""
        for account in work.accounts.list():
            if account.post_id == post_id and not account.disabled:
                work.accounts.save(replace(account, disabled=True))
                self.keys.leave(work, account)
        if work.directory.seats_of_contact(contact_id):
            return
        work.outbox.cancel(contact_id=contact_id, kinds=("alert", "notice"), reason="left")
        for row in work.sessions.of_contact(contact_id):
            if row.flow == OFFICER_FLOW:
                work.sessions.end(row.id)

    def _save(self, work: UnitOfWork, what: str, post: Post, by: Actor) -> Post:
        work.directory.save_post(post)
        self._note(work, what, post, by)
        return post

    def _note(self, work: UnitOfWork, what: str, post: Post, by: Actor) -> None:
        work.audit.append(self.outside.clock.now(), by.id, by.role, f"post.{what}", post.id)
        self.outside.meter.event("post_changed", what=what, agency=post.agency, place=post.place or "LA")


def found(work: UnitOfWork, post_id: str) -> Post:
    """Return a post that is to be changed, or raise NotFound; whoever else would change it waits."""
    seat = work.directory.seat(post_id, locked=True)
    if seat is None:
        raise NotFound
    return seat.post


def entering(post: Post, until: datetime | None) -> Event:
    """Return by which event somebody takes a post as it stands; Conflict where the table has none."""
    event: Event = "fill_temporarily" if until is not None else "fill"
    if until is None and post.state in ("held", "on_leave"):
        event = "hand_over"
    after(post.state, event)
    return event


def above(work: UnitOfWork, posts: tuple[Post, ...], without: str | None = None) -> tuple[Seat, ...]:
    """Return the seats that stand over these posts: the province's, else the national desk; never ``without``'s own."""
    provinces = {(post.place or "")[:4] for post in posts}
    local = all(post.level in ("village", "district") for post in posts)
    tiers = [(None, "province", provinces.pop())] if local and len(provinces) == 1 else []
    for agency, level, place in (*tiers, (NATIONAL_DESK, "national", "")):
        seats = [seat for seat in work.directory.seats(agency, level, place) if seat.contact_id != without]
        if seats:
            return tuple(seats)
    return ()

"""Handing posts over: by the word HANDOVER or on a page; nobody's rights change before a successor has enrolled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.cases.case import Actor
from gateway.cases.clocks import EscalationSettings, may_undo
from gateway.contacts.contact import Contact
from gateway.directory.hand_over import KEY_LIVES, LAPSES, Event, State, acts_at, after, stands_over
from gateway.directory.post import Post
from gateway.errors import Conflict
from gateway.ports.directory_book import Seat
from gateway.ports.hand_overs import HandOverRow
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.closing import PURPOSE as PIN
from gateway.services.post_notices import PostNotices
from gateway.services.posts import Posts, above, entering, found

KEY = "hand_over_key"
WRONG_TRIES_A_DAY, DAY = 5, timedelta(days=1)
CODES_TOLD = 4  # as many as fit one segment in Lao; LIST tells the rest
NO_TIME = timedelta(0)
ASKED, BEGUN, APPROVE, KEY_TOLD = "handover_asked", "handover_begun", "handover_approve", "handover_key"
SOON, YOURS, OVER, STOPPED = "handover_soon", "handover_yours", "handover_over", "handover_stopped"


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Inside the transaction of the text or form that brought the word; only ``carry_out_due`` opens its own."""

    posts: Posts
    notices: PostNotices
    settings: EscalationSettings

    def ask(self, work: UnitOfWork, leaver_id: str, post_ids: tuple[str, ...], now: datetime) -> HandOverRow:
        """Let a holder ask by text: whoever stands over her posts is told, and she how to take it back."""
        row = self.of_leaver(work, leaver_id)
        if row is None:
            row = self._begin(work, post_ids, leaver_id, Actor(post_ids[0], "officer"), now)
        posts = tuple(found(work, post_id) for post_id in row.posts)
        self._tell(work, ASKED, row, leaver_id, now)
        for seat in above(work, posts, without=leaver_id):
            place = posts[0].place or "LA"
            self._tell(work, APPROVE, row, seat.contact_id, now, language=seat.language, place=place)
        return row

    def begin(
        self, work: UnitOfWork, post_id: str, by: Actor, now: datetime, name: str = "", until: datetime | None = None
    ) -> HandOverRow:
        """Begin one for a post on its supervisor's page; the holder, if any, is told and may take it back."""
        post = found(work, post_id)
        if self.of_post(work, post_id) is not None:
            raise Conflict("This post is being handed over already.")
        entering(post, until)
        row = self._begin(work, (post_id,), post.holder, by, now, name, until)
        self._tell(work, BEGUN, row, post.holder, now)
        return row

    def approve(self, work: UnitOfWork, row: HandOverRow, by: Actor, now: datetime) -> tuple[HandOverRow, str]:
        """Approve, or draw a fresh code; return the row and the one-time code, which is kept as a digest only."""
        key = self.posts.outside.chance.pin()
        approved = replace(
            row,
            approved_by=by.id,
            key_fingerprint=self._digest(row, key),
            key_expires_at=now + KEY_LIVES,
        )
        return self._move(work, approved, "approve", by, now), key

    def approve_by_text(self, work: UnitOfWork, contact: Contact, code: str, now: datetime) -> bool:
        """Let a supervisor approve by text; False, and it counts as a wrong try, where it is not hers to approve."""
        row, seats = work.hand_overs.by_code(code), work.directory.seats_of_contact(contact.id)
        if row is None or row.state not in ("asked", "approved") or contact.id == row.leaver_id:
            return self._wrong(work, (contact.id,), now)
        posts = [found(work, post_id) for post_id in row.posts]
        own = next((seat for seat in seats if stands_over(seat.post, posts)), None)
        if own is None:
            return self._wrong(work, (contact.id,), now)
        row, key = self.approve(work, row, Actor(own.post.id, "supervisor"), now)
        self._tell(
            work, KEY_TOLD, row, contact.id, now, language=own.language, once=f"{now:%Y%m%d%H%M%S}", case_pin=key
        )
        return True

    def enrol(self, work: UnitOfWork, contact: Contact, code: str, key: str, now: datetime) -> bool:
        """Let a successor enrol from her own phone; False for whatever does not fit, and every try is counted."""
        subjects = (contact.id, code)
        if not all(self.may_try(work, subject, now) for subject in subjects):
            return False
        row = work.hand_overs.by_code(code)
        if row is None or row.state != "approved" or row.key_fingerprint != self._digest(row, key):
            return self._wrong(work, subjects, now)
        if row.key_expires_at is None or now >= row.key_expires_at or self._is_same(work, row, contact.id):
            return self._wrong(work, subjects, now)
        undo = timedelta(minutes=self.settings.undo_minutes) if row.leaver_id else NO_TIME
        row = replace(row, successor_id=contact.id, acts_at=acts_at(row.asked_at, now, undo), key_fingerprint=None)
        row = self._move(work, row, "enrol", Actor(contact.id, "successor"), now)
        if row.acts_at is not None and row.acts_at > now:
            here = row.acts_at.astimezone(self.settings.working_time.zone)
            self._tell(work, SOON, row, contact.id, now, time=f"{here:%H:%M}")
        else:
            self._carry_out(work, row, now)
        return True

    @staticmethod
    def may_try(work: UnitOfWork, subject: str, now: datetime) -> bool:
        """Whether a phone (contact id), or for a hand-over (its code), may still try today."""
        return work.caseload.wrong_tries(f"{KEY}:{subject}", now - DAY) < WRONG_TRIES_A_DAY

    def undo(self, work: UnitOfWork, row: HandOverRow, by: Actor, now: datetime) -> None:
        """Stop it before it acts; everybody whom it concerns learns that nothing changes."""
        self._move(work, row, "undo", by, now)
        for contact_id in {row.leaver_id, row.successor_id, *self._approver(work, row)} - {None}:
            self._tell(work, STOPPED, row, contact_id, now)

    def may_take_back(self, row: HandOverRow, contact_id: str, now: datetime) -> bool:
        """Whether the holder of the post may still take it back by text."""
        return row.leaver_id == contact_id and may_undo(row.asked_at, now, self.settings)

    @staticmethod
    def of_leaver(work: UnitOfWork, contact_id: str) -> HandOverRow | None:
        """Return the hand-over that a holder waits for."""
        return next((row for row in work.hand_overs.pending() if row.leaver_id == contact_id), None)

    @staticmethod
    def of_post(work: UnitOfWork, post_id: str) -> HandOverRow | None:
        """Return the hand-over that a post waits for."""
        return next((row for row in work.hand_overs.pending() if post_id in row.posts), None)

    def carry_out_due(self) -> int:
        """Carry out what nobody has taken back, and let lapse what nobody took up within a week."""
        now = self.posts.outside.clock.now()
        with self.posts.outside.store.reading() as work:
            rows = work.hand_overs.pending()
        acting = [row for row in rows if row.state == "enrolled" and row.acts_at is not None and row.acts_at <= now]
        stale = [row for row in rows if row.state != "enrolled" and row.asked_at + LAPSES <= now]
        act: dict[str, Callable[[UnitOfWork, HandOverRow], object]] = {
            **{row.code: lambda work, row: self._carry_out(work, row, now) for row in acting},
            **{
                row.code: lambda work, row: self._move(work, row, "lapse", Actor("gateway", "gateway"), now)
                for row in stale
            },
        }
        for code, carry_out in act.items():
            with self.posts.changing() as work:
                row = work.hand_overs.by_code(code)
                if row is not None and row.state in ("asked", "approved", "enrolled"):
                    carry_out(work, row)
        return len(act)

    def _begin(
        self,
        work: UnitOfWork,
        post_ids: tuple[str, ...],
        leaver_id: str | None,
        by: Actor,
        now: datetime,
        name: str = "",
        until: datetime | None = None,
    ) -> HandOverRow:
        chance = self.posts.outside.chance
        row = HandOverRow(
            chance.new_id(), chance.case_code(), post_ids, leaver_id, "asked", by.id, now, name, until
        )  # fmt: skip
        if work.caseload.by_code(row.code) is not None:
            raise Conflict("The code drawn for this hand-over is taken.")
        work.hand_overs.add(row)
        for post_id in post_ids:
            work.audit.append(now, by.id, by.role, "hand_over.asked", post_id)
        return row

    def _move(self, work: UnitOfWork, row: HandOverRow, event: Event, by: Actor, now: datetime) -> HandOverRow:
        """Store a row as it is after ``event``; Conflict where somebody was faster."""
        before: State = row.state
        moved = replace(row, state=after(before, event))
        if not work.hand_overs.save(moved, before):
            raise Conflict("This hand-over is not at that point any more.")
        for post_id in row.posts:
            work.audit.append(now, by.id, by.role, f"hand_over.{event}", post_id)
        return moved

    def _carry_out(self, work: UnitOfWork, row: HandOverRow, now: datetime) -> None:
        """End the holder's rights and begin the successor's, in one moment; cases stay with the posts."""
        by = Actor(row.approved_by or "gateway", "supervisor")
        posts = [found(work, post_id) for post_id in row.posts]
        heir = work.people.get(row.successor_id or "")
        if heir is None or any(post.holder != row.leaver_id for post in posts):
            self.undo(work, row, by, now)  # somebody else has taken or emptied the post meanwhile
            return
        self._move(work, row, "carry_out", by, now)
        language = self._language(work, heir.id, posts)
        for post in posts:
            self.posts.seat(work, post.id, heir.msisdn, row.name, language, by, until=row.until, heard=True)
        pin = self.posts.outside.chance.pin()
        for seat in work.directory.seats_of_contact(heir.id):  # one person, one PIN
            work.directory.set_pin(seat.post.id, self.posts.outside.keyring.fingerprint(PIN, f"{seat.post.id}:{pin}"))
        codes = ", ".join(work.caseload.open_codes(row.posts)[:CODES_TOLD]) or "-"
        self._tell(work, YOURS, row, heir.id, now, language=language, case_pin=pin, list=codes)
        self._tell(work, OVER, row, row.leaver_id, now)

    def _is_same(self, work: UnitOfWork, row: HandOverRow, contact_id: str) -> bool:
        """Whether a successor is the one who leaves, or the one who approved: nobody takes a post by her own word."""
        return contact_id in {row.leaver_id, *self._approver(work, row)}

    @staticmethod
    def _approver(work: UnitOfWork, row: HandOverRow) -> tuple[str | None, ...]:
        seat: Seat | None = work.directory.seat(row.approved_by) if row.approved_by else None
        return (seat.contact_id,) if seat is not None else ()

    @staticmethod
    def _wrong(work: UnitOfWork, subjects: tuple[str, ...], now: datetime) -> bool:
        for subject in subjects:
            work.caseload.note_wrong_try(f"{KEY}:{subject}", now)
        return False

    def _digest(self, row: HandOverRow, key: str) -> str:
        return self.posts.outside.keyring.fingerprint(KEY, f"{row.id}:{row.code}:{key}")

    @staticmethod
    def _language(work: UnitOfWork, contact_id: str, posts: list[Post]) -> str:
        contact, former = work.people.get(contact_id), work.directory.seat(posts[0].id)
        own = contact.language if contact and contact.language in ("lo", "en") else None
        return own or (former.language if former else "lo")

    def _tell(
        self,
        work: UnitOfWork,
        text: str,
        row: HandOverRow,
        contact_id: str | None,
        now: datetime,
        *,
        language: str | None = None,
        once: str = "",
        **values: str,
    ) -> None:
        if contact_id is None:
            return
        seats = work.directory.seats_of_contact(contact_id)
        posts = [found(work, post_id) for post_id in row.posts]
        spoken = language or (seats[0].language if seats else self._language(work, contact_id, posts))
        key = f"{text}:{row.id}:{contact_id}:{once}"
        self.notices.tell(work, f"officer.{text}", contact_id, spoken, key, now, case_code=row.code, **values)

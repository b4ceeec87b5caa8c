"""Swaps of turns: one post asks a colleague of its office, who accepts by text or on her page; the rota follows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from gateway.cases.case import Actor
from gateway.directory.post import Post
from gateway.directory.swap import Event, Swap, after, check, swapped
from gateway.directory.turn import LAO_TIME, Turn
from gateway.errors import Conflict, NotFound
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.post_notices import PostNotices
from gateway.services.posts import Posts, found

ASKED, ASKED_FOR, TAKEN, REFUSED = "swap_asked", "swap_asked_for", "swap_taken", "swap_refused"


@dataclass(frozen=True, slots=True)
class Swaps:
    """Inside a transaction that the caller holds; every step is written down."""

    posts: Posts
    notices: PostNotices

    def ask(
        self, work: UnitOfWork, asker: str, colleague: str, gives: Turn, gets: Turn | None, by: Actor, now: datetime
    ) -> Swap:
        """Ask a colleague to take a turn, in return for one of hers or for nothing; she is told by text.

        Conflict for what cannot be swapped, and for a turn that is being swapped already.
        """
        chance = self.posts.outside.chance
        swap = Swap(chance.new_id(), chance.case_code(), asker, colleague, gives, gets, by.id, now)
        posts = self._both(work, swap)
        check(swap, *posts, now)
        if any(_given(swap) & _given(other) for other in work.swaps.waiting(now)):
            raise Conflict("That turn is being swapped already.")
        if any(book.by_code(swap.code) is not None for book in (work.caseload, work.hand_overs, work.swaps)):
            raise Conflict("The code drawn for this swap is taken.")
        work.swaps.add(swap)
        work.audit.append(now, by.id, by.role, "swap.asked", swap.id, f"{asker} {gives} to {colleague} for {gets}")
        if gets is None:
            self._tell(work, ASKED, swap, posts[1], now, case_code=swap.code)
        else:
            short = f"{gets.begins.astimezone(LAO_TIME):%d/%m %H:%M}"
            self._tell(work, ASKED_FOR, swap, posts[1], now, case_code=swap.code, list=short)
        return swap

    def accept(self, work: UnitOfWork, code: str, post_ids: Iterable[str], by: Actor, now: datetime) -> Swap:
        """Accept for a colleague's posts; the rota follows at once. Conflict where it would leave a turn to nobody."""
        swap = self._settle(work, code, "accept", post_ids, by, now)
        asker, colleague = self._both(work, swap)
        check(swap, asker, colleague, now)
        for post in swapped(swap, asker, colleague, now):
            work.directory.save_post(post)
        self._tell(work, TAKEN, swap, asker, now)
        return swap

    def refuse(self, work: UnitOfWork, code: str, post_ids: Iterable[str], by: Actor, now: datetime) -> None:
        """Refuse for a colleague's posts; whoever asked is told."""
        swap = self._settle(work, code, "refuse", post_ids, by, now)
        self._tell(work, REFUSED, swap, found(work, swap.asker), now)

    def withdraw(self, work: UnitOfWork, code: str, post_ids: Iterable[str], by: Actor, now: datetime) -> None:
        """Take an unanswered question back, for the posts of whoever asked."""
        self._settle(work, code, "withdraw", post_ids, by, now)

    def accept_by_text(self, work: UnitOfWork, code: str, post_ids: tuple[str, ...], now: datetime) -> bool:
        """Accept from the phone of a colleague; False for whatever cannot be, which is not said."""
        try:
            with work.savepoint():
                self.accept(work, code, post_ids, Actor(post_ids[0] if post_ids else "", "officer"), now)
        except (Conflict, NotFound):
            return False
        return True

    @staticmethod
    def waiting_for(work: UnitOfWork, post_id: str, now: datetime) -> tuple[Swap, ...]:
        """Return the unanswered swaps that a post asked for or is asked for."""
        return tuple(swap for swap in work.swaps.waiting(now) if post_id in (swap.asker, swap.colleague))

    @staticmethod
    def _settle(work: UnitOfWork, code: str, event: Event, post_ids: Iterable[str], by: Actor, now: datetime) -> Swap:
        """Move an open swap; NotFound for one in which these posts have no such part, or which is over."""
        swap = work.swaps.by_code(code)
        if swap is None or (swap.asker if event == "withdraw" else swap.colleague) not in post_ids:
            raise NotFound
        moved = replace(swap, state=after(swap.state, event))
        if now >= swap.until or not work.swaps.settle(swap.id, moved.state):
            raise Conflict("This swap is settled already.")
        work.audit.append(now, by.id, by.role, f"swap.{moved.state}", swap.id)
        return moved

    @staticmethod
    def _both(work: UnitOfWork, swap: Swap) -> tuple[Post, Post]:
        """Return both posts; taken in one order, so that two swaps never wait for each other."""
        posts = {post_id: found(work, post_id) for post_id in sorted({swap.asker, swap.colleague})}
        return posts[swap.asker], posts[swap.colleague]

    def _tell(self, work: UnitOfWork, text: str, swap: Swap, post: Post, now: datetime, **values: str) -> None:
        seat = work.directory.seat(post.id)
        if seat is not None and seat.contact_id is not None:
            at = swap.gives.begins.astimezone(LAO_TIME)
            self.notices.tell(
                work, f"officer.{text}", seat.contact_id, seat.language, f"{text}:{swap.id}", now,
                date=f"{at:%d/%m/%Y}", time=f"{at:%H:%M}", **values,
            )  # fmt: skip


def _given(swap: Swap) -> set[tuple[str, Turn]]:
    """Return who would give which turn."""
    return {(swap.asker, swap.gives)} | ({(swap.colleague, swap.gets)} if swap.gets is not None else set())

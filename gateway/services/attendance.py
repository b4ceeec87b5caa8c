"""Signs of life from posts: whatever an officer orders by text answers the monthly check of all her posts."""

from dataclasses import dataclass
from datetime import datetime

from gateway.directory.check import waiting
from gateway.directory.post import Post, checked
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.post_notices import PostNotices
from gateway.services.posts import above, found

EMPTY = "officer.office_empty"


@dataclass(frozen=True, slots=True)
class Attendance:
    """Inside the transaction of the text that is the sign."""

    notices: PostNotices

    def heard(self, work: UnitOfWork, post_ids: tuple[str, ...], now: datetime) -> bool:
        """Write a sign of life down; whether a check, or a post never heard of, was waiting for it."""
        seats = [work.directory.seat(post_id) for post_id in post_ids]
        owing = sorted(seat.post.id for seat in seats if seat is not None and owes(seat.post))
        for post_id in owing:
            post = found(work, post_id)
            work.directory.save_post(checked(post, now))
            work.audit.append(now, post.id, "officer", "post.answered", post.id)
        return bool(owing)

    def left_empty(self, work: UnitOfWork, post: Post, now: datetime) -> None:
        """Tell whoever stands over a post that its office has nobody on duty, once a day for a leaver and a place."""
        for seat in above(work, (post,), without=post.holder):
            if seat.contact_id is not None:
                place = post.place or "LA"
                key = f"left_empty:{post.holder}:{place}:{seat.contact_id}:{now:%Y%m%d}"
                self.notices.tell(work, EMPTY, seat.contact_id, seat.language, key, now, place=place)


def owes(post: Post) -> bool:
    """Whether a sign of life is waited for: of a check, or because there never was one."""
    return waiting(post) or post.answered_at is None

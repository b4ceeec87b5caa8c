"""What time does to posts: temporary holders end, the monthly check asks, and thin coverage is told of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gateway.cases.case import Actor
from gateway.directory.check import DOUBTED, asked, due
from gateway.directory.post import Post, checked
from gateway.directory.rota import gaps
from gateway.ports.directory_book import Seat
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.handing_over import HandingOver
from gateway.services.post_notices import PostNotices
from gateway.services.posts import Posts, above, found

HOUR = timedelta(hours=1)
DAILY = timedelta(hours=23)  # taken at the same hour each day, and never twice in one
MORNING, EVENING = 8, 17
CLOCK = Actor("gateway", "gateway")
CHECK, MISSED, GAP, GAPS = "officer.check", "officer.check_missed", "officer.gap", "officer.gaps"


@dataclass(frozen=True, slots=True)
class PostUpkeep:
    """Called by the clock; clocks at once share the hours. Nobody is texted before eight or after five."""

    posts: Posts
    notices: PostNotices
    handing_over: HandingOver
    zone: tzinfo

    def keep_up(self) -> int:
        """Carry out hand-overs as they fall due, and do the rest once an hour; return how much was due."""
        return self.handing_over.carry_out_due() + self._hourly()

    def _hourly(self) -> int:
        now = self.posts.outside.clock.now()
        with self.posts.changing() as work:
            mine = work.duties.take("post_upkeep", now, HOUR)
        if not mine:
            return 0
        done = self._run_out(now)
        if MORNING <= now.astimezone(self.zone).hour < EVENING:
            done += self._check(now) + self._tell_gaps(now)
        return done

    def _run_out(self, now: datetime) -> int:
        with self.posts.outside.store.reading() as work:
            over = [seat.post for seat in work.directory.every_seat() if seat.post.until and seat.post.until <= now]
        for post in over:
            with self.posts.changing() as work:
                self.posts.vacate(work, post.id, CLOCK, "run_out")
        return len(over)

    def _check(self, now: datetime) -> int:
        """Ask every phone once for all of its posts, and count what last time's silence means."""
        with self.posts.outside.store.reading() as work:
            seats = [seat for seat in work.directory.every_seat() if seat.contact_id is not None]
        owing = dict.fromkeys(seat.contact_id for seat in seats if due(seat.post, now))
        for contact_id in owing:
            with self.posts.changing() as work:
                held = work.directory.seats_of_contact(contact_id or "")
                if held:
                    self._ask(work, contact_id or "", held, now)
        return len(owing)

    def _ask(self, work: UnitOfWork, contact_id: str, seats: tuple[Seat, ...], now: datetime) -> None:
        doubted = []
        for post_id in sorted(seat.post.id for seat in seats):
            post = found(work, post_id)
            what = due(post, now)
            post = checked(post, None) if what == "miss" else post
            if what is not None:
                work.directory.save_post(asked(post, now))
            if what == "miss":
                work.audit.append(now, CLOCK.id, CLOCK.role, "post.check_missed", post.id, str(post.misses))
                doubted += [post] if post.misses == DOUBTED else []
        self.notices.tell(work, CHECK, contact_id, seats[0].language, f"check:{contact_id}:{now:%Y%m%d}", now)
        if doubted:
            self._warn(work, doubted[0], now)

    def _warn(self, work: UnitOfWork, post: Post, now: datetime) -> None:
        for seat in above(work, (post,), without=post.holder):
            if seat.contact_id is not None:
                key = f"missed:{post.id}:{seat.contact_id}:{now:%Y%m%d}"
                place = post.place or "LA"
                self.notices.tell(work, MISSED, seat.contact_id, seat.language, key, now, place=place)

    def _tell_gaps(self, now: datetime) -> int:
        """Tell each province, or the national desk in its place, once a day of its districts where too few answer."""
        with self.posts.changing() as work:
            if not work.duties.take("coverage_gaps", now, DAILY):
                return 0
            wanting = defaultdict(list)
            posts = {seat.post.place: seat.post for seat in work.directory.every_seat()}
            for place in places_in_want(work, now):
                wanting[place[:4]].append(place)
            for places in wanting.values():
                self._tell_of(work, places, above(work, (posts[places[0]],)), now)
        return len(wanting)

    def _tell_of(self, work: UnitOfWork, places: list[str], seats: tuple[Seat, ...], now: datetime) -> None:
        self.posts.outside.meter.event("coverage_gaps", places=",".join(places), told=len(seats))
        content_id, values = (GAP if len(places) == 1 else GAPS), {"place": places[0], "count": str(len(places))}
        for seat in seats:
            if seat.contact_id is not None:
                key = f"gaps:{places[0][:4]}:{seat.contact_id}:{now:%Y%m%d}"
                self.notices.tell(work, content_id, seat.contact_id, seat.language, key, now, **values)


def places_in_want(work: UnitOfWork, now: datetime, province: str | None = None) -> tuple[str, ...]:
    """Return the districts with posts where fewer than two people would answer now, in order of their codes."""
    posts = [seat.post for seat in work.directory.every_seat(province) if seat.post.level == "district"]
    return gaps(posts, sorted({post.place for post in posts if post.place}), now)

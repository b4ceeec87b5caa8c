"""The directory as files: every row judged, all of a file taken or nothing, and the same file twice changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, tzinfo
from typing import TypeVar

from gateway.cases.case import Actor
from gateway.contacts.phone import mask, read_phone
from gateway.directory.hotline import VERIFIED_FOR, Hotline
from gateway.directory.post import Post
from gateway.directory.sheet import (
    HOTLINE_COLUMNS,
    Fault,
    Kind,
    PostLine,
    Row,
    read_hotline,
    read_post,
)
from gateway.errors import Conflict, GatewayError, NotFound
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.posts import Posts

T = TypeVar("T")
K = TypeVar("K", str, tuple[str, str, str | None, int])
CORRECT = "Correct the row and import again."


@dataclass(slots=True)
class Taken:
    """What an import did or would do, a line each, and what was wrong; with a fault nothing was done."""

    changes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class Undone(GatewayError):
    """Rolls a transaction back: it was only tried, or something in it was wrong."""


@dataclass(frozen=True, slots=True)
class DirectoryFiles:
    """``simulated``: the reserved numbers of the demo are taken too; ``zone`` is where a date ends."""

    posts: Posts
    zone: tzinfo
    simulated: bool = False

    def take(self, kind: Kind, rows: Sequence[Row], by: Actor, *, dry_run: bool = False) -> Taken:
        """Take every row of a file in one transaction; a dry run does the same and undoes it."""
        taken = Taken()
        take = self._take_posts if kind == "posts" else self._take_hotlines
        try:
            with self.posts.changing() as work:
                take(work, rows, by, taken)
                if taken.faults or dry_run:
                    raise Undone
        except Undone:
            pass
        return taken

    def post_rows(self) -> list[list[str]]:
        """Return every post as a row of texts; names are not told, and numbers by their last digits only."""
        with self.posts.outside.store.reading() as work:
            seats = work.directory.every_seat()
        return [
            [
                seat.post.id, seat.post.agency, seat.post.level, seat.post.place or "", str(seat.post.order),
                "yes" if seat.post.on_duty else "no", " ".join(sorted(seat.post.shifts)) or "always",
                " ".join(sorted(seat.post.courses)) or "none", "",
                masked(seat.post), seat.language if seat.contact_id else "",
                f"{seat.post.until.astimezone(self.zone):%Y-%m-%d}" if seat.post.until else "",
            ]
            for seat in seats
        ]  # fmt: skip

    def hotline_rows(self) -> list[list[str]]:
        """Return every hotline as a row of texts."""
        with self.posts.outside.store.reading() as work:
            entries = work.directory.hotlines()
        return [[_cell(getattr(entry, name)) for name in HOTLINE_COLUMNS] for entry in entries]

    def verify(self, hotline_id: str, name: str, on: date, by: Actor) -> Hotline:
        """Write down that a named person dialled a number and it is right; good for 180 days."""
        now = self.posts.outside.clock.now()
        if not name.strip() or on > now.astimezone(self.zone).date():
            raise Conflict("Say who dialled the number, and when.")
        with self.posts.changing() as work:
            entry = next((entry for entry in work.directory.hotlines() if entry.id == hotline_id), None)
            if entry is None:
                raise NotFound
            entry = replace(entry, verified_by=name.strip(), verified_on=on, expires=on + VERIFIED_FOR)
            work.directory.add_hotline(entry)
            work.audit.append(now, by.id, by.role, "hotline.verified", hotline_id)
        return entry

    def _take_posts(self, work: UnitOfWork, rows: Sequence[Row], by: Actor, taken: Taken) -> None:
        lines = _read(rows, read_post, taken)
        doubled = _doubled([line.key for line in lines])
        for line in lines:
            if line.key in doubled:
                taken.faults.append(line.row.fault("order", "the same post stands twice", CORRECT))
                continue
            try:
                taken.changes += [
                    f"line {line.row.line}: {_named(line)}: {what}" for what in self._take(work, line, by)
                ]
            except (Conflict, NotFound) as refused:
                taken.faults.append(line.row.fault("post", refused.told.rstrip("."), CORRECT))

    def _take(self, work: UnitOfWork, line: PostLine, by: Actor) -> list[str]:
        """Bring a post to what its row says; return what changed."""
        done = []
        post = self._post_of(work, line)
        if post is None:
            post = self.posts.create(work, line.agency, line.level, line.place, line.order, by)
            done.append("added")
        if post.order != line.order:
            post = self.posts.reorder(work, post.id, line.order, by)
            done.append(f"order {line.order}")
        if line.on_duty is not None and line.on_duty != post.on_duty:
            post = self.posts.set_duty(work, post.id, line.on_duty, by)
            done.append("on duty" if line.on_duty else "off duty")
        if line.shifts is not None and line.shifts != post.shifts:
            post = self.posts.set_shifts(work, post.id, line.shifts, by)
            done.append("shifts")
        if line.phone and self._seated(work, post, line, by):
            done.append("new holder, who is asked for a sign of life")
        # After a change of holder, for courses belong to persons.
        if line.courses is not None and line.courses != self._courses(work, post.id):
            self.posts.set_courses(work, post.id, line.courses, by)
            done.append("courses")
        return done

    @staticmethod
    def _courses(work: UnitOfWork, post_id: str) -> frozenset[str]:
        seat = work.directory.seat(post_id)
        return seat.post.courses if seat else frozenset()

    def _post_of(self, work: UnitOfWork, line: PostLine) -> Post | None:
        if not line.post:
            office = self.posts.office(work, line.agency, line.level, line.place)
            return next((seat.post for seat in office if seat.post.order == line.order), None)
        seat = work.directory.seat(line.post)
        if seat is None:
            raise Conflict("There is no post of that id: leave it empty for a new one.")
        if (seat.post.agency, seat.post.level, seat.post.place) != (line.agency, line.level, line.place):
            raise Conflict("A post keeps its agency, level and place: make a new one.")
        return seat.post

    def _seated(self, work: UnitOfWork, post: Post, line: PostLine, by: Actor) -> bool:
        phone = read_phone(line.phone, simulated=self.simulated).e164
        if phone is None:
            raise Conflict("The phone is no valid number: write it as 020 and eight digits.")
        if phone in post.phones:
            return False
        until = datetime.combine(line.until, time.max, self.zone) if line.until else None
        self.posts.seat(work, post.id, phone, line.holder, line.language, by, until=until)
        return True

    def _take_hotlines(self, work: UnitOfWork, rows: Sequence[Row], by: Actor, taken: Taken) -> None:
        known = {entry.id: entry for entry in work.directory.hotlines()}
        entries = _read(rows, lambda row: _with_row(row, read_hotline(row)), taken)
        numbers = {(entry.country, entry.number): entry.id for entry in known.values()}
        doubled = _doubled([entry.id for _, entry in entries])
        for row, entry in entries:
            other = numbers.setdefault((entry.country, entry.number), entry.id)
            if entry.id in doubled or other != entry.id:
                taken.faults.append(row.fault("number", "the same entry stands twice", CORRECT))
            elif entry != (before := known.get(entry.id)) and (before is None or entry != unverified(before)):
                work.directory.add_hotline(entry)
                work.audit.append(self.posts.outside.clock.now(), by.id, by.role, "hotline.changed", entry.id)
                what = "changed" if before else "added"
                taken.changes.append(f"line {row.line}: {entry.id}: {what}, not verified")


def masked(post: Post) -> str:
    """Return the last two digits of a post's phone, or nothing."""
    return mask(post.phones[0]) if post.phones else ""


def unverified(entry: Hotline) -> Hotline:
    """Return an entry as if nobody had dialled it."""
    return replace(entry, verified_by="", verified_on=None, expires=None)


def _read(rows: Iterable[Row], read: Callable[[Row], T | list[Fault]], taken: Taken) -> list[T]:
    found = []
    for row in rows:
        line = read(row)
        if isinstance(line, list):
            taken.faults += line
        else:
            found.append(line)
    return found


def _with_row(row: Row, entry: Hotline | list[Fault]) -> tuple[Row, Hotline] | list[Fault]:
    return entry if isinstance(entry, list) else (row, entry)


def _doubled(keys: Sequence[K]) -> set[K]:
    return {key for key, times in Counter(keys).items() if times > 1}


def _named(line: PostLine) -> str:
    return f"{line.agency} {line.level} {line.place or 'LA'} {line.order}"


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)

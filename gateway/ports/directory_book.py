"""The stored directory: posts, the people on them, verified hotlines."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.directory.hotline import Hotline
from gateway.directory.post import Post


@dataclass(frozen=True, slots=True)
class Seat:
    """A post with whoever can be reached there now: a contact id and a number, or neither when vacant."""

    post: Post
    contact_id: str | None
    language: str
    on_duty: bool


@dataclass(frozen=True, slots=True)
class Tenure:
    """Who held a post from when to when: a contact, never a name; ``until`` is None for the present holder."""

    post_id: str
    contact_id: str
    since: datetime
    until: datetime | None


class DirectoryBook(Protocol):
    """Posts and hotlines."""

    def seats(self, agency: str | None, level: str, place: str, course: str | None = None) -> tuple[Seat, ...]:
        """Return the live seats of an office, in duty order; agency None means any agency of that level and place.

        ``course``: holders who finished it come first.
        """
        ...

    def seats_of_contact(self, contact_id: str) -> tuple[Seat, ...]:
        """Return the seats that a phone answers for."""
        ...

    def seat(self, post_id: str, *, locked: bool = False) -> Seat | None:
        """Return one seat; ``locked`` where it is about to be changed: whoever else would change it waits."""
        ...

    def set_on_duty(self, post_id: str, on_duty: bool) -> None:
        """Switch a seat's duty."""
        ...

    def pin_of(self, post_id: str) -> str | None:
        """Return the keyed digest of the PIN of whoever holds a post; None while none was chosen."""
        ...

    def set_pin(self, post_id: str, fingerprint: str) -> None:
        """Keep the keyed digest of the present holder's PIN; NotFound for a vacant post."""
        ...

    def add_post(self, post: Post, holder_e164: str | None, holder_name: str, language: str) -> None:
        """Store a post and, when given, its present holder (name and number sealed)."""
        ...

    def every_seat(self, province: str | None = None) -> tuple[Seat, ...]:
        """Return every seat, vacant or not, by level, place, agency and order; of one province with its districts.

        National posts belong to no province.
        """
        ...

    def save_post(self, post: Post) -> None:
        """Store a changed post, not its holder; NotFound for an unknown one."""
        ...

    def seat_holder(self, post: Post, contact_id: str, name: str, language: str) -> None:
        """Store a post that somebody just took: the former holder's time ends, hers begins; name sealed, no PIN yet."""
        ...

    def empty_seat(self, post: Post) -> None:
        """Store a post that its holder just left; her time ends."""
        ...

    def tenures(self, post_id: str) -> tuple[Tenure, ...]:
        """Return everybody who held a post, the present holder first."""
        ...

    def hotlines(self) -> tuple[Hotline, ...]:
        """Return every hotline entry, verified or not."""
        ...

    def dialled_hotlines(self) -> tuple[Hotline, ...]:
        """Return the entries that a named person has dialled; whether one is stale by now, the entry itself says."""
        ...

    def add_hotline(self, entry: Hotline) -> None:
        """Store or replace an entry by its id."""
        ...

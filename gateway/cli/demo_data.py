"""The invented people of the demo: written once, through the same doors as real ones."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib import resources
from typing import Any

from gateway.contacts.phone import is_simulated
from gateway.directory.agency import WOMEN_UNION
from gateway.directory.hotline_file import shipped_candidates
from gateway.directory.post import LEVELS, Post
from gateway.errors import ConfigurationError
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.closing import PURPOSE as PIN_OF
from gateway.services.installation import DEMO, MODE
from gateway.strict_yaml import Mapping as YamlMapping
from gateway.strict_yaml import Node, Scalar, read
from gateway.wiring import Gateway

PASSWORD = "demo-demo-demo"
PIN = "4711"
SEEDED = "demo_seed"
VERSION = "1"
SIMULATED = "+85620000000"
COUNTRY = "LA"


@dataclass(frozen=True, slots=True)
class Cast:
    """What demo.yaml holds: lists of posts, contacts and accounts as plain values."""

    posts: tuple[Mapping[str, Any], ...]
    contacts: tuple[Mapping[str, Any], ...]
    accounts: tuple[Mapping[str, Any], ...]


def shipped_cast() -> Cast:
    """Read demo.yaml."""
    text = (resources.files("gateway.content") / "demo.yaml").read_text("utf-8")
    plain = as_plain(read(text, "demo.yaml"))
    return Cast(tuple(plain["posts"]), tuple(plain["contacts"]), tuple(plain["accounts"]))


def as_plain(node: Node) -> Any:  # noqa: ANN401 - whatever the file holds: texts, lists and maps of them
    """Return a node's texts, lists and maps."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, YamlMapping):
        return {name.value: as_plain(value) for name, value in node.entries}
    return [as_plain(item) for item in node.items]


def seed(gateway: Gateway, cast: Cast | None = None, *, accounts: bool = True) -> bool:
    """Write the cast into a database marked for the demo; False when it was there already."""
    cast = cast or shipped_cast()
    now = gateway.outside.clock.now()
    with gateway.outside.store.writing() as work:
        if work.duties.mark(MODE) != DEMO:
            problem = "invented people go only into a demo database"
            raise ConfigurationError("GATEWAY_MODE", problem, "Use `gateway demo`.")
        fresh = work.duties.mark(SEEDED) is None
        if fresh:
            seed_directory(gateway, work, cast, now)
            seed_contacts(work, cast, now)
            work.duties.set_mark(SEEDED, VERSION)
    if accounts:
        seed_accounts(gateway, cast)
    return fresh


def seed_directory(gateway: Gateway, work: UnitOfWork, cast: Cast, now: datetime) -> None:
    """Write posts with their holders, each as if she had just answered a check; and hotlines nobody has verified."""
    for row in cast.posts:
        level = next(level for level in LEVELS if level == row["level"])
        for place in row["places"]:
            for agency in row["agencies"]:
                phone = number(row["phone"])
                post = Post(
                    gateway.outside.chance.new_id(),
                    agency,
                    level,
                    None if place == COUNTRY else place,
                    int(row["order"]),
                    "held",
                    row["holder"],
                    (phone,),
                    answered_at=now,
                )
                work.directory.add_post(post, phone, row["holder"], row["language"])
                work.directory.set_pin(post.id, gateway.outside.keyring.fingerprint(PIN_OF, f"{post.id}:{PIN}"))
    for entry in shipped_candidates():
        work.directory.add_hotline(entry)


def seed_contacts(work: UnitOfWork, cast: Cast, now: datetime) -> None:
    """Write people who agreed to broadcasts."""
    for row in cast.contacts:
        contact = work.people.lock(number(row["phone"]), now)
        work.people.save(
            replace(
                contact, language=row["language"], district=row["district"], province=row["district"][:4], opted_in=True
            )
        )


def seed_accounts(gateway: Gateway, cast: Cast) -> None:
    """Add the accounts that are missing."""
    with gateway.outside.store.reading() as work:
        known = {account.name for account in work.accounts.list()}
        posts = {
            row["post"]: work.directory.seats(WOMEN_UNION, "district", row["post"])
            for row in cast.accounts
            if "post" in row
        }
    for row in cast.accounts:
        if row["name"] not in known:
            seats = posts.get(row.get("post", ""), ())
            gateway.access.add_account(
                row["name"],
                PASSWORD,
                frozenset(row["roles"]),
                frozenset(row["places"]),
                post_id=seats[0].post.id if seats else None,
            )


def number(last_digits: str) -> str:
    """Return a simulated number by its last three digits."""
    full = SIMULATED + last_digits[-2:]
    if len(last_digits) != 3 or not is_simulated(full):
        raise ConfigurationError("demo.yaml", f"{last_digits!r} is no simulated phone", "Use 000 to 099.")
    return full

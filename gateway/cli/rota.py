"""``gateway rota``: who is asked first at a place, whose shift it is, and where nobody would answer."""

from dataclasses import replace

import click

from gateway.cli.directory import COMMAND_LINE
from gateway.cli.opening import open_gateway
from gateway.cli.printing import columns, json_line, local
from gateway.directory.post import Post, live
from gateway.directory.shift import coverage
from gateway.directory.turn import week_of
from gateway.wiring import Gateway

HEAD = ("post", "agency", "level", "place", "order", "state", "duty", "live", "misses", "answered", "shifts")


@click.group()
def rota() -> None:
    """Whose turn it is."""


@rota.command()
@click.argument("place", required=False)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def show(place: str | None, as_json: bool) -> None:
    r"""List the posts of a province or district (or all) in the order to be asked, and shifts that nobody takes.

    \b
    Examples:
      gateway rota show LA1704
      gateway rota show --json
    """
    gateway = open_gateway()
    now, zone = gateway.outside.clock.now(), gateway.settings.timezone
    posts = posts_at(gateway, place)
    for post in posts if as_json else ():
        json_line({
            "id": post.id, "agency": post.agency, "level": post.level, "place": post.place, "order": post.order,
            "state": post.state, "on_duty": post.on_duty, "live": live(post, now), "misses": post.misses,
            "answered_at": post.answered_at, "until": post.until, "shifts": sorted(post.shifts),
        })  # fmt: skip
    if as_json:
        return
    columns(
        (
            [
                post.id, post.agency, post.level, post.place or "-", str(post.order), post.state,
                "on" if post.on_duty else "off", "yes" if live(post, now) else "no", str(post.misses),
                local(post.answered_at, zone), " ".join(sorted(post.shifts)) or "always",
            ]
            for post in posts
        ),
        HEAD,
    )  # fmt: skip
    for where in sorted({post.place for post in posts if post.place}):
        here = coverage([post for post in posts if post.place == where], week_of(now), now)
        if gaps := [turn.shift for turn, takers in here.items() if not takers]:
            click.echo(f"{where}: nobody's turn: {' '.join(gaps)}")


@rota.command("set")
@click.argument("post")
@click.option("--order", type=click.IntRange(1, 99), help="1 is asked first; whoever stood there changes places.")
@click.option("--duty", type=click.Choice(["on", "off"]))
@click.option("--shifts", help='Such as "mon-day tue-night", or always.')
@click.option("--courses", help="What the holder finished, such as child_protection, or none.")
def set_post(post: str, order: int | None, duty: str | None, shifts: str | None, courses: str | None) -> None:
    r"""Change the place of a post in the order, its duty, its shifts, or the courses of its holder.

    \b
    Examples:
      gateway rota set 0190a1 --order 1 --duty off
      gateway rota set 0190a1 --shifts "mon-day tue-day"
    """
    gateway = open_gateway()
    if order is None and duty is None and shifts is None and courses is None:
        raise click.UsageError("say what to change: --order, --duty, --shifts or --courses")
    posts = gateway.directory.posts
    with posts.changing() as work:
        if order is not None:
            posts.reorder(work, post, order, COMMAND_LINE)
        if duty is not None:
            posts.set_duty(work, post, duty == "on", COMMAND_LINE)
        if shifts is not None:
            posts.set_shifts(work, post, frozenset(shifts.split()) - {"always"}, COMMAND_LINE)
        if courses is not None:
            posts.set_courses(work, post, frozenset(courses.split()) - {"none"}, COMMAND_LINE)
    click.echo(f"{post} is changed")


def posts_at(gateway: Gateway, place: str | None) -> list[Post]:
    """Return the posts of a place, without their numbers; a province has its districts'."""
    with gateway.outside.store.reading() as work:
        seats = work.directory.every_seat(place[:4] if place else None)
    posts = [seat.post for seat in seats if not place or (seat.post.place or "").startswith(place)]
    return [replace(post, phones=("",) if post.phones else ()) for post in posts]

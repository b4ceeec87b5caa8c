"""A year in which every month a fifth of the officers go: no open case is ever without somebody who will hear of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest

from gateway.cases.case import Actor
from gateway.directory.post import Post, live
from gateway.ports.scope import EVERYWHERE
from gateway.services.handing_over import HandingOver
from tests.support.gateway_in_process import DESK, DISTRICT, PROVINCE, House, open_house

BOSS, MONTHS, CHURN = Actor("supervisor", "supervisor"), 12, 5
DAY = timedelta(days=1)


@dataclass
class Year:
    """Officers who come and go, some without a word; ``silent`` are phones that answer nothing any more."""

    house: House
    chance: Random
    silent: set[str] = field(default_factory=set)
    newcomers: Iterator[int] = field(default_factory=lambda: count(100))
    went: int = 0

    def posts(self) -> list[Post]:
        """Return every post but the national desk's, which stays held."""
        with self.house.reading() as work:
            return [seat.post for seat in work.directory.every_seat() if seat.post.level != "national"]

    def newcomer(self) -> str:
        return f"+85620555{next(self.newcomers):05}"

    def somebody_goes(self, post: Post) -> None:
        """Let a holder go in one of the ways in which people do."""
        self.went += 1
        way = self.chance.choice(["hands over", "is moved", "is on leave", "says nothing"])
        if way == "says nothing":
            self.silent |= set(post.phones)
        elif way == "hands over":
            self.house.hear("HANDOVER", sender=post.phones[0])
            self.taken_up(post)
        elif post.state == "held":
            with self.house.gateway.directory.posts.changing() as work:
                act = (
                    self.house.gateway.directory.posts.vacate
                    if way == "is moved"
                    else self.house.gateway.directory.posts.go_on_leave
                )
                act(work, post.id, BOSS)

    def taken_up(self, post: Post) -> None:
        """Let the supervisor begin or approve, and a newcomer enrol from her own phone."""
        handing_over, now = self.house.gateway.directory.handing_over, self.house.clock.now()
        with self.house.gateway.directory.posts.changing() as work:
            row = HandingOver.of_post(work, post.id) or handing_over.begin(work, post.id, BOSS, now)
            if row.state == "enrolled":
                return
            row, key = handing_over.approve(work, row, BOSS, now)
        self.house.hear(f"HANDOVER {key} {row.code}", sender=self.newcomer())

    def a_post_is_filled(self) -> None:
        """Fill one post of those that nobody answers for; sometimes only for a month."""
        empty = [post for post in self.posts() if post.state == "vacant"]
        if empty:
            post = self.chance.choice(empty)
            until = self.house.clock.now() + 30 * DAY if self.chance.random() < 0.3 else None
            with self.house.gateway.directory.posts.changing() as work:
                self.house.gateway.directory.posts.seat(
                    work, post.id, self.newcomer(), "N", "en", BOSS, until=until, heard=True
                )

    def officers_work(self) -> None:
        """Let whoever is there answer the check, and accept and work on what came to her."""
        for post in self.posts():
            if post.state != "vacant" and not self.silent & set(post.phones):
                self.house.hear("1", sender=post.phones[0])
                if self.chance.random() < 0.5:
                    self.house.hear("OK", sender=post.phones[0])
                if self.chance.random() < 0.3:
                    self.house.hear("NOTE seen to it", sender=post.phones[0])

    def a_report_comes(self, number: int) -> None:
        sender, what = f"+85620777{number:05}", self.chance.choice(["marriage", "forced", "wages"])
        danger = self.chance.choice(["now", "not_now"])
        self.house.report(sender, what=what, danger=danger, place=DISTRICT, tell=("women_union",))

    def nobody_is_forgotten(self) -> None:
        """Every open case has an owner who is there, or a step ahead of a ladder that ends at a held desk."""
        now = self.house.clock.now()
        with self.house.reading() as work:
            assert work.directory.seats("national_desk", "national", "")
            assert work.caseload.without_next_step() == ()
            for line in work.caseload.lines(EVERYWHERE):
                case = work.caseload.by_code(line.code)
                assert case is not None
                owner = work.directory.seat(case.acknowledged_by) if case.acknowledged_by else None
                ahead = [step for step in work.caseload.steps(case.id) if step.state == "due"]
                assert all(step.due_at > now for step in ahead)
                assert ahead or (owner is not None and live(owner.post, now)), f"{case.state} since {case.opened_at}"


@pytest.mark.slow
def test_a_fifth_of_the_officers_going_every_month_leaves_no_case_without_a_recipient(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        year = Year(house, Random(1))
        for month in range(MONTHS):
            held = [post for post in year.posts() if post.state in ("held", "held_temporarily")]
            for post in year.chance.sample(held, max(1, len(held) // CHURN)) if held else ():
                year.a_report_comes(10 * month + len(post.phones))
                house.gateway.duties.catch_up()
                year.officers_work()
                year.nobody_is_forgotten()
                year.somebody_goes(post)
                year.nobody_is_forgotten()
            for days in (1, 8, 21):
                house.clock.forward(days=days)
                house.gateway.duties.catch_up()
                year.nobody_is_forgotten()
            year.a_post_is_filled()
            year.officers_work()
            house.hear("1", sender=DESK)
        assert year.went >= MONTHS and len(house.case_codes()) >= MONTHS
        assert {"post.vacated", "hand_over.carry_out", "post.check_missed"} <= kinds(house)
        with house.reading() as work:
            assert all(post.place and post.place.startswith(PROVINCE) for post in year.posts())
            assert list(work.audit.verify()) == []


def kinds(house: House) -> set[str]:
    with house.reading() as work:
        return {row.action for row in work.audit.rows(100_000)}

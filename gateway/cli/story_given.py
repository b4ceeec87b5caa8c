"""What a story gives besides what is known of its phones: dialled hotlines, disasters, swaps that were asked for."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gateway.cases.case import Actor
from gateway.cases.disaster import Disaster
from gateway.cli import demo_data
from gateway.conversation.transcript import Chat
from gateway.directory.turn import turns_ahead
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.swaps import Swaps

LASTS: Final = timedelta(days=30)  # how long a dialled number counts, and a disaster


def dial_hotlines(work: UnitOfWork, chat: Chat) -> None:
    """Let a named person have dialled the shipped numbers of each country given as ``directory.dialled = TH``."""
    day = chat.start.date()
    countries = {value for name, fact, value in chat.given if (name, fact) == ("directory", "dialled")}
    for entry in work.directory.hotlines():
        if entry.country in countries:
            work.directory.add_hotline(replace(entry, verified_by="a clerk", verified_on=day, expires=day + LASTS))


def strike(work: UnitOfWork, chat: Chat, now: datetime) -> None:
    """Let disaster mode be on, declared and confirmed, in each place given as ``area.disaster = LA1704``."""
    for place in (value for name, fact, value in chat.given if (name, fact) == ("area", "disaster")):
        disaster = Disaster(place, place, frozenset({place}), "desk", now, now + LASTS)
        work.disasters.add(replace(disaster, confirmed_by="supervisor", confirmed_at=now))


def ask_to_swap(work: UnitOfWork, chat: Chat, swaps: Swaps, now: datetime) -> None:
    """Let a post have asked another to take its turn after next, as given by ``second.gives_turn = duty``."""
    for role, _, taker in (given for given in chat.given if given[1] == "gives_turn"):
        giver, colleague = (_post(work, chat.phones[name]) for name in (role, taker))
        swaps.ask(work, giver, colleague, turns_ahead(now, 2)[1], None, Actor(giver, "officer"), now)


def _post(work: UnitOfWork, digits: str) -> str:
    seats = work.directory.every_seat()
    return next(seat.post.id for seat in seats if demo_data.number(digits) in seat.post.phones)

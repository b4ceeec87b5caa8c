"""The demo's activity view: lengths, codes and the posts that were told; never a text, never a number."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice

from gateway.errors import GatewayError
from gateway.ports.caseload import CaseEvent, CaseLine
from gateway.ports.outbox import MessageLine
from gateway.ports.scope import EVERYWHERE
from gateway.wiring import Gateway

OVERLAP = timedelta(seconds=5)
MOST = 40
READ, NEWEST_CASES = 400, 20  # a busy minute must not make the onlooker the busiest part


class Activity:
    """Looks once a second and tells what is new since."""

    def __init__(self, gateway: Gateway, tell: Callable[[str], None]) -> None:
        self._gateway, self._tell = gateway, tell
        self._since = gateway.outside.clock.now()
        self._told: set[str] = set()

    def show(self) -> None:
        """Tell what is new; a database that is busy is asked again a second later."""
        try:
            news = self._news()
        except GatewayError:
            return
        fresh = [(at, line) for key, at, line in sorted(news, key=lambda item: item[1]) if key not in self._told]
        self._told = {key for key, _, _ in news}
        for at, line in fresh[:MOST]:
            self._tell(f"{at.astimezone(self._gateway.settings.timezone):%H:%M:%S} {line}")
        if len(fresh) > MOST:
            self._tell(f"         and {len(fresh) - MOST} more")

    def _news(self) -> list[tuple[str, datetime, str]]:
        now = self._gateway.outside.clock.now()
        since, self._since = self._since - OVERLAP, now
        with self._gateway.outside.store.reading() as work:
            news = [
                (f"m{line.id}", line.created_at, text_line(line))
                for line in islice(work.outbox.lines(since, None, None), READ)
            ]
            for case in islice(work.caseload.lines(EVERYWHERE), NEWEST_CASES):
                events = work.caseload.events(case.id)
                news += [(f"e{event.id}", event.at, event_line(case, event)) for event in events if event.at >= since]
        return news


def text_line(line: MessageLine) -> str:
    """Return one line of a text: which way, what kind, where it led."""
    where = f" -> {line.step}" if line.step else f" case {line.case}" if line.case else ""
    return f"{line.direction:<4}{line.kind:<10}{line.channel}{where}"


def event_line(case: CaseLine, event: CaseEvent) -> str:
    """Return one line of a case."""
    detail = f" {event.detail}" if event.detail else ""
    return f"case {case.code} {event.kind}{detail} · {case.triage} · {case.district or 'no district'}"

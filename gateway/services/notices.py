"""Short texts about one case that are no alerts: taken, wait, accepted; a code and a level, never more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.ports.caseload import CaseRow
from gateway.ports.content import Content
from gateway.ports.directory_book import Seat
from gateway.ports.outbox import Outgoing, OutKind
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.routes import Routes
from gateway.services.texts import outgoing
from gateway.text.catalogue import fill

LIVES = timedelta(hours=12)
TAKEN, HOLD, MORE = "officer.taken", "officer.hold", "officer.more"
REFERRAL_TAKEN, REFERRAL_BACK = "officer.referral_taken", "officer.referral_back"
SECOND, CLOSED, MOVED = "officer.second", "officer.closed", "officer.moved"
LOWER = "officer.lower"
ACCEPTED = "report.accepted"


@dataclass(frozen=True, slots=True)
class Notices:
    """Queues notices, each once under its key, inside a transaction that its caller holds."""

    outside: Outside
    content: Content
    routes: Routes

    def tell_seats(
        self, work: UnitOfWork, case: CaseRow, content_id: str, seats: Iterable[Seat], now: datetime, once: str = ""
    ) -> None:
        """Tell each phone of these seats, once per version of the case, or per ``once``."""
        told: set[str] = set()
        for seat in seats:
            if seat.contact_id is None or seat.contact_id in told:
                continue
            told.add(seat.contact_id)
            key = f"{content_id.partition('.')[2]}:{case.id}:{seat.post.id}:{once or case.version}"
            self._write(work, case, "notice", content_id, seat.contact_id, seat.language, key, now)

    def tell_person(self, work: UnitOfWork, case: CaseRow, contact_id: str, language: str, now: datetime) -> None:
        """Tell the person, once, that somebody has accepted the case; whether that is safe, the caller knows."""
        self._write(work, case, "news", ACCEPTED, contact_id, language, f"accepted:{case.id}", now)

    def _write(
        self,
        work: UnitOfWork,
        case: CaseRow,
        kind: OutKind,
        content_id: str,
        contact_id: str,
        language: str,
        key: str,
        now: datetime,
    ) -> None:
        contact = work.people.get(contact_id)
        if contact is None:
            return
        message = self.content.catalogue().get(language, content_id)
        words = message.neutral or message.text if kind == "news" else message.text
        text = fill(words, {"case_code": case.code, "level": case.level})
        route = self.routes.for_alert(contact.msisdn) if kind == "notice" else self.routes.for_news(contact.msisdn)
        work.outbox.add(outgoing(Outgoing(
            self.outside.chance.new_id(), key, kind, "replies", route, contact_id, text, now, now, now + LIVES,
            language=language, content_id=content_id, bundle=self.content.version_of(content_id), case_id=case.id,
        )))  # fmt: skip


def may_hear(case: CaseRow, seat: Seat) -> bool:
    """Whether a seat may be told something new of a case: no local one once local offices are excluded.

    After a duress word only the national desk may.
    """
    if case.duress:
        return seat.post.level == "national"
    return not case.local_excluded or seat.post.level in ("province", "national")

"""Makes what the console's benchmark looks at: many cases, posts that were told of them, officers who are signed in."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.cli import demo_data
from gateway.cli.setting_up import make_stores, publish_shipped
from gateway.geography.shipped import shipped
from gateway.ports.accounts import Account
from gateway.ports.caseload import CaseEvent, CaseRow, Step
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.installation import claim
from gateway.settings import Settings, make_home
from gateway.wiring import Gateway

BATCH = 5_000
OPEN_OF = 50  # one case in so many is open
LEVELS = ("P2", "P2", "P1", "P2", "P0", "P3")
OFFICER = frozenset({"officer"})
Seat = tuple[str, str]


def prepare(settings: Settings) -> None:
    """Make keys, database and content of a demo."""
    make_home(settings, least_free=0)
    make_stores(settings)


def people(gateway: Gateway, officers: int) -> list[tuple[str, Account]]:
    """Seed the demo's directory and sign in ``officers`` people; return a session token and account for each.

    Two in three work for a post of a district, the others stand over a province or sit at the national desk.
    """
    claim(gateway.outside.store, gateway.settings.mode)
    publish_shipped(gateway)
    demo_data.seed(gateway, accounts=False)
    seats = posts(gateway)
    made = []
    for number in range(officers):
        if number % 3:
            post_id, place = seats[number % len(seats)]
            account = member(gateway, f"officer{number}", OFFICER, frozenset({place}), post_id)
        elif number % 2:
            account = member(gateway, f"supervisor{number}", frozenset({"supervisor"}), frozenset({"LA17"}), None)
        else:
            account = member(gateway, f"desk{number}", frozenset({"desk"}), frozenset(), None)
        with gateway.outside.store.writing() as work:
            work.accounts.add(account)
            token, _ = gateway.access.open_session(work, account, None)
        made.append((token, account))
    return made


def member(gateway: Gateway, name: str, roles: frozenset[str], places: frozenset[str], post_id: str | None) -> Account:
    """Return an account that has no passphrase."""
    now = gateway.outside.clock.now()
    return Account(gateway.outside.chance.new_id(), name, "", roles, places, "lo", False, now, post_id)


def posts(gateway: Gateway) -> list[Seat]:
    """Return the district posts as (id, place)."""
    with gateway.outside.store.reading() as work:
        found = [work.directory.seats(None, "district", place) for place in ("LA1703", "LA1704")]
    return [(seat.post.id, seat.post.place or "") for seats in found for seat in seats]


def fill(gateway: Gateway, count: int) -> dict[str, list[str]]:
    """Store ``count`` cases over the last five years; return the codes of the two districts with posts, by district."""
    now, codes = gateway.outside.clock.now(), distinct(gateway, count)
    seats = posts(gateway)
    districts = [district.code for province in shipped().provinces() for district in shipped().districts(province.code)]
    near: dict[str, list[str]] = {place: [] for _, place in seats}
    for batch in batches(codes):
        with gateway.outside.store.writing() as work:
            for number, code in batch:
                told = [seat for seat in seats if number % 10 == 0]
                place = told[number // 10 % len(told)][1] if told else districts[number % len(districts)]
                case = case_of(gateway, number, code, place, now - timedelta(minutes=26 * number))
                store(gateway, work, case, [seat[0] for seat in told if seat[1] == place])
                if told and code.isdecimal():
                    near[place].append(code)
    return near


def batches(codes: list[str]) -> Iterator[list[tuple[int, str]]]:
    """Yield numbered codes in batches."""
    numbered = list(enumerate(codes))
    for start in range(0, len(numbered), BATCH):
        yield numbered[start : start + BATCH]


def distinct(gateway: Gateway, count: int) -> list[str]:
    """Draw distinct codes; there are but 90,000 of six digits, so a word stands for those that old cases gave back."""
    drawn = list({gateway.outside.chance.case_code() for _ in range(2 * count)})[:count]
    return [*drawn, *(f"old{number}" for number in range(count - len(drawn)))]


def case_of(gateway: Gateway, number: int, code: str, place: str, at: datetime) -> CaseRow:
    """Return one case, the newest first; one in fifty is open."""
    is_open = number % OPEN_OF == 0
    return CaseRow(
        gateway.outside.chance.new_id(),
        code,
        "new" if is_open else "closed",
        LEVELS[number % len(LEVELS)],
        "test",
        "suspicion",
        "sms",
        "lo",
        None,
        '{"danger": "not_now", "what": "broker", "contact": "sms"}',
        at,
        at,
        province=place[:4],
        district=place,
        routed_at=at,
        acknowledged_at=None if is_open else at,
        closed_at=None if is_open else at,
        outcome=None if is_open else "helped",
    )


def store(gateway: Gateway, work: UnitOfWork, case: CaseRow, told: list[str]) -> None:
    """Store a case as conversations and officers leave it behind."""
    new_id = gateway.outside.chance.new_id
    work.caseload.add(case)
    for kind in ("opened", "acknowledged", "noted", "closed") if case.state == "closed" else ("opened",):
        work.caseload.add_event(CaseEvent(new_id(), case.id, case.opened_at, "gateway", kind))
    if case.state != "closed":
        work.caseload.schedule(Step(new_id(), case.id, "2", 1, case.opened_at + timedelta(days=3650)))
    for post_id in told:
        work.caseload.note_alerted(case.id, post_id, case.opened_at)

"""Cases as conversations open them, for stories that begin when an officer hears of one."""

from gateway.ports.unit_of_work import UnitOfWork
from gateway.wiring import Gateway
from tests.support.console import SIMULATED

STORY = "zebra umbrella 4711"
ELSEWHERE = "LA0101"


def free_code(gateway: Gateway, work: UnitOfWork) -> str:
    """Draw a code until it is nobody's: with one of the same person's the new report would join that case."""
    drawn = iter(gateway.outside.chance.case_code, None)
    return next(code for code in drawn if work.caseload.by_code(code) is None)


def report(
    gateway: Gateway, place: str = "LA1703", phone: str = "001", tick: str = "LOCKED", **values: str | tuple[str, ...]
) -> str:
    """Open a case as the conversation would, and tell whom it concerns; return its code."""
    now = gateway.outside.clock.now()
    answers: dict[str, str | tuple[str, ...]] = {"danger": "now", "place": place, "tell": ("women_union",), **values}
    with gateway.outside.store.writing() as work:
        code = free_code(gateway, work)
        contact = work.people.lock(SIMULATED + phone, now)
        gateway.inbound.conversing.effects.intake.open(work, contact, "sms", "en", code, "suspicion", answers, now)
        gateway.inbound.conversing.effects.intake.tell_story(work, code, STORY, frozenset({tick}) - {""}, now)
    gateway.duties.catch_up()
    return code

"""Second factors, invitations and alarms as they are stored: sealed, taken once, seen once."""

from dataclasses import replace
from datetime import timedelta

from gateway.ports.accounts import Account, SecondFactor, SignIn
from gateway.ports.alarms import Alarm
from tests.integration.conftest import NOON, StoreBench

NOY = Account("a1", "noy", "$argon2id$...", frozenset({"desk"}), frozenset(), "lo", False, NOON)
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def test_a_second_factor_is_sealed_and_each_of_its_codes_is_taken_once(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.accounts.add(NOY)
        assert work.accounts.second_factor("a1") is None and not work.accounts.use_step("a1", 1)
        work.accounts.set_second_factor(SecondFactor("a1", SECRET))
        assert work.accounts.second_factor("a1") == SecondFactor("a1", SECRET)
        assert [work.accounts.use_step("a1", step) for step in (7, 7, 6, 8)] == [True, False, False, True]
        work.accounts.set_second_factor(SecondFactor("a1", SECRET, NOON, 9))
        assert not work.accounts.use_step("a1", 9)
        work.accounts.drop_second_factor("a1")
        assert work.accounts.second_factor("a1") is None
    assert SECRET not in repr(SecondFactor("a1", SECRET))


def test_an_invitation_is_taken_once_and_the_next_one_voids_it(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.accounts.add(NOY)
        work.accounts.invite("first", "a1", NOON, NOON + DAY)
        assert work.accounts.invited("first", NOON) == "a1"
        assert work.accounts.invited("first", NOON + DAY) is None is work.accounts.invited("other", NOON)
        work.accounts.invite("second", "a1", NOON, NOON + DAY)
        assert work.accounts.invited("first", NOON) is None and not work.accounts.use_invitation("first", NOON)
        assert [work.accounts.use_invitation("second", NOON) for _ in range(2)] == [True, False]
        assert work.accounts.invited("second", NOON) is None


def test_sessions_are_listed_confirmed_asked_again_and_closed(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.accounts.add(NOY)
        early, late = SignIn("h1", "a1", "c", NOON, NOON), SignIn("h2", "a1", "c", NOON + MINUTE, NOON, NOON)
        for session in (early, late):
            work.accounts.open_session(session)
        assert work.accounts.sessions("a1") == (late, early)
        work.accounts.confirm("h1", NOON + MINUTE)
        assert work.accounts.session("h1") == replace(early, confirmed_at=NOON + MINUTE)
        work.accounts.ask_again("a1")
        assert {session.confirmed_at for session in work.accounts.sessions("a1")} == {None}
        work.accounts.close_sessions("a1")
        assert work.accounts.sessions("a1") == ()


def test_an_alarm_sounds_once_in_its_time_until_somebody_sees_it(bench: StoreBench) -> None:
    first = Alarm("x1", "many_cases", "noy", NOON)
    with bench.store.writing() as work:
        assert work.alarms.sound(first, NOON - MINUTE)
        assert not work.alarms.sound(replace(first, id="x2", at=NOON + MINUTE), NOON - MINUTE)
        later = replace(first, id="x3", at=NOON + DAY)
        assert work.alarms.sound(later, NOON + MINUTE)
        assert work.alarms.sound(replace(first, id="x4", kind="guessing"), NOON - MINUTE)
        assert [alarm.id for alarm in work.alarms.unseen()] == ["x3", "x1", "x4"]
        assert work.alarms.see("x1", "supervisor", NOON) and not work.alarms.see("x1", "supervisor", NOON)
        assert not work.alarms.see("x9", "supervisor", NOON)
        assert later in work.alarms.unseen() and first not in work.alarms.unseen()


def test_a_reason_is_sealed_in_the_chain_and_opened_for_who_reads_it(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.audit.append(NOON, "noy", "desk", "case.number_read", "c1", why="she asked for a call")
        work.audit.append(NOON, "noy", "desk", "case.opened_page", "c1")
        work.audit.append(NOON, "noy", "desk", "case.opened_page", "c1")
        work.audit.append(NOON, "noy", "desk", "case.opened_page", "c2", "denied")
    with bench.store.reading() as work:
        assert [row.why for row in work.audit.rows()] == ["", "", "", "she asked for a call"]
        assert list(work.audit.verify()) == []
        assert work.audit.read_lately("noy", "case.opened_page", NOON) == 1
        assert work.audit.read_lately("noy", "case.opened_page", NOON + MINUTE) == 0

"""Console accounts, their sessions, and who failed to sign in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.errors import Conflict, NotFound
from gateway.ports.accounts import Account, SignIn
from tests.integration.conftest import NOON, StoreBench

NOY = Account("a1", "noy", "$argon2id$...", frozenset({"desk"}), frozenset({"LA04"}), "lo", False, NOON, "p1")
MINUTE = timedelta(minutes=1)


def signed_in(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.accounts.add(NOY)
        work.accounts.open_session(SignIn("hash", "a1", "csrf", NOON, NOON))


def test_an_account_is_found_by_name_and_id(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        work.accounts.add(NOY)
        work.accounts.add(replace(NOY, id="a2", name="kham", places=frozenset(), post_id=None))
        assert work.accounts.by_name("noy") == work.accounts.get("a1") == NOY
        assert work.accounts.by_name("nobody") is None is work.accounts.get("a9")
        assert [account.name for account in work.accounts.list()] == ["kham", "noy"]


def test_a_name_is_taken_once(bench: StoreBench) -> None:
    with pytest.raises(Conflict), bench.store.writing() as work:
        work.accounts.add(NOY)
        work.accounts.add(replace(NOY, id="a2"))


def test_a_session_lives_until_it_is_closed(bench: StoreBench) -> None:
    signed_in(bench)
    with bench.store.writing() as work:
        work.accounts.touch("hash", NOON + MINUTE)
        assert work.accounts.session("hash") == SignIn("hash", "a1", "csrf", NOON, NOON + MINUTE)
        work.accounts.close_session("hash")
        assert work.accounts.session("hash") is None


@pytest.mark.parametrize(
    "changed",
    [
        replace(NOY, disabled=True),
        replace(NOY, roles=frozenset({"officer"})),
        replace(NOY, places=frozenset()),
        replace(NOY, password_hash="other"),
    ],
    ids=["disabled", "other roles", "other places", "other passphrase"],
)
def test_other_rights_end_every_session(bench: StoreBench, changed: Account) -> None:
    signed_in(bench)
    with bench.store.writing() as work:
        work.accounts.save(changed)
        assert work.accounts.get("a1") == changed
        assert work.accounts.session("hash") is None


def test_another_language_ends_no_session(bench: StoreBench) -> None:
    signed_in(bench)
    with bench.store.writing() as work:
        work.accounts.save(replace(NOY, language="en"))
        assert work.accounts.session("hash") is not None
    with pytest.raises(NotFound), bench.store.writing() as work:
        work.accounts.save(replace(NOY, id="a9"))


def test_failures_are_counted_by_subject_and_time(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        for ago in (0, 1, 20):
            work.accounts.note_failed("name:noy", NOON - ago * MINUTE)
        assert work.accounts.failed("name:noy", NOON - 15 * MINUTE) == 2
        assert work.accounts.failed("network:10.0.0.0/24", NOON - 15 * MINUTE) == 0

"""Keys of people and offices: given by those who have them, unlocked by a passphrase, gone with whoever leaves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.errors import Conflict, Damaged, Forbidden
from gateway.ports.accounts import Account
from gateway.services.access import Access, Visitor
from gateway.services.key_holding import DESK, KeyHolding, Keys
from tests.support.gateway_in_process import DISTRICT, PROVINCE, House, open_house

PASSPHRASE = "a long enough passphrase"
OFFICE = ("women_union", DISTRICT)


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path, database_url=addresses) as opened:
        yield opened


@pytest.fixture
def access(house: House) -> Access:
    return house.gateway.access


@pytest.fixture
def keys(house: House) -> KeyHolding:
    return house.gateway.access.keys


def officer(house: House, name: str, order: int = 1) -> Account:
    """Add an officer who holds a post of the district's women's union."""
    with house.reading() as work:
        post = work.directory.seats("women_union", "district", DISTRICT)[order - 1].post
    return house.gateway.access.add_account(name, PASSPHRASE, frozenset({"officer"}), post_id=post.id)


def enter(access: Access, name: str) -> Visitor:
    token, _ = access.sign_in(name, PASSPHRASE, "10.0.0")
    visitor = access.visitor(token)
    assert visitor is not None
    return visitor


def unlocked(house: House, visitor: Visitor) -> Keys:
    with house.reading() as work:
        return house.gateway.access.keys.unlocked(work, visitor.account, visitor.token, visitor.token_sha256)


def current(house: House, office: tuple[str, str] = OFFICE) -> str:
    with house.reading() as work:
        key = work.keys.current(*office)
    assert key is not None
    return key.id


def test_the_first_of_an_office_has_its_key_and_only_her_session_opens_it(house: House, access: Access) -> None:
    officer(house, "khamla")
    visitor = enter(access, "khamla")
    assert set(unlocked(house, visitor)) == {current(house)}
    assert unlocked(house, replace(visitor, token="")) == {}, "the row alone opens nothing"
    with pytest.raises(Damaged):
        unlocked(house, replace(visitor, token="another cookie"))
    access.sign_out(visitor)
    assert unlocked(house, visitor) == {}


def test_supervisors_and_the_desk_have_offices_without_a_post(house: House, access: Access) -> None:
    access.add_account("bounmy", PASSPHRASE, frozenset({"supervisor"}), frozenset({PROVINCE}))
    access.add_account("noy", PASSPHRASE, frozenset({"desk"}))
    access.add_account("manivanh", PASSPHRASE, frozenset({"manager"}))
    assert set(unlocked(house, enter(access, "bounmy"))) == {current(house, ("supervisor", PROVINCE))}
    assert set(unlocked(house, enter(access, "noy"))) == {current(house, DESK)}
    assert unlocked(house, enter(access, "manivanh")) == {}


def test_a_second_one_waits_until_a_member_lets_her_in(house: House, access: Access, keys: KeyHolding) -> None:
    officer(house, "khamla")
    second = officer(house, "noy", 2)
    assert unlocked(house, enter(access, "noy")) == {}, "the server has nothing to give"
    with house.writing() as work, pytest.raises(Conflict):
        keys.let_in(work, {}, second, "somebody", "desk")
    held = unlocked(house, enter(access, "khamla"))
    with house.writing() as work:
        assert keys.let_in(work, held, second, "khamla", "officer") == (OFFICE,)
    assert unlocked(house, enter(access, "noy")) == held


def test_whoever_leaves_loses_every_key_and_the_office_seals_to_a_new_one(
    house: House, access: Access, keys: KeyHolding
) -> None:
    officer(house, "khamla")
    second = officer(house, "noy", 2)
    visitor = enter(access, "khamla")
    held = unlocked(house, visitor)
    with house.writing() as work:
        keys.let_in(work, held, second, "khamla", "officer")
    before = current(house)
    access.disable("khamla")
    assert current(house) != before and set(unlocked(house, enter(access, "noy"))) == {before, current(house)}
    with house.reading() as work:
        assert work.keys.held_by(visitor.account.id) == () and work.keys.personal(visitor.account.id) is None
        assert work.keys.unlocked(visitor.token_sha256) is None
    with pytest.raises(Forbidden):
        access.sign_in("khamla", PASSPHRASE, "10.0.0")


def test_a_new_passphrase_opens_the_same_key_and_the_old_one_put_back_opens_nothing(
    house: House, access: Access, keys: KeyHolding
) -> None:
    account = officer(house, "khamla")
    private = keys.unlock(account, PASSPHRASE)
    assert private is not None
    with house.reading() as work:
        old = work.keys.personal(account.id)
    new = keys.relocked(account, private, "another long passphrase")
    with house.writing() as work:
        work.keys.set_personal(new)
    assert keys.unlock(account, "another long passphrase") == private and keys.unlock(account, PASSPHRASE) is None
    assert old is not None
    with house.writing() as work:
        work.keys.set_personal(replace(new, wrapped=old.wrapped, salt=old.salt))
    assert keys.unlock(account, PASSPHRASE) is None, "rolled back"


def test_a_lost_passphrase_loses_the_keys_until_a_colleague_gives_them_again(
    house: House, access: Access, keys: KeyHolding
) -> None:
    account, second = officer(house, "khamla"), officer(house, "noy", 2)
    held = unlocked(house, enter(access, "khamla"))
    with house.writing() as work:
        keys.let_in(work, held, second, "khamla", "officer")
    with house.reading() as work:
        before = work.keys.personal(account.id)
    fresh = keys.own_key(account.id, PASSPHRASE, before)
    with house.writing() as work:
        keys.enrol(work, account, fresh)
    assert unlocked(house, enter(access, "khamla")) == {}
    held = unlocked(house, enter(access, "noy"))
    with house.writing() as work:
        keys.let_in(work, held, account, "noy", "officer")
    assert set(unlocked(house, enter(access, "khamla"))) == {current(house)}


def test_an_account_from_before_there_were_keys_gets_one_when_it_signs_in(house: House, access: Access) -> None:
    account = officer(house, "khamla")
    with house.writing() as work:
        access.keys.leave(work, account)
    assert set(unlocked(house, enter(access, "khamla"))) == {current(house)}

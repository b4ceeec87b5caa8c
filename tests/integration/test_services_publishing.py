"""From files to what villagers hear: two people, one exact hash, nobody inside disturbed, and one command back."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from gateway.content.drafting import documents_of
from gateway.errors import Conflict, Damaged, NotFound
from gateway.services.publishing import Draft
from tests.support.editions import APPROVER, AUTHOR, GREEN, PublishingHouse, files_to_edit, shipped_documents
from tests.support.gateway_in_process import VILLAGER, House, beside, open_house

OTHER = "+8562055501002"
MENU = "messages/en/welcome.yaml"
FIRST_MENU, SECOND_MENU = "What do you need?", "How can we help?"


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PublishingHouse]:
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    yield from published(tmp_path, url)


@pytest.fixture
def press(tmp_path: Path) -> Iterator[PublishingHouse]:
    yield from published(tmp_path, None)


def published(folder: Path, url: str | None) -> Iterator[PublishingHouse]:
    with open_house(folder / "home", database_url=url) as house:
        house.alpha.inline = True
        for number in (VILLAGER, OTHER):
            house.introduce(number)
        yield PublishingHouse(house, files_to_edit(folder / "content"))


def audited(house: House, action: str) -> list[tuple[str, str]]:
    with house.reading() as work:
        return [(row.actor, row.object) for row in work.audit.rows() if row.action == action]


def test_the_shipped_content_goes_live_once_in_the_installer_s_name(anywhere: PublishingHouse) -> None:
    press = anywhere
    assert not press.publishing.install(shipped_documents), "a second start changes nothing"
    [(actor, hash_)] = audited(press.house, "content.installed")
    with press.house.reading() as work:
        edition = work.bundles.edition(hash_)
    assert actor == "installer" and edition is not None and edition.approver == "installer"
    assert FIRST_MENU in press.say("hello", sender=VILLAGER)


def test_files_alone_change_nothing_until_a_second_person_approves_them(anywhere: PublishingHouse) -> None:
    press = anywhere
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    assert FIRST_MENU in press.say("hello", sender=VILLAGER)
    hash_ = press.propose()
    assert FIRST_MENU in press.say("menu", sender=VILLAGER), "proposed is not live"
    edition = press.publishing.approve(hash_, APPROVER)
    assert (edition.author, edition.approver, edition.note) == (AUTHOR, APPROVER, "a note")
    assert SECOND_MENU in press.say("hello", sender=OTHER)
    assert audited(press.house, "content.proposed") == [(AUTHOR, hash_)]
    assert audited(press.house, "content.published") == [(APPROVER, hash_)]


def test_nobody_approves_what_she_proposed(press: PublishingHouse) -> None:
    press.house.gateway.access.add_account("both", "correct horse battery", frozenset({"author", "approver"}))
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    hash_ = press.propose(author="both")
    with pytest.raises(Conflict, match="Somebody else has to approve"):
        press.publishing.approve(hash_, "both")
    assert FIRST_MENU in press.say("hello", sender=VILLAGER)
    press.publishing.approve(hash_, APPROVER)
    assert SECOND_MENU in press.say("menu", sender=VILLAGER)


def test_proposing_what_somebody_else_proposed_does_not_make_her_a_second_person(press: PublishingHouse) -> None:
    press.house.gateway.access.add_account("both", "correct horse battery", frozenset({"author", "approver"}))
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    hash_ = press.propose(author="both")
    assert press.propose(author=AUTHOR) == hash_
    with pytest.raises(Conflict, match="Somebody else"):
        press.publishing.approve(hash_, "both")


@pytest.mark.parametrize(("name", "step"), [("nobody", "propose"), (APPROVER, "propose"), (AUTHOR, "approve")])
def test_a_step_needs_its_role(press: PublishingHouse, name: str, step: str) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    with pytest.raises(Conflict, match="needs the role"):
        if step == "propose":
            press.propose(author=name)
        else:
            press.publishing.approve(press.propose(), name)


def test_a_disabled_account_takes_no_step(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    hash_ = press.propose()
    press.house.gateway.access.disable(APPROVER)
    with pytest.raises(Conflict, match="needs the role"):
        press.publishing.approve(hash_, APPROVER)


def test_what_is_edited_after_the_proposal_is_another_hash_and_does_not_slip_in(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    hash_ = press.propose()
    press.edit(MENU, SECOND_MENU, "Send me your name.")
    press.publishing.approve(hash_, APPROVER)
    assert SECOND_MENU in press.say("hello", sender=VILLAGER), "what was proposed, not what lies on the disk"
    later = press.propose()
    assert later != hash_
    with pytest.raises(NotFound):
        press.publishing.approve("f" * 64, APPROVER)


def test_what_happens_to_people_inside_is_part_of_what_is_approved(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    assert press.propose("keep") != press.propose("withdraw")


def test_a_row_changed_behind_the_gateway_s_back_cannot_go_live(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    hash_ = press.propose()
    with press.house.store.writing() as work:
        work.tx.connection.execute(sql("DROP TRIGGER bundle_no_update"))
        change = f"UPDATE bundle SET document = replace(document, '{SECOND_MENU}', 'Send me your name.')"
        work.tx.connection.execute(sql(change))
    with pytest.raises(Damaged):
        press.publishing.approve(hash_, APPROVER)


def test_an_edition_whose_people_were_changed_cannot_go_live(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    hash_ = press.propose()
    with press.house.store.writing() as work:
        work.tx.connection.execute(sql("UPDATE edition SET people = 'withdraw'"))
    with pytest.raises(Damaged):
        press.publishing.approve(hash_, APPROVER)


def test_what_is_not_green_or_changes_nothing_is_not_proposed(press: PublishingHouse) -> None:
    with pytest.raises(Conflict, match="Nothing has changed"):
        press.propose()
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    with pytest.raises(Conflict, match="green"):
        press.publishing.propose(Draft(documents_of(press.folder)), AUTHOR)
    with pytest.raises(Conflict, match="words are missing"):
        press.publishing.propose(Draft({"stop": documents_of(press.folder)["stop"]}, report=GREEN), AUTHOR)
    with pytest.raises(Conflict, match="green"):
        press.publishing.propose(replace(Draft(documents_of(press.folder)), report={**GREEN, "green": False}), AUTHOR)


def test_a_proposal_that_was_overtaken_must_be_made_again(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    early = press.propose()
    press.edit("messages/en/stop.yaml", "Stopped. If you", "All stopped. If you")
    press.publish()
    with pytest.raises(Conflict, match="Something else went live"):
        press.publishing.approve(early, APPROVER)


def test_whoever_is_inside_finishes_on_her_version_also_after_a_restart_without_the_files(
    anywhere: PublishingHouse, tmp_path: Path
) -> None:
    press = anywhere
    press.say("hello", sender=VILLAGER)
    before = press.pinned_to(VILLAGER)
    press.edit(MENU, "Can you text now?", "Is it safe to text?")
    press.publish()
    with beside(press.house) as other:
        press.follow(other, files=tmp_path / "nothing")
        assert "Can you text now?" in press.say("2", sender=VILLAGER, house=other)
        assert press.pinned_to(VILLAGER) == before
        assert "Is it safe to text?" in press.say("hello", "2", sender=OTHER, house=other)


def test_every_process_notices_a_moved_pointer(anywhere: PublishingHouse) -> None:
    press = anywhere
    with beside(press.house) as other:
        press.follow(other)
        assert FIRST_MENU in press.say("hello", sender=VILLAGER, house=other)
        press.edit(MENU, FIRST_MENU, SECOND_MENU)
        press.publish()
        assert SECOND_MENU in press.say("menu", sender=VILLAGER, house=other)


def test_a_rollback_puts_back_what_was_live_and_another_one_goes_further(anywhere: PublishingHouse) -> None:
    press = anywhere
    for old, new in ((FIRST_MENU, SECOND_MENU), (SECOND_MENU, "Choose one.")):
        press.edit(MENU, old, new)
        press.publish()
    assert "Choose one." in press.say("hello", sender=VILLAGER)
    moved = press.publishing.roll_back((), AUTHOR)
    assert SECOND_MENU in press.say("menu", sender=VILLAGER)
    assert [actor for actor, _ in audited(press.house, "content.rolled_back")] == [AUTHOR] * len(moved)
    press.publishing.roll_back((), APPROVER)
    assert FIRST_MENU in press.say("menu", sender=VILLAGER)
    for names in ((), ("welcome",), ("nothing",)):
        with pytest.raises(Conflict, match="nothing to go back to"):
            press.publishing.roll_back(names, AUTHOR)


def test_a_flow_goes_back_in_every_bundle_that_holds_it(press: PublishingHouse) -> None:
    press.edit("messages/en/report.yaml", "Is someone in danger now?", "Danger now?")
    press.publish()
    assert "Danger now?" in press.say("hello", "2", "1", sender=VILLAGER)
    back = {move.name for move in press.publishing.roll_back(("report",), AUTHOR)}
    assert {"report", "welcome", "help"} <= back
    assert "Is someone in danger now?" in press.say("hello", "2", "1", sender=OTHER)


def test_a_part_of_what_went_live_later_waits_for_its_turn(press: PublishingHouse) -> None:
    press.edit("messages/en/report.yaml", "Is someone in danger now?", "Danger now?")
    press.publish()
    press.edit("messages/en/officer.yaml", "Nothing is open.", "Nothing waits.")
    press.publish()
    with pytest.raises(Conflict, match="Roll that back first"):
        press.publishing.roll_back(("report",), AUTHOR)


def test_a_rolled_back_edition_goes_live_again_once_it_is_proposed_again(press: PublishingHouse) -> None:
    press.edit(MENU, FIRST_MENU, SECOND_MENU)
    first = press.publish()
    press.publishing.roll_back((), AUTHOR)
    assert press.publish().hash == first.hash
    assert SECOND_MENU in press.say("hello", sender=VILLAGER)


def test_a_live_bundle_that_is_damaged_leaves_the_last_good_content_speaking(press: PublishingHouse) -> None:
    press.say("hello", sender=VILLAGER)
    now = press.house.clock.now()
    with press.house.writing() as work:
        last = work.bundles.moves()[-1]
        work.bundles.keep("f" * 64, "stop", "no bundle at all", now)
        work.bundles.move([replace(last, name="stop", bundle="f" * 64)])
    assert FIRST_MENU in press.say("menu", sender=VILLAGER)
    assert press.house.counted("content_stays") == 1, "tried once, not at every message"
    with beside(press.house) as other, pytest.raises(Damaged):
        press.follow(other)
        other.gateway.content.library()


def test_a_first_publication_cannot_be_undone_and_a_new_flow_goes_away_again(press: PublishingHouse) -> None:
    with pytest.raises(Conflict, match="nothing to go back to"):
        press.publishing.roll_back((), AUTHOR)
    path = press.folder / "flows/farewell.yaml"
    path.write_text(
        (press.folder / "flows/stop.yaml").read_text("utf-8").replace("flow: stop", "flow: farewell"), "utf-8"
    )
    (press.folder / "messages/en/farewell.yaml").write_text("done: Goodbye.\n", "utf-8")
    press.publish()
    assert "farewell" in press.house.gateway.content.library().current
    [gone] = press.publishing.roll_back(("farewell",), AUTHOR)
    assert gone.bundle is None and "farewell" not in press.house.gateway.content.library().current


def test_new_words_reach_people_inside_at_once(press: PublishingHouse) -> None:
    press.say("hello", sender=VILLAGER)
    before = press.pinned_to(VILLAGER)
    press.edit("messages/en/lexicon.yaml", "  forms: [help, help me,", "  forms: [help, zzhelpzz, help me,")
    press.publish()
    press.say("zzhelpzz", sender=VILLAGER)
    assert press.pinned_to(VILLAGER) == before, "the help of her own version"
    assert [line.step for line in press.house.lines("in")][-1] == "menu"

"""Flows by page: who stands for what is live, who is inside, a second person for one hash, and the way back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.services.publishing import Draft
from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.console import Person, open_demo, words_of
from tests.support.editions import GREEN, shipped_documents

NOTE = "a <b>shorter</b> question"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    opened = open_demo(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


@pytest.fixture
def author(app: FrontDoor) -> Person:
    return Person(app, "author")


@pytest.fixture
def approver(app: FrontDoor) -> Person:
    return Person(app, "approver")


def proposed(gateway: Gateway, said: str = "Ended.") -> str:
    """Propose the shipped content with one other text, as `gateway publish` does."""
    documents = {
        name: document.replace("Stopped. If you need us", f"{said} If you need us")
        for name, document in shipped_documents().items()
    }
    return gateway.publishing.propose(Draft(documents, NOTE, GREEN), "author")


def page(person: Person) -> str:
    return words_of(person.get("/flows").text)


def test_the_page_says_who_stands_for_what_is_live_and_who_is_inside(app: FrontDoor, author: Person) -> None:
    Person(app).text("001", "hello")
    shown = page(author)
    assert "welcome Proposed by installer · Approved by installer" in shown
    assert shown.count("1 wait on 1 steps.") == 1
    assert "Words people type" in shown and "Shared texts" in shown
    assert "Put back" not in shown, "nothing was live before"


def test_a_second_person_says_yes_to_what_she_saw(gateway: Gateway, author: Person, approver: Person) -> None:
    hash_ = proposed(gateway)
    waiting = page(approver)
    assert hash_ in waiting and NOTE in waiting and "finish on the version they stand in" in waiting
    assert "Somebody else has to approve" in page(author) and "Approve exactly this" not in page(author)
    answer = approver.post("/flows/approve", {"seen": hash_})
    assert answer.status_code == 303
    assert "It is live." in words_of(approver.get(answer.headers["Location"]).text)
    assert "Proposed by author · Approved by approver" in page(approver) and "Waits for a second" not in page(approver)


def test_a_proposal_that_was_overtaken_is_refused_in_the_reader_s_words(gateway: Gateway, approver: Person) -> None:
    early, late = proposed(gateway), proposed(gateway, "Over.")
    assert approver.post("/flows/approve", {"seen": late}).status_code == 303
    answer = approver.post("/flows/approve", {"seen": early})
    assert answer.status_code == 409 and "Something else went live since it was proposed." in words_of(answer.text)


@pytest.mark.parametrize("seen", ["", "f" * 64, "%" * 64])
def test_an_unknown_hash_approves_nothing(gateway: Gateway, approver: Person, seen: str) -> None:
    proposed(gateway)
    assert approver.post("/flows/approve", {"seen": seen}).status_code == 409
    assert "Waits for a second person" in page(approver)


def test_one_click_puts_back_what_was_live(gateway: Gateway, author: Person, approver: Person) -> None:
    approver.post("/flows/approve", {"seen": proposed(gateway)})
    assert "Put back the version before" in page(author)
    answer = author.post("/flows/rollback", {"flow": "stop", "people": "withdraw"})
    assert answer.status_code == 303
    assert "The version before is live again." in words_of(author.get(answer.headers["Location"]).text)
    with gateway.outside.store.reading() as work:
        newest = work.bundles.moves()[-1]
    assert (newest.why, newest.people, newest.actor) == ("rolled_back", "withdraw", "author")
    assert "put back by author" in page(approver), "the second person sees it"
    told = words_of(approver.get("/").text)
    assert "author put stop back to its earlier version" in told and "earlier version" not in words_of(
        author.get("/").text
    )
    again = author.post("/flows/rollback", {"flow": "stop"})
    assert again.status_code == 409 and "There is nothing to go back to." in words_of(again.text)


def test_a_translator_looks_and_changes_nothing(app: FrontDoor, gateway: Gateway) -> None:
    hash_, translator = proposed(gateway), Person(app, "translator")
    assert "Approve exactly this" not in page(translator)
    assert translator.post("/flows/approve", {"seen": hash_}).status_code == 403
    assert translator.post("/flows/rollback", {"flow": "stop"}).status_code == 403


def test_a_form_without_the_page_s_token_changes_nothing(gateway: Gateway, approver: Person) -> None:
    hash_ = proposed(gateway)
    assert approver.post("/flows/approve", {"seen": hash_, "csrf": "no"}).status_code == 403
    assert "Waits for a second person" in page(approver)

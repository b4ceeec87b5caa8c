"""The audit page: who did what, looked for by person and kind, and whether the chain holds, said to whoever asks."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.support.console import Person, open_demo, words_of


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    opened = open_demo(tmp_path / "demo")
    yield opened
    opened.close()


@pytest.fixture
def app(gateway: Gateway) -> FrontDoor:
    return create_app(gateway)


def told(gateway: Gateway) -> None:
    now = gateway.outside.clock.now()
    with gateway.outside.store.writing() as work:
        work.audit.append(now, "kham", "desk", "case.opened_page", "c-1")
        work.audit.append(now, "kham", "desk", "signin", "console")
        work.audit.append(now, "mone", "desk", "case.closed", "c-2")


def rows_on(page: str) -> str:
    return page.partition("<tbody>")[2]


def test_rows_are_looked_for_by_person_and_by_kind(app: FrontDoor, gateway: Gateway) -> None:
    told(gateway)
    auditor = Person(app, "auditor")
    of_kham = rows_on(auditor.get("/audit?who=kham&lang=en").text)
    assert "c-1" in of_kham and "signin" in of_kham and "c-2" not in of_kham
    of_cases = rows_on(auditor.get("/audit?what=case.").text)
    assert "c-1" in of_cases and "c-2" in of_cases and "signin" not in of_cases
    both = rows_on(auditor.get("/audit?who=kham&what=case.").text)
    assert "c-1" in both and "c-2" not in both and "signin" not in both


@pytest.mark.parametrize("typed", ["%25", "_", "' OR 1=1 --", "%00%00z", "x" * 500, "<script>"])
def test_what_is_looked_for_is_taken_by_the_letter(app: FrontDoor, gateway: Gateway, typed: str) -> None:
    told(gateway)
    answer = Person(app, "auditor").get(f"/audit?what={typed}")
    assert answer.status_code == 200 and "c-1" not in rows_on(answer.text) and "<script>" not in rows_on(answer.text)


def test_the_chain_is_verified_and_that_is_written_down(app: FrontDoor, gateway: Gateway) -> None:
    told(gateway)
    auditor = Person(app, "auditor")
    auditor.get("/audit?lang=en")
    assert "The chain holds" in words_of(auditor.post("/audit/verify").text)
    with gateway.outside.store.reading() as work:
        assert ("auditor", "audit.verified", "ok") in {
            (row.actor, row.action, row.result) for row in work.audit.rows(5)
        }
    auditor.get("/audit?lang=lo")
    assert "ບັນທຶກຄົບຖ້ວນ" in words_of(auditor.post("/audit/verify").text)


def test_a_row_that_was_changed_is_named(app: FrontDoor, gateway: Gateway) -> None:
    told(gateway)
    auditor = Person(app, "auditor")
    auditor.get("/audit?lang=en")
    with closing(sqlite3.connect(gateway.settings.home / "gateway.db")) as database:
        database.execute("DROP TRIGGER audit_no_update")
        database.execute("UPDATE audit SET actor = 'nobody' WHERE object = 'c-1'")
        database.commit()
    said = words_of(auditor.post("/audit/verify").text)
    assert "The chain does not hold:" in said and "was changed" in said

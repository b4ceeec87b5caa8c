"""Lists of contacts by page, without a script: sent, read by a worker, repaired cell by cell, accepted, taken."""

import io
import re
from pathlib import Path

import pytest

from gateway.contacts.importing import read_header
from gateway.services.contact_rows import COLUMNS
from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.support.console import Person, words_of

ROWS = (
    "ເບີໂທ,ເມືອງ,ຍິນຍອມ\n020 5550 0001,LA1704,ຕົກລົງ\n8.56E+11,LA1704,yes\n020 5550 0003,LA9999,yes\n"
    '020 5550 0001,LA1704,yes\n020 5550 0004,LA1704,"<b>perhaps</b>"\n'
)


def sent(person: Person, content: bytes, name: str = "people.csv") -> str:
    """Send a file and return the address of its page."""
    form = {"csrf": person.token(), "file": (io.BytesIO(content), name)}
    answer = person.client.post("/directory/contacts", data=form, base_url=person.base, buffered=True)
    assert answer.status_code == 303, words_of(answer.text)
    return answer.headers["Location"]


def people(gateway: Gateway) -> int:
    with gateway.outside.store.reading() as work:
        return len(work.audience.agreed("", 1000))


def test_a_list_is_sent_read_repaired_and_taken(gateway: Gateway, manager: Person) -> None:
    before = people(gateway)
    assert "I agree to get texts" in words_of(manager.get("/directory/contacts").text)
    page = sent(manager, ROWS.encode("utf-16"))
    assert "being read" in words_of(manager.get(page).text)
    gateway.imports.work_off()
    shown = manager.get(page).text
    said = words_of(shown)
    assert "CSV, UTF-16, comma" in said and "can be taken in: 1" in said and "cannot be taken as they stand: 3" in said
    assert "8.56E+11" in said and "The spreadsheet broke this number" in said and "stands above already" in said
    assert "<b>perhaps" not in shown, "what strangers wrote is text and no markup"
    assert people(gateway) == before
    wrong = manager.post(f"{page}/repair", {"cell-3-phone": "five"})
    assert wrong.status_code == 409 and "1 of them cannot be taken either" in words_of(wrong.text)
    assert 'value="five"' in wrong.text, "what was typed stands there still"
    assert manager.post(f"{page}/repair", {"cell-3-phone": "020 5550 0002", "cell-4-district": ""}).status_code == 303
    said = words_of(manager.get(page).text)
    assert (
        "Cells not repaired: 2" in said and "can be taken in: 2" in said and "cannot be taken as they stand: 2" in said
    )
    assert manager.post(f"{page}/accept").status_code == 303
    gateway.imports.work_off()
    said = words_of(manager.get(page).text)
    assert "are taken in: 2" in said and "already here, unchanged: 0" in said and "as they stand: 2" in said
    assert people(gateway) == before + 2
    assert manager.post(f"{page}/repair", {"cell-4-district": "LA1704"}).status_code == 409


def test_a_list_can_be_given_up_and_nothing_of_it_stays(gateway: Gateway, manager: Person) -> None:
    page = sent(manager, ROWS.encode())
    assert gateway.duties.wake_for_imports() == 1, "the clock wakes a worker whose wake-up was lost"
    gateway.imports.work_off()
    assert gateway.duties.wake_for_imports() == 0
    assert manager.post(f"{page}/drop").status_code == 303
    assert "8.56E+11" not in manager.get(page).text
    assert manager.post(f"{page}/accept").status_code == 409


def test_a_file_larger_than_a_form_comes_through_in_sealed_pieces(gateway: Gateway, manager: Person) -> None:
    rows = "phone,village\n" + "".join(f"020 555{number:05},Phiadouang-canary\n" for number in range(12_000))
    page = sent(manager, rows.encode())
    stored = b"".join(file.read_bytes() for file in Path(gateway.settings.home).glob("gateway.db*"))
    assert b"Phiadouang-canary" not in stored
    while gateway.imports.work_off(most=5_000):
        pass
    assert "Rows: 12,000" in words_of(manager.get(page).text)


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"name\nKham\n", "people.csv", "no column of phone numbers"),
        (
            b"name\nKham\n",
            "People.XLSX",
            "is no workbook. Open it in a spreadsheet program and save it as .xlsx or .csv.",
        ),
        (b"PK\x03\x04", "people.xlsx", "workbook cannot be opened"),
    ],
)
def test_what_is_no_list_is_refused_in_words(
    gateway: Gateway, manager: Person, content: bytes, name: str, said: str
) -> None:
    page = sent(manager, content, name)
    gateway.imports.work_off()
    assert said in words_of(manager.get(page).text)


def test_a_list_that_is_only_named_like_a_workbook_comes_in(gateway: Gateway, manager: Person) -> None:
    page = sent(manager, ROWS.encode(), "people.xlsx")
    gateway.imports.work_off()
    assert "can be taken in: 1" in words_of(manager.get(page).text)


def test_the_page_names_columns_in_the_language_of_its_reader_and_each_is_read(gateway: Gateway) -> None:
    for language in ("en", "lo"):
        shown = Person(create_app(gateway), "manager", language).get("/directory/contacts").text
        named = shown.rsplit("<b>", 1)[1].split("</b>")[0].split(", ")
        assert tuple(read_header(named)) == COLUMNS
        assert all(name.isascii() for name in named) is (language == "en")


@pytest.mark.parametrize(("language", "cure"), [("en", "Lao, English, Hmong"), ("lo", "ລາວ, ອັງກິດ, ມົ້ງ")])
def test_a_language_that_is_not_known_is_told_with_those_that_are(gateway: Gateway, language: str, cure: str) -> None:
    person = Person(create_app(gateway), "manager", language)
    page = sent(person, b"phone,language,consent\n020 5550 0001,fr,yes\n")
    gateway.imports.work_off()
    said = words_of(person.get(page).text)
    assert cure in said and "lo, en, hmn, kjg" in said


def test_without_a_file_nothing_is_sent_and_only_managers_may(gateway: Gateway, manager: Person) -> None:
    assert manager.post("/directory/contacts").status_code == 409
    for name in ("officer", "approver", "author", "auditor"):
        assert Person(create_app(gateway), name).get("/directory/contacts").status_code == 403


def test_a_lao_reader_finds_no_english_word(gateway: Gateway) -> None:
    person = Person(create_app(gateway), "manager", "lo")
    page = sent(person, ROWS.replace("<b>perhaps</b>", "ອາດຈະ").encode())
    gateway.imports.work_off()
    text = re.sub(r"<(code|bdi)\b[^>]*>.*?</\1>", "", person.get(page).text, flags=re.DOTALL)
    assert set(re.findall(r"[A-Za-z]{3,}", words_of(text))) <= {"Saiduan", "English"}

"""The interface is whole in both languages: same ids and placeholders, no word in a template, Lao pages in Lao."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from gateway.assembly import content_root
from gateway.campaigns.campaign import LIFE
from gateway.cases.referral import LIFE as REFERRAL
from gateway.cases.report import CODES, OFFICIAL_SIGNALS, TELL
from gateway.cli.import_words import CELLS, FILES
from gateway.contacts.cells import REASONS
from gateway.contacts.consent import Ground
from gateway.contacts.importing import State
from gateway.ports.alarms import Kind
from gateway.services import broadcasts
from gateway.services.campaign_progress import KINDS
from gateway.services.roles import ROLES
from gateway.text.catalogue import placeholders
from gateway.web.app import create_app
from gateway.web.refusals import SENTENCES
from gateway.web.words import LANGUAGES, Words, texts, visible
from gateway.wiring import Gateway
from tests.support.cases import report
from tests.support.console import Person, open_demo, words_of

WEB = Path(broadcasts.__file__).parent.parent / "web"
TEMPLATES = sorted((WEB / "templates").glob("*.html"))
USED = re.compile(r"""\b(?:t|words|g\.words)\("([a-z_]+\.[^"{}]+)\"""")
LATIN = re.compile(r"[A-Za-z]{2,}")
CODES_AND_NAMES = re.compile(r"<(code|bdi)\b[^>]*>.*?</\1>|<option dir=\"auto\"[^>]*>.*?</option>", re.DOTALL)
INTENTS = "messages/intents.yaml"
ALLOWED = {"LA", "SMS", "USSD", "OK", "PASS", "LIST", "UNDO", "HELP", "GSM", "UCS", "MB", "Saiduan", "English"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    opened = open_demo(tmp_path_factory.mktemp("demo"))
    yield opened
    opened.close()


def test_both_languages_have_the_same_texts_with_the_same_placeholders() -> None:
    english, lao = texts()["en"], texts()["lo"]
    assert set(english) == set(lao)
    assert [name for name in english if set(placeholders(english[name])) != set(placeholders(lao[name]))] == []


def test_every_text_that_is_asked_for_by_name_exists() -> None:
    sources = [*WEB.glob("*.py"), *TEMPLATES]
    asked = {name for path in sources for name in USED.findall(path.read_text("utf-8"))}
    assert len(asked) > 100
    assert {name for name in asked if not name.endswith((".", "_"))} - set(texts()["en"]) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_word_of_any_language(path: Path) -> None:
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert not re.search(r"[^\W\d_]", re.sub(r"<[^>]*>|&\w+;", "", bare))


def test_every_code_that_a_page_may_show_has_a_word() -> None:
    names = set(texts()["en"])
    answers = {
        f"answer_{name}.{code}"
        for name, codes in CODES.items()
        for code in codes
        if code not in ("yes", "no", "not_sure", "skipped")
    }
    wanted = answers | {f"answer_tell.{code}" for code in TELL - {"skipped"}}
    wanted |= {f"campaign_state.{state}" for state in LIFE.values()} | {f"progress.{kind}" for kind in KINDS.values()}
    wanted |= {f"refused.{name}" for _, name in SENTENCES}
    ticks = re.findall(r"^([A-Z_]+): \{class: (?:signal|topic)", (content_root() / INTENTS).read_text("utf-8"), re.M)
    wanted |= {f"answer_signals.{word}" for word in {*ticks, *OFFICIAL_SIGNALS}} | {f"role.{role}" for role in ROLES}
    wanted |= {f"referral.{state}" for state, _ in REFERRAL} | {f"referral.{state}" for state in REFERRAL.values()}
    wanted |= {f"ground.{ground}" for ground in get_args(Ground)} | {f"alarm.{kind}" for kind in get_args(Kind)}
    assert len(ticks) > 20
    wanted |= {f"cell.{reason}" for reason in REASONS} | {f"file_refused.{reason}" for reason in FILES}
    wanted |= {f"import_state.{state}" for state in get_args(State)}
    assert wanted - names == set() and set(CELLS) == set(REASONS)


@pytest.mark.parametrize("name", ["officer", "desk", "manager", "approver", "author", "auditor", "admin", "supervisor"])
def test_a_lao_page_holds_no_english(gateway: Gateway, name: str) -> None:
    person = Person(create_app(gateway), name, "lo")
    for path in (
        "/",
        "/cases",
        "/campaigns",
        "/campaigns/new",
        "/campaigns/calendar",
        "/campaigns/emergency",
        "/disasters",
        "/flows",
        "/directory?province=LA17",
        "/turns",
        "/directory/contacts",
        "/health",
        "/audit",
        "/nothing",
        "/account",
        "/users",
        "/settings",
        "/simulator",
    ):
        page = person.get(path).text
        assert '<html lang="lo">' in page
        assert set(LATIN.findall(words_of(CODES_AND_NAMES.sub("", page)))) - ALLOWED == set(), path


def test_a_lao_case_page_and_letter_hold_no_english(gateway: Gateway) -> None:
    code = report(gateway, who="family", under_18="no", what="forced", country="TH", contact="sms", hours="evening")
    person = Person(create_app(gateway), "officer", "lo")
    person.post(f"/cases/{code}/accept")
    for path in (f"/cases/{code}", f"/cases/{code}/letter?to=police"):
        words = set(LATIN.findall(words_of(CODES_AND_NAMES.sub("", person.get(path).text))))
        assert words - ALLOWED - {"P0"} == set(), path


def test_the_switch_keeps_the_page_and_what_was_asked(gateway: Gateway) -> None:
    person = Person(create_app(gateway), "officer", "lo")
    page = person.get("/cases?show=closed").text
    assert 'href="?show=closed&amp;lang=en" lang="en"' in page
    assert '<html lang="en">' in person.get("/cases?show=closed&lang=en").text
    assert '<html lang="en">' in person.get("/cases").text


def test_an_account_s_own_language_comes_before_any_choice(gateway: Gateway) -> None:
    browser = create_app(gateway).test_client()
    assert '<html lang="lo">' in browser.get("/sign-in").text
    assert '<html lang="lo">' in browser.get("/sign-in?lang=xx").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_times_and_numbers_are_said_as_people_read_them(language: str) -> None:
    words = Words(language, ZoneInfo("Asia/Vientiane"), datetime(2026, 11, 24, 5, 0, tzinfo=UTC))
    assert words.moment(words.now) == "12:00"
    assert words.moment(datetime(2026, 11, 23, 18, 30, tzinfo=UTC)) == "01:30"
    assert words.moment(datetime(2026, 11, 22, 18, 30, tzinfo=UTC)) == "23/11/2026 01:30"
    assert words.number(113645) == "113,645"
    spans = [
        str(words.until(datetime(2026, 11, day, hour, minute, tzinfo=UTC)))
        for day, hour, minute in ((24, 5, 0), (24, 5, 4), (24, 8, 0), (29, 5, 0))
    ]
    assert len(set(spans)) == 4


def test_values_are_escaped_once() -> None:
    words = Words("en", ZoneInfo("Asia/Vientiane"), datetime(2026, 11, 24, tzinfo=UTC))
    assert words("case.owner", who="<b>") == "Accepted by &lt;b&gt;"
    assert words("case.owner", who=words("case.title", code="{x}")) == "Accepted by Case {x}"


def test_hidden_characters_are_made_visible() -> None:
    assert visible("a\u202eb\x07\nກ\u200bຂ") == "a[U+202E]b[U+0007]\nກ\u200bຂ"

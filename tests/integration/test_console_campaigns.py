"""Broadcasts by page: drafted, counted, priced, approved by a second person, sent to who agreed, and stopped."""

import pytest

from gateway.services.roles import MAY
from gateway.web.app import FrontDoor
from gateway.wiring import Gateway
from tests.support.console import Person, words_of

LAO, ENGLISH = "ຈະໄປເຮັດວຽກໄກ? ຮັກສາເອກະສານໄວ້ເອງ. ເຊົາ: ຢຸດ", "Keep your papers yourself. To end text STOP"
FORM: dict[str, str | list[str]] = {
    "go": "next",
    "name": "Market day",
    "district": ["LA1703"],
    "text_lo": LAO,
    "text_en": ENGLISH,
}
WHO, MESSAGE = ("name", "district", "province", "role", "language", "rest_days"), ("text_lo", "text_en", "instead_hmn")


def only(form: dict[str, str | list[str]], names: tuple[str, ...]) -> dict[str, str | list[str]]:
    """Return what a page of the wizard asks for."""
    return {"go": form.get("go", "next"), **{name: form[name] for name in names if name in form}}


def drafted(manager: Person, **changes: str | list[str]) -> str:
    """Draft a broadcast page by page and return the address of its page."""
    form = {**FORM, **changes}
    answer = manager.post("/campaigns/new", only(form, WHO))
    assert answer.status_code == 303, words_of(answer.text)
    message = answer.headers["Location"]
    page = message.removesuffix("/message")
    for path, names in ((message, MESSAGE), (f"{page}/when", ("day", "hour", "repeats"))):
        answer = manager.post(path, only(form, names))
        assert answer.status_code == 303, words_of(answer.text)
    return page


def take(person: Person, page: str, step: str, **form: str | list[str]) -> str:
    """Take a step and return what the page then says."""
    answer = person.post(f"{page}/{step}", form)
    assert answer.status_code == 303, words_of(answer.text)
    return words_of(person.get(answer.headers["Location"]).text)


def seen(person: Person, page: str) -> str:
    """Return the content hash that a page would approve."""
    return person.get(page).text.split('name="seen" value="')[1].split('"')[0]


def test_from_draft_to_the_last_receipt(manager: Person, approver: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    shown = words_of(manager.get(page).text)
    for said in (
        "5 people",
        "Sanamxay district, Attapeu",
        "price not set",
        "Lao or special letters, 1 SMS",
        "Latin letters, 1 SMS",
        LAO,
        ENGLISH,
    ):
        assert said in shown
    assert "Asked for approval." in take(manager, page, "submit")
    assert "Approved." in take(approver, page, "approve", seen=seen(approver, page))
    take(manager, page, "schedule")
    gateway.duties.catch_up()
    gateway.duties.catch_up()
    assert "finished" in words_of(approver.get(page).text)
    assert "delivered 5" in words_of(approver.get(page).text)
    assert [text["text"] for text in manager.get("/simulator/phones/042").get_json()] == [ENGLISH]
    assert manager.get("/simulator/phones/045").get_json() == []


def test_whoever_comes_second_to_a_step_is_told_that_it_is_done(manager: Person, approver: Person) -> None:
    page = drafted(manager, day="25/11/2026", hour="09:00")
    take(manager, page, "submit")
    hashed = seen(approver, page)
    take(approver, page, "approve", seen=hashed)
    for person, step in ((approver, "approve"), (manager, "submit"), (manager, "schedule")):
        second = person.post(f"{page}/{step}", {"seen": hashed})
        assert second.status_code == 409
        assert "Somebody else has just done this. Look again." in words_of(second.text), step


def test_its_author_cannot_approve_it_even_with_the_role(app: FrontDoor, gateway: Gateway) -> None:
    gateway.access.add_account("both", "demo-demo-demo", frozenset({"manager", "approver"}))
    both = Person(app, "both")
    page = drafted(both)
    take(both, page, "submit")
    assert "Somebody else approves it" in words_of(both.get(page).text)
    refused = both.post(f"{page}/approve", {"seen": "x"})
    assert refused.status_code == 409
    assert "Somebody else has to approve this" in words_of(refused.text)


def test_a_manager_of_a_province_broadcasts_there_alone(manager: Person, app: FrontDoor, gateway: Gateway) -> None:
    gateway.access.add_account("there", "demo-demo-demo", frozenset({"manager"}), frozenset({"LA17"}))
    there, elsewhere = Person(app, "there"), drafted(manager, district=["LA0101"])
    said = "It reaches people outside your places. Choose only districts of: Attapeu province."
    for path, form in (
        ("/campaigns/new", only({**FORM, "district": ["LA0101"]}, WHO)),
        (f"{elsewhere}/who", only(FORM, WHO)),
        (f"{elsewhere}/submit", {}),
        (f"{elsewhere}/copy", {}),
    ):
        refused = there.post(path, form)
        assert refused.status_code == 409 and said in words_of(refused.text), path
    assert "Asked for approval." in take(there, drafted(there), "submit")


def test_what_changed_since_it_was_read_is_not_approved(manager: Person, approver: Person) -> None:
    page = drafted(manager)
    take(manager, page, "submit")
    before = seen(approver, page)
    changed = manager.post(f"{page}/message", only({**FORM, "text_en": "Another text. STOP"}, MESSAGE))
    assert changed.status_code == 303
    take(manager, page, "submit")
    refused = approver.post(f"{page}/approve", {"seen": before})
    assert refused.status_code == 409
    assert "It changed since you read it." in words_of(refused.text)


def test_it_can_be_sent_back_and_changed(manager: Person, approver: Person) -> None:
    page = drafted(manager)
    take(manager, page, "submit")
    for short in ("", "no", " no   "):
        unsaid = approver.post(f"{page}/refuse", {"why": short})
        assert unsaid.status_code == 409 and "Say why, in a few words." in words_of(unsaid.text)
    assert "Sent back" in take(approver, page, "refuse", why="<b>1362</b> is  not ours")
    for shown in (manager.get(page).text, approver.get(page).text):
        assert "approver sent it back: <b>1362</b> is not ours" in words_of(shown)
    assert "sent back" in words_of(manager.get("/campaigns").text)
    who = manager.get(f"{page}/who").text
    assert 'value="LA1703" checked' in who and 'value="Market day"' in who
    assert ENGLISH in manager.get(f"{page}/message").text
    assert "Asked for approval." in take(manager, page, "submit")
    assert "sent it back" not in words_of(manager.get(page).text)


def test_stop_asks_once_and_says_how_many_had_left(manager: Person, approver: Person, gateway: Gateway) -> None:
    page = drafted(manager, day="25/11/2026", hour="09:00")
    take(manager, page, "submit")
    take(approver, page, "approve", seen=seen(approver, page))
    assert "scheduled" in words_of(manager.get(page).text)
    assert "<details" in manager.get(page).text
    assert "Stopped. 0 had already left." in take(approver, page, "stop")
    refused = manager.post(f"{page}/resume")
    assert refused.status_code == 409
    assert "not at that point any more" in words_of(refused.text)


@pytest.mark.parametrize(
    ("where", "changes", "reason"),
    [
        ("who", {"name": "  "}, "Give it a name of at most 80 characters."),
        ("when", {"day": "27/11"}, "Write the day as 27/11/2026"),
        ("when", {"day": "27/11/2026"}, "Write the day as 27/11/2026"),
        ("when", {"day": "27/11/2026", "hour": "25:00"}, "Write the day as 27/11/2026"),
        ("when", {"day": "01/01/2020", "hour": "07:00"}, "The hour lies in the past. Choose one"),
        (
            "when",
            {"day": "01/01/2029", "hour": "07:00"},
            "That lies more than a year ahead. Choose a day within a year.",
        ),
        ("when", {"repeats": "weekly"}, "needs its first day and hour"),
        ("when", {"drip": "return", "drip_days": "30"}, "needs a last day"),
        ("when", {"last_day": "01/01/2020"}, "Its last moment lies before its first."),
        ("when", {"facts_until": "01/01/2020"}, "out of date before it has left"),
        ("message", {"text_en": "x" * 500}, "English: longer than three SMS."),
        ("message", {"text_en": "Call 1191. STOP"}, "a number that nobody has verified"),
        ("message", {"text_en": "See www.jobs.la. STOP"}, "English: it holds a link."),
        ("message", {"text_lo": "ຄ້າມະນຸດ"}, "must not reach a shared phone"),
    ],
)
def test_what_cannot_be_stored_is_shown_again_with_the_reason(
    manager: Person, where: str, changes: dict[str, str | list[str]], reason: str
) -> None:
    page = drafted(manager)
    names = {"who": WHO, "message": MESSAGE}.get(where, tuple(changes))
    refused = manager.post(f"{page}/{where}", {**only(FORM, names), **changes})
    assert refused.status_code == 409
    assert reason in words_of(refused.text)
    assert str(changes.get("text_lo", changes.get("day", ""))) in refused.text


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"district": []}, "Choose at least one district."),
        ({"district": ["LA9999"]}, "Choose at least one district."),
        ({"text_lo": " ", "text_en": ""}, "Write the text in at least one language."),
    ],
)
def test_what_is_missing_is_asked_for_before_anybody_is_asked_to_approve(
    manager: Person, changes: dict[str, str | list[str]], reason: str
) -> None:
    page = drafted(manager, **changes)
    refused = manager.post(f"{page}/submit")
    assert refused.status_code == 409 and reason in words_of(refused.text)


def test_lao_digits_make_a_date(manager: Person) -> None:
    page = drafted(manager, day="໒໕/໑໑/໒໐໒໖", hour="໐໙:໐໐")
    assert "25/11/2026 09:00" in words_of(manager.get(page).text)
    assert "25/11/2026 09:30" in words_of(manager.get(drafted(manager, day="25/11/2026", hour="9.30")).text)


def test_a_province_stands_for_all_its_districts(manager: Person) -> None:
    page = drafted(manager, district=[], province=["LA17"])
    assert "10 people" in words_of(manager.get(page).text)


def test_counting_needs_no_script_and_stores_nothing(manager: Person) -> None:
    counted = manager.post("/campaigns/new", only({**FORM, "go": "count"}, WHO))
    assert counted.status_code == 200 and "5 people" in words_of(counted.text)
    assert "There is no broadcast yet." in words_of(manager.get("/campaigns").text)
    page = drafted(manager)
    counted = manager.post(f"{page}/message", {"go": "count", "text_lo": "ກ" * 71})
    assert counted.status_code == 200 and "71 characters, Lao or special letters, 2 SMS" in words_of(counted.text)
    assert LAO in manager.get(f"{page}/message").text


def test_the_script_is_told_the_same_size(manager: Person) -> None:
    found = manager.post("/campaigns/count", {"text": "ກ" * 71}).get_json()
    assert found == {"segments": 2, "said": "71 characters, Lao or special letters, 2 SMS"}


def test_progress_is_small_and_says_when_nothing_moved(manager: Person) -> None:
    page = drafted(manager)
    first = manager.get(f"{page}/progress")
    assert first.status_code == 200 and len(first.data) <= 1024
    again = manager.get(f"{page}/progress", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("step", ["submit", "schedule", "pause", "resume"])
def test_an_approver_takes_no_manager_s_step(manager: Person, approver: Person, step: str) -> None:
    assert "campaigns:write" not in MAY["approver"]
    assert approver.post(f"{drafted(manager)}/{step}").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/campaigns/0123",
        "/campaigns/0123/who",
        "/campaigns/0123/message",
        "/campaigns/0123/check",
        "/campaigns/0123/when",
        "/campaigns/0123/results",
        "/campaigns/0123/progress",
        "/campaigns/count",
    ],
)
def test_a_broadcast_that_is_not_there_is_not_found(manager: Person, path: str) -> None:
    assert manager.get(path).status_code == 404


def test_a_name_with_markup_is_shown_as_it_is(manager: Person) -> None:
    page = drafted(manager, name="<b>x</b> \u202eabc")
    assert "<b>x</b>" not in manager.get(page).text
    assert "[U+202E]" in manager.get(page).text

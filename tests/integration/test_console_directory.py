"""The directory's pages without script: posts seen and changed within one's province, a week, and a hand-over."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.cases.case import Actor
from gateway.directory.post import Post
from gateway.directory.turn import turn_of
from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.integration.test_console_texts import ALLOWED, CODES_AND_NAMES, LATIN
from tests.support.console import PASSPHRASE, Person, open_demo, words_of
from tests.support.scripted import HandClock

START = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
KEY = re.compile(r"HANDOVER (\d{4}) (\d{6})")


@pytest.fixture
def clock() -> HandClock:
    return HandClock(START)


@pytest.fixture
def gateway(tmp_path: Path, clock: HandClock) -> Iterator[Gateway]:
    opened = open_demo(tmp_path / "demo", clock)
    yield opened
    opened.close()


def post_at(gateway: Gateway, place: str | None, agency: str = "women_union", order: int = 1) -> Post:
    with gateway.outside.store.reading() as work:
        return next(
            seat.post
            for seat in work.directory.every_seat()
            if (seat.post.place, seat.post.agency, seat.post.order) == (place, agency, order)
        )


def again(gateway: Gateway, post: Post) -> Post:
    with gateway.outside.store.reading() as work:
        seat = work.directory.seat(post.id)
    assert seat is not None
    return seat.post


def test_a_supervisor_changes_a_post_of_her_province(gateway: Gateway) -> None:
    boss, post = Person(create_app(gateway), "supervisor"), post_at(gateway, "LA1704")
    path = f"/directory/posts/{post.id}"
    assert "..50" in words_of(boss.get(path).text)
    assert boss.post(path, {"do": "order", "order": "2"}).status_code == 303
    assert boss.post(path, {"do": "shifts", "shift": ["mon-day", "tue-night"]}).status_code == 303
    assert boss.post(path, {"do": "duty_off"}).status_code == 303
    changed = again(gateway, post)
    assert (changed.order, changed.on_duty, changed.shifts) == (2, False, frozenset({"mon-day", "tue-night"}))
    assert boss.post(path, {"do": "leave"}).status_code == 303 and again(gateway, post).state == "on_leave"
    assert boss.post(path, {"do": "leave"}).status_code == 409, "she is on leave already"
    assert boss.post(path, {"do": "back"}).status_code == 303 and again(gateway, post).state == "held"
    assert boss.post(path, {"do": "vacate"}).status_code == 303 and again(gateway, post).state == "vacant"
    assert "Nobody holds this post" in words_of(boss.get(path).text)
    assert boss.post(path, {"do": "promote"}).status_code == 404
    assert boss.post(path, {"do": "order", "order": "many"}).status_code == 409


def test_other_provinces_and_the_country_are_as_if_they_were_not_there(gateway: Gateway) -> None:
    boss, app = Person(create_app(gateway), "supervisor"), create_app(gateway)
    desk = post_at(gateway, None, "national_desk")
    with gateway.directory.posts.changing() as work:
        far = gateway.directory.posts.create(work, "labour", "district", "LA0101", 1, Actor("test", "admin"))
    for post in (desk, far):
        path = f"/directory/posts/{post.id}"
        assert boss.get(path).status_code == boss.get(f"{path}/hand-over").status_code == 404
        assert boss.post(path, {"do": "duty_off"}).status_code == 404
        assert boss.post(f"{path}/hand-over", {"do": "begin"}).status_code == 404
    new = {"agency": "labour", "level": "district", "place": "LA0101", "order": "2"}
    assert boss.post("/directory/posts/new", new).status_code == 404
    assert boss.get("/directory/rota?place=LA0101").status_code == 404
    assert Person(app, "admin").get(f"/directory/posts/{far.id}").status_code == 200


@pytest.mark.parametrize(("name", "status"), [("desk", 403), ("officer", 403), ("auditor", 403), ("manager", 403)])
def test_only_supervisors_and_administrators_change_posts(gateway: Gateway, name: str, status: int) -> None:
    person, path = Person(create_app(gateway), name), f"/directory/posts/{post_at(gateway, 'LA1704').id}"
    assert person.post(path, {"do": "vacate"}).status_code == status
    assert person.get(f"{path}/hand-over").status_code == person.get("/directory/posts/new").status_code == status
    assert person.get(path).status_code == (200 if name == "desk" else 403)
    assert 'name="do"' not in person.get(path).text


def test_a_post_is_made_by_its_place_and_what_does_not_fit_is_said(gateway: Gateway) -> None:
    boss = Person(create_app(gateway), "supervisor")
    new = {"agency": "health", "level": "district", "place": "1704", "order": "2"}
    assert boss.post("/directory/posts/new", new).status_code == 303
    assert post_at(gateway, "LA1704", "health", 2).state == "vacant"
    taken = boss.post("/directory/posts/new", new)
    assert taken.status_code == 409 and "is taken" in words_of(taken.text)
    assert "1704" in taken.text, "what was typed stays"
    wrong = boss.post("/directory/posts/new", {**new, "level": "province"})
    assert wrong.status_code == 409 and "do not fit" in words_of(wrong.text)


def test_a_week_shows_whose_turn_it_is_and_where_it_is_nobodys(gateway: Gateway) -> None:
    boss = Person(create_app(gateway), "supervisor")
    assert "100 %" in words_of(boss.get("/directory/rota?place=LA17").text)
    post = post_at(gateway, "LA17")
    boss.post(f"/directory/posts/{post.id}", {"do": "shifts", "shift": ["tue-day"]})
    page = boss.get("/directory/rota?place=LA17").text
    assert "7 %" in words_of(page) and page.count('class="gap"') == 13
    assert "ບໍ່ມີໃຜ" in boss.get("/directory/rota?place=LA17&lang=lo").text


def offered(page: str, post: Post) -> list[str]:
    """Return what can be had of a colleague in return: nothing first, then each of her turns."""
    return re.findall(rf'<option value="({post.id}/[^"]*)"', page)


def test_an_officer_asks_a_colleague_and_the_week_shows_who_takes_the_turn(gateway: Gateway) -> None:
    app = create_app(gateway)
    officer, boss = Person(app, "officer"), Person(app, "supervisor")
    colleague = post_at(gateway, "LA1703", order=2)
    page = officer.get("/turns").text
    gives = re.findall(r'<option value="(2026-[^"/]+)"', page)[0]
    assert gives == "2026-11-24-night", "the turn of now is not swapped any more"
    nothing, first, *_ = offered(page, colleague)
    assert nothing == f"{colleague.id}/" and first == f"{colleague.id}/{gives}"
    assert officer.post("/turns", {"gives": gives, "whom": nothing}).status_code == 303
    asked = officer.get("/turns?said=sent").text
    code = re.findall(r"/turns/([0-9]{6})", asked)[0]
    assert "You asked a colleague" in words_of(asked) and f"Code {code}" in words_of(asked)
    assert officer.post("/turns", {"gives": gives, "whom": nothing}).status_code == 409
    assert officer.post(f"/turns/{code}", {"do": "accept"}).status_code == 404, "not hers to accept"
    boss.text("051", f"DUTY {code}")
    assert again(gateway, colleague).taken_over == {turn_of(gives)}
    assert "swapped" in words_of(boss.get("/directory/rota?place=LA1703").text)
    assert "swapped" not in words_of(boss.get("/directory/rota?place=LA1703&week=next").text)


def test_a_colleague_refuses_or_accepts_on_her_page_and_a_question_is_taken_back(gateway: Gateway) -> None:
    app = create_app(gateway)
    officer, colleague = Person(app, "officer"), post_at(gateway, "LA1703", order=2)
    gateway.access.add_account("second", PASSPHRASE, frozenset({"officer"}), post_id=colleague.id)
    second = Person(app, "second")
    for do in ("refuse", "accept"):
        page = officer.get("/turns").text
        nothing, *turns = offered(page, colleague)
        gives = re.findall(r'<option value="(2026-[^"/]+)"', page)[0]
        assert officer.post("/turns", {"gives": gives, "whom": turns[-1]}).status_code == 303
        shown = second.get("/turns").text
        code = re.findall(r"/turns/([0-9]{6})", shown)[0]
        assert "A colleague asks you" in words_of(shown) and "In return for yours" in words_of(shown)
        assert second.post(f"/turns/{code}", {"do": "withdraw"}).status_code == 404
        assert second.post(f"/turns/{code}", {"do": do}).status_code == 303
    moved = again(gateway, colleague)
    assert moved.taken_over == {turn_of(gives)} and len(moved.given_away) == 1
    again_asked = officer.post("/turns", {"gives": gives, "whom": nothing})
    assert again_asked.status_code == 409 and "not hers" in words_of(again_asked.text)
    for whom in ("", "unknown/", f"{colleague.id}/never"):
        assert officer.post("/turns", {"gives": "2026-11-25-day", "whom": whom}).status_code == 409
    assert officer.post("/turns", {"gives": "2026-11-25-day", "whom": nothing}).status_code == 303
    code = re.findall(r"/turns/([0-9]{6})", officer.get("/turns").text)[0]
    assert officer.post(f"/turns/{code}", {"do": "withdraw"}).status_code == 303
    assert "/turns/" not in officer.get("/turns").text


def test_a_supervisor_asks_for_an_officer_without_a_browser(gateway: Gateway) -> None:
    boss, post = Person(create_app(gateway), "supervisor"), post_at(gateway, "LA1704")
    colleague, path = post_at(gateway, "LA1704", order=2), f"/directory/posts/{post.id}"
    gives = re.findall(r'<option value="(2026-[^"/]+)"', boss.get(path).text)[0]
    assert boss.post(path, {"do": "swap", "gives": gives, "whom": f"{colleague.id}/"}).status_code == 303
    assert boss.post(path, {"do": "swap", "gives": "", "whom": f"{colleague.id}/"}).status_code == 409
    gateway.duties.catch_up()
    text = boss.get("/simulator/phones/051").text
    code = re.findall(r"DUTY ([0-9]{6})", text)[-1]
    boss.text("051", f"DUTY {code}")
    assert again(gateway, post).given_away == {turn_of(gives)}


def test_the_wizard_hands_a_post_over_without_script(gateway: Gateway, clock: HandClock) -> None:
    boss, post = Person(create_app(gateway), "supervisor"), post_at(gateway, "LA17")
    path = f"/directory/posts/{post.id}/hand-over"
    assert "Begin and draw the code" in words_of(boss.get(path).text)
    begun = boss.post(path, {"do": "begin", "name": "Nang Heir"}).text
    found = KEY.search(begun)
    assert found is not None
    key, code = found.groups()
    assert key not in boss.get(path).text, "the code is shown once"
    boss.text("055", f"HANDOVER {key} {code}")
    assert "has enrolled" in words_of(boss.get(path).text) and again(gateway, post).phones == post.phones
    clock.forward(minutes=15)
    gateway.duties.catch_up()
    assert again(gateway, post).phones[0].endswith("055")
    assert "Begin and draw the code" in words_of(boss.get(path).text)
    assert words_of(boss.get(f"/directory/posts/{post.id}").text).count("24/11/2026 -") == 1


def test_a_hand_over_asked_by_text_is_approved_or_stopped_on_the_page(gateway: Gateway) -> None:
    boss, post = Person(create_app(gateway), "supervisor"), post_at(gateway, "LA1704", "health")
    boss.text("054", "HANDOVER")
    path = f"/directory/posts/{post.id}/hand-over"
    assert "asked by text" in words_of(boss.get(path).text)
    first = KEY.search(boss.post(path, {"do": "approve"}).text)
    second = KEY.search(boss.post(path, {"do": "approve"}).text)
    assert first is not None and second is not None and first[2] == second[2]
    assert boss.post(path, {"do": "whatever"}).status_code == 404
    assert boss.post(path, {"do": "begin"}).status_code == 409, "it is handed over already"
    assert boss.post(path, {"do": "stop"}).status_code == 303
    assert "Begin and draw the code" in words_of(boss.get(path).text)
    assert boss.post(path, {"do": "stop"}).status_code == 404


def test_open_cases_are_given_to_another_post_of_ones_own(gateway: Gateway) -> None:
    boss, province = Person(create_app(gateway), "supervisor"), post_at(gateway, "LA17")
    told: dict[str, str | tuple[str, ...]] = {
        "what": "marriage",
        "danger": "not_now",
        "place": "LA1704",
        "tell": ("women_union",),
    }
    with gateway.directory.posts.changing() as work:
        intake, code = gateway.inbound.conversing.effects.intake, gateway.outside.chance.case_code()
        intake.open(work, work.people.lock("+8562000000001", START), "sms", "en", code, "suspicion", told, START)
        gateway.officers.acknowledge(work, code, province.id, "officer", START)
    target = post_at(gateway, "LA1704", "labour", 2)
    path = f"/directory/posts/{province.id}"
    assert target.id in boss.get(path).text
    assert boss.post(path, {"do": "reassign", "target": post_at(gateway, None, "national_desk").id}).status_code == 404
    assert boss.post(path, {"do": "reassign", "target": target.id}).status_code == 303
    with gateway.outside.store.reading() as work:
        assert len(work.caseload.owned_by(target.id)) == 1


def test_in_lao_the_pages_are_in_lao(gateway: Gateway) -> None:
    boss, post = Person(create_app(gateway), "supervisor", "lo"), post_at(gateway, "LA1704")
    begun = boss.post(f"/directory/posts/{post.id}/hand-over", {"do": "begin"}).text
    refused = boss.post(f"/directory/posts/{post.id}", {"do": "order", "order": "0"}).text
    paths = (
        "/directory/posts/new",
        "/directory/rota?place=LA1704",
        f"/directory/posts/{post.id}",
        f"/directory/posts/{post.id}/hand-over",
    )
    for page in (begun, refused, *(boss.get(path).text for path in paths)):
        assert set(LATIN.findall(words_of(CODES_AND_NAMES.sub("", page)))) - ALLOWED == set()

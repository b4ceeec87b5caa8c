"""The six pages by hand: left and taken up again, counted, checked, walked on readers' phones, tried out, measured."""

import re
from dataclasses import replace

from gateway.web.app import FrontDoor, create_app
from gateway.wiring import Gateway
from tests.integration.test_console_campaigns import ENGLISH, LAO, drafted, seen, take
from tests.support.console import Person, words_of


def test_each_page_may_be_left_and_nothing_is_lost(manager: Person) -> None:
    left = manager.post("/campaigns/new", {"go": "leave", "name": "Later", "district": ["LA1703"]})
    assert left.headers["Location"] == "/campaigns"
    page = manager.get("/campaigns").text.split('class="code" href="')[1].split('"')[0]
    assert manager.post(f"{page}/message", {"go": "leave", "text_en": ENGLISH}).headers["Location"] == "/campaigns"
    assert ENGLISH in manager.get(f"{page}/message").text
    assert 'value="LA1703" checked' in manager.get(f"{page}/who").text
    assert "draft" in words_of(manager.get(page).text)


def test_a_page_saved_unchanged_voids_no_approval(manager: Person, approver: Person) -> None:
    page = drafted(manager)
    take(manager, page, "submit")
    take(approver, page, "approve", seen=seen(approver, page))
    who: dict[str, str | list[str]] = {"go": "next", "name": "Market day", "district": ["LA1703"], "rest_days": "7"}
    assert manager.post(f"{page}/who", who).status_code == 303
    assert "approved" in words_of(manager.get(page).text)
    assert manager.post(f"{page}/who", {**who, "district": ["LA1704"]}).status_code == 303
    assert "draft" in words_of(manager.get(page).text)


def test_the_approver_sees_what_a_later_edit_changed(manager: Person, approver: Person) -> None:
    page = drafted(manager)
    manager.post(f"{page}/message", {"go": "next", "text_lo": LAO, "text_en": "Keep your papers. STOP"})
    shown = words_of(approver.get(page).text)
    assert "What later edits changed" in shown and "Keep your papers. STOP" in shown and ENGLISH in shown


def test_the_check_says_everything_an_approver_would_ask(manager: Person) -> None:
    page = drafted(manager, text_en="Market on Friday", day="02/12/2026", hour="09:00")
    shown = words_of(manager.get(f"{page}/check").text)
    for said in (
        "5 people get it.",
        "English: does not say how to end: STOP.",
        "The price of a message is not set.",
        "it leaves from 03/12/2026 07:00 on",
        "Page 4 does not say until when its facts are true.",
        "price not set",
    ):
        assert said in shown
    assert "Lao: does not say" not in shown and "not yet" not in shown
    nowhere = drafted(manager, district=[])
    assert "not yet Choose at least one district." in words_of(manager.get(f"{nowhere}/check").text)


def test_a_reader_s_phone_shows_her_text_and_the_walk_goes_both_ways(manager: Person) -> None:
    page = drafted(manager, district=["LA1703", "LA1704"], text_en="Market in {district}. STOP")
    first = manager.get(f"{page}/message").text
    assert "On the phone of a real reader" in words_of(first) and "+85620" not in words_of(first)
    address = first.split('class="button" href="')[2].split('"')[0].replace("&amp;", "&")
    second = manager.get(address).text
    back = second.split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
    quoted = [text.split('class="handset"')[1].split("</blockquote>")[0] for text in (first, manager.get(back).text)]
    assert quoted[0] == quoted[1] and "{" not in quoted[0]


def test_the_longest_name_and_the_character_to_blame_are_said(manager: Person) -> None:
    page = drafted(manager)
    counted = manager.post(f"{page}/message", {"go": "count", "text_en": "Say no → {district}"})
    shown = words_of(counted.text)
    assert "With the longest name:" in shown and "The character → costs 90 characters of room here." in shown


def test_a_prepared_text_begins_the_page(manager: Person) -> None:
    page = drafted(manager)
    taken = manager.post(f"{page}/message", {"go": "take", "prepared": "know_the_recruiter"})
    assert "Check the licence of the recruiter first" in taken.text and "ກວດໃບອະນຸຍາດ" in taken.text


def test_readers_without_a_text_fall_back_or_are_left_out(manager: Person, gateway: Gateway) -> None:
    page = drafted(manager, text_en="")
    campaign = page.rsplit("/", 1)[1]
    assert gateway.broadcasts.preview(campaign).reach.left_out["no_language_text"] == 2
    manager.post(f"{page}/message", {"go": "next", "text_lo": LAO, "instead_en": "lo"})
    assert dict(gateway.broadcasts.preview(campaign).reach.by_language) == {"lo": 5}


def test_a_text_that_is_missing_is_told_with_its_cure(manager: Person, approver: Person) -> None:
    page = drafted(manager, text_lo="")
    told = "3 readers of Lao get it in English. Write it in Lao."
    assert f"please look {told}" in words_of(manager.get(f"{page}/check").text)
    assert told in words_of(manager.get(f"{page}/message").text)
    assert told in take(manager, page, "submit") and told in words_of(approver.get(page).text)
    whole = drafted(manager)
    assert "readers of" not in words_of(manager.get(f"{whole}/check").text)


def test_a_test_goes_to_the_two_phones_of_the_team_and_nobody_else(manager: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    assert "all of them ..48 ..49" in words_of(manager.get(f"{page}/message").text)
    sent = manager.post(f"{page}/test")
    assert "4 texts are on their way." in words_of(manager.get(sent.headers["Location"]).text)
    gateway.duties.catch_up()
    for number in ("048", "049"):
        received = manager.get(f"/simulator/phones/{number}").text
        assert "Keep your papers yourself" in received and "ຮັກສາເອກະສານໄວ້ເອງ" in received
    assert "Keep your papers" not in manager.get("/simulator/phones/042").text


def test_a_second_click_within_a_minute_sends_nothing_twice(manager: Person) -> None:
    page = drafted(manager)
    assert manager.post(f"{page}/test").headers["Location"].endswith("tested=4")
    again = manager.post(f"{page}/test").headers["Location"]
    assert again.endswith("tested=0")
    assert "The same test is on its way already." in words_of(manager.get(again).text)


def test_a_test_goes_to_the_one_phone_in_her_hand(manager: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    sent = manager.post(f"{page}/test", {"phone": "..49"})
    again = manager.get(sent.headers["Location"]).text
    assert "2 texts are on their way." in words_of(again) and '<option value="..49" selected>' in again
    gateway.duties.catch_up()
    assert "Keep your papers" in manager.get("/simulator/phones/049").text
    assert "Keep your papers" not in manager.get("/simulator/phones/048").text
    refused = manager.post(f"{page}/test", {"phone": "..42"})
    assert refused.status_code == 409 and "No test phone ends like that." in words_of(refused.text)


def test_a_team_that_has_texted_stop_gets_no_test(manager: Person, gateway: Gateway) -> None:
    with gateway.outside.store.writing() as work:
        for number in gateway.rehearsing.phones:
            stopped = work.people.lock(number, gateway.outside.clock.now())
            work.people.save(replace(stopped, opted_out_at=gateway.outside.clock.now()))
    refused = manager.post(f"{drafted(manager)}/test")
    assert refused.status_code == 409 and "Each test phone has texted STOP." in words_of(refused.text)


def test_without_a_test_phone_the_page_says_who_lists_one(gateway: Gateway) -> None:
    alone = replace(gateway, rehearsing=replace(gateway.rehearsing, team=frozenset()))
    manager = Person(create_app(alone), "manager")
    page = drafted(manager)
    refused = manager.post(f"{page}/test")
    assert refused.status_code == 409 and "There is no test phone." in words_of(refused.text)
    assert "The administrator lists the numbers of the team" in words_of(manager.get(f"{page}/message").text)


def test_results_show_places_languages_and_reasons_with_a_table_for_each_picture(
    manager: Person, approver: Person, gateway: Gateway
) -> None:
    page = drafted(manager, district=["LA1703", "LA1704"])
    assert "Nothing was sent yet." in words_of(manager.get(f"{page}/results").text)
    take(manager, page, "submit")
    take(approver, page, "approve", seen=seen(approver, page))
    take(manager, page, "schedule")
    gateway.duties.catch_up()
    gateway.duties.catch_up()
    text = manager.get(f"{page}/results").text
    assert text.count("<svg") == text.count("<table") == 2 and text.count("<title>") >= 2
    assert "5 / 5" in words_of(text) and "Sanamxay" in words_of(text)


def test_a_running_broadcast_is_not_edited(manager: Person, approver: Person, gateway: Gateway) -> None:
    page = drafted(manager)
    take(manager, page, "submit")
    take(approver, page, "approve", seen=seen(approver, page))
    take(manager, page, "schedule")
    gateway.broadcasts.release_due()
    assert "cannot be changed any more" in words_of(manager.get(f"{page}/message").text)
    assert manager.post(f"{page}/message", {"go": "next", "text_en": "Other. STOP"}).status_code == 409


def test_a_broadcast_is_used_again_without_its_hours(manager: Person) -> None:
    page = drafted(manager, day="30/11/2026", hour="09:00", repeats="weekly")
    again = manager.post(f"{page}/copy").headers["Location"]
    assert again.endswith("/who") and again != f"{page}/who"
    assert "Market day" in manager.get(again).text and 'value="LA1703" checked' in manager.get(again).text
    assert "when it is sent by hand" in words_of(manager.get(again.removesuffix("/who")).text)


def test_a_calendar_at_a_secret_address_shows_names_and_hours_until_it_is_revoked(
    app: FrontDoor, manager: Person
) -> None:
    page = drafted(manager, name="Market; day, " + "ຕະຫຼາດ" * 11, day="27/11/2026", hour="09:00", repeats="weekly")
    made = manager.post("/campaigns/calendar").text
    path = re.findall(r"/calendar/[^/<]+\.ics", made)[0]
    stranger = app.test_client()
    assert "BEGIN:VEVENT" not in stranger.get(path).text, "a draft has no place in a calendar"
    take(manager, page, "submit")
    assert "STATUS:TENTATIVE" in stranger.get(path).text and "Market" in words_of(
        manager.get("/campaigns/calendar").text
    )
    approver = Person(app, "approver")
    take(approver, page, "approve", seen=seen(approver, page))
    answer = stranger.get(path)
    assert answer.mimetype == "text/calendar"
    lines = answer.text.replace("\r\n ", "").split("\r\n")
    assert {"DTSTART:20261127T020000Z", "STATUS:CONFIRMED"} <= set(lines)
    assert {"DTSTART:20261204T020000Z", "DTSTART:20271126T020000Z"} <= set(lines)
    assert next(line for line in lines if line.startswith("SUMMARY")).startswith("SUMMARY:Market\\; day\\, ຕະຫຼາດ")
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n")) and "papers" not in answer.text
    assert "Market" in words_of(manager.get("/campaigns/calendar").text)
    revoke = manager.get("/campaigns/calendar").text.split('action="')[2].split('"')[0]
    assert manager.post(revoke).status_code == 303 and manager.post(revoke).status_code == 404
    assert stranger.get(path).status_code == 404 and stranger.get("/calendar/x.ics").status_code == 404


def test_who_asks_what_people_agreed_to_and_what_they_did_with_an_earlier_one(
    manager: Person, approver: Person, gateway: Gateway
) -> None:
    first = drafted(manager)
    take(manager, first, "submit")
    take(approver, first, "approve", seen=seen(approver, first))
    take(manager, first, "schedule")
    gateway.duties.catch_up()
    page, earlier = drafted(manager, name="Again"), first.rsplit("/", 1)[1]
    assert f'value="{earlier}"' in manager.get(f"{page}/who").text
    form: dict[str, str | list[str]] = {
        "go": "next", "name": "Again", "district": ["LA1703"], "rest_days": "0", "past": earlier, "did": "received",
    }  # fmt: skip
    manager.post(f"{page}/who", form)
    assert "5 people" in words_of(manager.get(page).text)
    assert "An earlier broadcast got it: Market day" in words_of(manager.get(page).text)
    manager.post(f"{page}/who", {**form, "did": "not_received"})
    assert "0 people" in words_of(manager.get(page).text)
    manager.post(f"{page}/who", {**form, "past": [earlier, earlier], "did": ["received", "answered"]})
    assert "wrote back: Market day, got it: Market day" in words_of(manager.get(page).text)
    assert manager.get(f"{page}/who").text.count(f'value="{earlier}" selected') == 2
    refused = manager.post(f"{page}/who", {**form, "past": "xyz", "did": "not_received"})
    assert refused.status_code == 409 and "There is no such earlier broadcast: xyz." in words_of(refused.text)
    manager.post(f"{page}/who", {**form, "past": "", "purpose": "training"})
    shown = words_of(approver.get(page).text)
    assert "What they agreed to training" in shown and "did not agree to this 5" in shown


def test_what_changed_is_told_in_words_and_local_hours(manager: Person) -> None:
    page = drafted(manager, day="30/11/2026", hour="09:00")
    plan: dict[str, str | list[str]] = {
        "go": "next", "day": "30/11/2026", "hour": "10:30", "drip": "departure", "drip_days": "7",
        "drip_side": "before", "drip_late": "5", "last_day": "15/06/2027", "reply_flow": "leaving",
    }  # fmt: skip
    manager.post(f"{page}/when", plan)
    shown = words_of(manager.get(page).text)
    for said in (
        "Start 30/11/2026 09:00 30/11/2026 10:30",
        "By a date of each person 7 days before: planned departure. Up to 5 days late",
        "Nothing leaves after 15/06/2027 20:00",
        "Whoever answers comes to A planned trip and its days",
        "Hours of Vientiane.",
    ):
        assert said in shown, shown
    assert "plan." not in shown and "+00:00" not in shown and "null" not in shown


def test_what_has_gone_out_says_whom_it_was_for_and_when_it_ended(
    manager: Person, approver: Person, gateway: Gateway
) -> None:
    page = drafted(manager)
    take(manager, page, "submit")
    take(approver, page, "approve", seen=seen(approver, page))
    take(manager, page, "schedule")
    gateway.duties.catch_up()
    gateway.duties.catch_up()
    shown = words_of(manager.get(page).text)
    assert "5 people" in shown and "ended " in shown and "done about" not in shown and "lately" not in shown


def test_answers_come_only_to_what_villagers_may_meet(manager: Person) -> None:
    page = manager.get(f"{drafted(manager)}/when").text
    offered = set(re.findall(r'<option value="(\w+)"', page.split('name="reply_flow"')[1]))
    assert {"leaving", "safe_migration", "report"} <= offered
    assert not offered & {"officer", "one_more", "safe_contact", "stop", "welcome"}


def test_a_script_is_told_whom_the_ticked_boxes_reach(manager: Person) -> None:
    told = manager.post("/campaigns/reached", {"district": ["LA1703"], "rest_days": "7"})
    assert "5 people" in words_of(told.text) and "<html" not in told.text
    asked = manager.post("/campaigns/reached", {"district": ["LA1703"], "purpose": "travel"})
    assert "0 people" in words_of(asked.text) and "did not agree to this 5" in words_of(asked.text)

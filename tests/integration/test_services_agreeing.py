"""Who may be told: each word is kept with its wording, counts once, and binds whoever hands a case on."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.contacts.consent import REFERRAL, Consent
from gateway.conversation import turn as fx
from gateway.services.scene import Scene
from tests.support.gateway_in_process import DISTRICT, DUTY, POLICE, VILLAGER, House, open_house

NEIGHBOUR = "+8562055500077"
TOLD: dict[str, Any] = {"what": "marriage", "danger": "not_now", "place": DISTRICT}
ASKED, HASH = "report.tell", "ab" * 32


@pytest.fixture
def house(tmp_path: Path, addresses: str | None) -> Iterator[House]:
    with open_house(tmp_path, database_url=addresses) as opened:
        yield opened


def apply(house: House, *effects: fx.Effect, sender: str = VILLAGER) -> None:
    """Apply effects as a turn of this phone would."""
    now = house.clock.now()
    with house.writing() as work:
        scene = Scene(work, work.people.lock(sender, now), "sms", "en", now, "")
        house.gateway.inbound.conversing.effects.apply(fx.Turn(None, effects), scene)


def said(code: str | None, recipient: str, *, yes: bool) -> fx.RecordConsent:
    return fx.RecordConsent(code, REFERRAL, recipient, ASKED, HASH, "en", "given" if yes else "refused")


def accepted(house: House, *tell: str) -> str:
    """Open a report, with these answers to "whom may we tell?", that the duty post has accepted."""
    code = house.report(**TOLD, tell=tell)
    apply(house, *(said(code, agency, yes=agency in tell) for agency in ("women_union", "police")))
    house.gateway.duties.catch_up()
    text(house, DUTY, f"OK {code}")
    return code


def text(house: House, sender: str, words: str) -> str:
    before = len(house.alpha.to(sender))
    house.hear(words, sender=sender)
    house.deliver("alerts", "replies")
    return "\n".join(house.alpha.to(sender)[before:])


def consents(house: House, code: str) -> dict[str, str]:
    case = house.case(code)
    with house.reading() as work:
        return {one.recipient: one.state for one in work.consents.of_case(case.id, case.contact_id)}


def grounds(house: House, code: str) -> list[tuple[str, str, str]]:
    with house.reading() as work:
        return [(row.agency, row.ground, row.state) for row in work.decisions.referrals(house.case(code).id)]


def audited(house: House) -> list[str]:
    with house.reading() as work:
        return [row.action for row in work.audit.rows() if row.action.startswith("consent.")]


def test_the_answer_to_whom_may_we_tell_is_kept_for_each_office_with_the_wording_that_was_read(house: House) -> None:
    house.introduce()
    house.say_all("report", "1", "2", "1", "2", "5", "1", "Sanxay", "3", "1")
    [code] = house.case_codes()
    case = house.case(code)
    with house.reading() as work:
        kept = work.consents.of_case(case.id, case.contact_id)
    by_office = {one.recipient: one for one in kept}
    assert {name: one.state for name, one in by_office.items()} == {"women_union": "given", "police": "refused"}
    assert {(one.purpose, one.wording, one.language) for one in kept} == {(REFERRAL, ASKED, "en")}
    assert all(len(one.text_sha256) == 64 and one.at == house.clock.now() for one in kept)


def test_a_word_said_twice_counts_once(house: House) -> None:
    code = house.report(**TOLD)
    yes = said(code, "police", yes=True)
    apply(house, yes)
    first, before = consents(house, code), audited(house)
    house.clock.at += timedelta(minutes=1)
    apply(house, yes, yes)
    assert (consents(house, code), audited(house)) == (first, before) == ({"police": "given"}, ["consent.given"])
    apply(house, said(None, "police", yes=True))
    apply(house, fx.WithdrawConsent(code, ""))
    once, events = audited(house), len(house.lines())
    apply(house, fx.WithdrawConsent(code, ""), fx.WithdrawConsent(code, ""))
    assert (audited(house), len(house.lines())) == (once, events)
    with house.reading() as work:
        case = house.case(code)
        last = work.consents.of_case(case.id, case.contact_id)[-1]
    assert (last.recipient, last.state) == ("police", "withdrawn")


def test_what_she_said_of_an_office_decides_whether_the_case_may_go_there(house: House) -> None:
    code = accepted(house, "women_union")
    assert "consent is not recorded" in text(house, DUTY, f"REFER {code} police")
    apply(house, said(code, "police", yes=True))
    assert "referred" in text(house, DUTY, f"REFER {code} police")
    assert grounds(house, code) == [("police", "consent", "in_progress")]


@pytest.mark.parametrize(("word", "answer"), [("yes", "referred"), ("taken back", "consent is not recorded")])
def test_what_she_said_before_a_report_was_open_counts_for_it(house: House, word: str, answer: str) -> None:
    apply(house, said(None, "police", yes=True))
    if word == "taken back":
        apply(house, fx.WithdrawConsent(None, "police"))
    code = house.report(**TOLD, tell=("women_union",))
    house.gateway.duties.catch_up()
    text(house, DUTY, f"OK {code}")
    assert answer in text(house, DUTY, f"REFER {code} police")


def test_consent_taken_back_from_one_office_ends_what_was_handed_to_it_and_nothing_else(house: House) -> None:
    code = accepted(house, "women_union", "police")
    text(house, POLICE, f"REFER {code} women")
    text(house, DUTY, f"REFER {code} police")
    apply(house, fx.WithdrawConsent(code, "police"))
    house.deliver("alerts", "replies")
    assert ("police", "consent", "revoked") in grounds(house, code)
    assert "contact nobody" in house.alpha.to(POLICE)[-1]
    assert consents(house, code) == {"women_union": "given", "police": "withdrawn"}
    assert house.case(code).answers.count("police") == 0, "nor does the route lead there any more"
    assert "consent is not recorded" in text(house, DUTY, f"REFER {code} police")
    with house.reading() as work:
        contact = work.people.get(house.contact())
    assert contact is not None and contact.contact_ok != "none", "she may still be written to"


def test_consent_taken_back_as_a_whole_ends_every_referral_that_rests_on_her_word(house: House) -> None:
    code = accepted(house, "women_union")
    text(house, DUTY, f"REFER {code} police YES")
    text(house, POLICE, f"OK {code}")
    assert grounds(house, code) == [("police", "asked", "accepted")]
    apply(house, fx.WithdrawConsent(code, ""))
    assert grounds(house, code) == [("police", "asked", "revoked")]
    assert set(consents(house, code).values()) == {"withdrawn", "refused"}
    assert "consent is not recorded" in text(house, DUTY, f"REFER {code} police")
    apply(house, said(code, "police", yes=True))
    assert "referred" in text(house, DUTY, f"REFER {code} police"), "a later yes is a yes"
    apply(house, fx.WithdrawConsent(code, ""))
    assert grounds(house, code)[-1] == ("police", "consent", "revoked"), "and may be taken back again"


def test_danger_hands_a_case_on_against_her_word_and_says_so(house: House) -> None:
    code = house.report(**{**TOLD, "danger": "now"}, tell=("women_union",))
    apply(house, said(code, "police", yes=False))
    house.gateway.duties.catch_up()
    text(house, DUTY, f"OK {code}")
    text(house, DUTY, f"REFER {code} police")
    assert grounds(house, code) == [("police", "danger", "in_progress")]
    apply(house, fx.WithdrawConsent(code, "police"))
    assert grounds(house, code) == [("police", "danger", "in_progress")], "it never rested on her word"


def test_another_phone_with_code_and_pin_speaks_for_the_case_not_for_itself(house: House) -> None:
    code, other = house.report(**TOLD), "+8562055501009"
    apply(house, said(code, "police", yes=True), sender=other)
    stranger = house.contact(other)
    with house.reading() as work:
        assert not work.consents.of_person(stranger)
    assert consents(house, code) == {"police": "given"}


def test_what_a_person_said_goes_with_the_person(house: House) -> None:
    apply(house, said(None, "police", yes=True))
    contact = house.contact()
    house.clock.at += timedelta(days=800)
    house.gateway.retention.run()
    with house.reading() as work:
        assert work.people.get(contact) is None and not work.consents.of_person(contact)


def test_consent_to_broadcasts_is_apart(house: House) -> None:
    contact = house.contact()
    with house.writing() as work:
        for_broadcasts = Consent(
            "broadcasts", "information", "given", "consent.broadcasts", HASH, "lo", house.clock.now()
        )
        work.consents.keep(None, contact, for_broadcasts)
    apply(house, fx.WithdrawConsent(None, ""))
    assert not audited(house)


def test_taken_back_from_another_phone_it_holds_for_hers_and_changes_nothing_of_the_other(house: House) -> None:
    everything = {"safety": "safe", "contact_ok": "sms", "hours": (0, 24)}
    house.introduce(VILLAGER, **everything)
    house.introduce(NEIGHBOUR, **everything)
    code = house.report(**TOLD, tell=("women_union",))
    house.gateway.duties.catch_up()
    apply(house, fx.WithdrawConsent(code, ""), sender=NEIGHBOUR)
    text(house, DUTY, f"OK {code}")
    assert house.case(code).acknowledged_at is not None and house.told(VILLAGER) == []
    with house.reading() as work:
        neighbour = work.people.get(house.contact(NEIGHBOUR))
    assert neighbour is not None and neighbour.contact_ok == "sms"

"""The engine, step kind by step kind, on a small flow that nobody ships."""

import pytest

from gateway.conversation.flow import Choice
from gateway.conversation.turn import (
    AddStory,
    GivePin,
    HandOff,
    OpenReport,
    RaiseAlert,
    RecordConsent,
    SetContact,
    Tag,
    UpdateReport,
)
from gateway.conversation.walking import shuffled
from gateway.strict_yaml import Mark
from tests.unit.talking import Person
from tests.unit.trial_flow import LIBRARY, person


def test_a_menu_draws_key_and_label_of_what_may_be_seen() -> None:
    assert person().heard() == ("Is someone in danger?\n1 Now\n2 Later",)


def test_every_answer_of_an_open_report_goes_out_at_once() -> None:
    she = person("1")
    assert she.effects[:2] == [OpenReport("412706", "suspicion", {"danger": "now"}), Tag("told", on=True)]
    she.text("30", "LA1704")
    assert she.effects[0] == UpdateReport("412706", {"place": "LA1704"})
    she.text("1 2")
    assert she.effects[0] == UpdateReport("412706", {"tell": ("women_union", "police")})


def test_what_a_choice_sets_is_saved_beside_its_code() -> None:
    she = person("2")
    assert she.effects[0] == OpenReport("412706", "suspicion", {"danger": "later", "country": "LA"})


def test_unreadable_answers_bring_the_retry_text_and_then_a_person() -> None:
    she = person("qqq")
    assert she.heard() == ("Please answer by number.\n1 Now\n2 Later",)
    she.text("qqq")
    assert she.at == "trial.person handoff"
    assert she.of(HandOff) == [HandOff("412706", "asked", urgent=True)]
    assert she.of(OpenReport) == [OpenReport("412706", "person", {})]
    assert she.of(RaiseAlert) == [RaiseAlert("asked", "412706")]


def test_out_of_range_is_a_failed_try_and_never_a_clamp() -> None:
    she = person("1", "4")
    assert she.at == "trial.age"
    assert she.heard() == ("How old?",)


def test_two_answers_at_once_are_asked_back() -> None:
    she = person("danger because of my passport")
    assert she.heard() == ("Which one do you mean?\n1 Now\n2 Later",)
    she.text("2")
    assert she.at == "trial.age" and she.session is not None and she.session.here.values["danger"] == "later"


def test_a_first_text_can_answer_the_first_question() -> None:
    she = Person(LIBRARY, entry="trial")
    assert she.text("danger!") == ("How old?",)


def test_a_first_digit_answers_nothing() -> None:
    she = Person(LIBRARY, entry="trial")
    assert she.text("1") == ("Is someone in danger?\n1 Now\n2 Later",)


def test_the_place_question_goes_by_region_province_and_district() -> None:
    she = person("1", "30")
    assert she.heard() == ("Where?\n1 North\n2 Centre\n3 South\n7 Don't know",)
    assert she.text("3")[0].startswith("Which province?\n1 Saravane\n2 Sekong\n3 Champasack\n4 Attapeu\n7 Don't know")
    assert she.text("3")[0].endswith("7 Don't know\n9 More")
    assert "Moonlapamok" in she.text("9")[0] or "1 " in she.heard()[0]
    she.text("1")
    assert she.at == "trial.tell" and she.of(UpdateReport)


@pytest.mark.parametrize(
    ("texts", "place"),
    [
        (["LA1704"], "LA1704"),
        (["1704"], "LA1704"),
        (["7"], "skipped"),
        (["3", "4", "7"], "LA17"),
        (["Attapeu", "7"], "LA17"),
        (["Vientiane", "2", "7"], "LA10"),
    ],
)
def test_a_place_may_be_typed_chosen_or_unknown(texts: list[str], place: str) -> None:
    she = person("1", "30", *texts)
    assert she.at == "trial.tell", she.heard()
    assert she.effects[0] == UpdateReport("412706", {"place": place})


def test_zero_goes_up_from_a_list_of_places_first_and_then_back() -> None:
    she = person("1", "30", "3", "1")
    assert she.text("0") == ("Where?\n1 North\n2 Centre\n3 South\n7 Don't know",)
    assert she.text("0") == ("How old?",)
    assert she.session is not None and "age" not in she.session.here.values


def test_several_answers_have_a_largest_number_and_skipping_stands_alone() -> None:
    assert person("1", "30", "LA1704", "1 2 4").at == "trial.tell"
    she = person("1", "30", "LA1704", "7")
    assert she.effects[0] == UpdateReport("412706", {"tell": ("skipped",)})


def test_whom_may_we_tell_is_a_word_of_every_choice_and_passing_is_none() -> None:
    she = person("1", "30", "LA1704", "1 2")
    words = [effect for effect in she.effects if isinstance(effect, RecordConsent)]
    assert {(word.recipient, word.answer) for word in words} >= {("women_union", "given"), ("police", "given")}
    assert {word.answer for word in words if word.recipient not in ("women_union", "police")} == {"refused"}
    assert {(word.purpose, word.message, word.code) for word in words} == {("referral", "trial.tell", "412706")}
    assert len({word.sha256 for word in words}) == 1 and len(words[0].sha256) == 64
    assert not person("1", "30", "LA1704", "7").of(RecordConsent)


def test_consent_stores_the_wording_it_was_given_to() -> None:
    she = person("1", "30", "LA1704", "1")
    assert she.heard() == ("May we tell them?\n1 Yes\n2 No",)
    she.text("no")
    given = she.of(RecordConsent)[0]
    assert isinstance(given, RecordConsent)
    assert (given.answer, given.recipient, given.message, given.code) == (
        "refused",
        "women_union",
        "trial.agree",
        "412706",
    )
    assert len(given.sha256) == 64 and she.at == "trial.story"


def test_a_sub_flow_hands_its_value_back_and_opens_the_mode() -> None:
    she = person("1", "30", "LA1704", "1", "1")
    assert she.heard() == ("When?\n1 Morning\n2 Evening",)
    she.text("2")
    assert she.at == "trial.story" and she.session is not None
    assert she.session.mode == "open"
    assert UpdateReport("412706", {"hours": "evening"}) in she.effects
    assert SetContact({"safety": "safe", "hours": "evening"}) in she.effects


def test_a_failed_sub_flow_takes_the_callers_else() -> None:
    assert person("1", "30", "LA1704", "1", "1", "qqq").at == "trial.person handoff"


def test_free_text_leaves_at_once_and_never_enters_the_session() -> None:
    she = person("1", "30", "LA1704", "7", "no", "she is in the blue house")
    assert she.of(AddStory) == [AddStory("412706", "she is in the blue house")]
    assert "blue" not in repr(she.session)


def test_what_is_told_at_the_wrong_question_still_reaches_the_report() -> None:
    she = person("1", "the blue house")
    assert she.of(AddStory) == [AddStory("412706", "the blue house")] and she.at == "trial.age"


def test_the_pin_is_given_with_the_text_that_shows_it() -> None:
    she = person("1", "30", "LA1704", "7", "no", "7")
    assert she.heard() == ("Code 412706 PIN 4711.",)
    assert she.of(GivePin) == [GivePin("412706", "4711")]
    assert "4711" not in repr(she.session)


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (["1"], "she turned 15 last week and cannot leave"),
        (["1", "30"], "near the market of Sanamxay district"),
    ],
)
def test_a_sentence_around_an_answer_reaches_the_case_as_well(answers: list[str], sentence: str) -> None:
    she = person(*answers)
    at = she.at
    she.text(sentence)
    assert she.at != at and she.of(AddStory) == [AddStory("412706", sentence)]


def test_a_short_answer_is_no_story() -> None:
    assert not person("1", "15").of(AddStory)
    assert not person("1", "30", "Sanamxay").of(AddStory)


def test_shuffled_choices_keep_their_keys_in_order_and_their_codes() -> None:
    choices = tuple(Choice(code, str(key), Mark("", 1, 1)) for key, code in enumerate("abcde", 1))
    orders = {tuple(choice.code for choice in shuffled(choices, f"s{number}")) for number in range(50)}
    assert len(orders) > 20, "every session has an order of its own"
    once, again = shuffled(choices, "s1"), shuffled(choices, "s1")
    assert once == again and [choice.key for choice in once] == list("12345")
    assert {choice.code for choice in once} == set("abcde")

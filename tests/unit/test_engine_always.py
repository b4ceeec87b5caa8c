"""What holds at every step: silence, the words that always work, safety, screens, versions."""

from dataclasses import replace
from datetime import timedelta

from gateway.conversation.engine import advance
from gateway.conversation.orders import Acknowledge, Note, Undo
from gateway.conversation.stimulus import CaseFacts, OfficerFacts
from gateway.conversation.turn import (
    AddStory,
    CancelTimers,
    Incident,
    LookUpCase,
    OpenReport,
    RaiseAlert,
    Say,
    SetContact,
    StartTimer,
    Subscription,
    UpdateReport,
)
from tests.unit.talking import EVENING, Person, small_library
from tests.unit.trial_flow import CHILD, CHILD_EN, EN, LIBRARY, TRIAL, person

HELP_THAT_CALLS_BACK = """
schema: 1
flow: help
purpose: information
channels: [sms, ussd]
start: go
on_error: person
steps:
  go: {call: trial, then: close, else: close}
  person: {handoff: {reason: asked}, say: common.person_will_help, released: close}
  close: {end: done}
"""


def test_silence_takes_its_branch_and_says_nothing_to_a_phone_not_confirmed_safe() -> None:
    she = person()
    assert {timer.kind for timer in she.timers()} == {"no_reply", "expires"}
    assert she.fire("no_reply") == ()
    assert she.at == "trial.close ended"


def test_a_nudge_reaches_a_phone_confirmed_safe_inside_its_hours_unless_it_is_late() -> None:
    she = person("1", "30", "LA1704", "1", "1", "2", "7")
    she.may_write = True
    timer = next(timer for timer in she.timers() if timer.kind == "wait")
    assert timer.due == EVENING + timedelta(days=3)
    session = replace(she.session, confirmed=timer.due) if she.session else None
    late = she.stimulus("timer", timer="wait", turn=timer.turn, due=timer.due)
    on_time = advance(LIBRARY, session, late, timer.due + timedelta(hours=1))
    too_late = (
        advance(LIBRARY, replace(session, expires=None), late, timer.due + timedelta(hours=13)) if session else None
    )
    assert on_time.texts == ("Are you still there?",)
    assert too_late is not None and too_late.texts == ()
    assert too_late.session is not None and too_late.session.status == "ended"


def test_a_session_that_expires_ends_without_a_word() -> None:
    she = person("1")
    assert she.fire("expires") == ()
    assert she.at == "trial.age ended" and she.of(CancelTimers)
    assert she.text("hello") == ("Is someone in danger?\n1 Now\n2 Later",)


def test_while_a_person_helps_texts_go_to_the_report_until_release() -> None:
    she = person("qqq", "qqq")
    received = "Thank you. Received."
    for _ in range(3):
        assert she.text("please come") == (received,)
        assert she.of(AddStory)[-1] == AddStory("412706", "please come")
    assert she.text("please come") == (), "a fourth time says nothing new, yet the words go on to the case"
    assert she.of(AddStory)[-1] == AddStory("412706", "please come")
    she.meet("release")
    assert she.at == "trial.close ended"


def test_eight_calls_a_person_from_every_question_but_not_where_a_number_is_asked() -> None:
    assert person("8").at == "trial.danger handoff"
    child = person("1", "8")
    assert child.session is not None and child.session.here.values["age"] == "8"


def test_help_lays_the_flow_aside_and_its_end_comes_back() -> None:
    she = person("1", "help")
    assert she.said() == ("help.menu",)
    assert she.text("5") == ("How old?",)
    assert she.at == "trial.age"


def test_a_report_that_already_waits_below_help_is_gone_back_to() -> None:
    library = small_library(
        {"trial": TRIAL, "trial_child": CHILD, "help": HELP_THAT_CALLS_BACK},
        {"en/trial": EN, "en/trial_child": CHILD_EN},
    )
    she = Person(library, entry="trial")
    she.text("hello", "1", "help")
    assert she.at == "trial.age" and she.session is not None and not she.session.stack


def test_back_goes_to_the_question_before_and_never_closes_a_report() -> None:
    she = person("1", "30", "back")
    assert she.heard() == ("How old?",)
    assert she.text("0") == ("Is someone in danger?\n1 Now\n2 Later",)
    assert she.session is not None and she.session.report == "412706"


def test_a_language_word_switches_at_once_and_asks_again() -> None:
    she = person("1", "ລາວ")
    assert she.of(SetContact) == [SetContact({"language": "lo"})]
    assert she.said() == ("trial.age",)


def test_stop_unsubscribes_and_ends_the_session() -> None:
    she = person("1", "stop")
    assert she.of(Subscription) == [Subscription("all", on=False)]
    assert she.said() == ("stop.done",) and she.session is not None and she.session.status == "ended"


def test_exit_says_nothing_and_cancels_every_timer() -> None:
    she = person("1", "exit")
    assert she.effects == [CancelTimers()]
    assert she.turn is not None and not she.turn.closes


def test_delete_says_one_line_and_forgets_what_was_not_sent() -> None:
    she = person("1", "30", "delete")
    assert she.said() == ("common.delete_hint",)
    assert she.session is not None and not she.session.here.values


def test_the_plea_opens_an_urgent_report_without_a_sound() -> None:
    she = Person(LIBRARY, entry="trial")
    assert she.text("99") == ()
    assert she.effects == [OpenReport("412706", "plea", {}), RaiseAlert("silent_plea", "412706")]


def test_the_plea_is_none_where_an_age_is_asked() -> None:
    assert person("1", "99").at == "trial.place"


def test_after_the_duress_word_only_the_cover_topic_answers() -> None:
    she = person("1")
    first = she.text("rain?", duress=True)
    assert len(first) == 1 and she.said()[0].startswith("common.cover_")
    assert not list(she.timers()) and she.session is not None and she.session.mode == "silent"
    she.text("help")
    assert she.said()[0].startswith("common.cover_")
    assert she.text("exit") == ()


def test_a_guarded_word_is_replaced_and_counted() -> None:
    texts = {"en/trial": EN.replace("How old?", "Old enough for trafficking?"), "en/trial_child": CHILD_EN}
    she = Person(small_library({"trial": TRIAL, "trial_child": CHILD}, texts), entry="trial")
    she.text("hello")
    assert she.text("1") == ("Thank you. Received.",)
    assert she.of(Incident) == [Incident("guarded", "trial.age")]


def test_a_missing_value_takes_on_error_once() -> None:
    texts = {"en/trial": EN.replace("How old?", "How old in {district}?"), "en/trial_child": CHILD_EN}
    she = Person(small_library({"trial": TRIAL, "trial_child": CHILD}, texts), entry="trial")
    she.text("hello", "1")
    assert she.at == "trial.broken handoff" and she.heard() == ("A person comes.",)
    assert she.of(Incident) == [Incident("missing_value_district", "trial.age")]


def test_the_same_text_three_times_in_a_row_brings_a_person() -> None:
    she = person()
    for word in ("ລາວ", "english", "ລາວ", "english"):
        she.text(word)
    she.text("english", "english", "english", "english")
    assert she.session is not None and she.session.status == "handoff"


def test_on_ussd_one_screen_answers_and_the_last_one_closes() -> None:
    she = person("1", "30", ussd=True)
    assert she.heard() == ("Place?\n1 North\n2 Centre\n3 South\n7 Don't know",)
    assert [timer.kind for timer in she.timers()] == ["expires"]
    she.text("exit")
    assert she.turn is not None and she.turn.closes and she.heard() == ()


def test_a_long_screen_is_paged_by_nine_and_zero() -> None:
    texts = {"en/trial": EN.replace("How old?", "word " * 60 + "old?"), "en/trial_child": CHILD_EN}
    she = Person(small_library({"trial": TRIAL, "trial_child": CHILD}, texts), entry="trial", ussd=True)
    she.dial()
    first = she.text("1")
    assert first[0].endswith("9 More") and she.session is not None and she.session.pages >= 2
    second = she.text("0")
    assert second[0].startswith("Is someone")


def test_a_dial_within_ten_minutes_offers_to_go_on_without_the_subject() -> None:
    she = person("1", ussd=True)
    assert she.dial() == ("Hello. Go on?\n1 Continue\n2 Start again",)
    assert she.text("1") == ("How old?",)
    she.dial()
    assert she.text("2") == ("Is someone in danger?\n1 Now\n2 Later",)
    she.text("1")
    she.later(minutes=11)
    assert she.dial() == ("Is someone in danger?\n1 Now\n2 Later",)


def test_a_cut_keeps_the_answers() -> None:
    she = person("1", ussd=True)
    before = she.session
    she.meet("cut")
    assert she.session == before and not she.effects


def test_a_session_ends_on_the_bundle_it_began_with() -> None:
    newer = small_library(
        {"trial": TRIAL, "trial_child": CHILD},
        {"en/trial": EN.replace("Where?", "Where now?"), "en/trial_child": CHILD_EN},
    )
    she = person("1")
    she.library = replace(newer, bundles={**newer.bundles, **LIBRARY.bundles}, entry=she.library.entry)
    assert she.text("30")[0].startswith("Where?")
    she.library = replace(newer, entry=she.library.entry)
    assert she.text("0", "30")[0].startswith("Where now?"), "an unknown bundle is left for the newest"


def test_a_timer_of_another_turn_does_nothing() -> None:
    she = person("1")
    before = she.session
    she.meet("timer", timer="no_reply", turn=1)
    assert she.session == before and not she.effects


def test_effects_are_keyed_by_session_turn_and_place() -> None:
    she = person("1")
    assert she.turn is not None
    assert [she.turn.key(number) for number in range(2)] == [("s1", 2, 0), ("s1", 2, 1)]
    assert isinstance(she.turn.effects[-1], StartTimer)
    assert all(said.sha256 for said in she.turn.effects if isinstance(said, Say))


def test_another_case_looked_up_in_between_keeps_the_two_apart() -> None:
    she = person("1")
    she.found = CaseFacts("905318", "new")
    she.text("905318 4711")
    assert she.of(LookUpCase) == [LookUpCase("905318", "4711")] and she.at == "my_case.next"
    she.text("1", "the boss is back")
    assert she.of(AddStory) == [AddStory("905318", "the boss is back")]
    assert she.at == "trial.age", "the question that was laid aside is asked again"
    she.text("30", "LA1704")
    assert she.effects[0] == UpdateReport("412706", {"place": "LA1704"})


def test_a_wrong_pin_a_wrong_code_and_no_case_read_alike() -> None:
    answers = set()
    for text in ("412706 0000", "905318 4711", "100006 1234"):
        she = person("1")
        answers.add(she.text(text))
    assert len(answers) == 1


def test_an_officer_acts_on_the_only_open_case_or_on_the_one_named() -> None:
    officer = Person(LIBRARY, officer=OfficerFacts(("post",), ("412706",), ()))
    officer.text("ok")
    assert officer.of(Acknowledge) == [Acknowledge("412706")]
    officer.text("NOTE 412706 she is safe, help came")
    assert officer.of(Note) == [Note("412706", "she is safe, help came")]
    officer.text("ok 905318")
    assert not officer.of(Acknowledge) and officer.said() == ("officer.no_such",)
    officer.officer = OfficerFacts(("post",), ("412706", "905318"), ("412706",))
    officer.text("ok")
    assert not officer.of(Acknowledge) and officer.said() == ("officer.which",)
    officer.text("undo")
    assert officer.of(Undo) == [Undo("412706")]

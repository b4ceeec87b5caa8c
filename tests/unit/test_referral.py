"""On what ground a case may go to another office, and what of it ends when the person takes her word back."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.cases.referral import LIFE, ground, revoked
from gateway.cases.report import Answers
from gateway.cases.triage import Level
from gateway.contacts.consent import REFERRAL, Consent, ConsentMissing, Ground, State
from gateway.conversation import turn

AT = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TELL_POLICE = Answers(tell=frozenset({"police"}))
CHILD = Answers(under_18="yes")


def word(state: State, office: str = "police", minutes: int = 0, purpose: str = REFERRAL) -> Consent:
    return Consent(office, purpose, state, "report.tell", "ab" * 32, "lo", AT + timedelta(minutes=minutes))


def on(
    answers: Answers,
    *said: Consent,
    level: Level = "P2",
    to: str = "police",
    all_back: bool = False,
    yes: bool = False,
) -> Ground:
    return ground(answers, level, to, said, "officer", withdrawn=all_back, agreed=yes)


def test_the_flows_and_the_consents_mean_the_same_purpose() -> None:
    assert turn.REFERRAL == REFERRAL


@pytest.mark.parametrize(
    ("answers", "consents", "reached"),
    [
        (Answers(), [word("given")], True),
        (Answers(), [], False),
        (TELL_POLICE, [], True),
        (TELL_POLICE, [word("refused")], False),
        (TELL_POLICE, [word("withdrawn")], False),
        (TELL_POLICE, [word("refused", "women_union")], True),
        (Answers(), [word("given", "women_union")], False),
        (Answers(), [word("given", purpose="statistics")], False),
        (Answers(), [word("given"), word("withdrawn", minutes=5)], False),
        (Answers(), [word("withdrawn"), word("given", minutes=5)], True),
    ],
)
def test_her_last_word_of_this_office_decides(answers: Answers, consents: list[Consent], reached: bool) -> None:
    if reached:
        assert on(answers, *consents) == "consent"
    else:
        with pytest.raises(ConsentMissing):
            on(answers, *consents)


def test_who_took_everything_back_is_not_held_to_an_earlier_answer_but_may_say_yes_again() -> None:
    with pytest.raises(ConsentMissing):
        on(TELL_POLICE, all_back=True)
    assert on(TELL_POLICE, word("given"), all_back=True) == "consent"


def test_danger_a_child_and_the_officers_own_word_are_grounds_of_their_own() -> None:
    assert on(Answers(), word("refused"), level="P0") == "danger"
    assert on(CHILD, to="child") == "child"
    with pytest.raises(ConsentMissing):
        on(CHILD, to="police")
    assert on(Answers(), word("refused"), yes=True) == "asked"


def test_a_withdrawal_ends_what_rests_on_her_word_and_is_not_over() -> None:
    ended = {state: revoked(state, "consent") for state in ("in_progress", "accepted", "rejected", "revoked", "done")}
    assert ended == {"in_progress": "revoked", "accepted": "revoked", "rejected": None, "revoked": None, "done": None}
    assert revoked("in_progress", "asked") == "revoked" == LIFE["in_progress", "revoke"]
    assert revoked("in_progress", "danger") is revoked("accepted", "child") is None

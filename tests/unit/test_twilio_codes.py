"""What Twilio's codes and words mean to us."""

import pytest

from gateway.channels.meanings import Meaning, as_result
from gateway.channels.twilio.codes import MEANINGS, STATES, meaning_of


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (21610, "permanent"),
        (20429, "temporary"),
        (30003, "temporary"),
        (30006, "permanent"),
        (21211, "permanent"),
        (30007, "permanent"),
        (20003, "broken"),
        (21606, "broken"),
        (21617, "permanent"),
    ],
)
def test_a_known_code_has_the_outcome_of_its_class(code: int, outcome: str) -> None:
    assert meaning_of(400, code).outcome == outcome


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (429, 429, "temporary"),
        (429, 99999, "temporary"),
        (401, 401, "broken"),
        (403, 20404, "broken"),
        (400, 99999, "permanent"),
        (400, 400, "ambiguous"),
        (404, 404, "ambiguous"),
        (500, 20003, "ambiguous"),
        (503, 503, "ambiguous"),
        (302, 302, "ambiguous"),
        (100, 100, "ambiguous"),
    ],
)
def test_without_a_known_code_the_status_decides_and_doubt_is_ambiguous(status: int, code: int, outcome: str) -> None:
    assert meaning_of(status, code).outcome == outcome


def test_a_phone_that_unsubscribed_and_a_dead_one_are_told_apart() -> None:
    gone, dead = as_result(MEANINGS[21610], 21610), as_result(MEANINGS[30005], 30005)
    assert (gone.opted_out, gone.dead_number) == (True, False)
    assert (dead.opted_out, dead.dead_number) == (False, True)


def test_what_needs_a_person_raises_an_alarm() -> None:
    assert all(MEANINGS[code].alarm for code in (20003, 30007, 21602))
    assert not any(MEANINGS[code].alarm for code in (21610, 30003, 30005, 20429))


def test_no_code_stands_in_two_classes() -> None:
    classes: dict[Meaning, set[int]] = {}
    for code, meaning in MEANINGS.items():
        classes.setdefault(meaning, set()).add(code)
    assert sum(map(len, classes.values())) == len(MEANINGS) == 32


def test_every_word_leads_to_a_state_of_ours() -> None:
    assert set(STATES.values()) == {"accepted", "sent", "delivered", "undelivered", "failed"}

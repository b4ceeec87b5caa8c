"""Arrows of a flow with the people who went along them, as far as stored messages can tell."""

import pytest

from gateway.conversation.diagram import diagram_of
from gateway.conversation.loader import read_flow
from gateway.conversation.passages import Passage, Traffic, in_words, traffic
from gateway.text.catalogue import Catalogue
from tests.unit.trial_flow import TRIAL

FLOW = read_flow(TRIAL, "flows/trial.yaml")[0]
assert FLOW is not None


def went(people: int, answered: str, after: str) -> list[Passage]:
    return [Passage(f"person {number}", f"trial.{answered}", after) for number in range(people)]


def counted(*passages: list[Passage]) -> dict[tuple[str, str], str]:
    assert FLOW is not None
    found = traffic(FLOW, [one for some in passages for one in some])
    return {arrow: str(people) for arrow, people in found.items() if people.most}


def test_an_answer_with_one_way_onwards_is_certain_and_all_silent_steps_on_it_are() -> None:
    assert counted(went(7, "age", "trial.place")) == {("age", "then"): "7", ("grown", "else"): "7"}


def test_answers_that_lead_to_the_same_question_may_each_have_been_the_one() -> None:
    found = counted(went(9, "danger", "trial.age"))
    assert found == {
        ("danger", "choice now"): "up to 9",
        ("danger", "choice later"): "up to 9",
        ("danger", "choice hidden"): "up to 9",
        ("file_it", "then"): "9",
    }


def test_whoever_comes_twice_is_one_person_and_a_failed_try_goes_nowhere() -> None:
    again = went(6, "age", "trial.place")
    assert counted(again, again, went(8, "age", "trial.age")) == counted(again)


def test_a_few_people_are_not_told_apart() -> None:
    assert counted(went(4, "age", "trial.place")) == {("age", "then"): "under 5", ("grown", "else"): "under 5"}
    assert [str(Traffic(*pair)) for pair in ((0, 0), (4, 9), (5, 9), (9, 9))] == ["0", "up to 9", "5 to 9", "9"]


def test_messages_of_other_flows_and_of_steps_that_are_gone_count_nowhere() -> None:
    assert counted([Passage("a", "report.danger", "report.who")] * 9, went(9, "long_gone", "trial.age")) == {}


@pytest.mark.parametrize("counts", [None, {}])
def test_a_diagram_says_the_people_at_the_arrow_and_is_as_it_was_without(
    counts: dict[tuple[str, str], str] | None,
) -> None:
    assert FLOW is not None
    catalogue = Catalogue({"en": {}})
    plain = diagram_of(FLOW, catalogue, "en", counts)
    words = {(box.step, way.name): way.words for box in plain.boxes for way in box.ways}
    people = in_words(traffic(FLOW, went(7, "age", "trial.place")))
    drawn = diagram_of(FLOW, catalogue, "en", people)
    said = {(box.step, way.name): way.words for box in drawn.boxes for way in box.ways}
    assert (
        said["age", "then"] == f"{words['age', 'then']} · 7 people"
        and said["age", "no_reply"] == words["age", "no_reply"]
    )

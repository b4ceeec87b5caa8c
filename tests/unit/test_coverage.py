"""Coverage: every way out of every kind of step is seen, in the language spoken, and what nobody tried is named."""

import pytest

from gateway.conversation.coverage import Exit, Taken, exits_of, gaps, rows, taken
from tests.unit.talking import Person, shipped_library
from tests.unit.trial_flow import LIBRARY, person

TRIAL = LIBRARY.bundles[LIBRARY.current["trial"]].flows


class Watched:
    """A person whose every turn is watched."""

    def __init__(self, someone: Person) -> None:
        self.someone, self.seen = someone, set[Taken]()
        self._look()

    def _look(self) -> None:
        if self.someone.turn is not None:
            self.seen |= set(taken(self.someone.turn))

    def text(self, *texts: str) -> "Watched":
        for text in texts:
            self.someone.text(text)
            self._look()
        return self

    def fire(self, kind: str) -> "Watched":
        self.someone.fire(kind)
        self._look()
        return self

    def meet(self, kind: str) -> "Watched":
        self.someone.meet(kind)
        self._look()
        return self

    def ways(self) -> set[str]:
        return {f"{exit_.step}: {exit_.way}" for exit_, _ in self.seen}


def test_a_whole_conversation_takes_one_exit_a_step() -> None:
    story = Watched(person()).text("1", "40", "LA1704", "1 2", "1", "2", "7").fire("wait")
    assert story.ways() == {
        "danger: choice now",
        "file_it: then",
        "age: then",
        "grown: else",
        "place: then",
        "tell: then",
        "agree: then",
        "hours: choice evening",
        "keep: then",
        "safe: then",
        "story: also 1",
        "thanks: then",
        "pause: then",
        "check_in: then",
    }
    assert {language for _, language in story.seen} == {"en"}


@pytest.mark.parametrize(
    ("texts", "way"),
    [
        (["what", "what"], "danger: else"),
        (["1", "12"], "grown: branch 1"),
        (["1", "40", "LA1704", "1", "2"], "agree: refused"),
        (["1", "40", "LA1704", "1", "1", "what"], "safe: else"),
        (["1", "40", "LA1704", "1", "1", "1", "it was so"], "story: then"),
    ],
)
def test_each_other_way_out_is_seen(texts: list[str], way: str) -> None:
    assert way in Watched(person()).text(*texts).ways()


def test_silence_and_release_are_ways_out() -> None:
    assert "danger: no_reply" in Watched(person()).fire("no_reply").ways()
    assert "person: released" in Watched(person()).text("what", "what").meet("release").ways()


def test_a_switch_of_language_counts_for_the_new_language() -> None:
    story = Watched(person()).text("ລາວ", "1")
    assert {language for exit_, language in story.seen if exit_.step == "danger"} == {"lo"}


def test_what_only_a_fault_leads_to_and_a_call_that_gives_way_are_not_asked_for() -> None:
    assert not [exit_ for exit_ in exits_of(TRIAL["trial"]) if exit_.step == "broken"]
    assert Exit("trial", "safe", "else") in exits_of(TRIAL["trial"])
    flows = {name: shipped_library().bundles[hash_].flows[name] for name, hash_ in shipped_library().current.items()}
    assert Exit("welcome", "report", "then") in exits_of(flows["welcome"])
    assert Exit("welcome", "report", "else") not in exits_of(flows["welcome"])


def test_rows_count_and_gaps_point_at_the_file() -> None:
    child = {"trial_child": TRIAL["trial_child"]}
    seen = {(Exit("trial_child", "hours", "choice morning"), "en"), (Exit("trial_child", "keep", "then"), "hmn")}
    assert [str(row) for row in rows(child, seen, ("lo", "en"))] == ["0/5 lo", "1/5 en", "1/5 hmn"]
    first, second, *_ = gaps(child, seen, ("lo", "en"))
    assert str(first) == "flows/trial_child.yaml:17:9: 'hours' choice morning: no story in lo"
    assert second.languages == ("lo", "en")
    everything = {(exit_, language) for exit_ in exits_of(child["trial_child"]) for language in ("lo", "en")}
    assert gaps(child, everything, ("lo", "en")) == []


def test_an_exit_that_has_just_settled_on_a_language_is_asked_for_in_that_one_alone() -> None:
    library = shipped_library()
    welcome = {"welcome": library.bundles[library.current["welcome"]].flows["welcome"]}
    asked = {(gap.exit.step, gap.exit.way): gap.languages for gap in gaps(welcome, (), ("lo", "en"))}
    assert asked["in_english", "then"] == ("en",)
    assert asked["in_lao", "then"] == asked["in_khmu", "then"] == asked["greet", "branch 1"] == ("lo",)
    assert ("in_hmong", "then") not in asked

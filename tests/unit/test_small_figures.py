"""Figures of few people never stand alone, and a picture says what its table says."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.ports.campaign_book import Fate
from gateway.services.campaign_progress import KINDS, read
from gateway.services.campaign_results import (
    ELSEWHERE,
    FEW,
    KEPT_BACK,
    Share,
    few,
    merge_few,
    reasons_of,
    shares,
    together,
)
from gateway.web.charts import WIDTH, Bar, bars

people = st.dictionaries(st.sampled_from([f"LA{number:04}" for number in range(30)]), st.integers(1, 40), max_size=20)


@given(people)
def test_no_line_of_few_people_can_be_had_back_from_the_total(counts: dict[str, int]) -> None:
    merged = merge_few(counts)
    hidden = [key for key in counts if merged[key] == ELSEWHERE]
    assert all(counts[key] >= FEW for key in counts if key not in hidden)
    assert len(hidden) != 1 or len(counts) == 1, "one hidden line alone is the total less the others"


@given(people)
def test_what_is_put_together_is_itself_of_enough_people(counts: dict[str, int]) -> None:
    merged = merge_few(counts)
    hidden = [key for key in counts if merged[key] == ELSEWHERE]
    assert not hidden or sum(counts[key] for key in hidden) >= FEW or len(hidden) == len(counts)
    told = [counts[key] for key in counts if key not in hidden]
    assert max([0, *(counts[key] for key in hidden)]) <= min([40, *told]), "the smallest go first"


def test_no_more_is_put_together_than_has_to_be() -> None:
    merged = merge_few({"a": 1, "b": 1, "c": 6, "d": 7})
    assert merged == {"a": ELSEWHERE, "b": ELSEWHERE, "c": ELSEWHERE, "d": "d"}
    assert merge_few({"a": 3, "b": 3, "c": 6}) == {"a": ELSEWHERE, "b": ELSEWHERE, "c": "c"}
    assert merge_few({"a": 5, "b": 6}) == {"a": "a", "b": "b"}


@given(people)
def test_every_person_stands_in_one_line(counts: dict[str, int]) -> None:
    fates = [Fate(code, "lo", "delivered", None, count) for code, count in counts.items()]
    lines = shares(fates, "district")
    assert sum(line.people for line in lines) == sum(line.delivered for line in lines) == sum(counts.values())


def test_a_share_of_few_people_is_not_told_in_per_cent_either() -> None:
    assert [Share("a", *figures).percent for figures in ((6, 12), (12, 12), (0, 12), (0, 0))] == [50, 100, 0, None]
    assert [Share("a", *figures).percent for figures in ((3, 12), (2, 3))] == [None, None]
    assert Share("a", 3, 12).shown == "<5 / 12"


def test_a_figure_below_five_says_no_more_than_that() -> None:
    assert [few(count) for count in (0, 1, 4, 5, 1204)] == ["0", "<5", "<5", "5", "1,204"]


def test_reasons_are_counted_by_reason_and_by_state_where_there_is_none() -> None:
    fates = [Fate("a", "lo", "failed", "refused", 3), Fate("b", "en", "failed", "refused", 2)]
    fates += [Fate("a", "lo", "expired", None, 1), Fate("a", "lo", "delivered", None, 9)]
    assert reasons_of(fates, {"failed", "expired"}) == {"refused": 5, "expired": 1}


def test_what_touches_a_case_is_one_reason_among_those_left_out() -> None:
    reasons = ("open_case", "unsafe", "dead_number", "opted_out")
    fates = [Fate("a", "lo", "suppressed", reason, 2) for reason in reasons]
    assert reasons_of(fates, KEPT_BACK) == {"protected": 6, "opted_out": 2}


@given(people)
def test_no_reason_of_few_people_follows_from_the_sum_of_all(counts: dict[str, int]) -> None:
    told = together(counts)
    hidden = [count for count in told.values() if count < FEW]
    assert sum(told.values()) == sum(counts.values())
    assert not hidden or len(told) == 1, "one hidden figure is the sum less the others"


def test_a_reason_that_stands_alone_keeps_its_name() -> None:
    assert together({"protected": 2}) == {"protected": 2}
    assert together({"stopped": 90, "opted_out": 12, "protected": 1}) == {"stopped": 90, ELSEWHERE: 13}


def test_whoever_is_left_out_is_in_no_sum_beside_the_others() -> None:
    progress = read({"delivered": 57, "planned": 2, "suppressed": 1})
    assert (progress.done, progress.total, progress.percent) == (57, 59, 96)
    assert read({"suppressed": 3}).begun and not read({"planned": 0}).begun
    fates = [Fate("a", "lo", "delivered", None, 59), Fate("a", "lo", "suppressed", "open_case", 1)]
    assert shares(fates, "district") == shares(fates[:1], "district") == (Share("a", 59, 59),)


def test_what_is_held_waits_and_is_not_left_out() -> None:
    assert "held" not in KEPT_BACK and KINDS["held"] == "waiting"


def test_a_picture_is_as_wide_as_its_figures_and_escapes_its_words() -> None:
    picture = bars([Bar("a", "1 / 4", 25), Bar("b", "<5 / 12", None)], "<b>", "&")
    assert (
        f'width="{WIDTH // 4}"' in picture
        and 'width="0"' in picture
        and "<title>&lt;b&gt;</title>" in picture
        and "style=" not in picture
    )

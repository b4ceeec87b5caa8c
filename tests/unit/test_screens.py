"""USSD screens: every page fits, every option stands whole and in order, every page can be reached and left."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gateway.errors import Defect
from gateway.text import lao, segments
from gateway.text.screens import Budget, paginate

BUDGET = Budget()
MORE, BACK = "9 ຕໍ່ໄປ", "0 ກັບຄືນ"
words = st.lists(
    st.sampled_from(["ຕອນນີ້", "ມີ", "ຄົນ", "ຢູ່ໃນ", "ອັນຕະລາຍ", "ບໍ", "safe", "text", " ", "\u200b"]), max_size=60
)
labels = st.lists(st.sampled_from(["ມີ", "ບໍ່ມີ", "ບໍ່ແນ່ໃຈ", "ຫຼວງພະບາງ", "Yes", "Not sure", "ສະຫະພັນແມ່ຍິງ"]), max_size=7)


def test_a_short_question_is_one_page_without_more_or_back() -> None:
    assert paginate("Safe?", ["1 Yes", "2 No"], BUDGET, "9 More", "0 Back") == ("Safe?\n1 Yes\n2 No",)


def test_lao_shows_at_most_four_options_a_page() -> None:
    options = [f"{key} ກ" for key in range(1, 8)]
    assert paginate("ຢູ່ໃສ?", options, BUDGET, MORE, BACK) == (
        f"ຢູ່ໃສ?\n1 ກ\n2 ກ\n3 ກ\n4 ກ\n{MORE}",
        f"5 ກ\n6 ກ\n7 ກ\n{BACK}",
    )


def test_latin_shows_as_many_options_as_fit() -> None:
    options = [f"{key} Place" for key in range(1, 8)]
    assert len(paginate("Where?", options, BUDGET, "9 More", "0 Back")) == 1


@given(words, labels, st.sampled_from([(MORE, BACK), ("9 More", "0 Back")]), st.integers(40, 80))
@settings(max_examples=300)
def test_pages_fit_and_lose_nothing(parts: list[str], names: list[str], footer: tuple[str, str], ucs2: int) -> None:
    body, budget = "".join(parts), Budget(gsm7=160, ucs2=ucs2)
    options = [f"{key} {name}" for key, name in enumerate(names, 1)]
    pages = paginate(body, options, budget, *footer)
    shown: list[str] = []
    text = ""
    for number, page in enumerate(pages):
        assert budget.holds(page)
        lines = page.split("\n")
        if number:
            assert lines.pop() == footer[1]
        if number < len(pages) - 1:
            assert lines.pop() == footer[0]
        here = [line for line in lines if line in options]
        assert segments.encoding_of(page) == "gsm7" or len(here) <= 4
        shown += here
        text += "".join(line for line in lines if line not in options)
    assert shown == options
    assert text.replace(" ", "") == body.replace(" ", "").replace("\u200b", "")


@given(st.text(alphabet="ກຂຄນບມເແໂາິີົັ່້ ", min_size=80, max_size=300))
def test_a_body_is_cut_between_clusters(body: str) -> None:
    assume(all(len(cluster) < 20 for cluster in lao.clusters(body)))
    pages = paginate(body, [], BUDGET, MORE, BACK)
    ends = {"".join(lao.clusters(body.strip())[:count]).replace(" ", "") for count in range(len(body) + 1)}
    text = ""
    for page in pages:
        text += "".join(line for line in page.split("\n") if line not in (MORE, BACK)).replace(" ", "")
        assert text in ends


def test_an_option_longer_than_a_page_keeps_its_key() -> None:
    pages = paginate("ຂໍ້ໃດ?", ["1 " + "ກາ" * 60, "2 ຂ"], BUDGET, MORE, BACK)
    assert all(BUDGET.holds(page) for page in pages)
    assert any(line.startswith("1 ກາ") for page in pages for line in page.split("\n"))
    assert any("2 ຂ" in page.split("\n") for page in pages)


def test_a_footer_that_fills_the_page_is_a_fault_of_the_program() -> None:
    with pytest.raises(Defect):
        paginate("ກ" * 100, [], BUDGET, "ຂ" * 70, BACK)

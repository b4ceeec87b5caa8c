"""Hotlines: only what a named person dialled is sent, always with its country, never past its date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.directory.hotline import Hotline, choose, printable, sendable, short, state
from gateway.directory.hotline_file import parse_hotlines, shipped_candidates
from gateway.errors import ContentRefused
from gateway.strict_yaml import read

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
TODAY = NOW.date()
WOMEN = Hotline(
    "la-women",
    "LA",
    "1362",
    "Women",
    ("women", "trafficking"),
    verified_by="operator-1",
    verified_on=TODAY,
    expires=TODAY + timedelta(days=180),
)


def test_an_entry_is_a_candidate_until_all_three_fields_are_filled() -> None:
    for missing in ({"verified_by": ""}, {"verified_on": None}, {"expires": None}):
        entry = replace(WOMEN, **missing)
        assert state(entry, NOW) == "candidate" and not sendable(entry, NOW)


def test_a_verified_entry_is_sendable_until_its_date() -> None:
    short_lived = replace(WOMEN, expires=TODAY + timedelta(days=10))
    assert sendable(short_lived, NOW + timedelta(days=10))
    assert state(short_lived, NOW + timedelta(days=11)) == "stale"


def test_no_verification_lasts_longer_than_180_days() -> None:
    optimist = replace(WOMEN, expires=date(2099, 1, 1))
    assert sendable(optimist, NOW + timedelta(days=180))
    assert state(optimist, NOW + timedelta(days=181)) == "stale"


def test_a_date_in_the_future_verifies_nothing() -> None:
    assert state(replace(WOMEN, verified_on=TODAY + timedelta(days=2)), NOW) == "candidate"
    assert state(replace(WOMEN, expires=TODAY - timedelta(days=1)), NOW) == "candidate"


def test_the_country_is_always_printed() -> None:
    assert printable(WOMEN, {"LA": "Laos"}) == "Laos 1362"
    assert printable(WOMEN, {}) == "LA 1362"


def test_a_recorded_line_and_one_without_lao_say_so_and_an_unknown_one_says_nothing() -> None:
    words = {"LA": "Laos", "recorded": "calls are recorded", "no_lao": "no Lao spoken"}
    line = replace(WOMEN, languages=())
    assert printable(line, words) == "Laos 1362"
    assert printable(replace(line, recorded=True), words) == "Laos 1362 (calls are recorded)"
    assert printable(replace(line, languages=("en",)), words) == "Laos 1362 (no Lao spoken)"
    both = replace(line, recorded=True, languages=("en",))
    assert printable(both, words) == "Laos 1362 (calls are recorded, no Lao spoken)"
    assert printable(both, {}) == "LA 1362"


def test_short_codes_are_offered_only_where_they_can_be_dialled() -> None:
    thai = replace(WOMEN, id="th", country="TH", number="1300")
    full = replace(WOMEN, id="th-full", country="TH", number="+6621234567")
    assert short(thai) and not short(full)
    assert choose([thai], "women", "TH", NOW) == thai
    assert choose([thai], "women", "TH", NOW, phone_country="LA") is None
    assert choose([thai, full], "women", "TH", NOW, phone_country="LA") == full


def test_the_same_digits_ring_elsewhere_in_another_country() -> None:
    lao = replace(WOMEN, id="la", number="1191", purposes=("emergency",))
    thai = replace(WOMEN, id="th", number="1191", country="TH", purposes=("trafficking",))
    assert choose([lao, thai], "emergency", "LA", NOW) == lao
    assert choose([lao, thai], "emergency", "TH", NOW) is None


def test_the_best_purpose_then_a_line_that_takes_lao_then_a_free_one() -> None:
    lines = [
        replace(WOMEN, id="a", number="1", purposes=("trafficking",), languages=("lo",)),
        replace(WOMEN, id="b", number="2", purposes=("women",)),
        replace(WOMEN, id="c", number="3", purposes=("women",), toll_free="yes"),
        replace(WOMEN, id="d", number="4", purposes=("women",), languages=("lo", "hmn")),
    ]
    chosen = []
    while best := choose(lines, "women", "LA", NOW):
        chosen.append(best.id)
        lines.remove(best)
    assert chosen == ["d", "c", "b", "a"]


def test_a_line_for_nationals_is_never_offered() -> None:
    assert choose([replace(WOMEN, nationals_only=True)], "women", "LA", NOW) is None


def test_an_unverified_directory_offers_nothing() -> None:
    candidates = shipped_candidates()
    for role in ("emergency", "police", "women", "labour", "child", "help"):
        assert all(choose(candidates, role, country, NOW) is None for country in ("LA", "TH", "VN", "CN"))


def test_shipped_candidates_are_whole_unique_and_unverified() -> None:
    entries = shipped_candidates()
    assert len(entries) == 14
    assert len({entry.id for entry in entries}) == 14
    assert len({(entry.country, entry.number) for entry in entries}) == 14
    assert all(entry.number and entry.source and entry.purposes for entry in entries)
    assert {state(entry, NOW) for entry in entries} == {"candidate"}
    assert {entry.id for entry in entries if entry.nationals_only} == {"th-msdhs-abroad"}
    assert {entry.id for entry in entries if entry.recorded} == {"vn-111"}


ENTRY = '- {id: "x", country: "LA", number: "1", owner: "o"}\n'


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a: b", "list"),
        ("- a", "named fields"),
        (ENTRY + ENTRY, "twice"),
        (ENTRY + ENTRY.replace('"x"', '"y"'), "twice"),
        (ENTRY.replace('number: "1"', 'number: ""'), "number"),
        (ENTRY.replace("owner", "ownr"), "ownr"),
        (ENTRY.replace("}", ', expires: "soon"}'), "date"),
        (ENTRY.replace("}", ', hours: ["1"]}'), "text"),
        (ENTRY.replace("}", ', purpose: "women"}'), "list"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(text: str, word: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        parse_hotlines(read(text, "hotlines.yaml"))
    (finding,) = refused.value.findings
    assert word in finding.message and finding.line >= 1


def test_an_imported_entry_may_be_verified() -> None:
    (entry,) = parse_hotlines(
        read(
            ENTRY.replace("}", ', verified_by: "v", verified_on: "2026-11-01", expires: "2027-01-01"}'),
            "hotlines.yaml",
        )
    )
    assert sendable(entry, NOW)

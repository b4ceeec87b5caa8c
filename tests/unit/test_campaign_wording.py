"""What a broadcast may not say, what it costs with the longest names, and which character makes it dear."""

import pytest

from gateway.assembly import content_root
from gateway.campaigns.wording import culprits, faults, longest
from gateway.content.words import read_words, words_document
from gateway.conversation.canonical import sha256
from gateway.text.segments import measure

DIRECTORY = frozenset({"1362", "+85621222222"})
GUARDED = read_words(document := words_document(content_root()), sha256(document))[1]


def codes(text: str) -> list[str]:
    return [fault.code for fault in faults(text, GUARDED, DIRECTORY)]


@pytest.mark.parametrize(
    "text",
    [
        "Keep your papers yourself. To end text STOP",
        "Job fair on 05/12/2026 at 09:00, hall 2. Fee 5,000 kip",
        "Open 07:00 - 12:00 and 13.30-17.00, 05/12/2026 08:00-09:00. 1,250,000 kip. Call 1362, 021 222222",
        "In 2027 the office of {district}, {province} moves",
        "Call 1362 or 021 222222",
        "ຈະໄປເຮັດວຽກໄກ? ໂທ ໑໓໖໒",
    ],
)
def test_what_may_leave(text: str) -> None:
    assert codes(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Call 1191", "number"),
        ("ໂທ ໐໒໐ ໕໕໕໕ ໕໕໕໕", "number"),
        ("Look at https://x.y", "link"),
        ("Look at bit.ly/3x", "link"),
        ("Go to jobs-abroad.com now", "link"),
        ("Tell us of trafficking", "guarded"),
        *((f"See {link} now", "link") for link in ("evil.xyz/abc", "t.me/abc", "evil.online", "a@evil.biz")),
        *((f"See {link} now", "link") for link in ("evil . com", "hxxp evil[.]com", "http：//evil", "evil。com")),
        ("See evil.ຄອມ", "link"),
        *((f"Call {number} STOP", "number") for number in ("020.55.55.12.34", "20:55 55:12 34:56", "2055,551,234")),
        *(
            (f"Call {number} STOP", "number")
            for number in ("20 55,555,123", "20/55/5512 34/12/2055", "20 · 55 · 51 · 23")
        ),
        ("Dear {name}", "placeholder"),
        *((f"In {brace} STOP", "placeholder") for brace in ("{District}", "{ district }", "{district", "{{district}}")),
        *((f"In {brace} STOP", "placeholder") for brace in ("{}", "{0}", "{village}", "{district.x}")),
        ("a" * 460, "too_long"),
        ("ກ" * 202, "too_long"),
    ],
)
def test_what_may_not_leave(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert codes("Victim {name}: www.help.org or 1191") == ["placeholder", "guarded", "link", "number"]


def test_the_longest_name_decides_what_a_text_costs() -> None:
    names = [{"district": "Xay", "province": "x"}, {"district": "Vangvieng", "province": "x"}]
    assert longest("Market in {district}", names) == "Market in Vangvieng"
    assert longest("Dear {name}", names) == "Dear {name}", "refused, not filled"
    assert longest("No names", names) == "No names" and longest("{district}", []) == "{district}"
    text = "m" * 155 + "{district}"
    assert measure(longest(text, names)).segments == 2 and measure(longest(text, names[:1])).segments == 1


def test_the_characters_to_blame_are_named() -> None:
    assert culprits("Say “no”") == (("“", 90), ("”", 90))
    assert culprits("Say no") == () and culprits("ບໍ່ໄປ “ກັບ”") == (), "Lao letters need it anyway"

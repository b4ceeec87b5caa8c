"""A messages file keeps every byte but those of the texts that change, and reads back as what was given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.content.translations_yaml import edited, new_file, quoted
from gateway.strict_yaml import read
from gateway.text.catalogue import Message, parse_messages

FILE = """# Not yet signed.
review: needed
danger: "ຢູ່ໃສ?"   # asked first
danger.now: ມີ

# countries
la: ລາວ
thanks:
  text: "ຂອບໃຈ"
  source: "Decree 245: kept"
more: {text: 'a', source: "b"}
last: "z"
"""


def changed(texts: dict[tuple[str, str], str], order: tuple[str, ...] = ()) -> str:
    return edited(FILE, texts, order, "x.yaml")


def messages(text: str) -> dict[str, Message]:
    return parse_messages("t", read(text, "x.yaml"))


@pytest.mark.parametrize(
    ("texts", "before", "after"),
    [
        ({("danger", "text"): 'a "b"'}, 'danger: "ຢູ່ໃສ?"   # asked first', 'danger: "a \\"b\\""   # asked first'),
        ({("danger.now", "text"): "ແມ່ນ"}, "danger.now: ມີ", "danger.now: ແມ່ນ"),
        ({("danger.now", "text"): "a: b"}, "danger.now: ມີ", 'danger.now: "a: b"'),
        ({("la", "text"): "no"}, "la: ລາວ", 'la: "no"'),
        ({("thanks", "text"): "ok"}, 'text: "ຂອບໃຈ"', 'text: "ok"'),
        ({("thanks", "neutral"): "ok"}, '  text: "ຂອບໃຈ"\n', '  text: "ຂອບໃຈ"\n  neutral: "ok"\n'),
        ({("more", "text"): "it's"}, "{text: 'a', source", '{text: "it\'s", source'),
        ({("more", "ussd"): "c"}, "{text: 'a', source", "{text: 'a', ussd: \"c\", source"),
        ({("last", "neutral"): "y"}, 'last: "z"', 'last:\n  text: "z"\n  neutral: "y"'),
        ({("last", "text"): "x", ("last", "retry"): "y"}, 'last: "z"', 'last:\n  text: "x"\n  retry: "y"'),
    ],
)
def test_one_text_changes_and_nothing_else(texts: dict[tuple[str, str], str], before: str, after: str) -> None:
    assert FILE.count(before) == 1
    assert changed(texts) == FILE.replace(before, after)


def test_a_new_id_stands_where_the_conversation_has_it_and_comments_keep_their_entry() -> None:
    order = ("danger", "danger.now", "danger.later", "la", "first_missing")
    new = changed({("danger.later", "text"): "ຕໍ່", ("other", "text"): "o"}, order)
    assert 'danger.now: ມີ\ndanger.later: "ຕໍ່"\n\n# countries\nla' in new and new.endswith('last: "z"\nother: "o"\n')
    assert changed({("before", "text"): "x"}, ("before", "danger")).endswith('last: "z"\nbefore: "x"\n')
    assert edited("a: b", {("c", "text"): "d"}, (), "x.yaml") == 'a: b\nc: "d"\n'


texts = st.text(max_size=900)
names = st.sampled_from(["danger", "danger.now", "la", "thanks", "more", "last", "fresh", "fresh.yes"])
variants = st.sampled_from(["text", "neutral", "ussd", "retry"])


@settings(deadline=None)
@given(st.dictionaries(st.tuples(names, variants), texts, min_size=1))
def test_what_was_given_is_what_is_read(given_texts: dict[tuple[str, str], str]) -> None:
    given_texts |= {(name, "text"): "t" for name, _ in given_texts if name.startswith("fresh")}
    held = messages(edited(FILE, given_texts, ("danger", "fresh"), "x.yaml"))
    for (name, variant), text in given_texts.items():
        assert getattr(held[f"t.{name}"], variant) == text
    assert held["t.thanks"].source == "Decree 245: kept" and held["t.more"].source == "b"


@settings(deadline=None)
@given(st.dictionaries(names, texts, min_size=1), st.dictionaries(names, texts))
def test_there_and_back_is_the_same_file(first: dict[str, str], second: dict[str, str]) -> None:
    file = new_file({(name, "text"): text for name, text in first.items()}, (), review=True)
    away = edited(file, {(name, "text"): second.get(name, "x") for name in first}, (), "x.yaml")
    assert edited(away, {(name, "text"): text for name, text in first.items()}, (), "x.yaml") == file


@settings(deadline=None)
@given(texts)
def test_a_quoted_text_reads_back_and_no_line_is_too_long(text: str) -> None:
    written = f"a: {quoted(text)}\n"
    assert messages(written)["t.a"].text == text
    assert max(len(line) for line in written.splitlines()) <= 400

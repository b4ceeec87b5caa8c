"""Lexicon files: what could act by mistake is refused, with its place."""

import pytest

from gateway.errors import ContentRefused
from gateway.strict_yaml import read
from gateway.text.lexicon import Lexicon, compile_lexicon

ONE_OF_EACH = (
    "HELP: {class: help}\nSTOP: {class: stop}\nYES: {class: exact}\nWORK: {class: topic}\nBEATEN: {class: signal}\n"
)


def compiled(lexicon: str, intents: str = ONE_OF_EACH) -> Lexicon:
    return compile_lexicon(read(intents, "messages/intents.yaml"), {"en": read(lexicon, "messages/en/lexicon.yaml")})


@pytest.mark.parametrize(
    ("lexicon", "found"),
    [
        ("HELP: {forms: [sos]}\nSTOP: {forms: [SOS]}\n", "2:16 E031"),
        ("YES: {forms: [go on]}\nWORK: {forms: [goon]}\n", "2:16 E031"),
        ("YES: {forms: [ແມ່ນ]}\n_words: {particles: [ແມ\u200b່ນ]}\n", "2:22 E031"),
        ("YES: {forms: [ok]}\nBEATEN: {asks: [OK]}\n", "2:17 E031"),
        ("WORK: {forms: [job]}\nBEATEN: {blockers: [Job]}\n", "2:21 E031"),
        ("YES: {forms: [x]}\n_words: {closings: [x], negation: [x], already: [x]}\n", "2:50 E031"),
        ("MAYBE: {forms: [perhaps]}\n", "1:1 E003"),
        ("YES: {form: [y]}\n", "1:7 E003"),
        ("YES: {forms: y}\n", "1:14 E004"),
        ("YES: {forms: ['?!']}\n", "1:15 E004"),
        ("YES: [y]\n", "1:6 E004"),
        ("_words: {polite: [x]}\n", "1:10 E003"),
    ],
)
def test_a_lexicon_that_could_act_by_mistake_is_refused(lexicon: str, found: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        compiled(lexicon)
    assert [f"{item.line}:{item.column} {item.code}" for item in refused.value.findings] == [found]


@pytest.mark.parametrize(
    ("intents", "code"),
    [
        ("A: {class: odd}\n", "E004"),
        ("A: {class: topic, where: x}\n", "E003"),
        ("A: {class: officer}\n", "E004"),
        ("- A\n", "E004"),
    ],
)
def test_broken_intents_are_refused(intents: str, code: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        compiled("review: needed\n", intents)
    assert code in {item.code for item in refused.value.findings}


def test_a_refusal_negates_and_two_topics_may_share_a_word() -> None:
    lexicon = compiled("YES: {forms: [y]}\nWORK: {forms: [hit]}\nBEATEN: {forms: [hit]}\n_words: {negation: [y]}\n")
    assert lexicon.read("hit").kind == "ask_back"


def test_the_version_follows_the_content_not_the_layout() -> None:
    one = compiled("YES: {forms: [y, yes]}\nWORK: {forms: [job]}\n")
    same = compiled("# note\nWORK: {forms: [job]}\nYES: {forms: [yes, y]}\n")
    other = compiled("YES: {forms: [y, yes]}\nWORK: {forms: [jobs]}\n")
    assert one.version == same.version != other.version

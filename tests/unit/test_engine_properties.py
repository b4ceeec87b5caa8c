"""Whatever anybody texts in whatever order: the engine answers, sessions stay small, help is one message away."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.conversation.engine import advance
from gateway.conversation.flow import ASKING
from gateway.conversation.session import MAX_BYTES, Frame, Session, size, trimmed
from gateway.conversation.turn import CancelTimers, Say, StartTimer
from gateway.text.screens import Budget
from tests.unit.talking import EVENING, Person, shipped_library

WORDS = (
    "1 2 3 4 5 6 7 8 9 0 ໑ ໒ ３ 1,2 99 HELP ຊ່ວຍແດ່ STOP ຢຸດ stop sending lao English khmu back menu exit delete YES "
    "NO ແມ່ນ bo LA1704 Vientiane ຊຽງຂວາງ thailand 412706 4711 OK NOTE LIST they_locked_me_in"
).split()
ANY_TEXT = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["412706 4711", "stop sending me messages", "they locked me in", "ຂ້ອຍຖືກຂັງ ຊ່ວຍແດ່", ""]),
    st.text(max_size=200),
    st.text(alphabet="ກຂຄງຈສຊຍດຕຖທນບປຜຝພຟມຢຣລວຫອຮະາິີຶືຸູເແໂໃໄ່້໊໋໌ໍ໐໑໒ 19{}%\x00\u200b", max_size=60),
)
STIMULI = st.one_of(
    ANY_TEXT.map(lambda text: ("text", text)),
    st.sampled_from([("begin", ""), ("cut", ""), ("release", ""), ("expires", ""), ("no_reply", ""), ("duress", "x")]),
)
CALM = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def live(person: Person, kind: str, text: str) -> None:
    """Let one thing happen to a phone, timers only as they were started."""
    if kind in ("expires", "no_reply"):
        if any(timer.kind == kind for timer in person.timers()):
            person.fire(kind)
    elif kind == "begin":
        person.dial() if person.channel.kind == "ussd" else person.text("")
    elif kind in ("cut", "release"):
        person.meet(kind)
    else:
        person.text(text, duress=kind == "duress")


def check(person: Person) -> None:
    """Hold what must hold after every turn."""
    turn = person.turn
    if turn is None:
        return
    texts = [effect for effect in turn.effects if isinstance(effect, Say)]
    assert len(texts) <= (2 if person.channel.kind == "ussd" else 4)
    for said in texts:
        assert "{" not in said.text and said.text
        if person.channel.kind == "ussd":
            assert Budget().holds(said.text)
    if turn.session is None:
        return
    assert size(turn.session) <= MAX_BYTES
    guarded = person.library.guarded
    assert turn.session.mode == "open" or all(guarded.hit(said.text, said.message) is None for said in texts)
    starts = [effect for effect in turn.effects if isinstance(effect, StartTimer)]
    if turn.session.status == "ended" and turn.effects:
        assert not starts
    if starts:
        assert {timer.turn for timer in starts} == {turn.session.turn}
        assert "expires" in {timer.kind for timer in starts}
        assert all(timer.due > person.now for timer in starts)


@CALM
@given(ussd=st.booleans(), language=st.sampled_from([None, "lo", "en", "kjg"]), story=st.lists(STIMULI, max_size=25))
def test_no_text_in_no_order_crashes_the_engine(ussd: bool, language: str | None, story: list[tuple[str, str]]) -> None:
    person = Person(shipped_library(), ussd=ussd, language=language)
    for kind, text in story:
        live(person, kind, text)
        check(person)


@CALM
@given(story=st.lists(ANY_TEXT, max_size=12))
def test_the_same_story_gives_the_same_effects(story: list[str]) -> None:
    first, second = Person(shipped_library()), Person(shipped_library())
    for text in story:
        first.text(text)
        second.text(text)
        assert first.effects == second.effects


@CALM
@given(story=st.lists(ANY_TEXT, max_size=8), late=st.integers(1, 72))
def test_a_repeated_timer_changes_nothing(story: list[str], late: int) -> None:
    person = Person(shipped_library())
    person.text("hello", *story)
    due = list(person.timers())
    person.later(hours=late)
    for timer in due:
        person.meet("timer", timer=timer.kind, turn=timer.turn, due=timer.due)
        after = person.session
        person.meet("timer", timer=timer.kind, turn=timer.turn, due=timer.due)
        assert person.session == after and not person.effects


@CALM
@given(story=st.lists(ANY_TEXT, max_size=6), after=st.lists(ANY_TEXT, min_size=1, max_size=4))
def test_nothing_is_said_after_exit(story: list[str], after: list[str]) -> None:
    person = Person(shipped_library())
    person.text("hello", *story)
    ended = person.session is None or person.session.status == "ended"
    assert person.text("exit") == ()
    assert ended or person.of(CancelTimers)
    assert not list(person.timers())


def waiting_steps() -> Iterator[tuple[str, str]]:
    library = shipped_library()
    for name, hash_ in library.current.items():
        for step in library.bundles[hash_].flows[name].steps.values():
            if step.kind in ASKING and name != "officer":
                yield name, step.name


@pytest.mark.parametrize(("flow", "step"), sorted(waiting_steps()))
@pytest.mark.parametrize("word", ["HELP", "help", "ຊ່ວຍແດ່", "ຊ່ວຍ", "suay"])
def test_help_is_one_message_away_from_every_waiting_step(flow: str, step: str, word: str) -> None:
    library = shipped_library()
    session = Session("s1", "c1", "simulator", Frame(flow, library.current[flow], step), turn=1, language="en")
    person = Person(library)
    turn = advance(library, session, person.stimulus("text", text=word), EVENING)
    assert turn.session is not None
    assert turn.session.flow == "help"
    assert [effect.message for effect in turn.effects if isinstance(effect, Say)] == ["help.menu"]


@given(
    names=st.lists(st.text(alphabet="abcdefghij_", min_size=30, max_size=40), min_size=40, max_size=40, unique=True),
    value=st.text(alphabet="ກຂຄງຈ", min_size=40, max_size=40),
)
@settings(max_examples=20, deadline=None)
def test_even_the_fattest_session_is_cut_to_4_kb(names: list[str], value: str) -> None:
    frame = Frame("report", "f" * 64, "danger", values=dict.fromkeys(names, value), history=tuple(names[:20]))
    session = Session("s" * 32, "c" * 32, "simulator", frame, stack=(frame, frame, frame))
    assert size(trimmed(session)) <= MAX_BYTES

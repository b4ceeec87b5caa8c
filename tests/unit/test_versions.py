"""A new version goes live while people are inside a conversation: they keep theirs, move on, or are called back."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.conversation.engine import advance
from gateway.conversation.flow import WAITING
from gateway.conversation.session import Frame, Session
from gateway.conversation.turn import AddStory, CancelTimers, HandOff, Say, SetContact, Subscription, Turn
from gateway.conversation.versions import frames, misfits
from tests.unit.newer_content import RENAMED, newer_library, published
from tests.unit.talking import EVENING, Person, shipped_library
from tests.unit.test_engine_properties import CALM, STIMULI, live

OLD, NEW = frozenset(shipped_library().bundles), frozenset(newer_library().bundles)


def waiting_steps() -> Iterator[tuple[str, str, str]]:
    """Yield (entry flow, flow, step): each waiting step of every flow, in every bundle that holds it."""
    library = shipped_library()
    for entry, hash_ in library.current.items():
        for flow in library.bundles[hash_].flows.values():
            for step in flow.steps.values():
                if step.kind in WAITING and (flow.name == "officer") == (entry == "officer"):
                    yield entry, flow.name, step.name


def inside(entry: str, flow: str, step: str, **more: object) -> Session:
    """Return a conversation that began with ``entry`` and waits at a step of ``flow``."""
    hash_ = shipped_library().current[entry]
    handed = shipped_library().bundles[hash_].flows[flow].steps[step].kind == "handoff"
    here = Frame(flow, hash_, step, how="root" if entry == flow else "call")
    stack = () if entry == flow else (Frame(entry, hash_, shipped_library().bundles[hash_].flows[entry].start),)
    session = Session("s1", "c1", "simulator", here, stack, turn=3, language="en", report="412706", opened=EVENING)
    return replace(session, status="handoff" if handed else "waiting", **more)  # type: ignore[arg-type]  # fields of Session


def test_the_two_versions_differ_in_every_bundle() -> None:
    assert not OLD & NEW and shipped_library().current.keys() == newer_library().current.keys()


@CALM
@given(
    before=st.lists(STIMULI, max_size=10),
    after=st.lists(STIMULI, min_size=1, max_size=10),
    ussd=st.booleans(),
    language=st.sampled_from([None, "lo", "en"]),
)
def test_whoever_is_inside_never_notices_a_publication(
    before: list[tuple[str, str]], after: list[tuple[str, str]], ussd: bool, language: str | None
) -> None:
    kept, witness = (Person(shipped_library(), ussd=ussd, language=language) for _ in range(2))
    for kind, text in (("text", "hello"), *before):
        live(kept, kind, text)
        live(witness, kind, text)
    kept.library = published()
    for kind, text in after:
        live(kept, kind, text)
        live(witness, kind, text)
        used = {frame.bundle for frame in frames(kept.session)} if kept.session else set()
        if used & NEW:
            assert used <= NEW, "a new conversation, all of it of the new version"
            break
        assert (kept.session, kept.effects) == (witness.session, witness.effects)


def test_a_conversation_begun_anew_takes_the_live_version() -> None:
    she = Person(shipped_library())
    she.text("hello", "2")
    she.library = published()
    she.text("menu")
    assert she.session is not None and she.session.bundle in NEW


@pytest.mark.parametrize(("entry", "flow", "step"), sorted(set(waiting_steps())))
def test_a_withdrawn_version_is_left_at_the_next_text(entry: str, flow: str, step: str) -> None:
    library, session = published(withdraw=True), inside(entry, flow, step)
    she = Person(library)
    turn = advance(library, session, she.stimulus("text", text="he took my passport"), EVENING)
    assert turn.session is not None and turn.session.bundle in NEW and not turn.session.stack
    assert any(line.test == "recall" for line in turn.trace)
    told = [effect for effect in turn.effects if isinstance(effect, AddStory)]
    assert told == [AddStory("412706", "he took my passport")] or entry in ("officer",)
    if session.status == "handoff":
        assert turn.session.status == "handoff", "a person is there already"
        assert [effect.message for effect in turn.effects if isinstance(effect, Say)] == ["common.neutral_ok"]
    else:
        called = [effect for effect in turn.effects if isinstance(effect, HandOff)]
        assert called or turn.session.status == "ended"
        assert all(effect.bundle in NEW for effect in turn.effects if isinstance(effect, Say))


def recalled(kind: str = "text", *, mode: str = "open", may_write: bool = True, **more: object) -> Turn:
    """Let something happen to somebody in the middle of a report whose version is withdrawn."""
    library = published(withdraw=True)
    she = Person(library)
    she.contact = replace(she.contact, safety="safe" if mode == "open" else "unsafe")
    she.may_write = may_write
    session = inside("welcome", "report", "who", confirmed=EVENING)
    return advance(library, session, she.stimulus(kind, **more), EVENING)


def test_words_that_always_work_work_in_a_withdrawn_version_too() -> None:
    assert recalled(text="exit").effects == (CancelTimers(),)
    assert Subscription("all", on=False) in recalled(text="stop").effects
    assert [said.message for said in recalled(text="help").effects if isinstance(said, Say)][-1] == "help.menu"
    assert SetContact({"language": "lo"}) in recalled(text="ລາວ").effects
    assert recalled(text="99").texts == ()
    assert recalled(text="menu").session.flow == "welcome"  # type: ignore[union-attr]  # it goes on
    [covered] = [said for said in recalled(text="rain?", duress=True).effects if isinstance(said, Say)]
    assert covered.message.startswith("common.cover_")


def test_silence_in_a_withdrawn_version_is_recalled_without_a_word_to_a_silent_phone() -> None:
    spoken, hushed = (recalled("timer", timer="no_reply", turn=3, mode=mode) for mode in ("open", "silent"))
    assert spoken.texts and hushed.texts == ()
    for turn in (spoken, hushed):
        assert turn.session is not None and turn.session.bundle in NEW
        assert any(isinstance(effect, HandOff) for effect in turn.effects)
    assert recalled("timer", timer="no_reply", turn=3, may_write=False).texts == ()


def test_a_recall_by_the_host_reaches_only_who_is_inside_and_a_late_timer_nobody() -> None:
    assert recalled("recall").session.bundle in NEW  # type: ignore[union-attr]  # it goes on
    assert not recalled("timer", timer="no_reply", turn=1).effects
    assert not recalled("start").effects, "it has begun already"
    expired = recalled("timer", timer="expires", turn=3)
    assert expired.texts == () and expired.session is not None and expired.session.status == "ended"
    she = Person(published())
    kept = inside("welcome", "report", "who")
    assert advance(published(), kept, she.stimulus("recall"), EVENING) == Turn(kept)


def test_a_flow_that_stood_ready_begins_with_the_live_version_when_its_own_is_withdrawn() -> None:
    library, hash_ = published(withdraw=True), shipped_library().current["stop"]
    ready = Session("s1", "c1", "simulator", Frame("stop", hash_), opened=EVENING, begin="course")
    turn = advance(library, ready, Person(library).stimulus("start"), EVENING)
    assert turn.session is not None and turn.session.bundle in NEW and turn.session.begin == "course"
    kept = advance(published(), ready, Person(library).stimulus("start"), EVENING)
    assert kept.session is not None and kept.session.bundle == hash_


def test_a_paused_conversation_that_comes_to_the_front_is_called_back_aloud() -> None:
    turn = recalled("front")
    assert turn.texts and turn.session is not None and turn.session.bundle in NEW


def test_people_are_moved_to_a_renamed_step_and_answer_there() -> None:
    old, new = shipped_library().current["welcome"], newer_library().current["welcome"]
    step = RENAMED[1].partition(".")[2]
    library = published(moved={(old, RENAMED[0]): (new, step)})
    she = Person(library)
    session = inside("welcome", *RENAMED[0].split("."))
    turn = advance(library, session, she.stimulus("text", text="2"), EVENING)
    assert turn.session is not None and (turn.session.bundle, turn.session.step) == (new, "what")
    assert turn.session.here.values == {"under_18": "no"}
    kept = advance(library, inside("welcome", "report", "who"), she.stimulus("text", text="2"), EVENING)
    assert kept.session is not None and kept.session.bundle == old, "who waits elsewhere keeps her version"


def test_a_step_can_be_mapped_only_to_one_that_means_the_same() -> None:
    before = shipped_library().bundles[shipped_library().current["report"]].flows["report"]
    after = newer_library().bundles[newer_library().current["report"]].flows["report"]
    old, new = (name.partition(".")[2] for name in RENAMED)
    assert list(misfits(before, old, after, new)) == []
    assert list(misfits(before, "nothing", after, new)) == ["there is no step report.nothing"]
    assert list(misfits(before, old, after, old)) == [f"there is no step report.{old}"]
    assert len(list(misfits(before, old, after, "who"))) == 2, "it saves another value, and the codes differ"
    assert "who is a menu, where a ask" in [
        why.replace(" an ", " a ") for why in misfits(before, "who", after, "where")
    ]
    fewer = replace(after, values={name: value for name, value in after.values.items() if name != "place"})
    assert list(misfits(before, old, fewer, new)) == ["the value place is not what it was"]


def test_the_trace_names_the_words_by_which_a_text_was_read() -> None:
    she = Person(shipped_library())
    she.text("hello")
    assert she.turn is not None and she.turn.words == shipped_library().words != ""

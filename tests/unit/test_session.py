"""A session is a record: it round-trips through small JSON, and a foreign one is a defect."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.conversation.session import MAX_BYTES, Frame, Session, from_json, size, to_json, trimmed
from gateway.errors import Defect

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
CODES = st.text(max_size=30)
FRAMES = st.builds(
    Frame,
    flow=NAMES,
    bundle=st.text("0123456789abcdef", min_size=64, max_size=64),
    step=NAMES,
    how=st.sampled_from(["root", "call", "aside"]),
    values=st.dictionaries(NAMES, CODES, max_size=8),
    tries=st.integers(0, 3),
    page=st.integers(0, 9),
    history=st.lists(NAMES, max_size=5).map(tuple),
    visits=st.dictionaries(NAMES, st.integers(1, 20), max_size=5),
)
INSTANTS = st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
SESSIONS = st.builds(
    Session,
    id=NAMES,
    contact=NAMES,
    channel=NAMES,
    here=FRAMES,
    stack=st.lists(FRAMES, max_size=3).map(tuple),
    turn=st.integers(0, 200),
    status=st.sampled_from(["waiting", "handoff", "ended"]),
    ancestry=st.integers(0, 5),
    begin=st.sampled_from(["text", "dial", ""]),
    opened=INSTANTS,
    spoken=INSTANTS,
    expires=INSTANTS,
    language=st.sampled_from(["lo", "en", "lo-Latn", ""]),
    mode=st.sampled_from(["open", "neutral", "silent"]),
    confirmed=INSTANTS,
    duress=st.booleans(),
    report=st.sampled_from(["", "412706"]),
    asking=st.lists(NAMES, max_size=3).map(tuple),
    lead=st.lists(NAMES, max_size=3).map(tuple),
    pages=st.integers(1, 5),
    closing=st.booleans(),
    hashes=st.lists(st.text("0123456789abcdef", min_size=12, max_size=12), max_size=3).map(tuple),
)


@given(SESSIONS)
def test_a_session_round_trips_through_json(session: Session) -> None:
    assert from_json(to_json(session)) == session
    assert to_json(from_json(to_json(session))) == to_json(session)


@given(SESSIONS)
def test_a_trimmed_session_is_small_and_keeps_its_place_and_report(session: Session) -> None:
    small = trimmed(session)
    assert size(small) <= MAX_BYTES
    assert (small.flow, small.step, small.report, small.turn) == (
        session.flow,
        session.step,
        session.report,
        session.turn,
    )


def test_the_engine_that_wrote_it_is_in_the_record() -> None:
    session = Session("s", "c", "sms", Frame("report", "h", "danger"))
    assert '"engine":1' in to_json(session)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"engine":2}', '{"engine":1}', '{"engine":1,"here":3}', "x"])
def test_a_record_that_is_none_of_ours_is_a_defect(text: str) -> None:
    with pytest.raises(Defect):
        from_json(text)


def test_a_session_of_the_release_before_is_read() -> None:
    session = Session("s1", "c1", "simulator", Frame("report", "b1", "who"))
    before = to_json(session).replace("{", '{"foreground":true,', 1)
    assert from_json(before) == session

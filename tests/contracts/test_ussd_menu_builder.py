"""Our USSD answers beside those of npm's ussd-menu-builder, which services on the same aggregator are written with."""

from urllib.parse import parse_qsl

import pytest

from gateway.ports.channel import Inbound, Request
from tests.contracts.benches import answer, ussd, ussd_request
from tests.doubles.node_packages import answers

pytestmark = [pytest.mark.needs("ussd-menu-builder"), pytest.mark.slow]

# What was typed so far, the screen that follows, and whether it is the last.
SESSION = (
    ("", "ສະບາຍດີ\n1 ຂໍ້ມູນ\n2 ແຈ້ງ", False),
    ("2", "Where are you?\n1 North\n2 South\n9 More", False),
    ("2*1", "How old are you?", False),
    ("2*1*17", "Which village?", False),
    ("2*1*17*ບ້ານ ນາ", "Thank you.", True),
)
OTHER_ENDINGS = (("1", "", True), ("3", "Sum: 10 000 kip {x} [y] €", True), ("0", " spaces stay ", False))


def asked_of_both(rows: tuple[tuple[str, str, bool], ...], session: str) -> list[tuple[Request, str, bool]]:
    return [(ussd_request(text, session=session), screen, ends) for text, screen, ends in rows]


def their_answers(asked: list[tuple[Request, str, bool]]) -> list[dict[str, str]]:
    """Return what the builder answers to the very bytes that we are sent."""
    fields = [dict(parse_qsl(request.body.decode(), keep_blank_values=True)) for request, _, _ in asked]
    return answers(
        "answer_screens.js",
        [
            {"request": form, "screen": screen, "ends": ends}
            for form, (_, screen, ends) in zip(fields, asked, strict=True)
        ],
    )


@pytest.mark.parametrize(
    "rows", [SESSION, *((row,) for row in OTHER_ENDINGS)], ids=["session", "silent", "signs", "spaces"]
)
def test_the_same_screens_are_answered_in_the_same_bytes(rows: tuple[tuple[str, str, bool], ...]) -> None:
    channel = ussd()
    asked = asked_of_both(rows, "ATUid_1")
    ours = [
        channel.answer(answer(screen, ends=ends) if screen else answer(ends=ends), request).body
        for request, screen, ends in asked
    ]
    assert ours == [row["answer"].encode() for row in their_answers(asked)]
    assert all(body[:4] in (b"CON ", b"END ") for body in ours)


def test_the_newest_input_of_a_session_is_read_alike() -> None:
    channel = ussd()
    asked = asked_of_both(SESSION, "ATUid_2")
    ours = []
    for request, _, _ in asked:
        [heard] = channel.read(request)
        assert isinstance(heard, Inbound)
        ours.append(heard.text)
    assert ours == ["", "2", "1", "17", "ບ້ານ ນາ"] == [row["typed"] for row in their_answers(asked)]

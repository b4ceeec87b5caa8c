"""The SMPP channel by itself: every line of its code table, what a submit_sm says, and octets from anywhere."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.binds import Bind
from gateway.channels.smpp import coding, pdus, receipts, ussd
from gateway.channels.smpp.channel import Line, Smpp, validity
from gateway.channels.smpp.records import Answered, Asked, Delivered, NoAnswer, NotSent, Submission
from gateway.errors import MalformedRequest
from gateway.ports.channel import Answer, AnswerText, PartSent, SendResult, Verdict
from gateway.text import gsm7, segments
from tests.contracts.benches import REAL, SIMULATED, StillClock, outgoing, request

BIND = Bind("127.0.0.1", 2775, "saiduan", "token-of-the-bind")
TWO_PARTS = "ສະບາຍດີ " * 12


@dataclass
class Centre:
    """Answers what the script says, status 0 at its end."""

    script: list[int | Exception] = field(default_factory=list)
    asked: list[Submission] = field(default_factory=list)

    def submit(self, submission: Submission) -> Answered:
        self.asked.append(submission)
        status = self.script.pop(0) if self.script else 0
        if isinstance(status, Exception):
            raise status
        return Answered(len(self.asked), "submit_sm_resp", status, f"0A{len(self.asked)}")


def channel(*script: int | Exception, bind: Bind = BIND, short_code: str = "1234") -> tuple[Smpp, Centre]:
    centre = Centre(list(script))
    made = Smpp(name="unitel", bind=bind, short_code=short_code, clock=StillClock(), line=Line(centre.submit))
    return made, centre


@pytest.mark.parametrize(
    ("answered", "outcome"),
    [
        (0x00, "accepted"),
        (0x08, "temporary"),
        (0x45, "temporary"),
        (0x14, "temporary"),
        (0x58, "temporary"),
        (0x0A, "permanent"),
        (0x0B, "permanent"),
        (0x0D, "broken"),
        (0x0E, "broken"),
        (0x05, "broken"),
        (0x04, "broken"),
        (0x400, "permanent"),
        (NotSent(), "temporary"),
        (NotSent(refused=True), "broken"),
        (NoAnswer(), "ambiguous"),
    ],
)
def test_every_answer_has_its_outcome(answered: int | Exception, outcome: str) -> None:
    made, _ = channel(answered)
    result = made.send(outgoing(REAL, "Thank you."))
    assert result.outcome == outcome
    assert result.throttled == (answered in (0x14, 0x58))
    assert result.dead_number == (answered == 0x0B) and result.alarm == (answered == 0x400)
    assert result.provider_id == ("0A1" if outcome == "accepted" else None)


def test_a_submit_says_who_whom_how_long_and_in_which_alphabet() -> None:
    made, centre = channel()
    made.send(outgoing(REAL, "ສະບາຍດີ"))
    (sent,) = centre.asked
    assert (sent.source_ton, sent.source_npi, sent.source) == (3, 0, "1234")
    assert sent.destination == REAL[1:] and sent.validity == "000000001000000R"
    assert sent.data_coding == 8 and sent.message.decode("utf-16-be") == "ສະບາຍດີ" and sent.esm_class == 0


@pytest.mark.parametrize(("code", "kind"), [("1234", (3, 0)), ("Saiduan", (5, 0)), ("8562055500000", (1, 1))])
def test_the_source_s_type_follows_what_it_is_unless_the_operator_wants_another(
    code: str, kind: tuple[int, int]
) -> None:
    made, centre = channel(short_code=code)
    made.send(outgoing(REAL, "a"))
    other, told = channel(short_code=code, bind=replace(BIND, source_ton=6, source_npi=1))
    other.send(outgoing(REAL, "a"))
    assert (centre.asked[0].source_ton, centre.asked[0].source_npi) == kind
    assert (told.asked[0].source_ton, told.asked[0].source_npi) == (6, 1)


def test_a_part_that_fails_decides_and_those_before_it_are_kept() -> None:
    made, centre = channel(0, 0x58)
    result = made.send(outgoing(REAL, TWO_PARTS))
    assert result.outcome == "temporary" and result.parts == (PartSent(1, 2, "0A1"),)
    again = made.send(replace(outgoing(REAL, TWO_PARTS), taken=frozenset({1}), reference=300))
    assert again.outcome == "accepted" and again.parts == (PartSent(2, 2, "0A3"),)
    assert centre.asked[-1].message.startswith(coding.header(300, 2, 2)) and centre.asked[-1].esm_class == 0x40


@pytest.mark.parametrize(
    ("left", "written"),
    [
        (timedelta(minutes=-1), "000000000001000R"),
        (timedelta(hours=23, minutes=59, seconds=58), "000000235958000R"),
        (timedelta(days=400), "000030000000000R"),
    ],
)
def test_a_text_is_never_sent_without_an_end(left: timedelta, written: str) -> None:
    assert validity(left) == written and len(written) == 16


def test_nothing_of_a_bind_comes_over_http_and_its_secret_is_not_shown() -> None:
    made, centre = channel()
    asked = request("inbound", "/hooks/unitel/x/inbound", b"a=b")
    assert made.verify(asked) is Verdict.REFUSED and made.answer(Answer(), asked).status == 404
    with pytest.raises(MalformedRequest):
        made.read(asked)
    assert "token-of" not in repr(made)
    assert made.send(outgoing(SIMULATED)).outcome == "permanent" and not centre.asked
    unbound = Smpp(name="unitel", bind=BIND, short_code="1234", clock=StillClock())
    assert unbound.send(outgoing(REAL)) == SendResult("temporary", detail="the bind does not stand")


# --- octets ---------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_we_write_is_read_back(text: str) -> None:
    alphabet = coding.coding_of(text)
    assert coding.decoded(coding.octets_of(text, alphabet), alphabet) == text


@settings(deadline=None)
@given(st.sampled_from(list(gsm7.BASIC) + list(gsm7.EXTENSION)))
def test_the_alphabet_is_the_one_that_segments_are_counted_in(letter: str) -> None:
    in_alphabet = letter != "\x1b"
    assert (segments.encoding_of(letter) == "gsm7") == in_alphabet
    if in_alphabet:
        assert len(gsm7.to_octets(letter)) == segments.units(letter, "gsm7")


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 255), st.integers(0, 255))
def test_octets_from_anywhere_are_a_part_and_a_text(octets: bytes, esm_class: int, data_coding: int) -> None:
    part = coding.part_of(Delivered(1, "1", "2", esm_class=esm_class, data_coding=data_coding, message=octets))
    assert 1 <= part.number <= part.total
    assert isinstance(coding.decoded(part.octets, data_coding), str)


@settings(deadline=None)
@given(st.sampled_from([5, 0x80000004, 0x80000000, 0x15, 6, 0x103]), st.binary(max_size=200))
def test_a_pdu_from_anywhere_is_read_or_malformed(command: int, body: bytes) -> None:
    octets = b"".join(number.to_bytes(4, "big") for number in (16 + len(body), command, 0, 9)) + body
    try:
        told = pdus.read(octets)
    except pdus.Malformed:
        return
    assert isinstance(told, Delivered | Answered | Asked) and told.sequence == 9


@pytest.mark.parametrize("length", [0, 15, pdus.LONGEST + 1, 0xFFFFFFFF])
def test_a_length_that_cannot_be_is_malformed(length: int) -> None:
    with pytest.raises(pdus.Malformed):
        pdus.length_of(length.to_bytes(4, "big"))


# --- receipts and screens -------------------------------------------------------------------------------------------


def told(text: str, **tlvs: bytes) -> Delivered:
    tags = {"id": 0x001E, "state": 0x0427}
    known = {tags[name]: value for name, value in tlvs.items()}
    return Delivered(1, "2055", "1234", esm_class=4, message=text.encode(), tlvs=known)


@pytest.mark.parametrize(
    ("delivered", "expected"),
    [
        (told("id:7F stat:DELIVRD err:000 text:hello id:9"), ("7F", "DELIVRD", "delivered", "000")),
        (told("ID: 7F sub:001 STAT: expired"), ("7F", "EXPIRED", "expired", None)),
        (told("id:7F stat:REJECTD", id=b"80\x00", state=b"\x02"), ("80", "DELIVRD", "delivered", None)),
        (told("id:7F stat:UNKNOWN"), ("7F", "UNKNOWN", "unknown", None)),
        (told("id:7F stat:SOMETHING"), ("7F", "SOMETHING", None, None)),
        (told("id:7F"), ("7F", "?", None, None)),
    ],
)
def test_a_receipt_is_read_by_its_fields_and_else_by_its_text(delivered: Delivered, expected: tuple[str, ...]) -> None:
    word = receipts.read(delivered)
    assert word is not None and receipts.is_receipt(delivered)
    assert (word.provider_id, word.word, word.state, word.code) == expected


def test_a_receipt_for_nothing_is_no_receipt() -> None:
    assert receipts.read(told("hello")) is None


@pytest.mark.parametrize(
    ("base", "response", "receipted"),
    [("dec", "00a0F", "2575"), ("hex", "2575", "0A0F"), ("auto", "a0f", "a0f"), ("dec", "zz", "zz")],
)
def test_ids_meet_whatever_base_they_are_written_in(base: str, response: str, receipted: str) -> None:
    known = {"dec": replace(BIND, dlr_id_base="dec"), "hex": replace(BIND, dlr_id_base="hex")}.get(base, BIND)
    assert receipts.plain(response, known.dlr_id_base) == receipts.same_base(receipted, known.dlr_id_base)
    assert response.lower().lstrip("0") in {one.lower() for one in receipts.candidates(receipted)}


@pytest.mark.parametrize(("ends", "operation"), [(False, 2), (True, 17)])
def test_a_screen_goes_back_to_the_session_that_asked(ends: bool, operation: int) -> None:
    asked = Delivered(1, REAL[1:], "1234", service_type="USSD", tlvs={0x1383: b"\x2a\x01"})
    shown = ussd.screen(Answer((AnswerText("m1", "1 ກ\n2 ຂ"),), ends), asked, BIND)
    assert (shown.operation, shown.session, shown.data_coding) == (operation, 0x2A01, 8)
    latin = ussd.screen(Answer((AnswerText("m1", "1 yes"),), ends), asked, BIND)
    assert latin.data_coding == 15 and gsm7.from_octets(latin.message) == "1 yes"
    assert ussd.screen(Answer(), asked, BIND).operation == 17, "nothing to say closes the session"


@pytest.mark.parametrize(
    ("operation", "event"), [(1, "begin"), (18, "resume"), (29, "end"), (35, "end"), (7, "resume")]
)
def test_each_operation_has_its_event(operation: int, event: str) -> None:
    delivered = Delivered(1, "2055", "1234", tlvs={0x0501: bytes([operation])})
    assert ussd.is_ussd(delivered) and ussd.event_of(delivered) == event
    assert ussd.event_of(Delivered(1, "2055", "1234", service_type="USSD")) == "resume"

"""A message is heard once for ever, and a repeat gets the same words back."""

import pytest
from sqlalchemy import text

from gateway.errors import Conflict, Damaged
from gateway.ports.channel import Answer, AnswerText
from gateway.ports.inbox import InboundRow
from tests.integration.conftest import NOON, StoreBench

HELLO = Answer((AnswerText("m1", "ສະບາຍດີ ກົດ 1"), AnswerText("m2", "two")), ends=True)


def heard(bench: StoreBench, key: str = "SM1", body: str = "1", answer: Answer = HELLO) -> str:
    with bench.store.writing() as work:
        row = InboundRow(bench.chance.new_id(), "twilio", key, "sms", None, body, NOON, provider_id=key)
        work.inbox.add(row, "done", answer, "bundle", "report.danger")
    return row.id


def test_a_repeat_gets_the_stored_reply(bench: StoreBench) -> None:
    inbound_id = heard(bench)
    with bench.store.writing() as work:
        before = work.inbox.find("twilio", "SM1", "1")
        assert before is not None
        assert (before.id, before.answer, before.same_body) == (inbound_id, HELLO, True)
        assert work.inbox.find("twilio", "SM2", "1") is None
        assert work.inbox.find("kannel", "SM1", "1") is None


def test_the_same_key_with_another_body_is_noticed(bench: StoreBench) -> None:
    heard(bench)
    with bench.store.reading() as work:
        before = work.inbox.find("twilio", "SM1", "2")
    assert before is not None and not before.same_body and before.answer == HELLO


def test_a_message_without_a_reply_has_an_empty_one(bench: StoreBench) -> None:
    heard(bench, answer=Answer())
    with bench.store.reading() as work:
        before = work.inbox.find("twilio", "SM1", "1")
    assert before is not None and before.answer == Answer()


def test_a_key_is_taken_for_ever(bench: StoreBench) -> None:
    heard(bench)
    with pytest.raises(Conflict):
        heard(bench)
    heard(bench, "SM2")


def test_neither_text_nor_reply_nor_a_number_in_the_key_is_readable_on_disk(bench: StoreBench) -> None:
    with bench.store.writing() as work:
        row = InboundRow("i1", "simulator", "+8562000000001:7", "sms", None, "my sister is locked in", NOON)
        work.inbox.add(row, "done", HELLO, None, None)
    with bench.store.reading() as work:
        stored = str(work.tx.connection.execute(text("SELECT * FROM inbound")).one())
    assert not [word for word in ("0000001", "locked in", "ສະບາຍດີ") if word in stored]


def test_a_reply_moved_to_another_row_does_not_open(bench: StoreBench) -> None:
    heard(bench, "SM1")
    heard(bench, "SM2", answer=Answer((AnswerText("m3", "other"),)))
    with bench.store.writing() as work:
        other = "(SELECT reply_ct FROM inbound WHERE provider_id = 'SM2')"
        work.tx.connection.execute(text(f"UPDATE inbound SET reply_ct = {other} WHERE provider_id = 'SM1'"))
    with pytest.raises(Damaged), bench.store.reading() as work:
        work.inbox.find("twilio", "SM1", "1")

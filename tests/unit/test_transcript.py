"""Transcripts: every line of the grammar is read, every wrong one is named, and a rehearsal fails where it should."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gateway.conversation.rehearsal import Heard, play
from gateway.conversation.transcript import Chat, Claim, Event, Hears, Line, Pause, Says, read_chat
from gateway.errors import ContentRefused

HEAD = "flow: report\nchannel: sms\nlanguage: lo\nstart: 2026-11-23 21:10\nphones: mother=001 duty=050\n"
CHATS = sorted((Path(__file__).parents[1] / "conversations").glob("*.chat"))


def one(line: str) -> Line:
    return read_chat(f"{HEAD}{line}\n", "x.chat").lines[0]


def test_the_head_names_flow_channel_start_phones_and_what_is_given() -> None:
    chat = read_chat(f"# a story\n{HEAD}given: mother.district = LA1704\n\nmother > x\n", "x.chat")
    assert (chat.flow, chat.channel, chat.language) == ("report", "sms", "lo")
    assert chat.start == datetime(2026, 11, 23, 21, 10)
    assert dict(chat.phones) == {"mother": "001", "duty": "050"}
    assert chat.given == (("mother", "district", "LA1704"),)


@pytest.mark.parametrize(
    ("line", "record"),
    [
        ("mother > ຊ່ວຍແດ່", Says(6, "mother", "ຊ່ວຍແດ່")),
        ("> 1", Says(6, "mother", "1")),
        ('mother > ""', Says(6, "mother", "")),
        ("mother > a\\u200bb", Says(6, "mother", "a\u200bb")),
        ("mother > 1 < 2", Says(6, "mother", "1 < 2")),
        ("mother < @report.danger", Hears(6, "mother", "message", "report.danger")),
        ("duty < @officer.alert in lo", Hears(6, "duty", "message", "officer.alert", "lo")),
        ("duty < ~OK", Hears(6, "duty", "part", "OK")),
        ("duty < nothing", Hears(6, "duty", "nothing")),
        ("< Thank you.", Hears(6, "mother", "text", "Thank you.")),
        ("--- 3 minutes", Pause(6, seconds=180)),
        ("--- 1 day", Pause(6, seconds=86_400)),
        ("--- until 07:00", Pause(6, clock="07:00")),
        ("--- until 2026-11-25 07:00", Pause(6, clock="07:00", day="2026-11-25")),
        ("* twice", Event(6, ("twice",))),
        ("* lost receipt", Event(6, ("lost", "receipt"))),
        ("* publish report withdraw", Event(6, ("publish", "report", "withdraw"))),
        ("* publish report", Event(6, ("publish", "report"))),
        ("* duty acts 092", Event(6, ("duty", "acts", "092"))),
        ("! case.triage = P0", Claim(6, "fact", "case.triage", "=", "P0")),
        ("! segments <= 9", Claim(6, "fact", "segments", "<=", "9")),
        ("! no case", Claim(6, "no", "case")),
        ("! never guarded", Claim(6, "never", "guarded")),
        ('! never "blue house"', Claim(6, "never", "heard", value="blue house")),
        ("! value place = LA1704", Claim(6, "value", "place", "=", "LA1704")),
    ],
)
def test_every_line_of_the_grammar_is_read(line: str, record: Line) -> None:
    assert one(line) == record


@pytest.mark.parametrize(
    "line",
    [
        "father > x",
        "mother ! x",
        "mother < @",
        "--- soon",
        "--- 5 weeks",
        "* explode",
        "* publish",
        "* publish Report",
        "* publish report now",
        "* duty acts 2",
        "* duty acts 155",
        "* father acts 092",
        "* lost",
        "! no case.colour",
        "! case.colour = red",
        "! never blue",
        "! case triage",
        "x",
    ],
)
def test_a_wrong_line_is_named_with_its_number(line: str) -> None:
    with pytest.raises(ContentRefused) as refused:
        one(line)
    assert [(finding.line, finding.code) for finding in refused.value.findings] == [(6, "T100")]


GIVEN = "flow: x\nphones: a=001\ngiven: "


@pytest.mark.parametrize(
    "head",
    [
        "",
        "flow: x\n",
        "flow: x\nphones: a\n",
        "flow: x\nphones: a=001\nstart: soon\n",
        "flow: x\nphones: a=001\nbundle: newest\n",
        f"{GIVEN}b.district = LA1704\n",
        f"{GIVEN}a.colour = red\n",
        f"{GIVEN}a.safety = save\n",
        f"{GIVEN}a.district = Sanamxay\n",
        f"{GIVEN}directory.district = LA1704\n",
    ],
)
def test_a_head_without_what_is_needed_is_refused(head: str) -> None:
    with pytest.raises(ContentRefused):
        read_chat(f"{head}> x\n", "x.chat")


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
def test_every_shipped_transcript_reads(path: Path) -> None:
    assert read_chat(path.read_text("utf-8"), path.name).lines


class Echo:
    """A world in which the duty officer hears whatever the mother texts, an hour later."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 21, 10)
        self.posted: list[tuple[datetime, str]] = []
        self.new: dict[str, list[Heard]] = {}
        self.happened: list[tuple[str, ...]] = []

    def begin(self, chat: Chat) -> None:
        self.now = chat.start

    def local_now(self) -> datetime:
        return self.now

    def say(self, phone: str, text: str) -> None:
        self.new.setdefault(phone, []).append(Heard("Thank you.", ("report.thanks",), "lo"))
        self.posted.append((self.now + timedelta(hours=1), text))

    def advance(self, duration: timedelta) -> None:
        self.now += duration
        due = [text for at, text in self.posted if at <= self.now]
        self.posted = [(at, text) for at, text in self.posted if at > self.now]
        self.new.setdefault("duty", []).extend(
            Heard(text, ("officer.alert",), "en", guarded="trafficking" in text) for text in due
        )

    def heard(self, phone: str) -> Sequence[Heard]:
        return self.new.pop(phone, [])

    def happen(self, words: tuple[str, ...], last: Heard | None) -> str:
        self.happened.append(words)
        return "" if last or words != ("lost", "receipt") else "no text was heard before"

    def fact(self, name: str) -> str | None:
        return {"case.triage": "P0", "segments": "3", "alerts.open": "0", "bundle": "0123456789abcdef"}.get(name)

    def value(self, name: str) -> str | None:
        return {"place": "LA1704"}.get(name)


def rehearse(*lines: str) -> str:
    failure = play(read_chat(HEAD + "\n".join(lines), "x.chat"), Echo())
    return "" if failure is None else f"{failure.line}: {failure.expected} / {failure.got}"


def test_a_true_story_passes() -> None:
    assert not rehearse(
        "mother > hello",
        "mother < @report.thanks in lo",
        "duty < nothing",
        "--- until 23:00",
        "duty < ~ell",
        "* twice",
        "! case.triage = P0",
        "! segments <= 3",
        "! segments >= 3",
        "! no alerts.open",
        "* lost receipt",
        "! no case.district",
        "! value place = LA1704",
        "! never guarded",
        '! never "blue"',
        "--- until 2026-11-25 07:00",
    )


@pytest.mark.parametrize(
    ("lines", "failure"),
    [
        (["> hello", "> again"], "7: mother < nothing more / mother < @report.thanks in lo: 'Thank you.'"),
        (["> hello"], "6: mother < nothing more / mother < @report.thanks in lo: 'Thank you.'"),
        (["> x", "< nothing"], "7: mother < nothing / mother < @report.thanks in lo: 'Thank you.'"),
        (["> x", "< @report.danger"], "7: mother < @report.danger / mother < @report.thanks in lo: 'Thank you.'"),
        (
            ["> x", "< @report.thanks in en"],
            "7: mother < @report.thanks in en / mother < @report.thanks in lo: 'Thank you.'",
        ),
        (["> x", "< Thanks."], "7: mother < Thanks. / mother < @report.thanks in lo: 'Thank you.'"),
        (["> x", "< ~you", "duty < ~x"], "8: duty < ~x / nothing"),
        (["! case.triage = P1"], "6: case.triage = P1 / P0"),
        (["! segments <= 2"], "6: segments <= 2 / 3"),
        (["! case.state = new"], "6: case.state = new / nothing"),
        (["! no segments"], "6: no segments / 3"),
        (["! value who = me"], "6: who = me / nothing"),
        (["* lost receipt"], "6: * lost receipt / no text was heard before"),
        (["bundle: 0123456789", "* twice", "! no segments"], "8: no segments / 3"),
        (["bundle: 89abcdef", "* twice"], "1: flow: report, bundle: 89abcdef / 0123456789abcdef"),
        (["> x", "< ~you", '! never "Thank"'], '8: never "Thank" / Thank you.'),
        (["> trafficking", "< ~you", "--- 2 hours", "duty < ~t", "! never guarded"], "10: never guarded / trafficking"),
    ],
)
def test_a_false_story_fails_at_its_line(lines: list[str], failure: str) -> None:
    assert rehearse(*lines) == failure

"""`gateway demo` with its real processes: a report to its acknowledgement, a broadcast to its last receipt."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.support.child import ask
from tests.support.processes import Demo, demo_folder
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.needs("valkey")]

MOTHER, FATHER, AUNT, CALLER = "+8562055501234", "+8562055501235", "+8562055501236", "+8562055501237"
PEOPLE = 1_000
HERE = ZoneInfo("Asia/Vientiane")


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demo_folder() as found:
        found.start()
        yield found


def test_a_report_reaches_the_desk_and_the_province_and_is_acknowledged(demo: Demo) -> None:
    code = demo.danger(MOTHER)
    # The province is known once the place is: who, under 18, what, country, where.
    for text in ("2", "2", "1", "1", "1704"):
        demo.sms(MOTHER, text)
    demo.rings("052", code)
    assert not [text for text in demo.inbox("050") if code in text]
    answer = demo.officer("052", f"OK {code}")
    assert code in answer["replies"][0]
    assert demo.case()["code"] == code and demo.case()["acknowledged_at"] is not None
    assert demo.case()["triage"] == "P0"


def test_a_repeated_webhook_gets_the_same_bytes_and_changes_nothing(demo: Demo) -> None:
    seen = demo.inbox("053")
    demo.sms(AUNT, "HELP")
    demo.sms(AUNT, "2")
    first = demo.sms(AUNT, "1", "SM" + "a" * 32)
    code = demo.new_code("053", seen)
    cases = len(demo.rows("case", "list"))
    again = demo.sms(AUNT, "1", "SM" + "a" * 32)
    assert first == again and first.status == 200
    assert len(demo.rows("case", "list")) == cases
    assert sum(code in text for text in demo.inbox("053")) == 1


def test_a_forged_webhook_is_refused(demo: Demo) -> None:
    answer = ask(
        f"{demo.url}/hooks/twilio/inbound",
        b"From=%2B8562055501234&Body=HELP&MessageSid=SM1",
        {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": "forged"},
    )
    assert answer.status == 403


def test_a_report_by_ussd_ends_with_code_and_pin(demo: Demo) -> None:
    seen = demo.inbox("053")
    typed: list[str] = []
    screen = demo.ussd("s1", CALLER, "").text
    assert screen.startswith("CON ")
    # English, tell us, can text now, danger now, not under 18, forced, in Laos, the district, the women's union.
    for key in ("2", "2", "1", "1", "2", "1", "1", "1704", "1"):
        typed.append(key)
        screen = demo.ussd("s1", CALLER, "*".join(typed)).text
        assert screen.startswith(("CON ", "END ")), screen
    code = demo.new_code("053", seen)
    assert code in screen and "PIN" in screen
    demo.rings("050", code)


def test_nobody_answers_and_the_ladder_climbs_by_the_clock(demo: Demo) -> None:
    code = demo.danger(FATHER)
    demo.advance("16m")
    until(lambda: sum(code in text for text in demo.inbox("053")) >= 2, 12, "the desk is told again")
    demo.officer("053", f"OK {code}")
    assert next(row for row in demo.rows("case", "list") if row["code"] == code)["acknowledged_at"] is not None


def test_a_broadcast_reaches_everybody_once_and_its_last_receipt(demo: Demo) -> None:
    people = demo.home / "people.csv"
    rows = [f"+85620555{60_000 + number},{'lo' if number % 2 else 'en'},LA1703,yes" for number in range(PEOPLE)]
    people.write_text("\n".join(["phone,language,district,consent", *rows]) + "\n", "utf-8")
    assert f"taken {PEOPLE}" in demo.command("contacts", "import", str(people))
    to_an_open_hour(demo)
    name = demo.command(
        "campaign",
        "new",
        "rice",
        "--by",
        "manager",
        "--district",
        "LA1703",
        "--text",
        "en=Rice fair",
        "--text",
        "lo=ຕະຫຼາດເຂົ້າ",
    ).strip()
    demo.command("campaign", "submit", name, "--by", "manager")
    read = ("--hash", demo.rows("campaign", "show", name)[0]["content_hash"], "--yes")
    demo.command("campaign", "approve", name, "--by", "manager", *read, status=1)
    demo.command("campaign", "approve", name, "--by", "approver", *read)
    demo.command("campaign", "schedule", name, "--by", "manager")
    simulated = 5  # of the demo's own contacts in that district

    def done() -> bool:
        found = demo.rows("campaign", "show", name)[0]
        return bool(found["state"] == "finished" and found["tally"].get("delivered") == PEOPLE + simulated)

    until(done, 120, "every receipt of the broadcast", every=2)
    numbers = [text["to"] for text in demo.provider.texts()]
    assert len(numbers) == len(set(numbers)) == PEOPLE


def to_an_open_hour(demo: Demo) -> None:
    """Move the clock to the morning when it is, or soon will be, too late to write to people."""
    now = datetime.fromisoformat(ask(f"{demo.url}/simulator/clock").json()["now"]).astimezone(HERE)
    if 7 <= now.hour < 20:
        return
    hours = (24 + 8 - now.hour) % 24
    demo.advance(f"{hours}h")


def test_the_doctor_finds_nothing_broken_and_the_chain_holds(demo: Demo) -> None:
    rows = {row["name"]: row["state"] for row in demo.rows("doctor")}
    assert "fail" not in rows.values(), rows
    assert "holds" in demo.command("audit", "verify")

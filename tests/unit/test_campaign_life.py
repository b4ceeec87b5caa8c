"""A broadcast from draft to finished: two people, one hash."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.campaigns.audience import AudienceRule
from gateway.campaigns.campaign import (
    MAY_SEND,
    Campaign,
    Content,
    Event,
    approved,
    diagram,
    edited,
    is_approved,
    moved,
    refused,
    submitted,
)
from gateway.errors import Conflict

AT = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
TEXTS: Mapping[str, str] = {"lo": "ຖາມກ່ອນໄປ", "en": "Ask before you go"}
CONTENT = Content(TEXTS, AudienceRule(districts=frozenset({"LA1704", "LA1705"})), AT, "simulator")
DRAFT = Campaign("k1", "Ask first", "draft", CONTENT, author="noy")


def asked() -> Campaign:
    return submitted(DRAFT, "keo", DRAFT.content.hash())


def running() -> Campaign:
    return moved(moved(approved(asked(), "mani", CONTENT.hash()), "schedule"), "start")


def test_two_people_send_a_broadcast() -> None:
    campaign = running()
    assert campaign.state == "running" and is_approved(campaign)
    held = moved(campaign, "pause")
    assert held.state not in MAY_SEND
    assert moved(moved(held, "resume"), "finish").state == "finished"


@pytest.mark.parametrize("person", ["noy", "keo"])
def test_neither_author_nor_submitter_approves_or_refuses(person: str) -> None:
    with pytest.raises(Conflict):
        approved(asked(), person, CONTENT.hash())
    with pytest.raises(Conflict):
        refused(asked(), person, "not ours")


def test_who_edited_last_counts_as_author() -> None:
    again = submitted(edited(asked(), "mani", CONTENT), "keo", CONTENT.hash())
    with pytest.raises(Conflict):
        approved(again, "mani", CONTENT.hash())


def test_approval_is_of_exactly_what_was_read() -> None:
    with pytest.raises(Conflict):
        approved(asked(), "mani", "0" * 64)


@pytest.mark.parametrize(
    "content",
    [
        replace(CONTENT, texts={**TEXTS, "lo": "ອື່ນ"}),
        replace(CONTENT, audience=AudienceRule()),
        replace(CONTENT, starts_at=AT + timedelta(hours=1)),
        replace(CONTENT, channel="twilio"),
    ],
)
def test_any_edit_voids_the_approval(content: Content) -> None:
    ready = approved(asked(), "mani", CONTENT.hash())
    again = edited(ready, "noy", content)
    assert (again.state, again.approved_hash, again.submitted_by) == ("draft", None, None)
    assert content.hash() != CONTENT.hash()
    with pytest.raises(Conflict):
        moved(replace(ready, content=content), "schedule")
    assert not is_approved(replace(running(), content=content))


def test_equal_content_has_equal_hash_in_any_order_and_zone() -> None:
    turned = {"en": TEXTS["en"], "lo": TEXTS["lo"]}
    districts = frozenset({"LA1705", "LA1704"})
    zone = timezone(timedelta(hours=7))
    twin = Content(turned, AudienceRule(districts=districts), AT.astimezone(zone), "simulator")
    assert twin.hash() == CONTENT.hash()


def test_a_refusal_and_a_stop() -> None:
    back = refused(asked(), "mani", "the number is not ours")
    assert (back.state, back.sent_back_by, back.sent_back_why) == ("draft", "mani", "the number is not ours")
    for campaign in (asked(), running(), moved(running(), "pause")):
        assert moved(campaign, "stop").state == "stopped"


@pytest.mark.parametrize("event", ["stop", "start", "resume", "finish", "approve"])
def test_a_draft_takes_no_such_step(event: Event) -> None:
    with pytest.raises(Conflict):
        moved(DRAFT, event)


def test_a_broadcast_on_its_way_is_not_edited() -> None:
    with pytest.raises(Conflict):
        edited(running(), "noy", CONTENT)


def test_an_empty_text_is_not_approved() -> None:
    empty = replace(CONTENT, texts={"lo": " "})
    with pytest.raises(Conflict, match="no text"):
        submitted(replace(DRAFT, content=empty), "noy", empty.hash())


def test_what_somebody_else_changed_since_it_was_checked_is_not_submitted() -> None:
    with pytest.raises(Conflict, match="It changed since you read it"):
        submitted(edited(DRAFT, "mani", replace(CONTENT, texts={"lo": "ອື່ນ"})), "keo", CONTENT.hash())


def test_the_diagram_is_drawn_from_the_table() -> None:
    assert "running --> paused: pause" in diagram()

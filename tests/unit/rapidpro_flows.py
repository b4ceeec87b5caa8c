"""Exports of RapidPro as hypothesis invents them: every action and router, leading anywhere, in odd languages."""

import re
from typing import Any

from hypothesis import strategies as st

MARKER = re.compile(r"marker\d+x")
WORDS = ("yes", "no", "1 one", "8", "border pass", "ໄປ", "help", "stop", "", "@results.age", "Other", "red blue")
NAMES = ("Yes", "No", "Other", "ບໍ່", "Age 18+", "yes", "", "true", "No Response")
RESULTS = ("", "Age", "Going", "place", "ຊື່")
TESTS = (
    "has_any_word", "has_all_words", "has_phrase", "has_only_phrase", "has_only_text", "has_beginning", "has_text",
    "has_number", "has_number_eq", "has_number_lt", "has_number_between", "has_date", "has_date_gt", "has_pattern",
    "has_phone", "has_district", "has_email", "has_category", "has_group", "unheard_of",
)  # fmt: skip
OPERANDS = (
    "@input.text", "@input", "@results.age", "@results.age.category", "@results.going", "@results.place.category",
    "@contact.groups", "@contact.language", "@fields.colour", "@contact.fields.colour", "@child.status",
    "@contact.name", "@(1 + 1)", "",
)  # fmt: skip
GROUPS = ({"uuid": "g1", "name": "Leaving soon"}, {"uuid": "g2", "name": "Query", "query": "age > 18"}, {"name": "ກຸ່ມ"})
LABELS = ("Yes", "No", "Maybe", "1", "ໄປ", "", "More {x}", "Skip")

odd_text = st.text(alphabet="aB1 .@{}()\n\t\"'\\:#-%ກຂ໑່ເ\u200b😀", max_size=30)


@st.composite
def exports(draw: st.DrawFn) -> dict[str, Any]:
    """Return an export of one to three flows that RapidPro itself would take."""
    names = draw(
        st.lists(st.sampled_from(("Main", "Help", "Réponse", "ໄປ", "true")), min_size=1, max_size=3, unique=True)
    )
    flows = [_flow(draw, number, name, len(names)) for number, name in enumerate(names)]
    return {"version": "13", "flows": flows, "groups": [group for group in GROUPS if "uuid" in group]}


def _flow(draw: st.DrawFn, number: int, name: str, flows: int) -> dict[str, Any]:
    uuids = [f"f{number}n{index}" for index in range(draw(st.integers(0, 6)))]
    nodes = [_node(draw, uuid, uuids, flows) for uuid in uuids]
    return {
        "uuid": f"f{number}",
        "name": name,
        "language": draw(st.sampled_from(("eng", "base", ""))),
        "type": "messaging",
        "spec_version": "13.1.0",
        "expire_after_minutes": draw(st.sampled_from((0, 1, 10, 999, 10_080, 10_000_000))),
        "localization": _localization(draw, nodes),
        "nodes": nodes,
    }


def _localization(draw: st.DrawFn, nodes: list[dict[str, Any]]) -> dict[str, Any]:
    texts = [action for node in nodes for action in node["actions"] if action["type"] == "send_msg"]
    items = {action["uuid"]: {"text": [draw(odd_text)], "quick_replies": ["ໄປ", "ບໍ່"]} for action in texts[:3]}
    return {draw(st.sampled_from(("lao", "fra", "en_US", "no language"))): items}


def _node(draw: st.DrawFn, uuid: str, uuids: list[str], flows: int) -> dict[str, Any]:
    actions = [_action(draw, f"{uuid}a{index}", flows) for index in range(draw(st.integers(0, 3)))]
    exits = [
        {"uuid": f"{uuid}x{index}", "destination_uuid": draw(st.sampled_from((None, *uuids)))}
        for index in range(draw(st.integers(1, 4)))
    ]
    node = {"uuid": uuid, "actions": actions, "exits": exits}
    return node | ({"router": _router(draw, uuid, exits)} if draw(st.booleans()) else {})


def _router(draw: st.DrawFn, uuid: str, exits: list[dict[str, Any]]) -> dict[str, Any]:
    categories = [
        {
            "uuid": f"{uuid}c{index}",
            "name": draw(st.sampled_from(NAMES)),
            "exit_uuid": draw(st.sampled_from(exits))["uuid"],
        }
        for index in range(draw(st.integers(1, 9)))
    ]
    category = st.sampled_from([item["uuid"] for item in categories])
    cases = [
        {
            "uuid": f"{uuid}t{index}",
            "type": draw(st.sampled_from(TESTS)),
            "arguments": draw(st.lists(st.sampled_from((*WORDS, "18", "20", "2026-11-26", "g1")), max_size=2)),
            "category_uuid": draw(category),
        }
        for index in range(draw(st.integers(0, 5)))
    ]
    wait = {
        "type": "msg",
        "timeout": {"seconds": draw(st.sampled_from((1, 61, 3600, 10**9))), "category_uuid": draw(category)},
    }
    return {
        "type": draw(st.sampled_from(("switch", "switch", "switch", "random", "later"))),
        "operand": draw(st.sampled_from(OPERANDS)),
        "categories": categories,
        "cases": cases,
        "default_category_uuid": draw(category),
        "result_name": draw(st.sampled_from(RESULTS)),
        "wait": draw(st.sampled_from((None, {"type": "msg"}, wait))),
    }


def _action(draw: st.DrawFn, uuid: str, flows: int) -> dict[str, Any]:
    replies = draw(st.lists(st.sampled_from(LABELS), max_size=9))
    number = uuid.replace("f", "").replace("n", "0").replace("a", "0")
    speaking = {"type": "send_msg", "text": f"marker{number}x {draw(odd_text)}", "quick_replies": replies}
    called = {"uuid": f"f{draw(st.integers(0, flows))}", "name": "Another"}
    group = dict(draw(st.sampled_from(GROUPS)))
    others: list[dict[str, Any]] = [
        speaking,
        speaking,
        {"type": "enter_flow", "flow": called, "terminal": draw(st.booleans())},
        {"type": "add_contact_groups", "groups": [group]},
        {"type": "remove_contact_groups", "groups": [group], "all_groups": draw(st.booleans())},
        {"type": "set_run_result", "name": draw(st.sampled_from(RESULTS)), "value": "1", "category": "Yes"},
        {"type": "set_contact_field", "field": {"key": "colour"}, "value": draw(st.sampled_from(("Red", "@input")))},
        {"type": "set_contact_language", "language": draw(st.sampled_from(("lao", "eng", "fra", "@x", "")))},
        {"type": "set_contact_status", "status": draw(st.sampled_from(("stopped", "blocked")))},
        {"type": "open_ticket"},
        {"type": "call_webhook"},
        {"type": "send_email"},
        {"type": "set_contact_name"},
        {"type": "unheard_of"},
    ]
    return {"uuid": uuid, **draw(st.sampled_from(others))}

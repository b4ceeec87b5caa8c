"""An export of RapidPro, typed: flows of nodes with actions, routers and exits; what is not sound is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Fields = Mapping[str, Any]

_MOST_FLOWS, _MOST_NODES = 500, 2_000
_MINUTE: Final = 60
_KINDS: Final = ("messaging", "message", "messaging_background", "messaging_offline", "survey")


class NotSound(Exception):
    """A flow that RapidPro itself would refuse, or that is of another kind; the text says why."""


@dataclass(frozen=True, slots=True)
class Category:
    """A named way out of a router; ``exit`` is the uuid of the exit it takes."""

    uuid: str
    name: str
    exit: str


@dataclass(frozen=True, slots=True)
class Case:
    """One test of a router and the category it leads to."""

    uuid: str
    test: str
    arguments: tuple[str, ...]
    category: str


@dataclass(frozen=True, slots=True)
class Router:
    """How a node chooses its exit; ``wait`` is empty when it waits for nobody, ``timeout`` in seconds."""

    kind: str
    operand: str
    cases: tuple[Case, ...]
    categories: Mapping[str, Category]
    default: str
    result: str
    wait: str
    timeout: int
    timeout_category: str


@dataclass(frozen=True, slots=True)
class Node:
    """Actions, then perhaps a router, then exits: uuid of the exit to uuid of the next node, empty at an end."""

    uuid: str
    actions: tuple[Fields, ...]
    router: Router | None
    exits: Mapping[str, str]

    def after(self, category: str) -> str:
        """Return the node a category leads to, or the empty text."""
        found = self.router.categories.get(category) if self.router else None
        return self.exits.get(found.exit, "") if found else ""

    @property
    def next(self) -> str:
        """The node behind the first exit, or the empty text."""
        return next(iter(self.exits.values()), "")


@dataclass(frozen=True, slots=True)
class SourceFlow:
    """One flow of an export; ``expires`` in seconds, 0 when not said; ``localization`` by language, then item."""

    uuid: str
    name: str
    language: str
    expires: int
    nodes: Mapping[str, Node]
    localization: Mapping[str, Fields]

    def translated(self, item: str, key: str) -> dict[str, list[str]]:
        """Return the translations of one property of an item, by language."""
        found = {language: fields_of(fields_of(items).get(item)).get(key) for language, items in self._languages()}
        return {language: texts_of(values) for language, values in found.items() if texts_of(values)}

    def _languages(self) -> list[tuple[str, Any]]:
        return sorted(self.localization.items())


@dataclass(frozen=True, slots=True)
class Export:
    """Every flow that can be read, why others cannot, and the groups that a query fills."""

    flows: tuple[SourceFlow, ...]
    refused: tuple[tuple[str, str], ...]
    groups: Mapping[str, str]
    queries: frozenset[str]


def read_export(found: Fields) -> Export:
    """Read an export, or one flow's definition; flows that are not sound are refused by name, never half read."""
    listed = found.get("flows") if isinstance(found.get("flows"), list) else [found]
    flows: list[SourceFlow] = []
    refused: list[tuple[str, str]] = []
    seen: set[str] = set()
    for number, raw in enumerate(listed or (), 1):
        inner = fields_of(raw).get("definition", raw)
        name = text_of(fields_of(inner).get("name")) or text_of(fields_of(raw).get("name")) or f"flow {number}"
        try:
            if number > _MOST_FLOWS:
                raise NotSound(f"more than {_MOST_FLOWS} flows in one file")
            flow = _flow(fields_of(inner), name)
            if flow.uuid in seen:
                raise NotSound("a flow of the same uuid stands before it")
            seen.add(flow.uuid)
            flows.append(flow)
        except NotSound as error:
            refused.append((name, str(error)))
    groups = [fields_of(group) for group in _list(found.get("groups"))]
    return Export(
        tuple(flows),
        tuple(refused),
        {text_of(group.get("uuid")): text_of(group.get("name")) for group in groups},
        frozenset(text_of(group.get("uuid")) for group in groups if group.get("query")),
    )


def fields_of(value: object) -> Fields:
    """Return an object's fields; none for anything else."""
    return value if isinstance(value, dict) else {}


def text_of(value: object) -> str:
    """Return a text, or a number as text; nothing for anything else."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def texts_of(value: object) -> list[str]:
    """Return a list of texts; quick replies of version 14 are objects with a text."""
    return [text_of(item) or text_of(fields_of(item).get("text")) for item in _list(value)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _flow(raw: Fields, name: str) -> SourceFlow:
    if "nodes" not in raw:
        old = "action_sets" in raw or "base_language" in raw
        raise NotSound("written before version 13; export it anew from a newer RapidPro" if old else "no flow")
    kind = text_of(raw.get("type")) or "messaging"
    if kind not in _KINDS:
        raise NotSound(f"a flow of type {kind}: only flows of messages are read")
    listed = raw.get("nodes")
    if not isinstance(listed, list) or len(listed) > _MOST_NODES:
        raise NotSound(f"a flow has at most {_MOST_NODES} nodes")
    nodes: dict[str, Node] = {}
    for item in listed:
        node = _node(item)
        if not node.uuid or nodes.setdefault(node.uuid, node) is not node:
            raise NotSound(f"node '{node.uuid}' stands twice or has no uuid")
    for node in nodes.values():
        for target in node.exits.values():
            if target and target not in nodes:
                raise NotSound(f"node {node.uuid} leads to {target}, which does not exist")
    minutes = raw.get("expire_after_minutes")
    expires = minutes * _MINUTE if isinstance(minutes, int) and minutes > 0 else 0
    localization = fields_of(raw.get("localization"))
    return SourceFlow(text_of(raw.get("uuid")), name, text_of(raw.get("language")), expires, nodes, localization)


def _node(raw: object) -> Node:
    if not isinstance(raw, dict):
        raise NotSound("a node that is no object")
    uuid = text_of(raw.get("uuid"))
    actions = _list(raw.get("actions"))
    exits = {text_of(item.get("uuid")): text_of(item.get("destination_uuid")) for item in _objects(raw, "exits", uuid)}
    if not all(isinstance(action, dict) for action in actions):
        raise NotSound(f"node {uuid} has an action that is no object")
    if not exits:
        raise NotSound(f"node {uuid} has no exit")
    router = _router(fields_of(raw.get("router")), exits, uuid) if raw.get("router") else None
    return Node(uuid, tuple(actions), router, exits)


def _objects(raw: Fields, key: str, uuid: str) -> list[Fields]:
    items = _list(raw.get(key))
    if not all(isinstance(item, dict) for item in items):
        raise NotSound(f"node {uuid} has something in '{key}' that is no object")
    return items


def _router(raw: Fields, exits: Mapping[str, str], uuid: str) -> Router:
    categories = {
        text_of(item.get("uuid")): Category(
            text_of(item.get("uuid")), text_of(item.get("name")), text_of(item.get("exit_uuid"))
        )
        for item in _objects(raw, "categories", uuid)
    }
    cases = tuple(_case(item) for item in _objects(raw, "cases", uuid))
    wait = fields_of(raw.get("wait"))
    timeout = fields_of(wait.get("timeout"))
    seconds = timeout.get("seconds")
    router = Router(
        kind=text_of(raw.get("type")),
        operand=text_of(raw.get("operand")),
        cases=cases,
        categories=categories,
        default=text_of(raw.get("default_category_uuid")),
        result=text_of(raw.get("result_name")),
        wait=text_of(wait.get("type")),
        timeout=seconds if isinstance(seconds, int) and seconds > 0 else 0,
        timeout_category=text_of(timeout.get("category_uuid")),
    )
    _check_router(router, exits, uuid)
    return router


def _case(raw: Fields) -> Case:
    arguments = tuple(texts_of(raw.get("arguments")))
    return Case(text_of(raw.get("uuid")), text_of(raw.get("type")), arguments, text_of(raw.get("category_uuid")))


def _check_router(router: Router, exits: Mapping[str, str], uuid: str) -> None:
    """Refuse a router whose cases or categories lead nowhere, as RapidPro does."""
    named = [case.category for case in router.cases]
    named += [name for name in (router.default, router.timeout_category) if name]
    if any(name not in router.categories for name in named):
        raise NotSound(f"node {uuid} has a case whose category does not exist")
    if not router.categories or any(category.exit not in exits for category in router.categories.values()):
        raise NotSound(f"node {uuid} has a category whose exit does not exist")

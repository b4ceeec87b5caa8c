"""Builds one flow from its nodes, from the first on; what leads nowhere is not built and is told."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway.integrations.rapidpro import answers, branches
from gateway.integrations.rapidpro.acting import Action, NotOurs, action_of, knows, placeholder
from gateway.integrations.rapidpro.draft import CLOSE, Chain, Draft, texts_of_action
from gateway.integrations.rapidpro.export import Export, Fields, Node, Router, SourceFlow, fields_of, text_of, texts_of
from gateway.integrations.rapidpro.results import Result, results_of
from gateway.integrations.rapidpro.waiting import Waiting

_INPUTS = ("@input", "@input.text", "@(input)", "@(input.text)", "")
_CHILD = ("@child.status", "@child.run.status", "@(child.status)", "@(child.run.status)")
_SPEAKING = ("send_msg",)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a flow is built in: the whole export, the names of its flows by uuid, and what words mean."""

    export: Export
    flows: Mapping[str, str]
    meaning: Callable[[str], Iterable[str]]
    beyond: frozenset[tuple[str, str]] = frozenset()
    """Calls, as names of caller and called, that this gateway would not follow."""


def build(flow: SourceFlow, draft: Draft, around: Surroundings) -> None:
    """Build every node that can be reached; a question is built once for each text that leads to it."""
    builder = _Builder(flow, draft, around)
    draft.start = builder.enter(next(iter(flow.nodes), ""), None)
    builder.build_all()
    for uuid in flow.nodes:
        if uuid not in builder.built:
            draft.tell("replaced", uuid, "node", "no path leads to it", "left out")


class _Builder:
    """The nodes still to be built, each with the text that asks when it is one that waits."""

    def __init__(self, flow: SourceFlow, draft: Draft, around: Surroundings) -> None:
        self.flow, self.draft, self.around = flow, draft, around
        self.results = results_of(flow, draft)
        self.built: set[str] = set()
        self._ahead: list[tuple[str, str, Fields | None]] = []
        self._known: dict[tuple[str, int], str] = {}

    def enter(self, uuid: str, prompt: Fields | None) -> str:
        """Return the label of a node as it is reached with a text still to be said; the end where there is none."""
        if not uuid:
            return CLOSE
        key = (uuid, id(prompt) if prompt is not None else 0)
        if key not in self._known:
            self._known[key] = self.draft.label()
            self._ahead.append((self._known[key], uuid, prompt))
        return self._known[key]

    def build_all(self) -> None:
        """Build what was entered, in that order, until nothing is left."""
        position = 0
        while position < len(self._ahead):
            label, uuid, prompt = self._ahead[position]
            self.built.add(uuid)
            self._node(self.flow.nodes[uuid], Chain(self.draft, label), prompt)
            position += 1

    def _node(self, node: Node, chain: Chain, prompt: Fields | None) -> None:
        pending = self._act(node, chain, prompt)
        if chain.ended:
            return
        router = node.router
        if router is None:
            self._go_on(node, chain, pending)
        elif router.kind == "switch" and router.wait == "msg" and router.operand.strip().lower() in _INPUTS:
            answers.build(self.draft, chain, self._waiting(node, pending))
        else:
            self._say(node, chain, pending)
            self._branch(node, chain)

    def _act(self, node: Node, chain: Chain, prompt: Fields | None) -> Fields | None:
        """Add the actions of a node; return the last text, which may still become a question."""
        pending = prompt
        actions: list[Action] = []
        for action in node.actions:
            kind = text_of(action.get("type"))
            if chain.ended:
                why = "the flow called before it never comes back"
                self.draft.tell("replaced", node.uuid, f"action {kind}", why, "left out")
                continue
            if kind not in _SPEAKING and kind not in _MOVING and knows(kind):
                self._one(node, chain, action, actions)
                continue
            self._flush(chain, actions)
            self._say(node, chain, pending)
            pending = action if kind in _SPEAKING else None
            if pending is None:
                _MOVING.get(kind, _Builder._unknown)(self, node, chain, action)
        if not chain.ended:
            self._flush(chain, actions)
        return pending

    def _one(self, node: Node, chain: Chain, action: Fields, actions: list[Action]) -> None:
        """Add one action that nobody hears to those of the step in the making."""
        kind = text_of(action.get("type"))
        try:
            actions += action_of(action, self.draft, self.results, self.around.export.groups)
        except NotOurs as reason:
            self._flush(chain, actions)
            chain.step(f"not converted {kind}", "not_converted", placeholder(self.draft, node, kind, str(reason)))

    def _flush(self, chain: Chain, actions: list[Action]) -> None:
        if actions:
            chain.step(next(iter(actions[0])), "actions", {"do": list(actions)})
            actions.clear()

    def _say(self, node: Node, chain: Chain, action: Fields | None) -> None:
        """Say a text that asks nothing."""
        if action is None:
            return
        if any(reply.strip() for reply in texts_of(action.get("quick_replies"))):
            why = "nothing waits for an answer behind it"
            self.draft.tell("narrowed", node.uuid, "quick replies", why, "the text alone")
        self._note_extras(node, action)
        parts = self.draft.spoken(node.uuid, texts_of_action(self.draft, self.flow, action))
        for part in parts:
            chain.speak("say", "", {}, part, out=("then",))
        if not parts:
            why = "without what is computed nothing is left to say"
            label = self.draft.label()
            chain.close(self.draft.person(node.uuid, "a text", why, label))
            chain.reopen(label)

    def _note_extras(self, node: Node, action: Fields) -> None:
        if action.get("attachments"):
            self.draft.tell("narrowed", node.uuid, "attachments", "SMS and USSD carry none", "the text alone")

    def _go_on(self, node: Node, chain: Chain, pending: Fields | None) -> None:
        """Lead a node without router to the next one, which says the last text itself if it asks with it."""
        if pending is not None and not self._asks_next(node.next):
            self._say(node, chain, pending)
            pending = None
        chain.close(self.enter(node.next, pending))

    def _asks_next(self, uuid: str) -> bool:
        """Say whether straight nodes that say nothing lead from here to one that waits."""
        seen: set[str] = set()
        while uuid and uuid not in seen:
            seen.add(uuid)
            node = self.flow.nodes[uuid]
            if any(not knows(text_of(action.get("type"))) for action in node.actions):
                return False
            if node.router is not None:
                return node.router.wait == "msg" and node.router.operand.strip().lower() in _INPUTS
            uuid = node.next
        return False

    def _waiting(self, node: Node, prompt: Fields | None) -> Waiting:
        assert node.router is not None
        if prompt is not None:
            self._note_extras(node, prompt)
        result = self.results.get(node.router.result)
        arrive = self._arrival(node, result)
        return Waiting(self.flow, node, node.router, prompt, result, arrive, self.around.meaning)

    def _arrival(self, node: Node, result: Result | None) -> Callable[[str, bool], str]:
        """Return what names the step behind a category; it remembers the category first where that is read later."""
        steps: dict[str, str] = {}

        def arrive(category: str, remembered: bool) -> str:
            target = self.enter(node.after(category), None)
            router = node.router
            code = result.code(router.categories[category].name) if result and router else ""
            if remembered or not (result and result.read and result.choice and code):
                return target
            if category not in steps:
                body = {"do": [{"set": {"value": result.choice, "to": code}}], "then": target}
                steps[category] = self.draft.step(f"{result.key} {code}", "set", body)
            return steps[category]

        return arrive

    def _branch(self, node: Node, chain: Chain) -> None:
        """Add the split of a node that waits for nobody."""
        router = node.router
        assert router is not None
        arrive = self._arrival(node, self.results.get(router.result))
        outcome = self._outcome(node)
        if outcome:
            chain.close(arrive(outcome, False))
            return
        if router.kind != "switch" or router.wait:
            what, why = _no_branch(router)
            first = arrive(router.default or next(iter(router.categories)), False)
            chain.close(self.draft.person(node.uuid, what, why, first))
            return
        known = branches.Known(
            self.results, self.around.export.groups, self.around.export.queries, self.draft.languages
        )
        branches.build(self.draft, chain, node, router, known, lambda category: arrive(category, False))

    def _unknown(self, node: Node, chain: Chain, action: Fields) -> None:
        """Put a person where an unknown action may have said something."""
        kind = text_of(action.get("type")) or "unnamed"
        label = self.draft.label()
        why = "this gateway has no such action, and people may have heard it"
        chain.close(self.draft.person(node.uuid, f"action {kind}", why, label))
        chain.reopen(label)

    def _ticket(self, node: Node, chain: Chain, action: Fields) -> None:
        """Hand to a person: what a ticket is for."""
        body = {"handoff": {"reason": "asked"}, "say": "common.person_will_help"}
        chain.step("person", "person", body, out=("released",))

    def _call(self, node: Node, chain: Chain, action: Fields) -> None:
        """Call another flow of the export; where it gives up, the router of this node says what follows."""
        wanted = fields_of(action.get("flow"))
        name = self.around.flows.get(text_of(wanted.get("uuid")), "")
        beyond = (self.draft.name, name) in self.around.beyond
        if name and not beyond:
            body = {"call": name}
            otherwise = self._given_up(node)
            chain.step(name, "call", body, out=("then",) if otherwise else ("then", "else"))
            body |= {"else": otherwise} if otherwise else {}
        else:
            shown = text_of(wanted.get("name")) or text_of(wanted.get("uuid"))
            label = self.draft.label()
            why = "calls in a circle, or too deep" if beyond else "that flow is not in this file, or cannot be read"
            chain.close(self.draft.person(node.uuid, f"flow '{shown}'", why, label))
            chain.reopen(label)
        if action.get("terminal") is True:
            chain.close(CLOSE)

    def _given_up(self, node: Node) -> str:
        """Return where a node leads when the flow it called does not complete; nothing where no router asks."""
        router = node.router
        if router is None or not _asks_for_child(router):
            return ""
        return self._arrival(node, self.results.get(router.result))(
            router.default or next(iter(router.categories)), False
        )

    def _outcome(self, node: Node) -> str:
        """Return the category that a ticket or a called flow leads to when all goes well; nothing for other splits."""
        router = node.router
        kinds = {text_of(action.get("type")) for action in node.actions}
        if router is None or router.wait:
            return ""
        if "open_ticket" in kinds:
            return next(iter(router.categories))
        if "enter_flow" in kinds and _asks_for_child(router):
            completed = [case.category for case in router.cases if "completed" in " ".join(case.arguments).lower()]
            return (completed or [router.default or next(iter(router.categories))])[0]
        return ""


def _asks_for_child(router: Router) -> bool:
    return router.operand.strip().lower() in _CHILD


def _no_branch(router: Router) -> tuple[str, str]:
    """Return what kind of router cannot be a split here, and why."""
    if router.kind == "random":
        return "random split", "chance decides nothing here"
    if router.wait:
        return f"wait of type {router.wait} read by '{router.operand[:80]}'", "an answer is read as it was typed"
    return f"{router.kind or 'unnamed'} router", "this gateway has no such router"


# What says something, hands over or leads elsewhere, in the order it stands in.
_MOVING: Mapping[str, Callable[[_Builder, Node, Chain, Fields], None]] = {
    "enter_flow": _Builder._call,
    "open_ticket": _Builder._ticket,
}

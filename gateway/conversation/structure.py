"""Checks the graph of one flow: where steps lead, what they save, and that no path hangs or goes round for ever."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from gateway.conversation.flow import (
    ASKING,
    CONTACT_DATES,
    RECALL,
    REPORT_FIELDS,
    WAITING,
    Compare,
    Flow,
    ReplyTest,
    Step,
)
from gateway.conversation.reading import FIELDS, comparisons
from gateway.conversation.session import MAX_STACK
from gateway.conversation.shape import Findings, did_you_mean
from gateway.errors import Finding
from gateway.strict_yaml import Mark

# What may call another flow or wait, so that a loop through it is no fault.
_PAUSES: Final = WAITING | {"call", "help"}
_SEVERAL: Final = frozenset({"choices"})


def check(flow: Flow) -> list[Finding]:
    """Return the findings of one flow that was read without faults of form."""
    findings = Findings()
    _check_targets(flow, findings)
    _check_values(flow, findings)
    _check_choices(flow, findings)
    if not any(finding.code in ("E004", "E010") for finding in findings):
        _check_graph(flow, findings)
    return findings


def check_together(flows: Mapping[str, Flow]) -> list[Finding]:
    """Return what is wrong between flows: calls that lead nowhere, hand over unknown values or go in circles (E024)."""
    findings = Findings()
    for flow in flows.values():
        for step in _of_kind(flow, "call"):
            child = flows.get(step.flow)
            mark = step.mark_of("call")
            if child is None:
                hint = did_you_mean(step.flow, flows)
                findings.add(mark, "E024", f"flow '{step.flow}' does not exist", hint)
                continue
            for name in (name for name, _ in step.hands if name not in child.takes):
                findings.add(step.mark_of("with"), "E024", f"flow '{child.name}' does not take '{name}'")
            for name in (name for _, name in step.takes if name not in child.gives):
                findings.add(step.mark_of("take"), "E024", f"flow '{child.name}' does not give '{name}'")
        _check_started(flow, flows, findings)
        _check_depth(flow, flows, findings)
    return findings


def _check_depth(flow: Flow, flows: Mapping[str, Flow], findings: Findings) -> None:
    """Note calls that come back to their own flow, and calls from a flow that pile up higher than a session holds."""
    for step in _of_kind(flow, "call"):
        if flow.name in _called_from(step.flow, flows):
            findings.add(step.mark_of("call"), "E024", f"'{step.flow}' calls '{flow.name}' again: a circle of calls")
        elif not _circular(step.flow, flows) and _height(flow, step, flows) > MAX_STACK:
            findings.add(step.mark_of("call"), "E024", f"calls from here pile up higher than {MAX_STACK}")


def _called_from(name: str, flows: Mapping[str, Flow]) -> set[str]:
    """Return every flow that a flow comes to by calls, itself included."""
    after = {
        other: tuple(step.flow for step in _of_kind(flow, "call") if step.flow in flows)
        for other, flow in flows.items()
    }
    return _reach(after, [name]) if name in flows else {name}


def _circular(name: str, flows: Mapping[str, Flow]) -> bool:
    inner = _called_from(name, flows) & flows.keys()
    return any(other in _called_from(step.flow, flows) for other in inner for step in _of_kind(flows[other], "call"))


def _height(flow: Flow, call: Step, flows: Mapping[str, Flow], inside: bool = False) -> int:
    """Return how many flows wait below the deepest one; a call with nothing behind it gives its place to the child."""
    behind = {flow.steps[name].kind for name in (call.then, call.otherwise) if name in flow.steps}
    waits = inside or bool(call.takes) or behind != {"end"}
    child = flows.get(call.flow)
    inner = (_height(child, step, flows, waits) for step in _of_kind(child, "call")) if child is not None else ()
    return int(waits) + max(inner, default=0)


def _check_started(flow: Flow, flows: Mapping[str, Flow], findings: Findings) -> None:
    """Note started flows that do not exist."""
    for step in _of_kind(flow, "do"):
        for action in step.actions:
            started = action.word("flow")
            if action.name == "start_flow" and started not in flows:
                hint = did_you_mean(started, flows)
                findings.add(action.mark, "E024", f"flow '{started}' does not exist", hint)


def _of_kind(flow: Flow, kind: str) -> Iterable[Step]:
    return (step for step in flow.steps.values() if step.kind == kind)


def _check_targets(flow: Flow, findings: Findings) -> None:
    """Note every exit to a step that does not exist (E010), at the name itself."""

    def look(name: str, mark: Mark) -> None:
        if name and name not in flow.steps:
            findings.add(mark, "E010", f"step '{name}' does not exist", did_you_mean(name, flow.steps))

    look(flow.start, flow.mark_of("start"))
    look(flow.on_error, flow.mark_of("on_error"))
    for step in flow.steps.values():
        for choice in step.choices:
            look(choice.then, choice.mark_of("then"))
        for branch in step.branches:
            look(branch.then, branch.mark)
        for door in step.also:
            look(door.then, door.mark)
        if step.no_reply is not None:
            look(step.no_reply.then, step.no_reply.mark)
        exits = {"then": step.then, "else": step.otherwise, "refused": step.refused, "released": step.released}
        for key, target in exits.items():
            look(target, step.mark_of(key))


def _check_choices(flow: Flow, findings: Findings) -> None:
    """Note choices that lead nowhere and menus without choices."""
    for step in flow.steps.values():
        if step.kind in ("menu", "pick") and len(step.choices) < 2:
            findings.add(step.mark, "E004", f"step '{step.name}' offers fewer than two choices")
        if step.kind == "menu" and not step.then:
            for choice in (choice for choice in step.choices if not choice.then):
                findings.add(choice.mark, "E004", f"choice '{choice.code}' lacks 'then'")


def _check_values(flow: Flow, findings: Findings) -> None:
    """Note names of values that the flow does not declare (E022)."""

    def look(name: str, mark: Mark) -> None:
        if name and name not in flow.values:
            hint = did_you_mean(name, flow.values)
            findings.add(mark, "E022", f"value '{name}' is not declared", hint)

    for name in flow.takes:
        look(name, flow.mark_of("takes"))
    for name in flow.gives:
        look(name, flow.mark_of("gives"))
    for step in flow.steps.values():
        look(step.save, step.mark_of("save"))
        look(step.until_value, step.mark_of("wait"))
        for name, mark in _named_values(step):
            look(name, mark)
        _check_answers(flow, step, findings)
        _check_days(flow, step, findings)
        for compare in _compared(step):
            if compare.field not in FIELDS:
                look(compare.field, compare.mark)
        _check_saved_kind(flow, step, findings)


def _named_values(step: Step) -> Iterable[tuple[str, Mark]]:
    """Yield every value that a step names outside conditions."""
    for choice in step.choices:
        yield from ((name, choice.mark_of("set")) for name, _ in choice.sets)
    for door in step.also:
        yield from ((name, door.mark) for name, _ in door.sets)
    for action in step.actions:
        yield from ((name, action.mark) for _, name in action.values)
    yield from ((name, step.mark_of("with")) for _, name in step.hands)
    yield from ((name, step.mark_of("take")) for name, _ in step.takes)
    for test in _tests(step):
        if test.name in ("answered", "case_pin"):
            yield test.argument, test.mark


def _tests(step: Step) -> Iterable[ReplyTest]:
    if step.expect is not None:
        yield step.expect
    yield from (door.test for door in step.also)


def _compared(step: Step) -> Iterable[Compare]:
    for choice in step.choices:
        if choice.when is not None:
            yield from comparisons(choice.when)
    for branch in step.branches:
        yield from comparisons(branch.when)


def _check_saved_kind(flow: Flow, step: Step, findings: Findings) -> None:
    """Note a pick that saves one code, and open text saved where a session would keep it (S305)."""
    value = flow.values.get(step.save)
    if value is None:
        return
    if step.kind == "pick" and value.kind not in _SEVERAL:
        findings.add(step.mark_of("save"), "E004", f"a pick saves several: '{value.name}' must be of kind choices")
    open_text = step.expect is not None and step.expect.name in ("any_text", "too_long")
    if open_text and value.kind != "sealed":
        findings.add(step.mark_of("save"), "S305", f"free text in '{value.name}', which is not sealed")
    if value.kind == "sealed" and step.kind != "ask":
        findings.add(step.mark_of("save"), "S305", f"only an ask fills the sealed value '{value.name}'")


def _check_answers(flow: Flow, step: Step, findings: Findings) -> None:
    """Note free text kept as the answer of a survey: it belongs to no survey, and the session never holds it (S305)."""
    for action in (action for action in step.actions if action.name == "save_answer"):
        value = flow.values.get(dict(action.values).get("value", ""))
        if value is not None and value.kind == "sealed":
            findings.add(action.mark, "S305", f"the sealed value '{value.name}' cannot be an answer of a survey")


def _check_days(flow: Flow, step: Step, findings: Findings) -> None:
    """Note a day of the contact that is taken from anything but a value of kind date (E004)."""
    for action in (action for action in step.actions if action.name == "set_contact"):
        held = dict(action.values)
        for key in (key for key, _ in (*action.words, *action.values) if key in CONTACT_DATES):
            value = flow.values.get(held.get(key, ""))
            if value is None or value.kind != "date":
                findings.add(action.mark, "E004", f"'{key}' is kept from a value of kind date")


def _check_graph(flow: Flow, findings: Findings) -> None:
    after = {step.name: tuple(target for _, target in step.exits()) for step in flow.steps.values()}
    reached = _reach(after, [name for name in (flow.start, flow.on_error, RECALL) if name in after])
    for step in flow.steps.values():
        if step.name not in reached:
            findings.add(step.mark, "E011", f"no step leads to '{step.name}'")
    ends = _leading_to(after, lambda name: flow.steps[name].kind in ("end", "handoff", "help"))
    for name in sorted(reached - ends):
        findings.add(flow.steps[name].mark, "E012", f"from '{name}' no path leads to an end or a person")
    _check_loops(flow, after, findings)
    _check_persons(flow, after, findings)


def _reach(after: Mapping[str, tuple[str, ...]], start: list[str]) -> set[str]:
    """Return every step reached from some steps, themselves included."""
    seen: set[str] = set()
    while start:
        name = start.pop()
        if name not in seen:
            seen.add(name)
            start.extend(after[name])
    return seen


def _leading_to(after: Mapping[str, tuple[str, ...]], goal: Callable[[str], bool]) -> set[str]:
    """Return every step from which a goal can be reached."""
    before: dict[str, list[str]] = {name: [] for name in after}
    for name, targets in after.items():
        for target in targets:
            before[target].append(name)
    return _reach({name: tuple(names) for name, names in before.items()}, [name for name in after if goal(name)])


def _check_loops(flow: Flow, after: Mapping[str, tuple[str, ...]], findings: Findings) -> None:
    """Note loops that nothing interrupts: peel off what leads out until only the loops are left (E013)."""
    running = {name: set(after[name]) for name, step in flow.steps.items() if step.kind not in _PAUSES}
    peeled = True
    while peeled:
        leaves = [name for name, targets in running.items() if not targets & running.keys()]
        for name in leaves:
            del running[name]
        peeled = bool(leaves)
    for name in running:
        findings.add(flow.steps[name].mark, "E013", f"'{name}' goes round without waiting for a reply")


def _check_persons(flow: Flow, after: Mapping[str, tuple[str, ...]], findings: Findings) -> None:
    """Note faults and unreadable answers that do not end with a person (E015); a sub-flow may give up to its caller."""
    persons = _leading_to(after, lambda name: _is_person(flow.steps[name]))
    if flow.on_error and flow.on_error not in persons:
        findings.add(flow.mark_of("on_error"), "E015", f"on_error '{flow.on_error}' does not lead to a person")
    if not flow.protects:
        return
    for step in flow.steps.values():
        if step.kind in ASKING and step.otherwise and step.otherwise not in persons:
            findings.add(step.mark_of("else"), "E015", f"'{step.otherwise}' does not lead to a person")


def _is_person(step: Step) -> bool:
    return step.kind in ("handoff", "help") or step.ending == "abandoned"


def report_fields(flow: Flow) -> dict[str, str]:
    """Return which field of a report each value of a flow fills: by an action that says so, else by its name."""
    fields = {name: name for name in flow.values if name in REPORT_FIELDS}
    for step in flow.steps.values():
        for action in step.actions:
            if action.name in ("open_report", "update_report"):
                fields.update({name: field for field, name in action.values if field in REPORT_FIELDS})
    return fields

"""``gateway understand``: how a text is read, alone or as the answer at one step of a flow."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import click

from gateway.assembly import content_root
from gateway.cli.printing import json_line
from gateway.cli.step_reading import read_at
from gateway.content.running import load
from gateway.conversation.flow import ASKING
from gateway.conversation.library import Library


@click.command()
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@click.option("--flow", default="", help="Read the texts as answers in this flow.")
@click.option("--step", default="", help="The step that asks; without it, the first one that does.")
@click.option("--lang", default="lo", show_default=True, help="Language of the phone, for the labels of a step.")
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
def understand(texts: tuple[str, ...], flow: str, step: str, lang: str, as_json: bool) -> None:
    r"""Show how texts are read; without TEXT, standard input is read, one text a line.

    \b
    Examples:
      gateway understand --json < texts.txt
      gateway understand --flow report --step danger 'maen leo' 'ບໍ່ແນ່ໃຈ'
    """
    library = load(content_root()).library
    at = (flow, asking_step(library, flow, step)) if flow or step else None
    for text in texts or lines_of(sys.stdin):
        told = told_at(library, *at, text, lang) if at else told_alone(library, text)
        if as_json:
            json_line(told)
        else:
            click.echo(f"{text}  ->  {told['kind']} {told['primary'] or ' '.join(told['intents']) or '-'}")


def told_alone(library: Library, text: str) -> Mapping[str, Any]:
    """Return how the lexicon reads a text, wherever it is typed."""
    reading = library.lexicon.read(text)
    return {
        "text": text,
        "kind": reading.kind,
        "primary": reading.primary,
        "intents": list(reading.intents),
        "evidence": [asdict(found) for found in reading.evidence],
    }


def told_at(library: Library, flow: str, step: str, text: str, language: str) -> Mapping[str, Any]:
    """Return how the engine reads a text at a step; ``test`` is the rule that decided."""
    reading = read_at(library, flow, step, text, language)
    return {
        **told_alone(library, text),
        "kind": reading.kind,
        "primary": reading.primary,
        "intents": list(reading.intents),
        "flow": flow,
        "step": step,
        "test": reading.test,
    }


def asking_step(library: Library, flow: str, step: str) -> str:
    """Return the step to read at; a flow or step that does not exist or asks nothing is refused with what there is."""
    if flow not in library.current:
        raise click.UsageError(f"there is no flow {flow or '?'}; use one of: {', '.join(sorted(library.current))}")
    steps = library.bundles[library.current[flow]].flows[flow].steps
    asking = [name for name, found in steps.items() if found.kind in ASKING]
    if step and step not in asking:
        raise click.UsageError(f"no step {step} of {flow} asks anything; use one of: {', '.join(asking)}")
    if not asking:
        raise click.UsageError(f"flow {flow} asks nothing")
    return step or asking[0]


def lines_of(stream: Iterable[str]) -> Iterable[str]:
    """Return each line without its end."""
    return (line.rstrip("\r\n") for line in stream)

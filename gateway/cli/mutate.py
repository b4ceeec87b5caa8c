"""``gateway mutate``: whether lint or a story notices small faults in flows and texts."""

import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from gateway.assembly import content_root
from gateway.cli.mutation_trial import Trial
from gateway.cli.printing import json_line
from gateway.cli.stories import SHIPPED, stories_of
from gateway.content.mutants import Mutant, mutants_below


@click.command()
@click.option("--sample", type=click.IntRange(1), help="Try so many faults, chosen by --seed (default: all).")
@click.option("--seed", default=1, show_default=True, help="Which faults a sample takes.")
@click.option(
    "--least", default=95, show_default=True, type=click.IntRange(0, 100), help="Exit 1 below so many percent."
)
@click.option("--json", "as_json", is_flag=True, help="One object a line.")
@click.pass_context
def mutate(ctx: click.Context, sample: int | None, seed: int, least: int, as_json: bool) -> None:
    r"""Put small faults into the content, one at a time, and see whether lint or a story notices.

    \b
    Examples:
      gateway mutate --sample 40
      gateway mutate --sample 100 --seed 7 --json
    """
    root = content_root()
    faults = list(mutants_below(root))
    chosen = faults if sample is None or sample >= len(faults) else picked(faults, sample, seed)
    counts: Counter[tuple[str, bool]] = Counter()
    with tempfile.TemporaryDirectory(prefix="sd-") as folder:
        trial = Trial(root, Path(folder))
        trial.hear(stories_of((root / SHIPPED,)))
        for mutant in chosen:
            killer = trial.killer(mutant)
            counts[mutant.fault, bool(killer)] += 1
            tell(mutant, killer, as_json=as_json)
    killed = sum(count for (_, dead), count in counts.items() if dead)
    rate = 100 * killed / len(chosen)
    click.echo(f"{killed} of {len(chosen)} noticed ({rate:.1f} %), of {len(faults)} possible faults", err=True)
    for fault in dict.fromkeys(mutant.fault for mutant in faults):
        click.echo(f"  {fault}: {counts[fault, True]} noticed, {counts[fault, False]} not", err=True)
    if rate < least:
        ctx.exit(1)


def picked(faults: Sequence[Mutant], count: int, seed: int) -> list[Mutant]:
    """Return a sample in the order of the files; the same seed gives the same."""
    places = sorted(random.Random(seed).sample(range(len(faults)), count))
    return [faults[place] for place in places]


def tell(mutant: Mutant, killer: str, *, as_json: bool) -> None:
    """Print what became of one mutant."""
    if as_json:
        facts = {"file": mutant.file, "line": mutant.line, "fault": mutant.fault, "what": mutant.what}
        json_line({**facts, "noticed_by": killer or None})
    else:
        click.echo(f"{mutant}  {f'noticed by {killer}' if killer else 'NOT NOTICED'}")

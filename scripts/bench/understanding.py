"""How well and how fast messages are read: the corpus and the unseen batch of tests/understanding, two floors."""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.text.lexicon import Lexicon, Reading
from scripts.bench.understanding_floors import Reader, by_any_word, by_substring
from tests.understanding.corpus import (
    Message,
    everyday,
    is_right,
    labelled,
    shipped_lexicon,
    shipped_vocabulary,
    taken_for,
    unseen,
)

AIM_RIGHT, AIM_MICROSECONDS = 0.97, 1000.0
CLASSES = ("help", "stop", "yes", "no", "digit", "other orders", "signal", "topic")
_NAMED = {"HELP": "help", "STOP": "stop", "YES": "yes", "NO": "no"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one reader made of the corpus; microseconds are of the processor, the best of several passes a message."""

    name: str
    right: Counter[str]
    false_hits: Counter[str]
    taken: int
    microseconds: list[float]

    def at(self, share: float) -> float:
        """Return the time at a share of all messages, sorted."""
        return self.microseconds[min(int(share * len(self.microseconds)), len(self.microseconds) - 1)]


def class_of(intent: str, lexicon: Lexicon) -> str:
    """Return the column a hit counts in; context alone leads nowhere and counts in none."""
    kind = lexicon.class_of(intent)
    return _NAMED.get(intent) or ("digit" if intent[1:].isdigit() else "other orders" if kind == "exact" else kind)


def measured(name: str, read: Reader, messages: Sequence[Message], lexicon: Lexicon, passes: int) -> Outcome:
    """Read every message ``passes`` times."""
    right, false_hits, taken, times = Counter[str](), Counter[str](), 0, []
    for message in messages:
        reading, microseconds = timed(read, message.text, passes)
        times.append(microseconds)
        taken += taken_for(message, reading, lexicon) is not None
        if message.expect:
            right[message.writing] += is_right(message, reading)
        elif reading.primary is not None:
            false_hits[class_of(reading.primary, lexicon)] += 1
    return Outcome(name, right, false_hits, taken, sorted(times))


def timed(read: Callable[[str], Reading], text: str, passes: int) -> tuple[Reading, float]:
    """Return the reading of a text and its shortest time."""
    best = float("inf")
    for _ in range(passes):
        begun = time.thread_time_ns()
        reading = read(text)
        best = min(best, (time.thread_time_ns() - begun) / 1000)
    return reading, best


def report(outcomes: Sequence[Outcome], messages: Sequence[Message]) -> None:
    """Print recall by writing, false hits by class, and time."""
    asked = Counter(message.writing for message in messages if message.expect)
    plain = len(messages) - asked.total()
    names = "".join(f"{outcome.name:>16}" for outcome in outcomes)
    print(f"{'routed or asked back':<22}{'messages':>9}{names}")
    for writing, count in asked.items():
        shares = "".join(f"{outcome.right[writing] / count:>16.1%}" for outcome in outcomes)
        print(f"{writing:<22}{count:>9}{shares}")
    shares = "".join(f"{outcome.right.total() / asked.total():>16.1%}" for outcome in outcomes)
    print(f"{'all':<22}{asked.total():>9}{shares}")
    print(f"{'false hits':<22}{'everyday':>9}")
    for kind in CLASSES:
        print(f"{kind:<22}{plain:>9}" + "".join(f"{outcome.false_hits[kind]:>16}" for outcome in outcomes))
    print(f"{'order not given':<22}{len(messages):>9}" + "".join(f"{outcome.taken:>16}" for outcome in outcomes))
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        times = "".join(f"{outcome.at(share):>16.0f}" for outcome in outcomes)
        print(f"{'microseconds ' + name:<22}{len(messages):>9}{times}")


def report_unseen(fresh: Outcome, messages: Sequence[Message]) -> None:
    """Print what becomes of messages that nothing was cured for: the share to be expected of strangers."""
    asked = Counter(message.writing for message in messages if message.expect)
    print(f"{'unseen':<22}{asked.total():>9}{fresh.right.total() / asked.total():>16.1%}  (out of sample)")
    print("  " + ", ".join(f"{writing} {fresh.right[writing]}/{count}" for writing, count in asked.items()))
    print(f"{'unseen false hits':<22}{len(messages) - asked.total():>9}{fresh.false_hits.total():>16}")
    print(f"{'unseen, not ordered':<22}{len(messages):>9}{fresh.taken:>16}")


def main() -> int:
    """Measure the gateway and both floors; 0 when the aims are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passes", type=int, default=5, help="times each message is read; the shortest counts")
    passes = parser.parse_args().passes
    lexicon, vocabulary = shipped_lexicon(), shipped_vocabulary()
    messages = (*labelled(), *everyday())
    readers = {
        "gateway": lexicon.read,
        "substring": by_substring(vocabulary),
        "first known word": by_any_word(vocabulary),
    }
    outcomes = [measured(name, read, messages, lexicon, passes) for name, read in readers.items()]
    report(outcomes, messages)
    report_unseen(measured("unseen", lexicon.read, unseen(), lexicon, passes), unseen())
    ours = outcomes[0]
    share = ours.right.total() / sum(bool(message.expect) for message in messages)
    good = share >= AIM_RIGHT and ours.taken == 0 and ours.at(0.99) <= AIM_MICROSECONDS
    print("held" if good else "NOT held: see the lines above")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())

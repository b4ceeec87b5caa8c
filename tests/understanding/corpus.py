"""The written messages with their labels, and when a reading of one is right."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gateway.strict_yaml import read
from gateway.text.lexicon import Lexicon, Reading
from gateway.text.vocabulary import Vocabulary, read_vocabulary

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "messages"
LANGUAGES = ("lo", "en", "lo-Latn", "hmn")
ACTING_CLASSES = frozenset({"help", "stop", "exact"})


@dataclass(frozen=True, slots=True)
class Message:
    """One written message; ``expect`` is empty for an everyday one, which must only never act."""

    text: str
    writing: str
    expect: frozenset[str]
    means: str


def shipped_vocabulary() -> Vocabulary:
    """Return the words that are shipped, with their meanings."""
    nodes = {
        language: read((SHIPPED / language / "lexicon.yaml").read_bytes(), f"{language}/lexicon.yaml")
        for language in LANGUAGES
    }
    return read_vocabulary(read((SHIPPED / "intents.yaml").read_bytes(), "intents.yaml"), nodes)


def shipped_lexicon() -> Lexicon:
    """Return the reader of the words that are shipped."""
    return Lexicon(shipped_vocabulary())


def labelled() -> tuple[Message, ...]:
    """Return the messages that somebody means something by."""
    return tuple(
        Message(row["text"], row["writing"], frozenset(row["expect"].split("|")), row["means"])
        for row in _rows("messages.csv")
    )


def everyday() -> tuple[Message, ...]:
    """Return the messages that happen to hold such words."""
    return tuple(Message(row["text"], row["writing"], frozenset(), row["means"]) for row in _rows("everyday.csv"))


def unseen() -> tuple[Message, ...]:
    """Return the newest batch, meant and everyday ones mixed, which nothing has been cured for."""
    return tuple(
        Message(row["text"], row["writing"], frozenset(filter(None, row["expect"].split("|"))), row["means"])
        for row in _rows("unseen.csv")
    )


def is_right(message: Message, reading: Reading) -> bool:
    """Say whether a labelled message is routed as labelled, or asked back with the right candidate among the others."""
    if message.expect == {"ask"}:
        return reading.kind == "ask_back"
    if message.expect == {"unknown"}:
        return reading.kind == "unknown"
    return bool(message.expect.intersection(reading.intents if reading.kind == "ask_back" else (reading.primary,)))


def taken_for(message: Message, reading: Reading, lexicon: Lexicon) -> str | None:
    """Return the intent that would act on a message that does not mean it, else None."""
    acting = reading.primary
    if acting is None or lexicon.class_of(acting) not in ACTING_CLASSES or acting in message.expect:
        return None
    return acting


def share_right(messages: Iterable[Message], lexicon: Lexicon) -> float:
    """Return the share of labelled messages that are read right, from 0 to 1."""
    verdicts = [is_right(message, lexicon.read(message.text)) for message in messages]
    return sum(verdicts) / len(verdicts)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)

"""One story in a process of its own, which CRASH_AT may end at any point: a report, its alerts, a broadcast."""

import sys
from datetime import datetime
from pathlib import Path

from gateway.ports.channel import Answer
from tests.support.gateway_in_process import ALPHA, BETA, House, open_gateway
from tests.support.scripted import HandClock, ScriptedChannel, note

TEXTS = ("hello", "2", "1", "1", "2", "2", "1", "1", "Sanxay", "3", "1", "She is locked in a house")
"""Danger now, in a known district, and the women's union may hear."""


def shown(answer: Answer) -> str:
    """Return an answer as one line."""
    return " | ".join(f"{text.message_id} {text.text!r}" for text in answer.texts)


def retell(house: House, acked: Path | None = None) -> list[str]:
    """Let the person text, each message under its own key; what was answered is written down once it is out."""
    answers = []
    for place, text in enumerate(TEXTS):
        answers.append(shown(house.hear(text, key=f"SM{place}")))
        if acked is not None:
            note(acked, answers[-1])
    return answers


def open_with_ledger(folder: Path, at: datetime) -> House:
    """Open the gateway of a folder with providers that remember on disk what they took."""
    ledger = folder / "ledger"
    channels = (ScriptedChannel(ALPHA, inline=True, ledger=ledger), ScriptedChannel(BETA, ledger=ledger))
    return open_gateway(folder, HandClock(at), channels=channels)


if __name__ == "__main__":
    story = open_with_ledger(Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]))
    retell(story, story.folder / "acked")
    story.gateway.duties.tick()
    story.deliver()

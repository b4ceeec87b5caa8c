"""A dial while a conversation runs: go on or start again, without a word about what it was."""

from datetime import timedelta
from typing import Final

from gateway.conversation import global_words
from gateway.conversation.matching import digits_of
from gateway.conversation.run import Run
from gateway.conversation.speaking import prompt

RESUME_WITHIN: Final = timedelta(minutes=10)


def dialled(run: Run) -> None:
    """Answer a dial while a session runs: offer to go on, without a word about what it was."""
    spoken = run.session.spoken
    recent = spoken is not None and run.now - spoken <= RESUME_WITHIN
    if not recent or run.session.status != "waiting" or run.session.duress or run.session.closing:
        global_words.restart(run, "dial")
        return
    if run.session.asking[:1] != ("resume",):
        run.change(asking=("resume", *run.session.asking))
    _ask_resume(run)


def _ask_resume(run: Run) -> None:
    lines = [_label_line(run, key, code) for key, code in (("1", "go_on"), ("2", "again"))]
    prompt(run, "common.resume", lines)


def _label_line(run: Run, key: str, code: str) -> str:
    """Return one line of the question whether to go on."""
    return f"{key} {run.catalogue.get(run.language, f'common.resume.{code}').text}"


def resumed(run: Run, text: str) -> None:
    """Take the answer to that question; anything else is asked again."""
    digits = digits_of(text, run.library.lexicon)
    if digits == "1":
        run.change(asking=run.session.asking[1:])
        global_words.repaint(run)
    elif digits == "2":
        global_words.restart(run, "dial")
    else:
        _ask_resume(run)

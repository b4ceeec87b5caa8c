"""A withdrawn version: whoever stands in it goes, at the next thing that happens, to the live flow's recall step."""

from collections.abc import Callable
from typing import Final

from gateway.conversation import global_words
from gateway.conversation.matching import GlobalWord, global_word
from gateway.conversation.replies import tell_case
from gateway.conversation.run import Run
from gateway.conversation.turn import SetContact
from gateway.conversation.versions import recalled
from gateway.conversation.walking import walk

# Nothing of the withdrawn version is left after these, so nobody has to be called back from it.
_LEAVING: Final = frozenset({"exit", "stop", "delete", "start"})


def recall(run: Run, otherwise: Callable[[Run], None]) -> None:
    """Leave the withdrawn version; where a person has taken over or the session expires, go on as ``otherwise``."""
    stimulus = run.stimulus
    typed = stimulus.kind in ("text", "reply") and bool(stimulus.text.strip())
    word = _word(run) if typed else None
    if word is not None and word.name == "plea":
        global_words.obey(run, word)
        return
    run.note("recall", run.session.bundle[:12])
    frame, step = recalled(run.library, run.session)
    run.change(here=frame, stack=(), asking=(), lead=(), pages=1, closing=False)
    run.move(step=step)
    leaving = word is not None and word.name in _LEAVING
    expires = stimulus.kind == "timer" and stimulus.timer == "expires"
    if run.session.status == "handoff" or expires or leaving or stimulus.duress or run.session.duress:
        otherwise(run)
        return
    run.unasked = stimulus.kind not in ("text", "reply", "begin", "front")
    if typed and word is None:
        tell_case(run, stimulus.text)
    if word is not None and word.name == "language":
        run.change(language=word.language)
        run.emit(SetContact({"language": word.language}))
    walk(run, step)
    if word is not None and word.name in ("help", "case") and run.session.status != "ended":
        global_words.obey(run, word)


def _word(run: Run) -> GlobalWord | None:
    around = global_words.surroundings(run, run.step)
    return global_word(run.stimulus.text, run.library.lexicon, run.library.plea, around)

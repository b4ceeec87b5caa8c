"""Reads a reply at the step that waits for it, in the fixed order of the design, and goes on from there."""

from collections.abc import Sequence

from gateway.conversation.flow import SKIPPED, Choice, ReplyTest, Step
from gateway.conversation.global_words import asks_for_pin
from gateway.conversation.matching import Match, digits_of, lone_pin, read_choice, read_keys
from gateway.conversation.orders import Present
from gateway.conversation.place_question import answer
from gateway.conversation.reply_tests import Reply, command, passes
from gateway.conversation.run import Run
from gateway.conversation.speaking import all_labels, body_of, digest
from gateway.conversation.turn import REFERRAL, AddStory, RecordConsent, SetContact
from gateway.conversation.walking import ask, visible, walk

_LETTERS_OF_A_STORY = 3
_LETTERS_OF_A_SENTENCE = 12
_FOUND_WITHIN = frozenset({"words", "number", "age", "date", "phone"})


def reply(run: Run, step: Step, text: str) -> None:
    """Take a reply at an asking step: a match goes on, anything else is a failed try."""
    if run.session.asking[:1] == ("which",) and _answer_which(run, step, text):
        return
    if not matched(run, step, text):
        _miss(run, step, text)


def matched(run: Run, step: Step, text: str, *, first: bool = False) -> bool:
    """Try a reply at a step; ``first`` marks the opening text of a session, which has seen no keys yet."""
    if step.kind == "pick":
        return not first and _pick(run, step, text)
    if step.kind in ("menu", "consent"):
        return _choose(run, step, text, keys=not first)
    return _ask(run, step, text, first=first)


def _choose(run: Run, step: Step, text: str, *, keys: bool) -> bool:
    choices = visible(run, step)
    found = read_choice(text, choices, all_labels(run, step, choices), run.library.lexicon, keys=keys)
    if found.test in ("words", "near"):
        _tell_sentence(run, text)
    if found.hit:
        _take(run, step, _by_code(choices, found.hit), found.test)
        return True
    return _ask_back(run, found)


def _ask_back(run: Run, found: Match) -> bool:
    """Ask which of several answers was meant; never guess."""
    if not found.codes:
        return False
    run.note("ask_back", str(len(found.codes)))
    run.change(asking=("which", *found.codes))
    ask(run)
    return True


def _answer_which(run: Run, step: Step, text: str) -> bool:
    """Read the answer to "which one do you mean?": a number as drawn, yes, no, or a label."""
    codes = run.session.asking[1:]
    choices = visible(run, step)
    digits = digits_of(text, run.library.lexicon)
    said = run.library.lexicon.whole(text)
    if digits.isdigit() and 1 <= int(digits) <= len(codes):
        picked = codes[int(digits) - 1]
    elif len(codes) == 1 and "YES" in said:
        picked = codes[0]
    elif "NO" in said or (len(codes) == 1 and digits == "2"):
        run.change(asking=())
        ask(run)
        return True
    else:
        run.change(asking=())
        return False
    chosen = [choice for choice in choices if choice.code == picked]
    run.change(asking=())
    if chosen and step.kind != "pick":
        _take(run, step, chosen[0], "which")
        return True
    return False


def _take(run: Run, step: Step, choice: Choice, test: str) -> None:
    """Save what was chosen and go on."""
    run.note(test, choice.code)
    if step.kind == "consent":
        _consent(run, step, choice)
        return
    if step.save:
        run.save(step.save, choice.code)
    for name, word in choice.sets:
        run.save(name, word)
    run.leave_by(f"choice {choice.code}" if choice.then else "then")
    walk(run, choice.then or step.then)


def _consent(run: Run, step: Step, choice: Choice) -> None:
    given = choice.code == "affirm"
    if step.save:
        run.save(step.save, "yes" if given else "no")
    _agree(run, step, step.purpose, step.recipient, given=given)
    run.leave_by("then" if given else "refused")
    walk(run, step.then if given else step.refused)


def _tell(run: Run, step: Step, choices: Sequence[Choice], codes: Sequence[str]) -> None:
    """Record for each choice whether it may be told, where that is what was asked; who passes has said nothing."""
    declared = run.flow.values.get(step.save)
    if declared is not None and declared.data_class == "consent" and SKIPPED not in codes:
        for choice in (choice for choice in choices if choice.code != SKIPPED):
            _agree(run, step, REFERRAL, choice.code, given=choice.code in codes)


def _agree(run: Run, step: Step, purpose: str, recipient: str, *, given: bool) -> None:
    message = run.flow.message_id(step.message)
    run.emit(
        RecordConsent(
            code=run.report or None,
            purpose=purpose,
            recipient=recipient,
            message=message,
            sha256=digest(body_of(run, message)),
            language=run.language,
            answer="given" if given else "refused",
        )
    )


def _pick(run: Run, step: Step, text: str) -> bool:
    """Read several answers: keys together, or labels and words."""
    choices = visible(run, step)
    codes: Sequence[str] = read_keys(text, choices)
    if not codes:
        found = read_choice(text, choices, all_labels(run, step, choices), run.library.lexicon)
        codes = () if found.echo else found.codes
    if SKIPPED in codes:
        codes = tuple(code for code in codes if code != SKIPPED) or (SKIPPED,)
    elif not step.at_least <= len(codes) <= step.at_most:
        return False
    run.note("pick", str(len(codes)))
    if step.save:
        run.save(step.save, ",".join(codes))
        _tell(run, step, choices, codes)
    for choice in (choice for choice in choices if choice.code in codes):
        for name, word in choice.sets:
            run.save(name, word)
    run.leave_by("then")
    walk(run, step.then)
    return True


def _ask(run: Run, step: Step, text: str, *, first: bool) -> bool:
    contact = run.stimulus.contact
    today = run.now.astimezone(run.library.zone).date()
    typed = Reply(text, run.library, run.values, contact.tags, contact.country, today)
    for number, door in enumerate(step.also, 1):
        if (not first or door.test.name != "key") and passes(door.test, typed) is not None:
            run.note("also", door.test.name)
            _remember(run, door.test, typed)
            for name, word in door.sets:
                run.save(name, word)
            run.leave_by(f"also {number}")
            walk(run, door.then)
            return True
    if step.expect is None or (first and step.expect.name in ("any_text", "key")):
        return False
    if step.expect.name == "place":
        return not first and _place(run, step, text)
    value = passes(step.expect, typed)
    if value is None:
        return False
    run.note("expect", step.expect.name)
    if step.expect.name in _FOUND_WITHIN:
        _tell_sentence(run, text)
    _remember(run, step.expect, typed)
    _keep(run, step, value, text)
    run.leave_by("then")
    walk(run, step.then)
    return True


def _place(run: Run, step: Step, text: str) -> bool:
    found = answer(run, step, text)
    if found.code:
        run.note("expect", "place")
        _tell_sentence(run, text)
        run.change(asking=(), pages=1)
        run.move(page=0)
        if step.save:
            run.save(step.save, found.code)
        run.leave_by("then")
        walk(run, step.then)
    return found.asked or bool(found.code)


def _remember(run: Run, test: ReplyTest, typed: Reply) -> None:
    """Keep for this turn what later steps act on: an officer's command, a code with its PIN."""
    if test.name == "case_pin":
        run.case_ref = (run.values[test.argument], lone_pin(typed.text))
        run.forget(test.argument)
    if test.name == "command":
        run.emit(Present())  # whatever is ordered, somebody is there
        run.understand(command(test, typed))


def _keep(run: Run, step: Step, value: str, text: str) -> None:
    """Save an answer; a sealed one leaves at once and is never kept."""
    declared = run.flow.values.get(step.save)
    if declared is None:
        return
    if declared.kind != "sealed":
        run.save(step.save, value)
    elif declared.target == "story":
        run.emit(AddStory(run.report or None, text))
    else:
        run.emit(SetContact({declared.target: text}))


def _miss(run: Run, step: Step, text: str) -> None:
    """Count a failed try, unless the text belongs elsewhere: a case's code alone, or a sentence of somebody's report.

    Whoever goes on telling is given to a person by the limit on one text in a row.
    """
    tries = run.session.here.tries + 1
    run.note("miss", str(tries))
    if asks_for_pin(run, text):
        return
    if tell_case(run, text):
        ask(run, retry=True)
        return
    run.move(tries=tries)
    if tries >= step.tries:
        run.leave_by("else")
        walk(run, step.otherwise)
    else:
        ask(run, retry=True)


def tell_case(run: Run, text: str) -> bool:
    """Hand words that answered nothing to the person's open report; say whether they were a whole sentence."""
    case, told = run.report or run.stimulus.contact.open_report, _letters(text)
    if not case or run.flow.purpose == "officer" or told < _LETTERS_OF_A_STORY:
        return False
    run.emit(AddStory(case, text))
    return told >= _LETTERS_OF_A_SENTENCE


def _tell_sentence(run: Run, text: str) -> None:
    """A sentence says more than the answer found in it: it goes to the case as well."""
    if _letters(text) >= _LETTERS_OF_A_SENTENCE:
        tell_case(run, text)


def _letters(text: str) -> int:
    return sum(sign.isalpha() for sign in text)


def _by_code(choices: Sequence[Choice], code: str) -> Choice:
    return next(choice for choice in choices if choice.code == code)

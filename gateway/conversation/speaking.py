"""What the person hears: the right variant of a text, filled, guarded, with its options, cut to the channel."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final, TypedDict

from gateway.conversation.flow import Choice, Step
from gateway.conversation.run import Run, Utterance
from gateway.conversation.turn import GivePin, Incident, Relayed, Say
from gateway.text.catalogue import Message, MissingValue, fill, placeholders
from gateway.text.screens import Budget, paginate
from gateway.text.segments import tidy

MOST_TEXTS: Final = 3
_SAME_IN_A_ROW: Final = 3
_CAP: Final = 60
_MOST_CODES: Final = 15
_DIRECTORY: Final = "directory."


class Origin(TypedDict):
    """Which version says something, and where in it."""

    bundle: str
    step: str


def say(run: Run, message: str, *, via: str = "", retry: bool = False, options: Sequence[str] = ()) -> None:
    """Add one text to the turn; raises MissingValue when a placeholder has no value."""
    message_id = run.flow.message_id(message)
    body = body_of(run, message_id, retry=retry)
    run.utterances.append(Utterance(message_id, body, tuple(options), via, **_origin(run)))


def prompt(run: Run, message: str, options: Sequence[str], *, retry: bool = False, fixed: bool = False) -> None:
    """Add the question of a waiting step with its options."""
    message_id = run.flow.message_id(message)
    body = body_of(run, message_id, retry=retry)
    run.utterances.append(Utterance(message_id, body, tuple(options), fixed=fixed, prompts=True, **_origin(run)))


def _origin(run: Run) -> Origin:
    return {"bundle": run.bundle.hash, "step": run.place}


def body_of(run: Run, message_id: str, *, retry: bool = False) -> str:
    """Return a filled text in the session's language; raises MissingValue."""
    message = run.catalogue.get(run.language, message_id)
    candidates = [_with_directory(run, message, text) for text in _variants(run, message, retry)]
    # A lone candidate is judged when the whole text leaves; several are, so that a harmless one is taken.
    safe = (text for text in candidates if len(candidates) == 1 or _harmless(run, text, message_id))
    chosen = next(safe, candidates[-1])
    return tidy(fill(chosen, _values(run, chosen)))


def label(run: Run, message_id: str, code: str) -> str:
    """Return the label of a choice: the step's own, else the shared one of that code."""
    own = f"{message_id}.{code}"
    known = any(run.catalogue.has(language, own) for language in run.catalogue.languages)
    return body_of(run, own if known else f"common.{code}")


def option_lines(run: Run, step: Step, choices: Iterable[Choice]) -> list[str]:
    """Return the lines ``key label`` of some choices."""
    message_id = run.flow.message_id(step.message)
    return [f"{choice.key} {label(run, message_id, choice.code)}" for choice in choices]


def all_labels(run: Run, step: Step, choices: Iterable[Choice]) -> list[tuple[str, str]]:
    """Return (code, label) of some choices in every language, since people mix languages and scripts."""
    message_id = run.flow.message_id(step.message)
    pairs: list[tuple[str, str]] = []
    for choice in choices:
        for language in run.catalogue.languages:
            for own in (f"{message_id}.{choice.code}", f"common.{choice.code}"):
                if run.catalogue.has(language, own):
                    pairs.append((choice.code, run.catalogue.get(language, own).text))
                    break
    return pairs


def _variants(run: Run, message: Message, retry: bool) -> list[str]:
    """Return the texts that may be said, the fittest first."""
    again = [message.retry] if retry and message.retry else []
    screen = [message.ussd] if run.on_ussd and message.ussd else []
    if run.session.mode != "open" and message.neutral:
        return [*again, message.neutral]
    return [*again, *screen, message.text]


def _with_directory(run: Run, message: Message, text: str) -> str:
    """Return the text, or the one for want of a verified number."""
    wanted = [name for name in placeholders(text) if name.startswith(_DIRECTORY)]
    missing = [name for name in wanted if (name.removeprefix(_DIRECTORY), run.country) not in run.stimulus.hotlines]
    if not missing:
        return text
    if message.without_directory is None:
        raise MissingValue(missing[0])
    return message.without_directory


def _values(run: Run, text: str) -> dict[str, str]:
    """Return the values of the placeholders of a text; a PIN is given the moment it is shown."""
    wanted = placeholders(text)
    if not wanted:
        return {}
    values = {
        name: run.stimulus.hotlines[name.removeprefix(_DIRECTORY), run.country]
        for name in wanted
        if name.startswith(_DIRECTORY)
    }
    local = run.now.astimezone(run.library.zone)
    values |= {"date": f"{local:%d/%m/%Y}", "time": f"{local:%H:%M}"}
    values |= {name: run.values[name] for name in ("count", "lesson", "score") if name in run.values}
    code = (run.command.code if run.command else None) or run.report
    if code:
        values["case_code"] = code
    if "case_pin" in wanted and run.report and run.stimulus.spare_pin:
        values["case_pin"] = run.stimulus.spare_pin
        if not run.pin_shown:
            run.emit(GivePin(run.report, run.stimulus.spare_pin))
            run.pin_shown = True
    values = {name: value[:_CAP] for name, value in (values | _place_values(run)).items()}
    if run.stimulus.officer is not None and run.stimulus.officer.open_codes:
        values["list"] = ", ".join(run.stimulus.officer.open_codes[:_MOST_CODES])
        values["count"] = str(len(run.stimulus.officer.open_codes))
    if "relayed" in wanted:
        values |= _relayed(run)
    return values


def _relayed(run: Run) -> dict[str, str]:
    """Return the officer's words that wait for this person; they are told the moment they are shown."""
    waiting = run.found.waiting if run.found is not None else run.stimulus.waiting
    if not waiting:
        return {}
    if not run.relayed:
        run.emit(Relayed(tuple(text.id for text in waiting), "word" if run.found is None else "code"))
        run.relayed = True
    return {"relayed": "\n".join(text.text for text in waiting)}


def _place_values(run: Run) -> dict[str, str]:
    for value in run.flow.values.values():
        place = run.library.places.by_code(run.values.get(value.name, "")) if value.kind == "place" else None
        if place is not None:
            named = run.library.places.label(place, run.language)
            return {"place": named, "district": named} if place.level == "district" else {"place": named}
    return {}


def deliver(run: Run) -> tuple[Say, ...]:
    """Turn what was said into the texts that leave: one SMS each, or one screen; sets the pages of the session."""
    if not run.on_ussd:
        return tuple(_spoken(run, [utterance], _plain(utterance)) for utterance in run.utterances)
    by_sms = [utterance for utterance in run.utterances if utterance.via == "sms"]
    shown = [utterance for utterance in run.utterances if utterance.via != "sms"]
    says = [_spoken(run, [utterance], _plain(utterance)) for utterance in by_sms]
    if shown:
        says.append(_spoken(run, shown, _screen(run, shown)))
    return tuple(says)


def _plain(utterance: Utterance) -> str:
    return "\n".join((utterance.body, *utterance.options))


def _screen(run: Run, shown: list[Utterance]) -> str:
    """Return the page of a screen that the session stands at; a closing screen stays open while pages are left."""
    last = shown[-1]
    body = "\n".join(utterance.body for utterance in shown)
    if last.fixed:
        return "\n".join((body, *last.options))
    more, back = (f"{key} {body_of(run, f'common.{name}')}" for key, name in (("9", "more"), ("0", "back")))
    pages = paginate(body, last.options, budget(run), more, back)
    page = min(run.session.here.page, len(pages) - 1)
    left = page + 1 < len(pages)
    run.move(page=page)
    if run.session.status == "ended" or run.session.closing:
        run.change(status="waiting" if left else "ended", closing=left)
    lead = tuple(utterance.message for utterance in shown if not utterance.prompts)
    run.change(pages=len(pages), lead=lead if len(pages) > 1 else ())
    return pages[page]


def budget(run: Run) -> Budget:
    """Return what one screen of this channel holds."""
    return Budget(gsm7=run.stimulus.channel.gsm7, ucs2=run.stimulus.channel.ucs2)


def _spoken(run: Run, utterances: list[Utterance], text: str) -> Say:
    """Return the text as it leaves; a guarded word never reaches a phone that is not confirmed safe."""
    message, parts = utterances[-1].message, tuple(utterance.message for utterance in utterances)
    if not all(_harmless(run, _plain(utterance), utterance.message) for utterance in utterances):
        run.emit(Incident("guarded", message))
        message = "common.neutral_ok"
        text, parts = body_of(run, message), (message,)
    closes = run.on_ussd and run.session.status != "waiting" and utterances[-1].via != "sms"
    via = utterances[-1].via if run.on_ussd else ""
    bundle, step = utterances[-1].bundle, utterances[-1].step
    return Say(message, run.language, text, digest(text), closes, parts, via, bundle, step)


def _harmless(run: Run, text: str, message_id: str) -> bool:
    return run.session.mode == "open" or run.library.guarded.hit(text, message_id) is None


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def all_alike(hashes: tuple[str, ...], sha256: str) -> bool:
    """Say whether the last three texts all were the one of this hash."""
    return len(hashes) == _SAME_IN_A_ROW and set(hashes) == {sha256[:12]}

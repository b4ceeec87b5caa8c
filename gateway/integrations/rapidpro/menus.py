"""Quick replies as the choices of a menu: labels, codes, digits and the words that lead to each."""

from dataclasses import dataclass, field
from typing import Final

from gateway.conversation.flow import SKIPPED
from gateway.integrations.rapidpro.answer_tests import simply_passes
from gateway.integrations.rapidpro.draft import Body, Draft
from gateway.integrations.rapidpro.export import Case, text_of, texts_of
from gateway.integrations.rapidpro.naming import Names, slug
from gateway.integrations.rapidpro.waiting import SHOWN, Waiting, intents_of, read, refuse, remembered
from gateway.integrations.rapidpro.wording import worded

_MOST_CHOICES: Final = 7


@dataclass(slots=True)
class Offer:
    """One choice of a menu in the making; ``source`` is the item and place its translations are found under."""

    label: str
    category: str
    source: tuple[str, str, int]
    cases: list[Case] = field(default_factory=list)


def offers_of(draft: Draft, waiting: Waiting) -> list[Offer]:
    """Return the choices of a menu, or nothing where quick replies cannot make one."""
    offers = _quick_replies(waiting)
    if not offers:
        return []
    beyond = _beyond(waiting, offers)
    if any(read(waiting, case).kind for case in beyond):
        why = "a number, date or text may be typed as well"
        draft.tell("narrowed", waiting.node.uuid, "quick replies", why, "an open question that does not show them")
        return []
    for case in beyond:
        category = waiting.router.categories[case.category]
        label = " ".join(worded(category.name).parts)[:SHOWN] or case.category
        if category.uuid not in [offer.category for offer in offers]:
            offers.append(Offer(label, category.uuid, (category.uuid, "name", 0)))
            what, instead = f"answer '{label}'", "a choice like the others"
            draft.tell("narrowed", waiting.node.uuid, what, "it had no quick reply", instead)
    if not 2 <= len(offers) <= _MOST_CHOICES:
        why = f"a menu has 2 to {_MOST_CHOICES} choices"
        draft.tell("narrowed", waiting.node.uuid, "quick replies", why, "an open question that does not show them")
        return []
    for offer in offers:
        offer.cases += [case for case in waiting.router.cases if case.category == offer.category]
    return offers


def _quick_replies(waiting: Waiting) -> list[Offer]:
    """Return a choice for each quick reply of the text that asks."""
    prompt = waiting.prompt or {}
    offers: list[Offer] = []
    for number, reply in enumerate(texts_of(prompt.get("quick_replies"))):
        label = _in_a_line(reply)
        if label and label not in [offer.label for offer in offers]:
            source = (text_of(prompt.get("uuid")), "quick_replies", number)
            offers.append(Offer(label, _category_of(waiting, reply), source))
    return offers


def _in_a_line(text: str) -> str:
    return " ".join(" ".join(worded(text).parts).split())[:SHOWN]


def _beyond(waiting: Waiting, offers: list[Offer]) -> list[Case]:
    """Return the tests of a router that no quick reply stands for and that can be read here."""
    covered = {offer.category for offer in offers} | {waiting.default}
    return [case for case in waiting.router.cases if case.category not in covered and not read(waiting, case).refused]


def _category_of(waiting: Waiting, reply: str) -> str:
    """Return the category RapidPro would sort a quick reply into."""
    for case in waiting.router.cases:
        if simply_passes(case.test, case.arguments, reply):
            return case.category
    return waiting.default


def menu_of(draft: Draft, waiting: Waiting, offers: list[Offer]) -> Body:
    """Return a menu: the digit of a choice is the one its test asked for, where it asked for one."""
    wanted = [_digit(offer) for offer in offers]
    keys = [digit if digit and wanted.count(digit) == 1 else "" for digit in wanted]
    spare = [key for key in "1234567" if key not in keys]
    names = Names((SKIPPED,))
    choices: list[Body] = []
    for offer, key in zip(offers, keys, strict=True):
        alone = [other.category for other in offers].count(offer.category) == 1
        category = waiting.router.categories[offer.category].name
        code = waiting.result.code(category) if waiting.result and alone else slug(category if alone else offer.label)
        choice: Body = {"code": names.new(code, "choice"), "key": key or spare.pop(0)}
        choice |= _words(draft, waiting, offer) | {"then": waiting.arrive(offer.category, True)}
        choices.append(choice | remembered(waiting, category))
    for case in waiting.router.cases:
        reading = read(waiting, case)
        if reading.refused:
            refuse(draft, waiting, case, reading)
    return {"choices": choices}


def _digit(offer: Offer) -> str:
    """Return the digit that a test of this choice asks for."""
    words = [word for case in offer.cases for argument in case.arguments for word in argument.split()]
    return next((word for word in words if word in tuple("1234567")), "")


def _words(draft: Draft, waiting: Waiting, offer: Offer) -> Body:
    """Return the intents that lead to a choice; words that no lexicon knows are told."""
    typed = [word for case in offer.cases for word in read(waiting, case).words]
    others = [word for word in typed if not word.isdigit() and not simply_passes("has_only_text", (word,), offer.label)]
    intents, unknown = intents_of(waiting, [*typed, offer.label])
    unknown = [word for word in others if word in unknown]
    if unknown:
        shown = ", ".join(unknown)[:SHOWN]
        draft.tell(
            "narrowed", waiting.node.uuid, f"words {shown}", "in no lexicon", f"the choice '{offer.label}' alone"
        )
    return {"words": intents} if intents else {}


def label_of(draft: Draft, waiting: Waiting, offer: Offer) -> dict[str, str]:
    """Return the label of a choice in every language it has."""
    item, key, number = offer.source
    found = waiting.flow.translated(item, key)
    texts = {code: values[number] for code, values in found.items() if number < len(values)}
    plain = {code: _in_a_line(text) for code, text in texts.items()}
    return draft.in_our_languages(offer.label, plain)

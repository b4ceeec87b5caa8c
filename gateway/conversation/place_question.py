"""The question for a place: a typed name or code at once, or region, province and district by number."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from gateway.conversation.flow import SKIPPED, Step
from gateway.conversation.library import Place
from gateway.conversation.matching import digits_of
from gateway.conversation.run import Run
from gateway.conversation.speaking import body_of, budget, prompt
from gateway.text.segments import encoding_of

REGIONS: Final = ("north", "centre", "south")
UNKNOWN_KEY: Final = "7"
_ITEMS, _ITEMS_UCS2 = 6, 4
_QUESTIONS: Final = MappingProxyType(
    {"province": "common.place_province", "district": "common.place_district", "which": "common.which"}
)


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """``code`` when the place is settled, ``asked`` when a further question was drawn, neither for a miss."""

    code: str = ""
    asked: bool = False


def draw(run: Run, step: Step, *, retry: bool = False) -> None:
    """Draw the question at the level the session stands at, one page of it."""
    if not _level(run):
        lines = [f"{key} {body_of(run, f'common.place_{region}')}" for key, region in enumerate(REGIONS, 1)]
        run.change(pages=1)
        prompt(run, step.message, [*lines, _unknown(run)], retry=retry)
        return
    message = _message(run, step)
    starts = _page_starts(run, message)
    page = min(run.session.here.page, len(starts) - 1)
    run.move(page=page)
    run.change(pages=len(starts))
    prompt(run, message, _page_lines(run, starts, page), retry=retry, fixed=True)


def answer(run: Run, step: Step, text: str) -> PlaceAnswer:
    """Read a reply at the level the session stands at."""
    digits = digits_of(text, run.library.lexicon)
    if digits == UNKNOWN_KEY:
        return PlaceAnswer(_known_so_far(run))
    if len(digits) == 1:
        return _by_key(run, step, int(digits))
    if _level(run) == "which" and len(_asking(run)) == 2:
        said = run.library.lexicon.whole(text)
        if "YES" in said:
            return _take(run, step, _asking(run)[1])
        if "NO" in said:
            return _ask(run, step)
    return _typed(run, step, text)


def at_top(run: Run) -> bool:
    """Say whether no level of the question has been chosen yet."""
    return _asking(run) == _first(run)


def up(run: Run, step: Step) -> None:
    """Go back to the first level."""
    _ask(run, step)


def _level(run: Run) -> str:
    """Return province, district, which (several places fit) or nothing for the regions."""
    asking = _asking(run)
    return asking[0].removeprefix("place_") if asking else ""


def _message(run: Run, step: Step) -> str:
    """Return the question of the level at hand: the step's own at the first."""
    return run.flow.message_id(step.message) if at_top(run) else _QUESTIONS[_level(run)]


def _asking(run: Run) -> tuple[str, ...]:
    """Return the level at hand with its codes."""
    asking = run.session.asking
    return asking if asking and asking[0].startswith("place_") else _first(run)


def _first(run: Run) -> tuple[str, ...]:
    """Return the level that the question begins at: the regions, or the districts of the one province allowed."""
    expect = run.step.expect if run.step is not None else None
    return ("place_district", expect.within) if expect is not None and expect.within else ()


def _typed(run: Run, step: Step, text: str) -> PlaceAnswer:
    within = _asking(run)[1] if _level(run) == "district" else None
    reading = run.library.places.read(text, within)
    only = step.expect.within if step.expect is not None else ""
    places = [place for place in reading.places if only in ("", place.province)]
    if not places:
        return PlaceAnswer()
    sure = reading.question is None or reading.question == "which_district"
    if sure and (len(places) == 1 or reading.question is not None):
        return _take(run, step, places[0].code)
    return _ask(run, step, "place_which", *(place.code for place in places[:12]))


def _by_key(run: Run, step: Step, key: int) -> PlaceAnswer:
    if not _level(run):
        return _ask(run, step, "place_province", REGIONS[key - 1]) if 1 <= key <= len(REGIONS) else PlaceAnswer()
    message = _message(run, step)
    starts = _page_starts(run, message)
    page = min(run.session.here.page, len(starts) - 1)
    items = _items(run)
    end = starts[page + 1] if page + 1 < len(starts) else len(items)
    index = starts[page] + key - 1
    return _take(run, step, items[index].code, chosen=True) if starts[page] <= index < end else PlaceAnswer()


def _take(run: Run, step: Step, code: str, *, chosen: bool = False) -> PlaceAnswer:
    """Settle on a place, or go on to its districts when a district is wanted and only a province is known."""
    place = run.library.places.by_code(code)
    wanted = step.expect.argument if step.expect is not None else ""
    if step.expect is not None and step.expect.within and place is not None and place.province != step.expect.within:
        return PlaceAnswer()
    if place is None or wanted != "district" or place.level == "district":
        return PlaceAnswer(code if place is not None and wanted != "province" else place.province if place else SKIPPED)
    return _ask(run, step, "place_district", code)


def _ask(run: Run, step: Step, *asking: str) -> PlaceAnswer:
    run.move(page=0)
    run.change(asking=asking)
    draw(run, step)
    return PlaceAnswer(asked=True)


def _known_so_far(run: Run) -> str:
    """Return what "don't know" leaves: the province if it is known."""
    if _level(run) == "district":
        return _asking(run)[1]
    provinces = {place.province for place in _items(run)} if _level(run) == "which" else set()
    return provinces.pop() if len(provinces) == 1 else SKIPPED


def _items(run: Run) -> Sequence[Place]:
    level, *names = _asking(run)
    if level == "place_province":
        return run.library.places.provinces(names[0])
    if level == "place_district":
        return run.library.places.districts(names[0])
    found = (run.library.places.by_code(code) for code in names)
    return tuple(place for place in found if place is not None)


def _labels(run: Run) -> list[str]:
    full = _level(run) == "which"
    named = run.library.places.full_label if full else run.library.places.label
    return [named(place, run.language) for place in _items(run)]


def _unknown(run: Run) -> str:
    return f"{UNKNOWN_KEY} {body_of(run, 'common.place_unknown')}"


def _page_lines(run: Run, starts: Sequence[int], page: int) -> list[str]:
    labels = _labels(run)
    end = starts[page + 1] if page + 1 < len(starts) else len(labels)
    return _lines(run, labels[starts[page] : end], more=end < len(labels), back=page > 0)


def _lines(run: Run, labels: Sequence[str], *, more: bool, back: bool) -> list[str]:
    lines = [f"{key} {label}" for key, label in enumerate(labels, 1)]
    lines.append(_unknown(run))
    if more:
        lines.append(f"9 {body_of(run, 'common.more')}")
    if back and run.on_ussd:
        lines.append(f"0 {body_of(run, 'common.back')}")
    return lines


def _page_starts(run: Run, message: str) -> tuple[int, ...]:
    """Return the index at which each page of the list begins: six a text, as many as fit on a screen."""
    labels = _labels(run)
    starts = [0]
    while True:
        taken = _fitting(run, message, labels, starts[-1])
        if starts[-1] + taken >= len(labels):
            return tuple(starts)
        starts.append(starts[-1] + taken)


def _fitting(run: Run, message: str, labels: Sequence[str], start: int) -> int:
    """Return how many labels from ``start`` go on one page, at least one."""
    most = min(_ITEMS, len(labels) - start)
    if not run.on_ussd:
        return max(most, 1)
    body = body_of(run, message)
    for taken in range(most, 1, -1):
        more = start + taken < len(labels)
        lines = _lines(run, labels[start : start + taken], more=more, back=start > 0)
        screen = "\n".join((body, *lines))
        if budget(run).holds(screen) and (taken <= _ITEMS_UCS2 or encoding_of(screen) == "gsm7"):
            return taken
    return 1

"""What pages say: the texts of the interface by id, in the reader's language, and how facts are shown in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cache
from importlib import resources

from markupsafe import Markup, escape

from gateway import strict_yaml
from gateway.directory.agency import agencies
from gateway.errors import ContentRefused, Defect, Finding
from gateway.geography.gazetteer import Gazetteer
from gateway.geography.shipped import shipped
from gateway.services.case_desk import COUNTED
from gateway.text.catalogue import fill

LANGUAGES = ("lo", "en")
KEPT = "\n\u200b\u200c\u200d"  # line breaks, and the word breaks and joiners that Lao text needs


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return every text of the interface by language and id (``page.name``); read once a process."""
    folder = resources.files("gateway.web") / "texts"
    return {language: dict(_read((folder / f"{language}.yaml").read_text("utf-8"), language)) for language in LANGUAGES}


@cache
def places() -> Gazetteer:
    """Return the shipped gazetteer, loaded once a process."""
    return shipped()


def _read(text: str, language: str) -> Iterator[tuple[str, str]]:
    file = f"gateway/web/texts/{language}.yaml"
    root = strict_yaml.read(text, file)
    for page, group in root.entries if isinstance(root, strict_yaml.Mapping) else ():
        for name, node in group.entries if isinstance(group, strict_yaml.Mapping) else ():
            if not isinstance(node, strict_yaml.Scalar):
                raise ContentRefused([Finding(file, node.mark.line, node.mark.column, "E004", "a text is wanted")])
            yield f"{page.value}.{name.value}", node.value


@dataclass(frozen=True, slots=True)
class Words:
    """The interface in one language; ``zone`` and ``now`` are for showing instants."""

    language: str
    zone: tzinfo
    now: datetime

    def __call__(self, name: str, /, **values: object) -> Markup:
        """Return a text with its values filled in, each escaped."""
        if not self.has(name):
            raise Defect(f"no text {name!r} in {self.language}")
        shown = {key: str(escape(value)) for key, value in values.items()}
        return Markup(fill(str(escape(texts()[self.language][name])), shown))

    def has(self, name: str) -> bool:
        """Whether there is such a text."""
        return name in texts()[self.language]

    def code(self, group: str, code: object) -> Markup:
        """Return a code in words; a code without words shows itself."""
        return self(f"{group}.{code}") if self.has(f"{group}.{code}") else escape(visible(str(code)))

    def agency(self, code: str) -> Markup:
        """Return how an agency is called; the office of supervisors is none."""
        known = agencies().get(code)
        return escape(known.names[self.language]) if known is not None else self.code("agency", code)

    def place(self, code: str | None) -> str:
        """Return the name of a province or district with its level."""
        place = places().by_code(code or "")
        return places().full_label(place, self.language) if place else str(self("place.unknown"))

    def day(self, at: datetime) -> str:
        """Return dd/mm/yyyy in local time."""
        return f"{at.astimezone(self.zone):%d/%m/%Y}"

    def hour(self, at: datetime) -> str:
        """Return HH:MM in local time."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """Return the hour, with the day in front unless it is today."""
        today = self.day(at) == self.day(self.now)
        return self.hour(at) if today else f"{self.day(at)} {self.hour(at)}"

    def span(self, length: timedelta) -> Markup:
        """Return a length of time in its two-digit unit: 4 min, 3 h, 12 days."""
        minutes = max(0, int(length.total_seconds() // 60))
        if minutes < 1:
            return self("time.moment")
        if minutes < 120:
            return self("time.minutes", n=minutes)
        return self("time.hours", n=minutes // 60) if minutes < 48 * 60 else self("time.days", n=minutes // 1440)

    def since(self, at: datetime) -> Markup:
        """Return how long ago an instant was."""
        return self.span(self.now - at)

    def until(self, at: datetime) -> Markup:
        """Return how far ahead an instant is."""
        return self.span(at - self.now)

    @staticmethod
    def count(found: int) -> str:
        """Return how many cases there are; beyond what is counted, that there are more."""
        return f"{COUNTED - 1}+" if found >= COUNTED else str(found)

    def number(self, value: int) -> str:
        """Return a number with separators."""
        return f"{value:,}"


def visible(text: str) -> str:
    """Return a stranger's text with control and direction characters shown by their code point."""
    return "".join(sign if sign.isprintable() or sign in KEPT else f"[U+{ord(sign):04X}]" for sign in text)


def script(text: str) -> str:
    """Return the language attribute that fits a text's letters."""
    return "lo" if any("\u0e80" <= sign <= "\u0eff" for sign in text) else "en"

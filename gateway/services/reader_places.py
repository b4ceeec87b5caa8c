"""Names of places in texts that go to many people: a reader's own, and those of everybody a text is for."""

from collections.abc import Mapping
from functools import cache, lru_cache

from gateway.campaigns.audience import AudienceRule
from gateway.geography.gazetteer import Gazetteer
from gateway.geography.shipped import shipped
from gateway.ports.audience_book import Person
from gateway.text.catalogue import fill, placeholders


@cache
def places() -> Gazetteer:
    """Return the shipped gazetteer, loaded once a process."""
    return shipped()


def names_of(code: str | None, language: str) -> dict[str, str]:
    """Return the names of a district and its province; where only a province is known it stands for both."""
    place = places().by_code(code or "")
    province = places().by_code((code or "")[:4])
    known = "lo" if language.startswith("lo") and language != "lo-Latn" else "en"
    own = place.names[known] if place else ""
    return {"district": own, "province": province.names[known] if province else own}


def names_of_all(rule: AudienceRule, language: str) -> list[dict[str, str]]:
    """Return the names of every place that readers of a broadcast may live in."""
    districts = {place.code for place in places().districts()}
    wanted = rule.districts | {code for code in districts if code[:4] in rule.provinces}
    return [names_of(code, language) for code in sorted(wanted or districts)]


def read_by(person: Person, texts: Mapping[str, str]) -> str:
    """Return the text that somebody would read, with her own places in it."""
    return filled(texts[person.language], person.language, person.district or person.province)


@lru_cache(1024)
def filled(text: str, language: str, code: str | None) -> str:
    """Return a text with its reader's own places in it."""
    return fill(text, names_of(code, language)) if placeholders(text) else text

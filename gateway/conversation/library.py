"""What the engine knows besides the session: bundles by content hash, words, places, readers; immutable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone, tzinfo
from types import MappingProxyType
from typing import Final, Protocol

from gateway.conversation.flow import Flow
from gateway.text.catalogue import Catalogue
from gateway.text.guarded import GuardedWords
from gateway.text.lexicon import Lexicon

ENTRY: Final = MappingProxyType({"villager": "welcome", "officer": "officer"})
_VIENTIANE: Final = timezone(timedelta(hours=7), "Asia/Vientiane")


class Place(Protocol):
    """A province or a district, as far as a conversation needs it."""

    @property
    def code(self) -> str:
        """``LApp`` or ``LAppdd``."""
        ...

    @property
    def level(self) -> str:
        """The words province or district."""
        ...

    @property
    def province(self) -> str:
        """Code of the province it lies in."""
        ...


class PlaceReading(Protocol):
    """What a text says of places; a question when it is not certain."""

    @property
    def places(self) -> Sequence[Place]:
        """The candidates, best first."""
        ...

    @property
    def question(self) -> str | None:
        """None: certain; confirm, which_province, which_level, which_place or which_district."""
        ...


class Places(Protocol):
    """The gazetteer, as far as a conversation needs it."""

    def read(self, text: str, within: str | None = None) -> PlaceReading:
        """Read the place a text names."""
        ...

    def by_code(self, code: str) -> Place | None:
        """Return the place of a code."""
        ...

    def provinces(self, region: str | None = None) -> Sequence[Place]:
        """Return the provinces of a region: north, centre, south."""
        ...

    def districts(self, province: str | None = None) -> Sequence[Place]:
        """Return the districts of a province."""
        ...

    def label(self, place: Place, language: str) -> str:
        """Return the name of a place for a menu."""
        ...

    def full_label(self, place: Place, language: str) -> str:
        """Return a name that tells namesakes apart."""
        ...


class PhoneReading(Protocol):
    """What a text says of a phone number."""

    @property
    def e164(self) -> str | None:
        """The number, if it is certain."""
        ...

    @property
    def country(self) -> str | None:
        """Its country, ISO 3166-1."""
        ...


class ReadPhone(Protocol):
    """The reader of phone numbers."""

    def __call__(self, text: str, *, sender_country: str | None = None) -> PhoneReading:
        """Read the number a text holds."""
        ...


@dataclass(frozen=True, slots=True)
class Bundle:
    """A flow with its sub-flows and texts; ``hash`` is the SHA-256 of their canonical form."""

    name: str
    hash: str
    flows: Mapping[str, Flow]
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that stays the same from turn to turn. ``current`` maps a flow to the hash of its live bundle.

    ``bundles`` holds the live ones and those that the session at hand is pinned to. ``withdrawn`` names bundles that
    nobody may hear again; ``moved`` maps a step of an old bundle, as (hash, "flow.step"), to (hash, step) of a new one.
    ``words`` is the version of lexicon and guarded words, which no session is pinned to.
    """

    bundles: Mapping[str, Bundle]
    current: Mapping[str, str]
    lexicon: Lexicon
    guarded: GuardedWords
    places: Places
    read_phone: ReadPhone
    entry: Mapping[str, str] = field(default_factory=lambda: dict(ENTRY))
    help_flow: str = "help"
    stop_flow: str = "stop"
    case_flow: str = "my_case"
    plea: str = "99"
    zone: tzinfo = _VIENTIANE
    words: str = ""
    withdrawn: frozenset[str] = frozenset()
    moved: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def bundle(self, name: str, wanted: str = "") -> Bundle | None:
        """Return the bundle of a hash; if it is not known, the live one of the flow."""
        return self.bundles.get(wanted) or self.bundles.get(self.current.get(name, ""))

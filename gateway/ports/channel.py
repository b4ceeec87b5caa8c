"""A channel translates one provider's wire format into these records, and decides nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol, runtime_checkable

Kind = Literal["sms", "ussd"]
Lane = Literal["alerts", "replies", "broadcasts"]


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request as it came: ``path`` without and ``query`` with its raw text, headers in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    purpose: Literal["inbound", "status", "ussd"]


@dataclass(frozen=True, slots=True)
class Response:
    """What goes back, byte for byte."""

    status: int
    content_type: str
    body: bytes


class Verdict(Enum):
    """Whether a request truly comes from the provider."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One text of one phone. ``sender`` is raw; ``dedupe_key`` is unique for ever within ``channel``.

    ``late``: found by asking the provider, so that nobody waits for an answer: the reply goes out by itself.
    """

    channel: str
    dedupe_key: str
    kind: Kind
    sender: str
    recipient: str
    text: str
    received_at: datetime
    dedupe_strength: Literal["strong", "weak"] = "strong"
    provider_id: str | None = None
    session_id: str | None = None
    session_event: Literal["begin", "resume", "end"] | None = None
    opt_out: Literal["stop", "start", "help"] | None = None
    notes: Mapping[str, str] = field(default_factory=dict)
    late: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """One word of the provider about one of our texts. ``state`` is ours, or None when the word is unknown.

    ``alarm``: somebody who runs the gateway should look; said at once and not stored.
    """

    channel: str
    message_id: str | None
    provider_id: str | None
    status_word: str
    state: str | None
    code: str | None
    receipt_key: str
    at: datetime
    part: int | None = None
    opted_out: bool = False
    dead_number: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnd:
    """A USSD session ended at the network's side."""

    channel: str
    session_id: str
    sender: str
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A true request that holds nothing for us."""

    reason: str


@dataclass(frozen=True, slots=True)
class AnswerText:
    """One text of a stored reply with the id of its outbox row."""

    message_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored reply; rendering it twice gives the same bytes. ``ends`` closes a USSD session."""

    texts: tuple[AnswerText, ...] = ()
    ends: bool = False


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One text to hand over; ``id`` is ours and comes back in the callback address.

    ``reference`` and ``taken`` are for channels that split: what joins the parts, and those already brought through.
    ``attempted_at``: about when an earlier attempt was made whose outcome nobody knows, for a look-up.
    """

    id: str
    channel: str
    to: str
    text: str
    lane: Lane
    not_after: datetime
    attempt: int
    callback_url: str | None = None
    attempted_at: datetime | None = None
    reference: int = 0
    taken: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class PartSent:
    """One part that a provider took, of a text that we have cut ourselves; parts are counted from 1."""

    number: int
    total: int
    provider_id: str | None


Outcome = Literal["accepted", "temporary", "permanent", "broken", "ambiguous"]


@dataclass(frozen=True, slots=True)
class SendResult:
    """The verdict on one attempt; ``detail`` holds no number and no text. ``retry_after`` is in seconds.

    ``parts``: those that this attempt brought through, of a text sent in several. ``alarm``: the refusal is no matter
    of this one text or phone, somebody who runs the gateway should look.
    """

    outcome: Outcome
    provider_id: str | None = None
    provider_code: str | None = None
    segments: int | None = None
    retry_after: float | None = None
    opted_out: bool = False
    dead_number: bool = False
    throttled: bool = False
    alarm: bool = False
    detail: str = ""
    parts: tuple[PartSent, ...] = ()


FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do, as constants; ``methods`` and ``content_types`` are those of its provider's requests.

    ``splits``: it sends our own parts, each with a receipt of its own. ``answered``: the kinds whose replies go back at
    once, where ``replies_in_response``. ``latin_screens``: phones of this network do not show Lao on a screen.
    """

    replies_in_response: bool
    supports_lookup: bool
    supports_client_reference: bool
    supports_validity: bool
    sends: bool = True
    kinds: frozenset[Kind] = frozenset({"sms"})
    ussd_gsm7: int = 160
    ussd_ucs2: int = 70
    latin_screens: bool = False
    methods: frozenset[str] = frozenset({"POST"})
    content_types: frozenset[str] = frozenset({FORM_TYPE})
    splits: bool = False
    answered: frozenset[Kind] = frozenset({"sms", "ussd"})

    def answers(self, kind: str) -> bool:
        """Whether the reply to a text of this kind goes back at once instead of through the outbox."""
        return self.replies_in_response and kind in self.answered


class Channel(Protocol):
    """One way in and out; the same contract for every provider (tests/contracts)."""

    @property
    def name(self) -> str:
        """Name in ``/hooks/<name>/``, in every record and in the dedupe key."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """Constant record of what this channel can do."""
        ...

    def verify(self, request: Request) -> Verdict:
        """Judge the sender from bytes, headers, public URL and secrets; never raises."""
        ...

    def read(self, request: Request) -> tuple[Inbound | Receipt | SessionEnd | Ignored, ...]:
        """Translate; unknown fields are dropped, malformed input raises MalformedRequest."""
        ...

    def answer(self, answer: Answer, request: Request) -> Response:
        """Render a stored reply as the provider's bytes; also renders nothing to say."""
        ...

    def send(self, message: OutboundMessage) -> SendResult:
        """Make one attempt of at most 10 s; no retry, no redirect, a bounded answer."""
        ...

    def look_up(self, message: OutboundMessage) -> SendResult | None:
        """Ask the provider what became of a text; None when it does not know it."""
        ...


@runtime_checkable
class Probed(Protocol):
    """A channel whose provider can be asked whether it knows us."""

    def probe(self) -> SendResult:
        """Ask something that changes nothing; accepted: it answers and knows us, broken: it does not know us."""
        ...


@runtime_checkable
class Prepared(Protocol):
    """A channel whose first send has something to load, which a process that sends does before it says it is ready."""

    def prepare(self) -> None:
        """Load it; nobody is spoken to."""
        ...


class Ledger(Protocol):
    """What some providers keep of us and can be asked for; both raise Unavailable when nobody could be asked."""

    def received(self, since: datetime) -> tuple[Inbound, ...]:
        """Return the texts that the provider took for us since then, oldest first, each ``late``."""
        ...

    def erase(self, since: datetime, before: datetime) -> int:
        """Erase at the provider the words of texts of that time that are settled; return how many."""
        ...

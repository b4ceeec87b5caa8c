"""Writes a talk down as a .chat story that passes unchanged."""

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from gateway.conversation.rehearsal import Heard
from gateway.conversation.transcript import Chat

PHONE = "person"
DIGITS = "001"
EMPTY = '""'
BEGINNING = datetime(2026, 11, 23, 10, 0)


def chat_of(flow: str, channel: str, language: str, safety: str) -> Chat:
    """Return the head of a talk that begins now."""
    given = ((PHONE, "safety", safety),) if safety != "unknown" else ()
    phones = MappingProxyType({PHONE: DIGITS})
    return Chat("simulation.chat", flow, channel, language, BEGINNING, phones, given, "", ())


@dataclass(slots=True)
class Notebook:
    """What was said, heard and waited for, in the words of a story."""

    lines: list[tuple[str, Heard | None]] = field(default_factory=list)

    def says(self, text: str, *, code: str = "", pin: str = "") -> None:
        """Note a text; a case code and PIN are noted by name, since they are drawn anew each time."""
        if code and code in text:
            text = text.replace(code, "{case_code}")
            text = text.replace(pin, "{case_pin}") if pin else text
        self.lines.append((f"{PHONE} > {_written(text)}", None))

    def hears(self, heard: Heard) -> None:
        """Note a text that came."""
        self.lines.append(("", heard))

    def pause(self, count: int, unit: str) -> None:
        """Note that time passed."""
        self.lines.append((f"--- {count} {unit}{'' if count == 1 else 's'}", None))

    def event(self, name: str) -> None:
        """Note something that happened to the phone."""
        self.lines.append((f"* {name}", None))

    def story(self, flow: str, channel: str, language: str, safety: str) -> str:
        """Return the whole story."""
        head = [
            "# Saved from a simulation.",
            f"flow: {flow}",
            f"channel: {channel}",
            f"language: {language}",
            f"start: {BEGINNING:%Y-%m-%d %H:%M}",
            f"phones: {PHONE}={DIGITS}",
        ]
        if safety != "unknown":
            head.append(f"given: {PHONE}.safety = {safety}")
        body = [line if heard is None else f"{PHONE} < {_expected(heard, language)}" for line, heard in self.lines]
        return "\n".join([*head, "", *body, ""])


def _written(text: str) -> str:
    r"""Return a text as a story writes it: the empty one as ``""``, what cannot be seen as ``\u200b``."""
    if not text or text == EMPTY:
        return "\\u0022\\u0022" if text else EMPTY
    last = len(text) - 1
    ends = {at for at in (0, last) if text[at] == " "}
    return "".join(
        sign if sign.isprintable() and sign != "\\" and at not in ends else f"\\u{ord(sign):04x}"
        for at, sign in enumerate(text)
    )


def _expected(heard: Heard, language: str) -> str:
    if not heard.messages:
        return f"~{_written(heard.text.splitlines()[0])}"
    spoken = "" if heard.language == language else f" in {heard.language}"
    return f"@{heard.messages[-1]}{spoken}"

"""The GSM-7 alphabet as bytes, one character a byte (unpacked), as SMSCs and Jasmin hand it over."""

from typing import Final

_ESCAPE: Final = 0x1B
# 3GPP TS 23.038, table 6.2.1; the place of a character is its code. NUL stands where the escape is.
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x00ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Table 6.2.1.1: the codes after an escape.
_EXTENSION: Final = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€",
}  # fmt: skip
_CODES: Final[dict[str, bytes]] = {sign: bytes([code]) for code, sign in enumerate(_BASIC) if code != _ESCAPE} | {
    sign: bytes([_ESCAPE, code]) for code, sign in _EXTENSION.items()
}


def encode(text: str) -> bytes:
    """Return the codes of ``text``; a character outside the alphabet becomes ``?``."""
    return b"".join(_CODES.get(sign, b"?") for sign in text)


def decode(raw: bytes) -> str:
    """Return the text of ``raw``; an unknown extension shows its basic character, as handsets do."""
    text, escaped = [], False
    for code in raw:
        if code == _ESCAPE and not escaped:
            escaped = True
            continue
        plain = _BASIC[code] if code < len(_BASIC) and code != _ESCAPE else "\ufffd"
        text.append(_EXTENSION.get(code, plain) if escaped else plain)
        escaped = False
    return "".join(text)

"""The GSM default alphabet (3GPP TS 23.038): its characters in the order of their codes, and octets of it."""

ESCAPE = 0x1B
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""128 characters; the one at ``ESCAPE`` leads into the extension table and is no letter itself."""

EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
"""Characters that cost two: the escape and this code. No national shift tables (there is none for Lao)."""

_CODES = {character: bytes([code]) for code, character in enumerate(BASIC) if code != ESCAPE} | {
    character: bytes([ESCAPE, code]) for character, code in EXTENSION.items()
}
_EXTENDED = {code: character for character, code in EXTENSION.items()}


def to_octets(text: str) -> bytes:
    """Return ``text`` with one septet in each octet; raises KeyError for a character the alphabet lacks."""
    return b"".join(_CODES[character] for character in text)


def from_octets(octets: bytes) -> str:
    """Return the text of unpacked septets; an unknown extension shows its basic character, as phones do."""
    letters: list[str] = []
    escaped = False
    for octet in octets:
        code = octet & 0x7F
        if code == ESCAPE and not escaped:
            escaped = True
            continue
        plain = " " if code == ESCAPE else BASIC[code]
        letters.append(_EXTENDED.get(code, plain) if escaped else plain)
        escaped = False
    return "".join(letters)

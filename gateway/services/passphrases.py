"""What a passphrase must be: long, not what everybody tries first, no name; no rule about its letters."""

from gateway.errors import Conflict
from gateway.ports.passwords import Passwords

MIN_CHARACTERS, MAX_BYTES = 12, 256
OURS = ("saiduan", "ສາຍດ່ວນ")  # what somebody tries first who knows which gateway this is


def check_passphrase(passphrase: str, name: str, passwords: Passwords, *, demo: bool) -> None:
    """Refuse a passphrase that is too short, too long or too easily guessed; a demo's is known to everybody anyway."""
    if len(passphrase) < MIN_CHARACTERS or len(passphrase.encode()) > MAX_BYTES:
        raise Conflict(f"A passphrase has {MIN_CHARACTERS} or more characters, and at most {MAX_BYTES} bytes.")
    if demo:
        return
    folded = passphrase.casefold()
    named = any(word in folded for word in OURS) or (len(name) > 3 and name.casefold() in folded)
    if passwords.common(passphrase) or repeated(folded) or named:
        raise Conflict("That passphrase is easily guessed: take several words that do not belong together.")


def repeated(text: str) -> bool:
    """Whether a text is one piece again and again: aaaa, abcabcabc."""
    return text in (text + text)[1:-1]

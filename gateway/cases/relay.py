"""The relay: what an officer and a person may pass to each other while neither sees the other's number."""

import re
from typing import Final, Literal

from gateway.text import lao
from gateway.text.segments import measure

Verdict = Literal["sent", "later", "waits", "never", "not_yours", "how", "word", "number", "long"]
"""sent: it leaves now. later: in her hours. waits: until she texts her safe word, or code and PIN.

never: she wants no contact, or must not be written to. not_yours: this post has not accepted the case. The rest are
faults of the text.
"""

MOST_SEGMENTS: Final = 2
MOST_AT_ONCE: Final = 3
"""How many waiting texts are told in one answer, the oldest first."""
_NUMBER: Final = re.compile(r"\d(?:[\s().+-]*\d){5}")


def fault(text: str, *, guarded: bool) -> Verdict | None:
    """Say what keeps a text from ever being passed on; None when nothing does.

    ``guarded``: it holds a word that must not be read on a phone in other hands. A number would end the hiding.
    """
    if not text.strip():
        return "how"
    if guarded:
        return "word"
    if _NUMBER.search(lao.ascii_digits(text)):
        return "number"
    return "long" if measure(text).segments > MOST_SEGMENTS else None

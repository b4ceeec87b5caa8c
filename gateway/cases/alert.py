"""What an alert may say: code, level, place down to the district, and nothing else; checked on the way out."""

import re
from dataclasses import dataclass

from gateway.cases.code import valid
from gateway.cases.triage import Level
from gateway.errors import Defect

ALERT = re.compile(
    r"(?:\([^\d(){}<>@+/\\]{1,16}\) )?(?P<code>[1-9][0-9]{5}) P[0-2](?:[^\d+@/\\<>{}\n]|(?P=code)(?!\d)){0,140}"
)
"""Every alert matches this in full: no digit but those of code and level, so no number, date, age, link or address.

The word in brackets before it marks a copy after a doubtful send.
"""


@dataclass(frozen=True, slots=True)
class Alert:
    """The fixed fields. ``place``: a district's or province's name in the reader's language, or empty.

    ``repeat``: a copy after a send that may have arrived.
    """

    code: str
    level: Level
    place: str = ""
    repeat: bool = False

    def __post_init__(self) -> None:
        """Refuse a code that is none, and P3, which alerts nobody."""
        if not valid(self.code) or self.level == "P3":
            raise Defect("an alert needs a case code and a level from P0 to P2")

    @property
    def message(self) -> str:
        """The id of the template, one of MESSAGES."""
        return f"officer.{'repeat' if self.repeat else 'alert'}{'_place' if self.place else ''}"

    def values(self) -> dict[str, str]:
        """Return the values of the template's placeholders."""
        return {"case_code": self.code, "level": self.level, "district": self.place}


MESSAGES = ("officer.alert", "officer.alert_place", "officer.repeat", "officer.repeat_place")
"""Every template that an alert may be made of."""

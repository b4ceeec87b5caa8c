"""What a conversion could not take over as it was, line by line: where, what, why, and what stands there instead."""

from dataclasses import dataclass
from typing import Literal

from gateway.integrations.rapidpro.wording import visible

Degree = Literal["narrowed", "replaced", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to look at: ``narrowed`` works in part, ``replaced`` by a placeholder, ``refused`` a whole flow."""

    degree: Degree
    flow: str
    node: str
    what: str
    why: str
    instead: str

    def __str__(self) -> str:
        """Render in one line, as the command prints it."""
        place = f"{self.flow}, node {self.node}" if self.node else self.flow
        return visible(f"{self.degree}: {place}: {self.what}: {self.why}; instead: {self.instead}")

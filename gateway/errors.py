"""Every error of the gateway, drawn as one tree; each says whether to retry and what a person is told.

GatewayError
|- ConfigurationError      a setting is missing or wrong            exit 2, one line with the cure
|- ContentRefused          flows or messages do not pass            findings with file:line:column
|- MalformedRequest        an outside request cannot be read        400
|- Forbidden               a signature, token or role is wrong      403
|- Conflict                somebody else was faster, or four eyes   409
|- NotFound                no such thing in the asker's scope       404
|- Unavailable             nothing could be stored just now         503, retry
|- Damaged                 stored data fail their seal              incident, never shown
`- Defect                  a programmer's fault                     recorded at the outermost door
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_WORD = re.compile(r"[^\s\[\]{},\"']+")


def width(text: str) -> int:
    """Return the columns a text takes on a terminal: marks above and below, and what is invisible, take none."""
    return sum(unicodedata.category(sign) not in ("Mn", "Me", "Cf") for sign in text)


class GatewayError(Exception):
    """Root of the tree; ``retry`` says whether the same request may succeed later."""

    retry: bool = False
    http_status: int = 500
    told: str = "Something went wrong here. It has been recorded."


class ConfigurationError(GatewayError):
    """A setting is missing or wrong: names the setting, the problem and the cure."""

    def __init__(self, setting: str, problem: str, cure: str) -> None:
        super().__init__(f"{setting}: {problem}. {cure}")
        self.setting, self.problem, self.cure = setting, problem, cure


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing wrong with content, at ``file:line:column`` (1-based); ``severity`` is ``error`` or ``warning``."""

    file: str
    line: int
    column: int
    code: str
    message: str
    severity: str = "error"
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """Render as an editor can jump to it, with the line and a caret under the word when the text is known."""
        head = f"{self.file}:{self.line}:{self.column}: {self.code} {self.message}"
        head += " (warning)" if self.severity == "warning" else ""
        if not self.excerpt:
            return f"{head}  {self.hint}".rstrip()
        gutter = f"{self.line:>5} | "
        word = _WORD.match(self.excerpt, self.column - 1)
        indent = " " * (len(gutter) - 2) + "| " + " " * width(self.excerpt[: self.column - 1])
        caret = "^" * max(1, width(word[0] if word else ""))
        return "\n".join((head, gutter + self.excerpt, f"{indent}{caret} {self.hint}".rstrip()))


class ContentRefused(GatewayError):
    """Flows or messages do not pass; ``findings`` says where and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class MalformedRequest(GatewayError):
    """An outside request cannot be read; the reason never quotes the request."""

    http_status = 400
    told = "The request could not be read."


class Forbidden(GatewayError):
    """A signature, token, role or scope is wrong."""

    http_status = 403
    told = "That is not allowed."


class Conflict(GatewayError):
    """The thing changed meanwhile, its state forbids the step, or a second person is needed."""

    http_status = 409
    told = "That is not possible now."

    def __init__(self, told: str = "") -> None:
        super().__init__(told or self.told)
        self.told = told or type(self).told


class NotFound(GatewayError):
    """No such thing in the asker's scope: the same answer whether it is absent or hidden."""

    http_status = 404
    told = "There is no such page."


class Unavailable(GatewayError):
    """Nothing could be stored just now; nothing was accepted, so the sender should try again."""

    retry = True
    http_status = 503
    told = "Please try again in a moment."


class Damaged(GatewayError):
    """Stored data do not open under their seal: wrong row, wrong key or altered bytes."""

    told = "A stored record is damaged. An operator has been told."


class Defect(GatewayError):
    """A programmer's fault: a state or a name that cannot be."""

"""Renders stored replies as TwiML."""

import re
from collections.abc import Callable
from typing import Final

from twilio.twiml.messaging_response import MessagingResponse

from gateway.ports.channel import Answer, Response
from gateway.text import lao

LONGEST: Final = 1600  # characters in one <Message>
# What XML 1.0 cannot hold; one such sign would make the provider drop the whole reply.
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(answer: Answer, callback: Callable[[str, int | None], str]) -> Response:
    """Render every text with its own status callback; ``callback`` takes our id and, when cut, the part from 1."""
    response = MessagingResponse()
    for text in answer.texts:
        pieces = cut(_NOT_XML.sub("", text.text))
        for number, piece in enumerate(pieces, start=1):
            part = number if len(pieces) > 1 else None
            response.message(body=piece, status_callback=callback(text.message_id, part))
    return Response(200, "application/xml", str(response.to_xml()).encode())


def cut(text: str, longest: int = LONGEST) -> tuple[str, ...]:
    """Cut at syllable borders into pieces of at most ``longest`` UTF-16 units; nothing is lost."""
    if len(text) * 2 <= longest:  # a character has at most two units: nearly every reply ends here
        return (text,) if text else ()
    pieces = [""]
    room = longest
    for cluster in lao.clusters(text):
        units = len(cluster.encode("utf-16-le", "surrogatepass")) // 2
        if units > room and pieces[-1]:
            pieces.append("")
            room = longest
        pieces[-1] += cluster
        room -= units
    return tuple(pieces) if pieces[0] else ()

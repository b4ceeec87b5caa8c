"""What is said and understood: the flows, texts and words of the running content."""

from typing import Protocol

from gateway.conversation.library import Library
from gateway.text.catalogue import Catalogue


class Content(Protocol):
    """The content as it stands now; a fault in an edited file keeps the last good one."""

    def library(self) -> Library:
        """Return the compiled flows, texts, lexicon and guarded words."""
        ...

    def catalogue(self) -> Catalogue:
        """Return every text by id and language, for what the gateway says outside conversations."""
        ...

    def version_of(self, message_id: str) -> str:
        """Return the hash of the bundle that such a text is from."""
        ...

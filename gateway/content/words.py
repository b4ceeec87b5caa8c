"""The words people type and the words that must not reach them, as one document: live for everybody at once."""

from pathlib import Path
from types import MappingProxyType
from typing import Final

from gateway.content.files import shown
from gateway.conversation.canonical import SCHEMA, packed, unpacked
from gateway.errors import Damaged
from gateway.strict_yaml import Node, read
from gateway.text.guarded import GuardedWords, compile_guarded
from gateway.text.lexicon import Lexicon, compile_lexicon

NAME: Final = "_words"
INTENTS: Final = "messages/intents.yaml"
FILES: Final = MappingProxyType({"lexicon": "lexicon.yaml", "guarded": "guarded.yaml"})


def words_document(root: Path) -> str:
    """Return the document of the lexicons, guarded words and intents below ``root``."""
    paths = [root / INTENTS, *(path for name in FILES.values() for path in (root / "messages").glob(f"*/{name}"))]
    texts = {shown(path, root): path.read_text("utf-8") for path in sorted(paths) if path.is_file()}
    return packed({"schema": SCHEMA, "name": NAME, "files": texts})


def read_words(document: str, hash_: str) -> tuple[Lexicon, GuardedWords]:
    """Compile the words of a document; Damaged when it does not fit its hash, ContentRefused when a file is faulty."""
    texts = unpacked(document, hash_).get("files")
    if not isinstance(texts, dict) or INTENTS not in texts:
        raise Damaged("a bundle of words without its files")
    nodes = {path: read(text, path) for path, text in texts.items()}
    lexicon = compile_lexicon(nodes[INTENTS], _by_language(nodes, FILES["lexicon"]))
    return lexicon, compile_guarded(_by_language(nodes, FILES["guarded"]))


def _by_language(nodes: dict[str, Node], file: str) -> dict[str, Node]:
    return {path.split("/")[-2]: node for path, node in nodes.items() if path.endswith(f"/{file}")}
